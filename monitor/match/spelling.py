"""From a spelling to a form: a literal anchor for the automaton, and checks around it.

    Шанхайск* организаци*    anchor "организаци", before it a word and a gap, after it a tail

The anchor is found by the automaton; what stands before and after is checked at the place, within
a window whose length does not depend on the text, so no text can make a check slow.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import add

from monitor.errors import QueryError
from monitor.text.fold import Folded, fold
from monitor.text.scripts import CJK_RANGES, has_edge

_STAR = 64  # characters that one * can stand for; longer runs are no words
_ANY = r"[\w\u0300-\u036f]"
_LETTER = rf"[^\W{CJK_RANGES}]"  # of a script that parts its words
_EDGE = rf"(?!(?<={_LETTER})(?:{_LETTER}|[\u0300-\u036f]))"
# Between the words of a phrase: blanks (folded to one), hyphens, quotes, brackets, commas; two
# marks at most, as in “Shanghai” “Cooperation”. A full stop ends a sentence and so a phrase.
_MARKS = r"\-'\",()\[\]/·・「」『』《》〈〉*"
_GAP = rf"(?=[ {_MARKS}])(?> ?[{_MARKS}]? ?[{_MARKS}]? ?)"
_HYPHEN = r"(?=[ \-])(?> ?-? ?)"  # where the spelling itself has a hyphen
_GAP_LENGTH = 5
# Marks at the ends of a spelling are not asked for, and those that may part words not inside it.
_TRIMMED = " .,;:!\"'()[]-"
_PIECE = re.compile(r"""[^ \-,"'()\[\]](?:[^ \-]*[^ \-,"'()\[\]])?""")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a word: literal text, or a wildcard for ``least`` characters and maybe more."""

    literal: str = ""
    least: int = 0
    more: bool = False

    @property
    def is_wild(self) -> bool:
        """Tell whether this is a wildcard."""
        return not self.literal


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a spelling, folded; ``exact`` if its capitals count."""

    parts: tuple[Part, ...]
    exact: bool


@dataclass(frozen=True)
class Side:
    """What must stand on one side of the anchor, nearest first; compiled when first needed.

    A feed shows a few of ten thousand spellings, so most patterns are never compiled.
    """

    inner: tuple[Part, ...]  # the rest of the anchor's own word
    exact: bool  # of the anchor's own word
    words: tuple[Word, ...]  # further words
    gaps: tuple[str, ...]  # what parts each of them from the one before, as a pattern
    backwards: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The check as a pattern of bounded reach; literals whose capitals count are its groups."""
        words = [Word(self.inner, self.exact), *self.words]
        # A word looks ahead to its gap, so that a * stops where the next word may follow.
        ends = [f"(?={gap})" for gap in self.gaps]
        texts = [self._word(word, end) for word, end in zip(words, [*ends, _EDGE], strict=True)]
        return re.compile("".join(map(add, texts, [*self.gaps, ""])), re.DOTALL)

    @cached_property
    def reach(self) -> int:
        """The most characters the pattern can look at."""
        parts = [*self.inner, *(part for word in self.words for part in word.parts)]
        sizes = (len(part.literal) + part.least + _STAR * part.more for part in parts)
        return sum(sizes) + _GAP_LENGTH * len(self.words) + 2

    def _word(self, word: Word, end: str) -> str:
        """Write a word; each * is settled by its nearest way on, and never tried again."""
        text, opened = "", ""
        for number, part in enumerate(word.parts, 1):
            if part.is_wild and part.more:
                text += opened and ")"
                opened = "(?>"
                # A last * runs to the end of the word in one go, five times faster than by steps.
                last = number == len(word.parts)
                run = f"{_LETTER}{{0,{_STAR}}}+" if last else f"{_ANY}{{0,{_STAR}}}?"
                text += f"(?>{_ANY}{{{part.least}}}{run}"
            elif part.is_wild:
                text += f"{_ANY}{{{part.least}}}"
            else:
                literal = re.escape(part.literal[::-1] if self.backwards else part.literal)
                text += f"({literal})" if word.exact else literal
        return text + end + (opened and ")")


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled spelling. ``language`` is the one it is written in, None if it fits any."""

    anchor: str
    exact: bool  # the anchor's capitals count
    before: Side | None
    after: Side | None
    language: str | None = None

    @property
    def begins_word(self) -> bool:
        """Tell whether the anchor can stand only where a word begins."""
        return self.before is None or not self.before.inner

    def find(self, folded: Folded, original: str | None, end: int) -> tuple[int, int] | None:
        """Find the whole occurrence around an anchor that ends here, as folded offsets.

        Without ``original`` capitals do not count.
        """
        text = folded.text
        start = end - len(self.anchor)
        if self.before is None and not has_edge(text, start):
            return None
        if self.after is None and not has_edge(text, end):
            return None
        exact = [(start, end)] if self.exact else []
        first, last = start, end
        if self.before is not None:
            window = text[max(0, start - self.before.reach) : start + 1][::-1]
            found = self.before.pattern.match(window, 1)
            if found is None:
                return None
            first = start + 1 - found.end()
            exact += [(start + 1 - e, start + 1 - s) for s, e in _groups(found)]
        if self.after is not None:
            found = self.after.pattern.match(text, end)
            if found is None:
                return None
            last = found.end()
            exact += _groups(found)
        if exact and original is not None and not _in_capitals(folded, original, exact):
            return None
        return first, last


def _groups(found: re.Match[str]) -> list[tuple[int, int]]:
    return [found.span(number) for number in range(1, found.re.groups + 1)]


def _in_capitals(folded: Folded, original: str, places: Sequence[tuple[int, int]]) -> bool:
    for place in places:
        start, end = folded.span(*place)
        written = original[start:end]
        if written != written.upper():
            return False
    return True


def check_spelling(text: str) -> None:
    """Raise QueryError, with a hint, if nothing could be found by this spelling."""
    compile_spelling(text)


def compile_spelling(text: str, language: str | None = None) -> Form:
    """Compile a spelling of one or more words. Raises QueryError as ``check_spelling`` does."""
    words, gaps = _split(text)
    at, index = max(
        (
            (w, p)
            for w, word in enumerate(words)
            for p, part in enumerate(word.parts)
            if part.literal
        ),
        key=lambda place: (len(words[place[0]].parts[place[1]].literal), -place[0], -place[1]),
    )
    word = words[at]
    left, right = word.parts[:index][::-1], word.parts[index + 1 :]
    earlier = tuple(Word(one.parts[::-1], one.exact) for one in words[:at][::-1])
    before = Side(left, word.exact, earlier, gaps[:at][::-1], backwards=True)
    after = Side(right, word.exact, words[at + 1 :], gaps[at:], backwards=False)
    return Form(
        anchor=word.parts[index].literal,
        exact=word.exact,
        before=before if before.inner or before.words else None,
        after=after if after.inner or after.words else None,
        language=language,
    )


def _split(text: str) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    """Split a spelling into its words and the gaps between them."""
    folded = fold(text)
    if folded.text.count('"') % 2:
        raise QueryError(
            "A quotation mark is not closed.", end=len(text), hint="Close it, or leave both out."
        )
    low = len(folded.text) - len(folded.text.lstrip(_TRIMMED))
    high = len(folded.text.rstrip(_TRIMMED))
    places = [found.span() for found in _PIECE.finditer(folded.text, low, high)]
    words = tuple(
        Word(_parts(folded.text[start:end]), _is_acronym(text[slice(*folded.span(start, end))]))
        for start, end in places
    )
    _check_words(text, words)
    between = (folded.text[one[1] : other[0]] for one, other in pairwise(places))
    return words, tuple(_HYPHEN if gap.strip() == "-" else _GAP for gap in between)


def _check_words(text: str, words: Sequence[Word]) -> None:
    literals = "".join(part.literal for word in words for part in word.parts)
    if any(char.isalnum() for char in literals):
        return
    if any(part.is_wild for word in words for part in word.parts):
        raise QueryError(
            f"{text.strip()} alone matches every text.",
            end=len(text),
            hint="Put letters beside the wildcard, such as казах*.",
        )
    raise QueryError("There is nothing to search for.", end=len(text), hint="Write a word.")


def _parts(word: str) -> tuple[Part, ...]:
    pieces = (piece for piece in re.split(r"([*?]+)", word) if piece)
    return tuple(
        Part(least=piece.count("?"), more="*" in piece) if piece[0] in "*?" else Part(piece)
        for piece in pieces
    )


def _is_acronym(word: str) -> bool:
    """Tell whether a word is written wholly in capitals, two or more: then they count."""
    return sum(char.isupper() for char in word) >= 2 and word == word.upper()
