"""A compiled spelling: a literal anchor for the automaton, and checks around it.

    Шанхайск* организаци*    anchor "организаци", before it a word and a gap, after it a tail

The anchor is found by the automaton; what stands before and after is checked at the place, within
a window whose length does not depend on the text, so no text can make a check slow.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import add

from monitor.match.inflect import Tail
from monitor.text.fold import Folded
from monitor.text.scripts import CJK_RANGES, has_edge

_STAR = 64  # characters that one * can stand for; longer runs are no words
_ENDING = 32  # and an ending
_ANY = r"[\w\u0300-\u036f]"
_LETTER = rf"[^\W{CJK_RANGES}]"  # of a script that parts its words
_EDGE = rf"(?!(?<={_LETTER})(?:{_LETTER}|[\u0300-\u036f]))"
# Between the words of a phrase: blanks (folded to one), hyphens, quotes, brackets, commas; two
# marks at most, as in “Shanghai” “Cooperation”. A full stop ends a sentence and so a phrase.
_MARKS = r"\-'\",()\[\]/·・「」『』《》〈〉*"
GAP = rf"(?=[ {_MARKS}])(?> ?[{_MARKS}]? ?[{_MARKS}]? ?)"
HYPHEN = r"(?=[ \-])(?> ?-? ?)"  # where the spelling itself has a hyphen
_GAP_LENGTH = 5
# An ending is all letters up to the edge of the word. A joined one has a hyphen or an apostrophe
# in it; what looks like one may be the next word, so each reading is tried, the longer one first.
_DIRECT = f"{_LETTER}{{0,{_ENDING}}}+"
_JOINED = f"{_DIRECT}(?:['-]{_LETTER}{{1,{_ENDING}}}+)?+'?+"
_DIRECT_BACK = f"{_LETTER}{{0,{_ENDING}}}?"
_JOINED_BACK = f"'?(?:{_LETTER}{{1,{_ENDING}}}+['-])?{_DIRECT_BACK}"
_NEAR = 100  # characters on either side without a capital: who wrote this uses none


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a word: literal text, a wildcard, or the ending of an inflected word.

    ``shape`` has a sign for each letter with a case: U must be a capital, l a small letter, and a
    dot may be either; empty if none matters. ``leads`` begins a name, which has a capital somewhere.
    """

    literal: str = ""
    least: int = 0  # characters a wildcard stands for
    more: bool = False  # or more than that
    shape: str = ""
    leads: bool = False
    tail: Tail | None = None
    small: bool = False  # an ending put straight to an acronym is not in capitals: США, not США-NB

    @property
    def is_wild(self) -> bool:
        """Tell whether this is a wildcard."""
        return not self.literal and self.tail is None

    @property
    def is_watched(self) -> bool:
        """Tell whether its capitals count."""
        return bool(self.shape) or self.leads or self.small

    @property
    def is_checked(self) -> bool:
        """Tell whether a pattern alone cannot tell if what it found will do."""
        return self.is_watched or self.tail is not None


Word = tuple[Part, ...]
_Finding = tuple[Part, int, int]  # where a part was found, as folded offsets


