"""How much of a headline another one keeps."""

import re
from itertools import pairwise

from monitor.text.fold import fold
from monitor.text.scripts import is_cjk

_WORD = re.compile(r"\w+")
_KEPT = 0.2  # of the shorter headline's words: an edited one keeps more
_TELLING_WORDS, _TELLING_CJK = 5, 12  # fewer are the name of a column: "Rates for today"


def headline_key(title: str) -> str:
    """Give a headline's words in order, without case, marks and signs; empty if it has none."""
    return " ".join(_WORD.findall(fold(title).text))


def kept(one: str, other: str) -> float | None:
    """Give the share of the shorter text's words that the longer one has; None if one has none.

    Chinese is counted by pairs of characters.
    """
    mine, theirs = _words(one), _words(other)
    shorter = min(len(mine), len(theirs))
    return len(mine & theirs) / shorter if shorter else None


def are_unrelated(one: str, other: str) -> bool:
    """Tell headlines of two events from one that was edited; without words nothing is told apart."""
    share = kept(one, other)
    return share is not None and share <= _KEPT


def is_telling(title: str) -> bool:
    """Tell whether a headline is long enough to be that of one article only."""
    key = headline_key(title)
    return key.count(" ") + 1 >= _TELLING_WORDS or sum(map(is_cjk, key)) >= _TELLING_CJK


def _words(text: str) -> frozenset[str]:
    folded = fold(text).text
    pairs = (a + b for a, b in pairwise(folded) if is_cjk(a) and is_cjk(b))
    return frozenset([*(w for w in _WORD.findall(folded) if not any(map(is_cjk, w))), *pairs])
