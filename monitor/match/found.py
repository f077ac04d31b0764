"""Places as groups of words, and as bits: what is near what, in few steps however many there are.

A set of places in a field is also an integer with a bit for each word at which one begins, and one
for those at which one ends. "Within n words after" is then a handful of shifts.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter

Member = tuple[int, int, int]  # concept, folded start and end
# The first and the last word, and the places that make it up: one, or those an operator joined.
Group = tuple[int, int, tuple[Member, ...]]


def bits_at(positions: Iterable[int], size: int) -> int:
    """Make an integer with these bits."""
    octets = bytearray(size // 8 + 1)
    for at in positions:
        octets[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(octets, "little")


def spread(bits: int, steps: int) -> int:
    """Set the bits up to so many steps above each bit too; below, if negative."""
    covered, most = 1, abs(steps) + 1
    while covered < most:
        step = min(covered, most - covered)
        bits |= bits << step if steps > 0 else bits >> step
        covered += step
    return bits


class Found:
    """What one part of a query finds in one field, in reading order; not changed once made."""

    def __init__(self, groups: Sequence[Group], size: int) -> None:
        """Hold groups, sorted, of a field with so many words."""
        self._all = groups
        self.size = size
        self._units: dict[str, dict[int, list[Group]]] = {}

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The groups, sorted by their first words."""
        return self._all

    @cached_property
    def flat(self) -> bool:
        """Whether each group is one word."""
        return all(first == last for first, last, _ in self.groups)

    @cached_property
    def starts(self) -> int:
        """The words at which a group begins, as bits."""
        return bits_at((first for first, _, _ in self.groups), self.size)

    @cached_property
    def ends(self) -> int:
        """The words at which a group ends, as bits."""
        if self.flat:
            return self.starts
        return bits_at((last for _, last, _ in self.groups), self.size)

    @cached_property
    def cover(self) -> int:
        """The words that belong to a group, as bits."""
        if self.flat:
            return self.starts
        return bits_at((at for a, b, _ in self.groups for at in range(a, b + 1)), self.size)

    @cached_property
    def firsts(self) -> list[int]:
        """The first word of each group."""
        return [first for first, _, _ in self.groups]

    def count_to(self, most: int) -> int:
        """Count groups of which none overlaps another, up to so many."""
        if self.flat:
            return min(most, self.starts.bit_count())
        return _count_apart(sorted(self.groups, key=itemgetter(1)), most)

    def each(self) -> Iterator[Group]:
        """Yield groups that show what was found: every place is in one, if they are few."""
        yield from self.groups

    def units(self, kind: str, unit_of: Callable[[Group], int | None]) -> dict[int, list[Group]]:
        """Sort the groups by the sentence or paragraph that they stand in; those in two are left out."""
        if kind not in self._units:
            sorted_out = self._units[kind] = {}
            for group in self.groups:
                unit = unit_of(group)
                if unit is not None:
                    sorted_out.setdefault(unit, []).append(group)
        return self._units[kind]

    def keep(self, starts: int, ends: int = 0) -> "Found":
        """Keep the groups that begin, or that end, at one of these words."""
        if self.flat:
            return self._only(self.starts & (starts | ends))
        low, high = _Bits(starts, self.size), _Bits(ends, self.size)
        return Found([g for g in self.groups if low.has(g[0]) or high.has(g[1])], self.size)

    def clear_of(self, bits: int) -> "Found":
        """Keep the groups that cover none of these words."""
        if self.flat:
            return self._only(self.starts & ~bits)
        kept = [g for g in self.groups if not bits >> g[0] & ((2 << (g[1] - g[0])) - 1)]
        return Found(kept, self.size)

    def _only(self, bits: int) -> "Found":
        return self if bits == self.starts else _Kept(self, bits)

    def __bool__(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.groups)


