"""Which hits are worth weighing against each other: those near in time that share a key."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import combinations

from monitor.model.telling import Evidence, Telling
from monitor.story.cluster import FLOOR, QUORUM, group, tie
from monitor.story.copies import find_standing

WINDOW = timedelta(days=7)  # hits further apart tell two events
CROWD = 32  # of all that bear a key, so many find others by it
_CROWD_OF_WORD = 20  # likewise of a word: what is in the news all week tells no event from another
_ENOUGH = 2  # words in common; one alone is not worth weighing
_MOST_COMPARED = 96  # hits that one is weighed against, those that share most

Pair = tuple[int, int]  # two hits, the smaller number first
Weigh = Callable[[Telling, Telling, frozenset[int]], Evidence]  # two hits, and what is no evidence


def crowd_of(key: int) -> int:
    """Say how many of those that bear a key find others by it: the first that came."""
    return CROWD if key > 0 else _CROWD_OF_WORD


class Vicinity:
    """Hits by number, the keys they bear, and the prints that are no evidence."""

    def __init__(self) -> None:
        self.tellings: dict[int, Telling] = {}
        self.bearers: dict[int, list[int]] = defaultdict(list)
        self.standing: set[int] = set()
        self._met: dict[int, Mapping[int, int]] = {}

    def add(self, hits: Mapping[int, Telling]) -> None:
        """Make hits find others and be found; a key that a crowd bears finds the first of them."""
        self._met.clear()
        self.tellings |= hits
        for number, telling in hits.items():
            for key in telling.keys:
                known = self.bearers[key]
                if len(known) < crowd_of(key) and number not in known:
                    known.append(number)

    def note_standing(self, keys: Iterable[int]) -> dict[int, list[int]]:
        """Find what has become no evidence by now; gives with each mark those found by it."""
        noted: dict[int, list[int]] = {}
        for key in {key for key in keys if key > 0} - self.standing:
            bearers = [number for number in self.bearers[key] if number in self.tellings]
            if len(bearers) > 1:
                tellings = [self.tellings[number] for number in bearers]
                own = {key} | {telling.headline for telling in tellings if telling.title == key}
                noted |= dict.fromkeys((find_standing(tellings) & own) - self.standing, bearers)
        if noted:
            self._met.clear()
            self.standing |= noted.keys()
        return noted

    def pairs(self, numbers: Collection[int]) -> set[Pair]:
        """List the pairs to be weighed, of which one at least is of these hits."""
        return {
            (min(number, other), max(number, other))
            for number in numbers
            for other in self._candidates(number)
        }

    def meet(self, pair: Pair) -> bool:
        """Tell whether two hits share keys that are evidence enough to be weighed."""
        if not self.tellings.keys() >= set(pair):
            return False
        mine, theirs = (set(self.tellings[number].keys) for number in pair)
        shared = mine & theirs - self.standing
        return len(shared) >= _ENOUGH or any(key > 0 for key in shared)

    def met_by(self, number: int) -> Mapping[int, int]:
        """Find who shares keys enough with a hit to be weighed, and how many; what is no word counts double."""
        if number not in self._met:
            self._met[number] = self._meet_all(number)
        return self._met[number]

    def _meet_all(self, number: int) -> Mapping[int, int]:
        shared: dict[int, int] = {}
        for key in self.tellings[number].keys:
            if key not in self.standing:
                worth = 1 if key < 0 else _ENOUGH
                for other in self.bearers.get(key, ()):
                    shared[other] = shared.get(other, 0) + worth
        shared.pop(number, None)
        return {other: count for other, count in shared.items() if count >= _ENOUGH}

    def weigh(self, pair: Pair, weigh: Weigh) -> Evidence:
        """Weigh two hits; only what hits are found by can turn out to be no evidence."""
        one, other = (self.tellings[number] for number in pair)
        none = self.standing & {*marks(one), *marks(other)} if self.standing else ()
        return weigh(one, other, frozenset(none))

    def _candidates(self, number: int) -> list[int]:
        mine = self.tellings[number]
        near = [
            (-count, abs(self.tellings[other].told_at - mine.told_at), other)
            for other, count in self.met_by(number).items()
            if other in self.tellings
        ]
        return [other for _, apart, other in sorted(near) if apart <= WINDOW][:_MOST_COMPARED]


def marks(telling: Telling) -> Iterable[int]:
    """Give what of a hit may turn out to be no evidence."""
    yield telling.headline
    yield from (key for key in telling.keys if key in telling.sentences)


def join_all(
    tellings: Sequence[Telling], weigh: Weigh
) -> tuple[list[tuple[int, ...]], dict[Pair, Evidence]]:
    """Group hits that are all there at once, numbered as given; gives the links too.

    A store that gets them one by one, in any order, comes to the same groups.
    """
    vicinity = Vicinity()
    vicinity.add(dict(enumerate(tellings)))
    vicinity.note_standing([*vicinity.bearers])
    links = {
        pair: evidence
        for pair in vicinity.pairs(range(len(tellings)))
        if (evidence := vicinity.weigh(pair, weigh)).score >= FLOOR
    }
    strengths = {pair: evidence.score for pair, evidence in links.items()}
    strengths |= {pair: vicinity.weigh(pair, weigh).score for pair in unweighed(strengths)}
    return group(len(tellings), ((*pair, score) for pair, score in strengths.items())), links


def unweighed(strengths: Mapping[Pair, float]) -> set[Pair]:
    """List the pairs of hits that strong links tie together but that have no link of their own.

    They share no key, or are less alike than links are kept for; to a quorum it matters how much.
    A crowd is left as it is: weighing all its pairs would cost more than it tells.
    """
    strong = [pair for pair, strength in strengths.items() if strength >= QUORUM]
    tied = [sorted(each) for each in tie(strong) if len(each) <= CROWD]
    return {pair for each in tied for pair in combinations(each, 2)} - strengths.keys()
