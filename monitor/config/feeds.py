"""Feeds: their ids and intervals, and no source twice."""

import re
import unicodedata
from datetime import timedelta
from importlib.util import find_spec

from monitor.config.draft import Draft
from monitor.config.places import Path
from monitor.config.schema import FeedModel
from monitor.model.source import Feed, PollPolicy
from monitor.text.urls import canonical_url, host_of

_DEFAULT = PollPolicy()
_KIND_INTERVAL = timedelta(minutes=60)  # what publishers take without complaint (P11)


def slug(title: str) -> str:
    """Make an id of a title: small letters and digits of any script, hyphens between."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\W_]+", "-", folded)[:64].strip("-")


def read_feeds(draft: Draft) -> tuple[Feed, ...]:
    """Check all feeds, and return the enabled ones."""
    model = draft.model
    if not model.feeds and "feeds" not in draft.faulty:
        mend = "Add a list `feeds:` with a title and a url each."
        draft.refuse(("feeds",), "There are no feeds to poll.", mend, at_key=True)
    numbered = list(zip(draft.feed_numbers, model.feeds, strict=True))
    _check_unique(draft, numbered)
    for number, feed in numbered:
        draft.warn_if_barred(("feeds", number, "url"), feed.url)
        if feed.full_text and find_spec("trafilatura") is None:
            what = "full_text: reading pages needs a library that is not installed."
            mend = "Install it: pip install 'monitor[articles]'."
            draft.refuse(("feeds", number, "full_text"), what, mend)
    _check_intervals(draft, numbered)
    enabled = tuple(_feed(draft, feed) for feed in model.feeds if feed.enabled)
    if model.feeds and not enabled:
        draft.warn(("feeds",), "No feed is enabled, so nothing is polled.", at_key=True)
    return enabled


def poll_policy(draft: Draft, feeds: tuple[Feed, ...]) -> PollPolicy:
    """Build the pace of polling; a feed asked for less than daily stretches the ceiling."""
    polling = draft.model.polling
    slowest = max((feed.interval for feed in feeds), default=_DEFAULT.ceiling)
    return PollPolicy(
        floor=polling.floor,
        pace=polling.pace,
        ceiling=max(_DEFAULT.ceiling, slowest),
        deadline=polling.deadline,
        host_gap=polling.host_gap,
        max_bytes=polling.max_bytes,
        max_entries=polling.max_entries,
        concurrency=polling.concurrency,
        robots=polling.robots,
        baseline=polling.baseline,
    )


def _feed(draft: Draft, feed: FeedModel) -> Feed:
    return Feed(
        id=_id(feed),
        url=feed.url,
        title=feed.title,
        interval=feed.interval or draft.model.polling.interval,
        language=feed.language,
        country=feed.country,
        rank=feed.rank,
        timezone=feed.timezone,
        full_text=feed.full_text,
    )


def _id(feed: FeedModel) -> str:
    return feed.id or slug(feed.title) or slug(host_of(feed.url))


_Numbered = list[tuple[int, FeedModel]]


def _check_unique(draft: Draft, feeds: _Numbered) -> None:
    ids: dict[str, int] = {}
    urls: dict[str, int] = {}
    for number, feed in feeds:
        path: Path = ("feeds", number)
        url = canonical_url(feed.url) or feed.url
        if url in urls:
            what = f"url: the feed at {_line(draft, urls[url])} has the same address."
            draft.refuse((*path, "url"), what, "Delete one of the two.")
        elif _id(feed) in ids:
            what = f"The feed at {_line(draft, ids[_id(feed)])} has the same id `{_id(feed)}`."
            mend = f"Give this one an id of its own, such as `id: {_other_id(feed, ids)}`."
            draft.refuse((*path, "id" if feed.id else "title"), what, mend)
        urls.setdefault(url, number)
        ids.setdefault(_id(feed), number)


def _line(draft: Draft, number: int) -> str:
    line, column = draft.places.of_key(("feeds", number))
    return f"{line}:{column}"


def _other_id(feed: FeedModel, taken: dict[str, int]) -> str:
    by_language = f"{_id(feed)}-{feed.language}".casefold()
    if feed.language and by_language not in taken:
        return by_language
    return next(name for count in range(2, 9999) if (name := f"{_id(feed)}-{count}") not in taken)


def _check_intervals(draft: Draft, feeds: _Numbered) -> None:
    polling = draft.model.polling
    places: list[tuple[Path, timedelta]] = [(("polling", "interval"), polling.interval)]
    places += [(("feeds", n, "interval"), feed.interval) for n, feed in feeds if feed.interval]
    for path, interval in places:
        if interval < polling.floor:
            what = f"interval: {_spell(interval)} is below the floor of {_spell(polling.floor)}."
            mend = f"Write {_spell(polling.floor)} or more, or lower polling: floor."
            draft.refuse(path, what, mend)
    hasty = [path for path, interval in places if polling.floor <= interval < _KIND_INTERVAL]
    if hasty:
        count = "One interval is" if len(hasty) == 1 else f"{len(hasty)} intervals are"
        mend = "Some publishers block whoever asks more often than once an hour."
        draft.warn(hasty[0], f"{count} shorter than 60m, the first here.", mend)


def _spell(interval: timedelta) -> str:
    seconds = int(interval.total_seconds())
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length and not seconds % length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
