"""The words of a folded text, as an index keeps them: runs of letters, and each Han or kana alone."""

import re

from monitor.text.scripts import CJK_RANGES, words_of

_LONGEST = 64  # characters kept of a word; longer runs are no words
_WORD = re.compile(rf"[{CJK_RANGES}]|[^\W{CJK_RANGES}]+")


def index_words(folded: str) -> list[str]:
    """Split a folded text into words, in their order, cut to 64 characters each.

    Where a word begins by ``has_edge``, one begins here too.
    """
    words = words_of(folded) if folded.isascii() else _WORD.findall(folded)
    if max(map(len, words), default=0) <= _LONGEST:
        return words
    return [word[:_LONGEST] for word in words]
