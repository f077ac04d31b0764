"""Which hits form one story: quorum linkage over weighed pairs, whatever the order they came in.

Two groups become one while the links between them, a missing one counted as nothing, are strong
enough on average. So neither a single wrong link nor a hit that tells two events chains two
stories into one.
"""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

QUORUM = 0.5  # of full strength, on average over the pairs of two groups
_WIDTH = 32  # as many of a large group speak for it: a hit is not weighed against all of a crowd
FLOOR = 0.25  # weaker links are not kept: they would join nothing and tie all news into one web

Link = tuple[int, int, float]  # two members and the strength, 0..1

_FULL = 1_000_000  # strengths are summed as whole numbers, so that no order of adding shows


def carry_on(
    groups: Sequence[Sequence[int]], story_of: Mapping[int, str], stories: Sequence[str]
) -> list[str | None]:
    """Say which story each group carries on, None for a new one; ``stories`` are the oldest first.

    A story goes on where most of its hits are; where two became one, the older goes on.
    """
    names: list[str | None] = [None] * len(groups)
    for story in stories:
        shares = [
            (-sum(story_of.get(hit) == story for hit in each), n) for n, each in enumerate(groups)
        ]
        for share, number in sorted(shares):
            if share and names[number] is None:
                names[number] = story
                break
    return names


def tie(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Collect what hangs together, directly or by others."""
    of: dict[int, set[int]] = {}
    for one, other in pairs:
        mine, theirs = of.setdefault(one, {one}), of.setdefault(other, {other})
        if mine is not theirs:
            few, many = sorted((mine, theirs), key=len)
            many |= few
            of |= dict.fromkeys(few, many)
    return list({id(each): each for each in of.values()}.values())


def group(count: int, links: Iterable[Link], quorum: float = QUORUM) -> list[tuple[int, ...]]:
    """Part the members 0..count-1 into groups; each sorted, the groups by their first member.

    The strongest pair of groups joins first. Ties go to the smaller members, so number members by
    a total order that does not depend on arrival.
    """
    merging = _Merging(count, links)
    queue = [
        merging.rank(one, other)
        for one, others in merging.strength.items()
        for other in others
        if one < other
    ]
    heapify(queue)
    while queue and -queue[0][0] >= quorum:
        ranked = heappop(queue)
        _, one, other = ranked
        if merging.is_current(ranked):
            for beside in merging.merge(one, other):
                heappush(queue, merging.rank(*sorted((one, beside))))
    return sorted(tuple(sorted(members)) for members in merging.members.values())


class _Merging:
    """Groups so far, each named by its smallest member, and the sum of strength between two."""

    def __init__(self, count: int, links: Iterable[Link]) -> None:
        self.members: dict[int, list[int]] = {each: [each] for each in range(count)}
        self.strength: dict[int, dict[int, int]] = {each: {} for each in range(count)}
        for one, other, strength in links:
            if one != other:
                summed = max(round(strength * _FULL), self.strength[one].get(other, 0))
                self.strength[one][other] = self.strength[other][one] = summed

    def rank(self, one: int, other: int) -> tuple[float, int, int]:
        """Give the sort key of two groups: the strongest first, then the smaller members."""
        few, many = sorted((len(self.members[one]), len(self.members[other])))
        return -self.strength[one][other] / (few * min(many, _WIDTH) * _FULL), one, other

    def is_current(self, ranked: tuple[float, int, int]) -> bool:
        """Tell whether both groups are still as they were ranked."""
        _, one, other = ranked
        return other in self.strength.get(one, ()) and self.rank(one, other) == ranked

    def merge(self, one: int, other: int) -> Iterable[int]:
        """Make two groups one, under the smaller name; gives the groups beside it."""
        self.members[one] += self.members.pop(other)
        mine = self.strength[one]
        for beside, summed in self.strength.pop(other).items():
            theirs = self.strength[beside]
            del theirs[other]
            if beside != one:
                mine[beside] = theirs[one] = mine.get(beside, 0) + summed
        return mine