@dataclass(frozen=True)
class Side:
    """What must stand on one side of the anchor, nearest first; compiled when first needed.

    A feed shows a few of ten thousand spellings, so most patterns are never compiled.
    """

    inner: Word  # the rest of the anchor's own word
    words: tuple[Word, ...]  # further words
    gaps: tuple[str, ...]  # what parts each of them from the one before, as a pattern
    backwards: bool

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The check as patterns of bounded reach; what has to be looked at is their groups."""
        joined = any(part.tail is not None and part.tail.joined for part in self._parts)
        return tuple(self._pattern(joined=each) for each in ((True, False) if joined else (False,)))

    @cached_property
    def checked(self) -> tuple[Part, ...]:
        """The parts that the groups of a pattern stand for."""
        return tuple(part for part in self._parts if part.is_checked)

    @cached_property
    def reach(self) -> int:
        """The most characters a pattern can look at."""
        sizes = (
            len(p.literal) + p.least + _STAR * p.more + (2 * _ENDING + 2) * (p.tail is not None)
            for p in self._parts
        )
        return sum(sizes) + _GAP_LENGTH * len(self.words) + 2

    @property
    def _parts(self) -> Iterator[Part]:
        yield from self.inner
        for word in self.words:
            yield from word

    def find(self, text: str, at: int) -> tuple[int, list[_Finding]] | None:
        """Find how far what follows (or, backwards, precedes) reaches, with what has to be looked at."""
        base = at
        if self.backwards:
            text = text[max(0, at - self.reach) : at + 1][::-1]
            at = 1
        for pattern in self.patterns:
            found = pattern.match(text, at)
            if found is not None and self._allows(found):
                findings = [(part, *found.span(group)) for group, part in self._watched]
                if not self.backwards:
                    return found.end(), findings
                turned = [(p, base + 1 - end, base + 1 - start) for p, start, end in findings]
                return base + 1 - found.end(), turned
        return None

    def _allows(self, found: re.Match[str]) -> bool:
        for group, tail in self._tails:
            ending = found[group]
            if not tail.allows(ending[::-1] if self.backwards else ending):
                return False
        return True

    @cached_property
    def _tails(self) -> tuple[tuple[int, Tail], ...]:
        return tuple((g, p.tail) for g, p in enumerate(self.checked, 1) if p.tail is not None)

    @cached_property
    def _watched(self) -> tuple[tuple[int, Part], ...]:
        return tuple((group, p) for group, p in enumerate(self.checked, 1) if p.is_watched)

    def _pattern(self, joined: bool) -> re.Pattern[str]:
        words = [self.inner, *self.words]
        # A word looks ahead to its gap, so that a * stops where the next word may follow.
        ends = [*(f"(?={gap})" for gap in self.gaps), _EDGE]
        texts = [self._word(word, end, joined) for word, end in zip(words, ends, strict=True)]
        return re.compile("".join(map(add, texts, [*self.gaps, ""])), re.DOTALL)

    def _word(self, word: Word, end: str, joined: bool) -> str:
        """Write a word; each * is settled by its nearest way on, and never tried again."""
        text, opened = "", ""
        for number, part in enumerate(word, 1):
            if part.is_wild and part.more:
                text += opened and ")"
                opened = "(?>"
                # A last * runs to the end of the word in one go, five times faster than by steps.
                last = number == len(word)
                run = f"{_LETTER}{{0,{_STAR}}}+" if last else f"{_ANY}{{0,{_STAR}}}?"
                text += f"(?>{_ANY}{{{part.least}}}{run}"
            elif part.is_wild:
                text += f"{_ANY}{{{part.least}}}"
            else:
                inside = self._literal(part) if part.tail is None else self._ending(part, joined)
                text += f"({inside})" if part.is_checked else inside
        return text + end + (opened and ")")

    def _literal(self, part: Part) -> str:
        return re.escape(part.literal[::-1] if self.backwards else part.literal)

    def _ending(self, part: Part, joined: bool) -> str:
        if joined and part.tail is not None and part.tail.joined:
            return _JOINED_BACK if self.backwards else _JOINED
        return _DIRECT_BACK if self.backwards else _DIRECT


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled spelling. ``language`` is the one it is written in, None if it fits any."""

    part: Part  # the anchor
    before: Side | None
    after: Side | None
    language: str | None = None

    @property
    def anchor(self) -> str:
        """The literal text to look for."""
        return self.part.literal

    @property
    def begins_word(self) -> bool:
        """Tell whether the anchor can stand only where a word begins."""
        return self.before is None or not self.before.inner

    def find(self, folded: Folded, original: str | None, end: int) -> tuple[int, int] | None:
        """Find the whole occurrence around an anchor that ends here, as folded offsets.

        Without ``original`` capitals do not count.
        """
        text = folded.text
        start = end - len(self.part.literal)
        if self.before is None and not has_edge(text, start):
            return None
        if self.after is None and not has_edge(text, end):
            return None
        own: list[_Finding] = [(self.part, start, end)] if self.part.is_watched else []
        first, last = start, end
        if self.after is not None:
            found = self.after.find(text, end)
            if found is None:
                return None
            last, more = found
            own += more
        if self.before is not None:
            found = self.before.find(text, start)
            if found is None:
                return None
            first, more = found
            own += more
        if own and original is not None and not _is_written_so(folded, original, own):
            return None
        return first, last


def _is_written_so(folded: Folded, original: str, findings: Sequence[_Finding]) -> bool:
    """Tell whether capitals stand where they must, in what was found."""
    names: list[tuple[int, int]] = []
    led = False
    for part, folded_start, folded_end in findings:
        start, end = folded.span(folded_start, folded_end)
        if part.shape and not _fits(part.shape, original[start:end]):
            return False
        if part.small and original[start:end].isupper() and folded.text[folded_start] not in "-'":
            return False
        if part.leads:
            names.append((start, end))
            led = led or not original[start].islower()
    if not names or led:
        return True
    low, high = names[0][0], names[-1][1]
    return original[max(0, low - _NEAR) : high + _NEAR].islower()


def _fits(shape: str, written: str) -> bool:
    if written.isupper() and "l" not in shape:
        return True  # an acronym: the usual case
    own = shape_of(written)
    return len(own) == len(shape) and all(
        wanted in (".", sign) for wanted, sign in zip(shape, own, strict=True)
    )


def shape_of(text: str) -> str:
    """Write U for each capital and l for each small letter; other characters have no sign."""
    return "".join(
        "U" if char.isupper() else "l" for char in text if char.isupper() or char.islower()
    )
