"""Hits and the stories they form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from monitor.model.source import Entry
from monitor.model.telling import Relation, Telling
from monitor.model.watch import Match


@dataclass(frozen=True, slots=True)
class Prints:
    """What two tellings of one text share: stored, so stable across processes (never ``hash()``)."""

    text: str  # digest of the whole folded text
    title: str  # digest of the folded title; empty if the title is too short to tell
    sentences: frozenset[int] = frozenset()  # 63-bit digests of long sentences


ChangeKind = Literal["correction", "number", "denial", "addition", "rewrite"]


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit changed for the reader."""

    kind: ChangeKind
    before: str  # the passage that was there; empty for an addition
    after: str


@dataclass(frozen=True, slots=True)
class NewHit:
    """A matched entry that is not stored yet."""

    entry: Entry
    matches: tuple[Match, ...]
    telling: Telling


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
    relations: Mapping[int, Relation] = field(default_factory=dict)  # of hits to the lead
    development_of: str | None = None  # the earlier story that this one follows

    @property
    def lead(self) -> Hit:
        """The hit that speaks for the story."""
        return self.hits[0]

    @property
    def first_seen(self) -> datetime:
        """When the first of its hits came in."""
        return min(hit.seen_at for hit in self.hits)

    @property
    def sources(self) -> tuple[str, ...]:
        """Those who tell it, the lead's first."""
        return tuple({hit.entry.feed_id: hit.source for hit in self.hits}.values())

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is told in, the lead's first."""
        return tuple(dict.fromkeys(hit.entry.language for hit in self.hits if hit.entry.language))
