"""Hits and the stories they form."""

from dataclasses import dataclass
from datetime import datetime

from monitor.model.source import Entry
from monitor.model.watch import Match


@dataclass(frozen=True, slots=True)
class Prints:
    """What two tellings of one text share: stored, so stable across processes (never ``hash()``)."""

    text: str  # digest of the whole folded text
    title: str  # digest of the folded title; empty if the title is too short to tell
    sentences: frozenset[int] = frozenset()  # 63-bit digests of long sentences


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A stored hit that shares something with a new one."""

    story_id: str
    feed_id: str
    canonical_url: str | None
    prints: Prints
    seen_at: datetime
    title: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewHit:
    """A matched entry that is not stored yet."""

    entry: Entry
    matches: tuple[Match, ...]
    prints: Prints


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored matched entry with its story."""

    id: int
    story_id: str
    entry: Entry
    matches: tuple[Match, ...]
    seen_at: datetime
    source: str  # the feed's title
    country: str | None = None
    rank: int = 0
    edited: bool = False

    @property
    def told_at(self) -> datetime:
        """When it was published, or first seen; never in the future (F11)."""
        return min(self.entry.published_at or self.seen_at, self.seen_at)


@dataclass(frozen=True, slots=True)
class Story:
    """Hits on one event, lead first; the order is total, so it never depends on arrival."""

    id: str
    hits: tuple[Hit, ...]

    @property
    def lead(self) -> Hit:
        """The hit that speaks for the story."""
        return self.hits[0]
