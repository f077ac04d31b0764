"""What the rules of a language say of one word: what stays, and what may follow it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

# An acronym stands in capitals; a name begins with one; any other word is common.
Kind = Literal["acronym", "name", "common"]

_JOINTS = frozenset("-'")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a spelling, folded, with what else its forms depend on."""

    text: str
    kind: Kind = "common"
    alone: bool = True  # the spelling has no other word
    last: bool = True  # no other word of the spelling follows


@dataclass(frozen=True, slots=True)
class Tail:
    """A word's forms: ``stem``, a branch's beginning, one of its endings; the word itself is one."""

    stem: str
    # Few beginnings with large sets of endings that words share: лық and лығ, each with its own.
    branches: tuple[tuple[str, frozenset[str]], ...]
    joined: bool = False  # an ending may begin with, or have, a hyphen or an apostrophe

    def allows(self, ending: str) -> bool:
        """Tell whether the stem with this ending is a form of the word."""
        return any(
            ending.startswith(begun) and ending[len(begun) :] in endings
            for begun, endings in self.branches
        )


def tail_of(forms: Iterable[str]) -> Tail:
    """Make the tail of a word from a list of its forms: what all begin with, and the rest."""
    listed = list(forms)
    stem = common_start(listed)
    endings = frozenset(form[len(stem) :] for form in listed)
    return Tail(stem, (("", endings),), joined=any(_JOINTS.intersection(one) for one in endings))


def common_start(texts: Sequence[str]) -> str:
    """Find what all of one or more texts begin with."""
    first, last = min(texts), max(texts)
    size = next((at for at, char in enumerate(first) if char != last[at]), len(first))
    return first[:size]
