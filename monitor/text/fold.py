"""Folding: one form for all ways to type the same words, with the way back to the original.

Much of the cost of matching is here, so the usual cases stay in C. A text in the alphabet is folded
as bytes; of others, what keeps its length needs no map, and the slow path looks only at the few
places where the length may change.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from monitor.text.alphabet import Respelling, to_octets
from monitor.text.homoglyphs import mixes_scripts, unify_scripts

_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
_FREQUENT = {
    "'": "’‘ʻʼ`",
    "-": "–—−",
    '"': "«»“”„",
    " ": "\xa0" + _BLANKS,
    "е": "ё",
    "Е": "Ё",
    ",": "，",  # the full-width forms are in every Chinese sentence: spare them the slow path
    ":": "：",
    ";": "；",
    "!": "！",
    "?": "？",
    "(": "（",
    ")": "）",
}
_RARE = {
    "'": "‛ʹʽ´′＇ꞌ",
    "-": "‐‑‒―﹘﹣－",
    '"': "‟‹›〝〞″＂",
    " ": "\x85\u1680\u2028\u2029",  # NFKC sees to the other spaces
    "е": "ѐ",
    "и": "ѝ",
}
# Soft hyphen, joiners, direction marks, byte-order mark, variation selectors: nothing to read.
_UNSEEN = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
)
_SIGNS = "™℠"  # NFKC would glue "tm" to the name before it
_STRESS = "\u0300\u0301"
_VOWELS = frozenset("аеёиоуыэюяіїєәөүұ")


def _pairs(alike: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((char, to) for to, chars in alike.items() for char in chars)


_PAIRS = _pairs(_FREQUENT)
_TABLE = str.maketrans(dict.fromkeys(_UNSEEN + _SIGNS, "") | dict((*_PAIRS, *_pairs(_RARE))))
_NO_STRESS = str.maketrans("", "", _STRESS)
# What neither the replacements above nor the check for NFKC would notice.
_UNSETTLED = re.compile("[" + "".join(_RARE.values()) + _UNSEEN + _STRESS + "]")

_SHORT = 4  # characters of a cluster that is worth remembering

# The usual letters and marks, folded: each is settled by itself, and so is any run of them.
_UNPLAIN = re.compile(
    "[^ -~\u00e0-\u00f6\u00f8-\u00ff\u0430-\u044f\u0451-\u045c\u045e\u045f\u048a-\u04ff"
    "\u3001\u3002\u300a\u300b\u4e00-\u9fff]"
)

# Characters known to fold one to one, each by itself; all others are looked at.
_USUAL = (
    r"\x00-\x1f!-\x7f\xc0-\xd6\xd8-\xde\xe0-\xf6\xf8-\xff\u0401-\u040c\u040e-\u044f"
    r"\u0451-\u045c\u045e-\u0482\u048a-\u04ff\u3001\u3002\u3008-\u3011\u3041-\u3096\u30a1-\u30fa"
    r"\u4e00-\u9fff"
)
# A run of unusual characters and spaces, but not a single space. It starts with a set, not with
# alternatives, since only then the engine skips ahead at full speed.
_PLACES = re.compile(rf"[^{_USUAL}](?:(?<! )|[^{_USUAL}])[^{_USUAL}]*")
_Edit = tuple[int, int, int, int]  # original start and end, folded start and end
_folded_start = itemgetter(2)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where each of its parts stood in the original."""

    text: str
    _edits: tuple[_Edit, ...] = ()  # only where lengths differ

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a part of the folded text to the smallest part of the original that gave it."""
        if not self._edits:
            return start, end
        low = self._original(start)[0]
        return (low, self._original(end - 1)[1]) if end > start else (low, low)

    def _original(self, at: int) -> tuple[int, int]:
        index = bisect_right(self._edits, at, key=_folded_start) - 1
        if index < 0:
            return at, at + 1
        start, end, _, folded_end = self._edits[index]
        if at < folded_end:
            return start, end
        return end + at - folded_end, end + at - folded_end + 1


@lru_cache(maxsize=16)  # one text is folded to be compared, matched and printed
def fold(text: str) -> Folded:
    """Fold case, compatibility forms, look-alikes, stress marks and white space.

    NFKC, case folding, ё→е; soft hyphens, zero-width characters and stress marks on Cyrillic
    vowels vanish; apostrophes, dashes and quotation marks become one of each; a run of white space
    becomes one space; Latin letters in a Cyrillic word become Cyrillic, and the reverse (F20).
    """
    octets = to_octets(text)
    if octets is None or mixes_scripts(octets):
        return _fold_any(text)
    return _squeeze(_FOLDING.read(octets))


def _fold_any(text: str) -> Folded:
    """Fold a text with letters beyond the alphabet, or with words in two scripts."""
    even = text
    for char, to in _PAIRS:
        even = even.replace(char, to)
    if not even.isascii():
        even = unify_scripts(even)
    folded = even.lower()  # for plain text what casefold does, in two thirds of the time
    if _UNPLAIN.search(folded):
        folded = even.casefold()
        if not _is_settled(folded, len(text)):
            return _fold_places(even)
    return _squeeze(folded)


def _is_settled(folded: str, length: int) -> bool:
    """Tell whether the replacements and the case were all that there was to do."""
    if len(folded) != length:
        return False
    return unicodedata.is_normalized("NFKC", folded) and not _UNSETTLED.search(folded)


def _squeeze(text: str) -> Folded:
    """Make one space of many where that is all there is to do, as between paragraphs."""
    blank = text.find("  ")
    if blank < 0:
        return Folded(text)
    parts: list[str] = []
    edits: list[_Edit] = []
    done = size = 0
    while blank >= 0:
        start = blank + 1  # the first of the blanks stays
        parts.append(text[done:start])
        size += start - done
        done = start + 1
        while text.startswith(" ", done):
            done += 1
        edits.append((start, done, size, size))
        blank = text.find("  ", done)
    parts.append(text[done:])
    return Folded("".join(parts), tuple(edits))


def _fold_places(text: str) -> Folded:
    """Fold a text that changes its length somewhere, noting each such place."""
    parts: list[str] = []
    edits: list[_Edit] = []
    done = size = 0
    for place in _PLACES.finditer(text):
        start, end = place.span()
        if start > done and _is_attached(text[start]):
            start -= 1
        parts.append(text[done:start].casefold())
        size += start - done
        for low, high, part in _fold_run(text, start, end):
            if len(part) != 1 or high - low != 1:
                edits.append((low, high, size, size + len(part)))
            parts.append(part)
            size += len(part)
        done = end
    parts.append(text[done:].casefold())
    return Folded("".join(parts), tuple(edits))


def _fold_run(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield each character with its marks as start, end and folded form; one space of many."""
    heads = [start, *(at for at in range(start + 1, end) if not _is_attached(text[at])), end]
    blank = False
    for low, high in pairwise(heads):
        part = (_fold_short if high - low <= _SHORT else _fold_cluster)(text[low:high])
        if part == " " and blank:
            part = ""
        blank = part == " " or (blank and not part)
        yield low, high, part


