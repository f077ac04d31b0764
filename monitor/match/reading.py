"""One document as watches read it: its words, sentences and paragraphs, each found when first asked for."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TypeVar, cast

from monitor.match.found import Found, Group
from monitor.match.nodes import Scope
from monitor.match.scan import Place, Seen, Sighting, field_text
from monitor.match.scopes import field_of
from monitor.match.sentences import paragraph_starts, sentence_starts
from monitor.model.watch import Document, Field
from monitor.text.fold import Folded
from monitor.text.scripts import CJK_RANGES

_LETTER = rf"[^\W{CJK_RANGES}]"
# An apostrophe joins (o'zbek, SCO's), a hyphen parts; each Han character or kana is a word.
_WORD = re.compile(rf"[{CJK_RANGES}]|{_LETTER}(?:{_LETTER}|[\u0300-\u036f]|'(?={_LETTER}))*")
_LEAD = 60  # words; a first paragraph that is shorter, a dateline or a byline, is not yet the lead
_TAG_GAP = 1_000  # words between two tags, and more than a distance may span there
_Made = TypeVar("_Made")


class Reading:
    """What a document shows, and where its words, sentences and paragraphs begin."""

    def __init__(self, document: Document, sighting: Sighting) -> None:
        """Take what a scan saw; nothing is looked for yet."""
        self.document = document
        self.seen: Seen = sighting.seen
        self.folded: Mapping[Field, Folded] = sighting.folded
        self._made: dict[Hashable, object] = {}

    def places(self, concept: int, scope: Scope) -> Sequence[Place]:
        """Give the places of a concept."""
        found = self.seen.get(concept)
        if found is None:
            return ()
        places = found.get(field_of(scope), ())
        if scope != "lead" or not places:
            return places
        end = self._lead_end()
        return places[: bisect_right(places, end, key=lambda place: place[1])]

    def found(self, concept: int, scope: Scope) -> Found:
        """Give the places of a concept as groups of words."""
        key = ("found", concept, scope)
        if (made := self._made.get(key)) is None:
            field = field_of(scope)
            groups = [
                (*self._words(field).of(place), ((concept, *place),))
                for place in self.places(concept, scope)
            ]
            made = self._made[key] = Found(groups, self._words(field).size)
        return cast(Found, made)

    def remembered(self, key: Hashable) -> Found | None:
        """Give what was found for this key before."""
        return cast("Found | None", self._made.get(key))

    def remember(self, key: Hashable, found: Found) -> Found:
        """Keep what was found, for the next watch that asks the same."""
        self._made[key] = found
        return found

    def sentence_of(self, field: Field, group: Group) -> int | None:
        """Give the number of the sentence that a group stands in; None if in two."""
        return self._unit("sentence", field, group)

    def paragraph_of(self, field: Field, group: Group) -> int | None:
        """Give the number of the paragraph that a group stands in; None if in two."""
        return self._unit("paragraph", field, group)

    def _unit(self, kind: str, field: Field, group: Group) -> int | None:
        if (kind, field) not in self._made:
            self._made[kind, field] = self._words(field).numbers(self._starts(kind, field))
        starts = cast("list[int]", self._made[kind, field])
        unit = bisect_right(starts, group[0])
        return unit if bisect_right(starts, group[1]) == unit else None

    def _starts(self, kind: str, field: Field) -> list[int]:
        """Find the folded offsets at which sentences or paragraphs begin."""
        if field == "tag":
            starts = list(self._tag_starts())
        else:
            text = field_text(self.document, field)
            starts = list(sentence_starts(text) if kind == "sentence" else paragraph_starts(text))
        folded = self.folded[field]
        offsets = range(len(folded.text))
        return [
            bisect_left(offsets, start, key=lambda at: folded.span(at, at + 1)[0])
            for start in starts
        ]

    def _tag_starts(self) -> Iterator[int]:
        yield from accumulate(len(tag) + len("; ") for tag in self.document.tags[:-1])

    def _words(self, field: Field) -> "_Words":
        if ("words", field) not in self._made:
            walls = self._starts("paragraph", field) if field == "tag" else []
            self._made["words", field] = _Words(self.folded[field].text, walls)
        return cast(_Words, self._made["words", field])

    def _lead_end(self) -> int:
        """Find the folded offset at which the lead ends."""
        if "lead" not in self._made:
            starts = self._starts("paragraph", "text")
            words = self._words("text")
            short = words.ends[_LEAD - 1] if len(words.ends) >= _LEAD else words.length
            self._made["lead"] = max(starts[0], short) if starts else short
        return cast(int, self._made["lead"])


def reach_in(field: Field, words: int) -> int:
    """Give how far a distance reaches in a field: never from one tag to another."""
    return min(words, _TAG_GAP // 2) if field == "tag" else words


class _Words:
    """The words of a folded field, by number."""

    def __init__(self, text: str, walls: Sequence[int]) -> None:
        """Find them; at a wall, such as where a tag begins, the numbers leave a gap."""
        spans = [found.span() for found in _WORD.finditer(text)]
        self._begins = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.length = len(text)
        self._walls = [bisect_left(self._begins, wall) for wall in walls]
        self.size = len(spans) + _TAG_GAP * len(walls) + 1

    def of(self, place: Place) -> tuple[int, int]:
        """Give the numbers of the first and the last word of a place."""
        first = bisect_right(self.ends, place[0])
        last = max(first, bisect_left(self._begins, place[1]) - 1)
        if self._walls:
            gap = _TAG_GAP * bisect_right(self._walls, first)
            return first + gap, last + gap
        return first, last

    def numbers(self, offsets: Sequence[int]) -> list[int]:
        """Give the number of the first word at or after each offset."""
        return [self.of((offset, offset))[0] for offset in offsets]
