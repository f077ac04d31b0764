"""How long what is stored is kept."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Spans counted from when an entry was listed last."""

    entries: timedelta = timedelta(days=90)  # that no watch wanted; never less (F8)
    hits: timedelta = timedelta(days=400)  # with their stories, digests and messages


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was let go of."""

    entries: int = 0
    hits: int = 0
    stories: int = 0
    digests: int = 0

    def __add__(self, other: "Pruned") -> "Pruned":
        return Pruned(
            self.entries + other.entries,
            self.hits + other.hits,
            self.stories + other.stories,
            self.digests + other.digests,
        )