@lru_cache(maxsize=4096)
def _fold_short(cluster: str) -> str:
    return _fold_cluster(cluster)  # the same few unusual characters make up most of any text's


def _is_attached(char: str) -> bool:
    if "\u1161" <= char <= "\u11ff" or char in "ﾞﾟ":  # Hangul jamo, half-width voicing marks
        return True
    return unicodedata.category(char)[0] == "M"


def _fold_cluster(cluster: str) -> str:
    if cluster[0].isspace():
        return " "  # whatever mark stands on it
    if cluster.casefold()[0] in _VOWELS:
        cluster = cluster.translate(_NO_STRESS)
    folded = cluster.translate(_TABLE)
    for _ in range(2):  # case folding may undo composition, and the reverse
        folded = unicodedata.normalize("NFKC", folded).casefold().translate(_TABLE)
        folded = folded.replace("i\u0307", "i")  # what İ folds to
    if len(folded) > 1:  # NFKC writes a lone accent as space and mark
        folded = folded.replace(" ", "")
    while folded and unicodedata.category(folded[0])[0] == "M":
        folded = folded[1:]  # it stood on nothing, and must not move to the letter before
    return folded


# Each character of the alphabet folds to one, whatever stands beside it.
_FOLDING = Respelling(_fold_cluster)
