"""Finds the feeds behind an address: the feed itself, or those of a page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import FetchError, ParseError
from monitor.model.source import Fetched, FetchRequest, ParsedFeed
from monitor.parse.discover import FeedLink, feed_links, usual_places
from monitor.parse.encoding import decode_body
from monitor.ports import Fetcher

Read = Callable[[Fetched], ParsedFeed]  # raises ParseError


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was fetched and read."""

    url: str
    title: str
    language: str | None
    entries: int
    newest_at: datetime | None


async def discover(url: str, *, fetcher: Fetcher, read: Read) -> list[FoundFeed]:
    """Fetch an address and give the feeds it is or names, best first; else those at usual places.

    Raises FetchError or ParseError if the address itself cannot be read.
    """
    page = await _fetch(url, fetcher)
    try:
        return [_found(url, page, read(page))]
    except ParseError as error:
        if error.kind not in {"html-page", "not-a-feed"}:
            raise
    text = decode_body(page.body, page.content_type)
    if links := feed_links(text, page.url):
        return await _tried(links, fetcher, read)
    guesses = (FeedLink(place) for place in usual_places(page.url))
    return await _tried(guesses, fetcher, read, only_first=True)


async def _tried(
    links: Iterable[FeedLink], fetcher: Fetcher, read: Read, *, only_first: bool = False
) -> list[FoundFeed]:
    """Fetch what may be a feed, one after the other, and keep what is."""
    found: list[FoundFeed] = []
    for link in links:
        try:
            answer = await _fetch(link.url, fetcher)
            parsed = read(answer)
        except (FetchError, ParseError):
            continue
        found.append(_found(link.url, answer, parsed, link.title))
        if only_first:
            break
    return found


async def _fetch(url: str, fetcher: Fetcher) -> Fetched:
    answer = await fetcher.fetch(FetchRequest(url))
    assert isinstance(answer, Fetched)  # noqa: S101  # nothing was asked conditionally
    return answer


def _found(url: str, answer: Fetched, parsed: ParsedFeed, title: str = "") -> FoundFeed:
    dates = [date for entry in parsed.entries if (date := entry.published_at or entry.updated_at)]
    return FoundFeed(
        url=answer.moved_to or url,
        title=parsed.title or title,
        language=parsed.language,
        entries=len(parsed.entries),
        newest_at=max(dates, default=None),
    )
