"""Raw entries made plain: text without markup, safe links, times in UTC."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from monitor.model.source import Entry
from monitor.parse.dates import DateContext, parse_date
from monitor.parse.identity import base_key
from monitor.parse.raw import FAILURES, Passage, RawEntry
from monitor.text.clean import block_text, one_line
from monitor.text.html import looks_like_html, plain_text, title_text
from monitor.text.urls import canonical_url, safe_url
from monitor.text.wrapped import is_feed_proxy

_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})((?:[-_][a-zA-Z0-9]{1,8})*)")
_MAX_TITLE = 1000
_MAX_TAGS = 100


@dataclass(frozen=True, slots=True)
class FeedContext:
    """What an entry takes from its feed."""

    feed_id: str
    base: str | None  # of relative links (F14)
    language: str | None
    dates: DateContext


def plain_entries(raws: Sequence[RawEntry], context: FeedContext) -> tuple[list[Entry], int]:
    """Make entries plain, and count those that cannot be: one must not cost the others (F30)."""
    entries: list[Entry] = []
    for raw in raws:
        try:
            entries.append(plain_entry(raw, context))
        except FAILURES:
            continue
    return entries, len(raws) - len(entries)


def plain_entry(raw: RawEntry, context: FeedContext) -> Entry:
    """Make one entry plain; its key is the base key, which others may share."""
    url = first_url(_link_candidates(raw), context.base)
    guid = one_line(raw.guid) or None
    canonical = canonical_url(raw.original_link) or _canonical(url, guid)
    title = one_line(title_text(raw.title), _MAX_TITLE)
    summary, content = passage_text(raw.summary), passage_text(raw.content)
    published = parse_date(raw.published, context.dates)
    updated = parse_date(raw.updated, context.dates)
    return Entry(
        feed_id=context.feed_id,
        key=base_key(guid, canonical, title, raw.published or raw.updated, content or summary),
        title=title,
        url=url,
        canonical_url=canonical,
        summary=summary,
        content=content,
        author=", ".join(_distinct(raw.authors)),
        tags=tuple(_distinct(raw.tags)[:_MAX_TAGS]),
        language=language_tag(raw.language) or context.language,
        published_at=published or updated,
        updated_at=updated,
        guid=guid,
    )


def _canonical(url: str | None, guid: str | None) -> str | None:
    """Make the link canonical; where a proxy hides the article, its guid is often the address."""
    if url is None:
        return None
    return (canonical_url(guid) if guid and is_feed_proxy(url) else None) or canonical_url(url)


def _link_candidates(raw: RawEntry) -> Iterator[str]:
    """Yield links; a guid that was taken for a link must look like one by itself (F17)."""
    for link in raw.links:
        if link != raw.guid or link.startswith(("http:", "https:", "/")):
            yield link


def passage_text(passage: Passage) -> str:
    """Make a passage plain; what claims to be plain text is believed unless it looks like HTML."""
    if not passage.text:
        return ""
    if passage.kind == "plain" and not looks_like_html(passage.text):
        return block_text(passage.text)
    return plain_text(passage.text)


def first_url(links: Iterable[str], base: str | None) -> str | None:
    """Find the first link that is absolute http(s), or is so against the feed's address (F14-F17)."""
    return next(
        (url for link in links if link.strip() and (url := _absolute(link.strip(), base))), None
    )


def language_tag(tag: str) -> str | None:
    """Return a language tag as BCP 47 has it (``ru-RU`` for ``RU_RU``); None for what is none."""
    found = _LANGUAGE.fullmatch(tag.strip()) if tag else None
    return f"{found[1].lower()}{found[2].replace('_', '-')}" if found else None


def _absolute(link: str, base: str | None) -> str | None:
    safe = safe_url(link)
    if safe or not base or not _is_relative(link):
        return safe
    try:
        return safe_url(urljoin(base, link))
    except ValueError:
        return None


def _is_relative(link: str) -> bool:
    """Tell whether text in a link's place is a path and no words or other scheme (F15, F17)."""
    return not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|.*\s", link) and bool(re.search(r"[/?.#]", link))


def _distinct(texts: Iterable[str]) -> list[str]:
    lines = [one_line(title_text(text), _MAX_TITLE) for text in texts if text]
    return list(dict.fromkeys(filter(None, lines)))