class Later(Found):
    """What an operator joined: known to be something, worked out only if it is asked for."""

    def __init__(
        self, make: Callable[[], Iterator[Group]], parts: Sequence[Found], size: int
    ) -> None:
        """Hold how to make the groups, and what shows them if places suffice."""
        super().__init__((), size)
        self._make = make
        self._parts = parts

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The groups, sorted by their first words."""
        return sorted(set(self._make()))

    def count_to(self, most: int) -> int:
        """Count groups as they come, each the shortest from where it begins."""
        return _count_apart(self._make(), most)

    def each(self) -> Iterator[Group]:
        """Yield what it was joined from."""
        for part in self._parts:
            yield from part.each()
        if not self._parts:
            yield from self._make()

    def __bool__(self) -> bool:
        """It was made because there is something."""
        return True


class _Kept(Found):
    """Some of the one-word groups of another; which, is settled when they are asked for."""

    def __init__(self, whole: Found, bits: int) -> None:
        super().__init__((), whole.size)
        self._whole = whole
        self._bits = bits

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The groups that were kept."""
        return list(self.each())

    @cached_property
    def starts(self) -> int:
        """The words that were kept."""
        return self._bits

    @cached_property
    def flat(self) -> bool:
        """Each group is one word."""
        return True

    def each(self) -> Iterator[Group]:
        """Yield the groups that were kept."""
        octets = self._bits.to_bytes(self.size // 8 + 1, "little")
        for group in self._whole.groups:
            at = group[0]
            if octets[at >> 3] >> (at & 7) & 1:
                yield group

    def __bool__(self) -> bool:
        """Tell whether any word was kept."""
        return bool(self._bits)


class _Bits:
    """Answers whether a bit is set, without shifting the whole integer."""

    def __init__(self, bits: int, size: int) -> None:
        self._octets = bits.to_bytes(max(size, bits.bit_length()) // 8 + 1, "little")

    def has(self, at: int) -> bool:
        return bool(self._octets[at >> 3] >> (at & 7) & 1)


def united(parts: Sequence[Found]) -> Found:
    """Find what any of these found."""
    seen = [part for part in parts if part]
    if len(seen) == 1:
        return seen[0]
    groups = sorted({group for part in seen for group in part.groups})
    return Found(groups, seen[0].size if seen else 0)


def after(found: Found, words: int) -> int:
    """Give the words at which something may begin that follows with so many words between."""
    return spread(found.ends << 1, min(words, found.size))


def before(found: Found, words: int) -> int:
    """Give the words at which something may end that comes before with so many words between."""
    return spread(found.starts >> 1, -min(words, found.size))


def joined(groups: Sequence[Group]) -> Group:
    """Make one group of several."""
    if len(groups) == 2:
        one, other = groups if groups[0][0] <= groups[1][0] else groups[::-1]
        if one[1] < other[0]:
            return one[0], other[1], one[2] + other[2]
    members = sorted({member for _, _, members in groups for member in members})
    return min(g[0] for g in groups), max(g[1] for g in groups), tuple(members)


def _count_apart(groups: Iterable[Group], most: int) -> int:
    """Count groups that do not overlap those before, up to so many."""
    count, done = 0, -1
    for first, last, _ in groups:
        if first > done:
            count, done = count + 1, last
            if count == most:
                break
    return count


def next_after(group: Group, found: Found) -> Group | None:
    """Find the first group that begins after this one ends."""
    at = bisect_right(found.firsts, group[1])
    return found.groups[at] if at < len(found.groups) else None


def next_before(group: Group, found: Found) -> Group | None:
    """Find the last group that ends before this one begins."""
    at = bisect_left(found.firsts, group[0]) - 1
    # Groups are sorted by their first words; those of several may end too late to come before.
    while at >= 0 and found.groups[at][1] >= group[0]:
        at -= 1
    return found.groups[at] if at >= 0 else None


def nearer_of(group: Group, one: Group | None, other: Group | None) -> Group:
    """Choose the neighbour with fewer words between; one of them there is."""
    if one is None or other is None:
        return one or other or group
    return one if one[0] - group[1] <= group[0] - other[1] else other
