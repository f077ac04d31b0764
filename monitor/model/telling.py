"""What one hit tells of an event, in numbers that can be stored and compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Relation = Literal["copy", "rewrite", "same event", "translation", "follow-up", "none"]
Subjects = Mapping[str, frozenset[str]]  # what an entry is about, with the words that say so


@dataclass(frozen=True, slots=True)
class Telling:
    """One hit's account: digests are stable across processes (never ``hash()``), 0 stands for none.

    A **house** is whoever publishes: a feed, or all feeds whose links lead to one host.
    """

    feed_id: str
    house: str
    language: str
    seen_at: datetime
    published_at: datetime | None = None
    headline: int = 0  # of the title, however short
    title: int = 0  # of a title long enough to tell one event from another
    address: int = 0  # of the canonical URL; a site's front page is nobody's
    text: int = 0  # of a text long enough to be no boilerplate
    sentences: frozenset[int] = frozenset()  # of long sentences
    words: Mapping[int, int] = field(
        default_factory=dict
    )  # word, or two in a row -> weight, 1..255
    titled: frozenset[int] = frozenset()  # words of the headline
    subjects: frozenset[int] = frozenset()  # terms seen, in any language
    numbers: Mapping[int, int] = field(default_factory=dict)  # how many of what -> of what
    days: frozenset[int] = frozenset()  # named in the headline
    stages: int = 0  # what the headline does with the event, as bits
    brief: bool = False  # little more than a headline
    # by which those that may tell the same are found, at most 16; of those below 0 (words) by two
    keys: tuple[int, ...] = ()

    @property
    def told_at(self) -> datetime:
        """When it was published, or first seen; never in the future (F11)."""
        return min(self.published_at or self.seen_at, self.seen_at)


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence that two hits tell one event, or, below zero, that they do not."""

    what: str
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """How strongly two hits seem to tell one event, and why."""

    score: float  # 0..1: one half is where they join; no measured probability
    relation: Relation
    reasons: tuple[Reason, ...] = ()  # heaviest first
