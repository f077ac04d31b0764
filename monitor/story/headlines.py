"""How much of a headline another one keeps."""

import re
from functools import lru_cache
from itertools import pairwise

from monitor.text.fold import fold
from monitor.text.scripts import is_cjk
from monitor.text.words import index_words

_WORD = re.compile(r"\w+")
_GLANCE = 200  # characters that show whether a text is Chinese
_KEPT = 0.2  # of the shorter headline's words: an edited one keeps more
_TELLING_WORDS, _TELLING_CJK = 5, 12  # fewer are the name of a column: "Rates for today"


def headline_key(title: str) -> str:
    """Give a headline's words in order, without case, marks and signs; empty if it has none."""
    return " ".join(_WORD.findall(fold(title).text))


@lru_cache(maxsize=2048)
def words_of(folded: str) -> frozenset[str]:
    """Give the words of a folded text; Chinese ones as pairs of characters."""
    words = index_words(folded)
    if not any(map(is_cjk, folded[:_GLANCE])):
        return frozenset(words)
    pairs = (a + b for a, b in pairwise(words) if is_cjk(a[0]) and is_cjk(b[0]))
    return frozenset([*(word for word in words if not is_cjk(word[0])), *pairs])


def kept(one: str, other: str) -> float | None:
    """Give the share of the shorter text's words that the longer one has; None if one has none.

    Chinese is counted by pairs of characters.
    """
    mine, theirs = words_of(fold(one).text), words_of(fold(other).text)
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
