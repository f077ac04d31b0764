"""Reads an entry into what it tells of an event."""

from collections.abc import Collection
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlsplit

from monitor.model.source import Entry
from monitor.model.telling import Telling
from monitor.story.prints import prints, sentence_print
from monitor.text.urls import host_of

_MOST_KEYS = 16


def tell(entry: Entry, concepts: Collection[str], seen_at: datetime) -> Telling:
    """Read an entry; ``concepts`` are the names of the terms that were found in it.

    Depends on the entry alone, never on what else is stored: so no order of arrival matters.
    """
    own = prints(entry)
    sentences = own.sentences - {sentence_print(entry.title)}
    address = _address(entry.canonical_url)
    title, text = _number("title", own.title), _number("text", own.text)
    return Telling(
        feed_id=entry.feed_id,
        house=(host_of(entry.canonical_url) if entry.canonical_url else "") or entry.feed_id,
        language=entry.language or "",
        seen_at=seen_at,
        published_at=entry.published_at,
        headline=_number("headline", entry.title.casefold()),
        title=title,
        address=address,
        text=text,
        sentences=sentences,
        concepts=frozenset(_number("concept", name) & 0xFFFFFFFF for name in concepts),
        keys=tuple(key for key in (address, title, text, *sorted(sentences)) if key)[:_MOST_KEYS],
    )


def _address(canonical_url: str | None) -> int:
    parts = urlsplit(canonical_url or "")
    is_page = parts.path.strip("/") or parts.query or parts.fragment
    return _number("url", canonical_url) if canonical_url and is_page else 0


def _number(kind: str, text: str) -> int:
    if not text:
        return 0
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=kind.encode())
    return int.from_bytes(digest.digest(), "big") >> 1  # 63 bits: fits a signed SQL integer
