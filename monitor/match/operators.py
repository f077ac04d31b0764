"""The operators of queries: how each is written, and what a mistaken one was meant to be."""

import difflib
import re
from typing import Literal, cast

from monitor.match.nodes import How, Mark, Nearness

Kind = Literal["JOIN", "COUNT", "WEIGHTS"]

# A weight follows what it weighs: =10, =-100, =2.5, =10*3 (for each of at most three places).
WEIGHT = r"= ?(?P<weight>[+\-]?\d{1,9}(?:\.\d{1,6})?)(?:\*(?P<times>\d{1,6}))?(?=[\s,)]|$),?"
_PLAIN_WEIGHT = re.sub(r"\?P<\w+>", "?:", WEIGHT)
# A word that may stand without quotation marks; the grammar has the same idea of it.
BARE = rf"""[^\s"“”„«»():@~|&!+\-](?:(?!{_PLAIN_WEIGHT})[^\s"“”„«»():~])*"""

_KEYWORDS = ("AND", "OR", "NOT")
_JOIN = re.compile(r"(NEAR|NEXT|ADJ)/(\d{1,9})|(SENTENCE|PARAGRAPH)|UNLESS")
_COUNT = re.compile(r"(?:FIRST|ATLEAST)/0*[1-9]\d{0,8}")
_WEIGHTS = re.compile(r"WEIGHTS/0*[1-9]\d{0,8}")
_WITH_NUMBER = ("NEAR", "NEXT", "ADJ", "FIRST", "ATLEAST", "WEIGHTS")
_WITHOUT = ("SENTENCE", "PARAGRAPH", "UNLESS")
# What other query languages call it; and lower-case words that nobody would search for alone.
_ELSEWHERE = {
    "WITHIN": "NEAR", "NEARBY": "NEAR", "W": "NEAR", "N": "NEAR", "WITH": "NEAR", "PROX": "NEAR",
    "ONEAR": "NEXT", "BEFORE": "NEXT", "PRE": "NEXT", "P": "NEXT", "FOLLOWEDBY": "NEXT",
    "SAME": "SENTENCE", "S": "SENTENCE", "SENT": "SENTENCE", "PARA": "PARAGRAPH",
    "ATLEAST": "ATLEAST", "MINIMUM": "ATLEAST", "MIN": "ATLEAST", "START": "FIRST",
    "EXCEPT": "UNLESS", "BUTNOT": "NOT", "ANDNOT": "NOT", "WEIGHT": "WEIGHTS",
}  # fmt: skip
_LONE = {"WITHIN", "NEARBY", "ONEAR", "BEFORE", "FOLLOWEDBY", "BUTNOT", "ANDNOT"}
_SMALL = {"near", "unless", "atleast"}
_SLASHED = re.compile(
    rf"((?:{'|'.join(_WITH_NUMBER + _WITHOUT)})(?=/.)|[^\W\d_]+(?=/[+\-]?\d*$))/.*"
)
_ALIKE, _ALIKE_WITH_NUMBER = 0.8, 0.7


def operator_kind(word: str) -> Kind | None:
    """Tell what kind of operator a word is, if it is one."""
    if _JOIN.fullmatch(word):
        return "JOIN"
    if _COUNT.fullmatch(word):
        return "COUNT"
    return "WEIGHTS" if _WEIGHTS.fullmatch(word) else None


def read_nearness(word: str, start: int = 0, end: int = 0) -> Nearness | None:
    """Read NEAR/n, NEXT/n, ADJ/n, SENTENCE or PARAGRAPH; None for UNLESS."""
    found = _JOIN.fullmatch(word)
    if found is None or found.lastindex is None:
        return None
    if found[3]:
        return Nearness(cast(How, found[3]), 0, start, end)
    return Nearness("NEAR" if found[1] == "NEAR" else "NEXT", int(found[2]), start, end)


def split_mark(word: str) -> tuple[Mark, str]:
    """Part the mark from a word or phrase."""
    return (cast(Mark, word[0]), word[1:]) if word[:1] in {"=", "^"} else ("", word)


def is_operator_like(word: str) -> bool:
    """Tell whether a bare word would be read, or refused, as an operator."""
    return operator_kind(word) is not None or find_mistake(word) is not None


def find_mistake(word: str) -> tuple[str, str] | None:
    """Find what is wrong with a word that looks like an operator but is none: what, and the mend."""
    name = word.upper()
    if name in _KEYWORDS or word in _SMALL:
        return f"{word} is no operator in small letters.", _mend(name, word)
    if slashed := _SLASHED.fullmatch(word):
        return _explain_slashed(slashed[1], word)
    if word in _WITH_NUMBER:
        return f"{word} lacks its number.", _mend(word, word)
    if word == "XOR":
        return "There is no operator XOR.", "Write (a OR b) NOT (a AND b), or quote it."
    meant = _ELSEWHERE.get(word) if word in _LONE else _nearest(word)
    return (f"There is no operator {word}.", _mend(meant, word)) if meant else None


def _explain_slashed(name: str, word: str) -> tuple[str, str] | None:
    """Say why OPERATOR/n is none; what is an operator has been taken before."""
    upper = name.upper()
    if upper in _WITHOUT or upper in _KEYWORDS:
        return f"{upper} takes no number.", _mend(upper, word)
    if upper in _WITH_NUMBER:
        if name != upper:
            return f"{word} is no operator in small letters.", _mend(upper, word)
        least = "from 0" if upper in {"NEAR", "NEXT", "ADJ"} else "from 1"
        return f"{word} has no number that fits.", f"Write {upper}/n with a number {least}."
    if not word[len(name) + 1 :]:
        return None  # a slash at the end makes no operator
    meant = _ELSEWHERE.get(upper) or _nearest(upper, with_number=True)
    if meant is None:
        return f"There is no operator {word}.", f'Write "{word}" to search for it.'
    return f"There is no operator {word}.", _mend(meant, word)


def _nearest(word: str, *, with_number: bool = False) -> str | None:
    """Find the operator that a word in capitals nearly is; a short one may well be an acronym."""
    if not word.isupper() or (len(word) < 5 and not with_number):
        return None
    cutoff = _ALIKE_WITH_NUMBER if with_number else _ALIKE
    found = difflib.get_close_matches(word, ("NEAR", *_WITH_NUMBER[3:], *_WITHOUT), 1, cutoff)
    return found[0] if found and found[0] != word else None


def _mend(meant: str, word: str) -> str:
    number = word.rpartition("/")[2]
    example = number if re.fullmatch(r"[1-9]\d{0,8}", number) else "8"
    written = f"{meant}/{example}" if meant in _WITH_NUMBER else meant
    return f'Write {written}, or "{word}" to search for it.'
