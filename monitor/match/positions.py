"""The parts of a plan that ask where things stand: each finds groups of places in one field.

What an operator finds are the places that satisfied it, and no others: they are what a match shows.
A part is compiled once for all watches; what it finds in a document is remembered until the next.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from heapq import merge
from itertools import chain, combinations, count, pairwise
from operator import and_
from typing import Literal

from monitor.match.found import (
    Found,
    Group,
    Later,
    after,
    before,
    joined,
    nearer_of,
    next_after,
    next_before,
    spread,
    united,
)
from monitor.match.nodes import Nearness, Scope
from monitor.match.reading import Reading, reach_in
from monitor.match.scopes import field_of
from monitor.model.watch import Field

Unit = Literal["SENTENCE", "PARAGRAPH"]
_NOTHING = Found((), 0)


@dataclass(frozen=True, slots=True)
class Spot:
    """Finds a concept in some scopes."""

    concept: int
    scopes: tuple[Scope, ...]

    def find(self, reading: Reading, field: Field) -> Found:
        """Give its places."""
        parts = [
            reading.found(self.concept, scope)
            for scope in self.scopes
            if field_of(scope) == field and reading.places(self.concept, scope)
        ]
        return united(parts) if parts else _NOTHING


@dataclass(frozen=True, slots=True)
class AnySpot:
    """Finds what any part finds."""

    parts: tuple["Position", ...]

    def find(self, reading: Reading, field: Field) -> Found:
        """Give the places of all parts."""
        return united([find(part, reading, field) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Chain:
    """Finds parts of which each is near the one before, by words."""

    parts: tuple["Position", ...]
    words: int
    ordered: bool

    def find(self, reading: Reading, field: Field) -> Found:
        """Give a group for each way from the first part to the last, the nearest of each place."""
        links: list[Found] = []
        words = reach_in(field, self.words)
        for part in self.parts:
            found = find(part, reading, field)
            if found and links:
                found = self._near(found, links[-1], words, ahead=True)
            if not found:
                return _NOTHING
            links.append(found)
        for at in range(len(links) - 2, -1, -1):
            links[at] = self._near(links[at], links[at + 1], words, ahead=False)
        make = self._pairs if len(links) == 2 else self._groups
        return Later(lambda: make(*links), links, links[0].size)

    def _near(self, found: Found, other: Found, words: int, *, ahead: bool) -> Found:
        """Keep what is near the other: after it if ``ahead``, or before it, or either if in any order."""
        starts = after(other, words) if ahead or not self.ordered else 0
        ends = before(other, words) if not ahead or not self.ordered else 0
        return found.keep(starts, ends)

    def _groups(self, *links: Found) -> Iterator[Group]:
        """Walk from each place to its neighbours on both sides; each place is in a group."""
        for at, link in enumerate(links):
            for group in link.groups:
                yield joined(list(self._walk(group, links, at)))

    def _pairs(self, one: Found, other: Found) -> Iterator[Group]:
        """Do what ``_groups`` does for two, which is nearly always, in half the time."""
        for group in one.groups:
            yield joined((group, self._neighbour(group, other, ahead=True)))
        for group in other.groups:
            yield joined((group, self._neighbour(group, one, ahead=False)))

    def _walk(self, group: Group, links: Sequence[Found], at: int) -> Iterator[Group]:
        yield group
        for ahead, steps in ((True, range(at + 1, len(links))), (False, range(at - 1, -1, -1))):
            here = group
            for step in steps:
                here = self._neighbour(here, links[step], ahead=ahead)
                yield here

    def _neighbour(self, group: Group, found: Found, *, ahead: bool) -> Group:
        """Pick the nearest place of the next part; the links hold only places that have one."""
        later = next_after(group, found) if ahead or not self.ordered else None
        earlier = next_before(group, found) if not ahead or not self.ordered else None
        return nearer_of(group, later, earlier)


@dataclass(frozen=True, slots=True)
class Companions:
    """Finds parts that stand in one sentence, or in one paragraph."""

    parts: tuple["Position", ...]
    unit: Unit

    def find(self, reading: Reading, field: Field) -> Found:
        """Give a group for each sentence or paragraph that has them all, each at its own place."""
        unit_of = _unit_finder(reading, field, self.unit)
        units: list[dict[int, list[Group]]] = []
        size = 0
        for part in self.parts:
            found = find(part, reading, field)
            if not found:
                return _NOTHING
            units.append(found.units(self.unit, unit_of))
            size = found.size

        def groups() -> Iterator[Group]:
            for number in units[0].keys() & set.intersection(*map(set, units)):
                sides = [unit[number] for unit in units]
                if _stand_apart(sides):
                    yield joined([group for side in sides for group in side])

        return Later(groups, (), size) if next(groups(), None) else _NOTHING


@dataclass(frozen=True, slots=True)
class Clear:
    """Finds what stands apart from the other: not near it, not in a sentence with it, not inside it."""

    part: "Position"
    other: "Position"
    nearness: Nearness | None  # None: it may be next to it, but not overlap

    def find(self, reading: Reading, field: Field) -> Found:
        """Give the places that are clear."""
        found = find(self.part, reading, field)
        other = find(self.other, reading, field) if found else _NOTHING
        if not other:
            return found
        if self.nearness is None:
            return found.clear_of(other.cover)
        if self.nearness.how in {"SENTENCE", "PARAGRAPH"}:
            unit_of = _unit_finder(reading, field, self.nearness.how)
            taken = other.units(self.nearness.how, unit_of)
            return Found([g for g in found.groups if unit_of(g) not in taken], found.size)
        words = min(reach_in(field, self.nearness.words), found.size)
        if self.nearness.how == "NEXT":
            return found.keep(0, ((2 << found.size) - 1) & ~before(other, words))
        return found.clear_of(spread(spread(other.cover, words + 1), -words - 1))


@dataclass(frozen=True, slots=True)
class Early:
    """Finds what stands among the first words."""

    part: "Position"
    words: int

    def find(self, reading: Reading, field: Field) -> Found:
        """Give the places that end early enough."""
        found = find(self.part, reading, field)
        return found.keep(0, (1 << min(self.words, found.size)) - 1) if found else found


@dataclass(frozen=True, slots=True)
class Often:
    """Finds what is there so many times, in all its fields together."""

    part: "Position"
    times: int
    fields: tuple[Field, ...]

    def find(self, reading: Reading, field: Field) -> Found:
        """Give the places in this field, if there are enough in all fields."""
        parts = (find(self.part, reading, name) for name in self.fields)
        enough = sum(part.count_to(self.times) for part in parts) >= self.times
        return find(self.part, reading, field) if enough else _NOTHING


@dataclass(frozen=True, slots=True)
class Huddle:
    """Finds some words in any order with few others among them."""

    parts: tuple["Position", ...]  # distinct
    needs: tuple[int, ...]  # how many of each
    others: int

    def find(self, reading: Reading, field: Field) -> Found:
        """Give a group for each stretch that has them all."""
        parts = [find(part, reading, field) for part in self.parts]
        if not all(parts):
            return _NOTHING
        others = reach_in(field, self.others)
        longest = (1 if p.flat else max(b - a + 1 for a, b, _ in p.groups) for p in parts)
        reach = others + sum(n * each for n, each in zip(self.needs, longest, strict=True))
        size = parts[0].size
        steps = min(reach, size)
        # Only where all are in reach may a stretch be; mostly that is nowhere, and soon known.
        windows = (spread(spread(part.cover, steps), -steps) for part in parts)
        window = reduce(and_, windows)
        close = [part.keep(window) for part in parts]

        def stretches() -> Iterator[Group]:
            return _stretches(close, self.needs, others)

        found = all(close) and next(stretches(), None)
        return Later(stretches, (), size) if found else _NOTHING


Position = Spot | AnySpot | Chain | Companions | Clear | Early | Often | Huddle


def find(position: Position, reading: Reading, field: Field) -> Found:
    """Give what a part finds in a field, worked out once for a document."""
    key = (id(position), field)
    known = reading.remembered(key)
    return reading.remember(key, position.find(reading, field)) if known is None else known


def _unit_finder(reading: Reading, field: Field, unit: str) -> Callable[[Group], int | None]:
    """Give the function that numbers the sentence, or the paragraph, of a group."""
    of = reading.paragraph_of if unit == "PARAGRAPH" else reading.sentence_of
    return lambda group: of(field, group)


def _stand_apart(sides: Sequence[Sequence[Group]]) -> bool:
    """Tell whether any two sides have places that do not overlap: one place is not both."""
    return all(_has_apart_pair(one, other) for one, other in combinations(sides, 2))


def _has_apart_pair(one: Sequence[Group], other: Sequence[Group]) -> bool:
    ends, other_ends = min(g[1] for g in one), min(g[1] for g in other)
    return ends < other[-1][0] or other_ends < one[-1][0]


def _stretches(parts: Sequence[Found], needs: Sequence[int], others: int) -> Iterator[Group]:
    """Yield the shortest stretches that end at each place and hold enough of every part."""
    latest = [deque[Group](maxlen=need) for need in needs]
    for group, number in merge(*map(_numbered, parts, count())):
        latest[number].append(group)
        if all(len(each) == each.maxlen for each in latest):
            chosen = sorted(chain.from_iterable(latest))
            if _is_close(chosen, others):
                yield joined(chosen)


def _numbered(found: Found, number: int) -> Iterator[tuple[Group, int]]:
    return ((group, number) for group in found.each())


def _is_close(chosen: Sequence[Group], others: int) -> bool:
    if any(one[1] >= other[0] for one, other in pairwise(chosen)):
        return False
    width = chosen[-1][1] - chosen[0][0] + 1
    return width - sum(last - first + 1 for first, last, _ in chosen) <= others
