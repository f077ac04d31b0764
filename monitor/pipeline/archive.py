"""Looking through the stored entries again, with the eyes of a matcher."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.match.boilerplate import standing_lines, without_boilerplate
from monitor.model.source import Entry, Feed
from monitor.model.watch import Document, Match, Narrowing
from monitor.ports import Archive, StoredEntry

FRAME = 60  # entries of a feed that tell which lines are its own
_PAGE = 200  # entries read at a time


class Matching(Protocol):
    """Finds the watches that want a document."""

    def match(self, document: Document) -> tuple[Match, ...]: ...


@dataclass(frozen=True, slots=True)
class Sifted:
    """A stored entry with what it matches now."""

    stored: StoredEntry
    document: Document  # without its boilerplate
    matches: tuple[Match, ...]


def document_of(entry: Entry, feed: Feed, standing: frozenset[str] = frozenset()) -> Document:
    """Lay an entry out as the fields that a query can ask for, without its boilerplate."""
    document = Document(
        id=entry.key,
        title=entry.title,
        text=entry.text,
        author=entry.author,
        tags=entry.tags,
        source=feed.title,
        feed=feed.id,
        lang=entry.language or feed.language or "",
        url=entry.url or "",
    )
    return without_boilerplate(document, standing)


async def sift(
    archive: Archive,
    matcher: Matching,
    *,
    since: datetime | None,
    narrowing: Narrowing | None = None,
) -> AsyncIterator[Sifted]:
    """Put stored entries to a matcher, newest first, those too that it does not want."""
    frames: dict[str, frozenset[str]] = {}
    before = None
    while True:
        page = await archive.entries(since=since, narrowing=narrowing, before=before, limit=_PAGE)
        for feed_id in {stored.feed.id for stored in page} - frames.keys():
            frames[feed_id] = await asyncio.to_thread(
                standing_lines, await archive.recent_texts(feed_id, limit=FRAME)
            )
        for sifted in await asyncio.to_thread(_sift_page, page, matcher, frames):
            yield sifted
        if len(page) < _PAGE:
            return
        before = page[-1].id


def _sift_page(
    page: Sequence[StoredEntry], matcher: Matching, frames: dict[str, frozenset[str]]
) -> list[Sifted]:
    sifted = []
    for stored in page:
        document = document_of(stored.entry, stored.feed, frames[stored.feed.id])
        sifted.append(Sifted(stored, document, matcher.match(document)))
    return sifted
