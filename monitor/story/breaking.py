"""What is breaking: a watch or a story that grows well beyond its own baseline.

Counts houses, not items: one that prints the same five times says nothing new. The moment of a
report is that of its publication, so what piled up while nobody polled is no burst.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil, exp, log
from statistics import fmean, pvariance

from monitor.model.growth import Growth, Mention

WINDOW = timedelta(hours=3)
MEMORY = timedelta(days=28)
_LEAST_MEMORY = timedelta(days=7)  # what is watched for less has no baseline
_LEAST_SOURCES = 5
_CHANCE = 1e-5  # that a usual day brings as much; windows looked at in a year: some 3,000 a watch
_LEAST_SPREAD = 0.1  # of the mean: news come in clusters, so more unevenly than by chance alone
_DAY = timedelta(days=1)


def stirring(mentions: Iterable[Mention], now: datetime) -> frozenset[str]:
    """Give the watches of which enough houses report now that they may be breaking."""
    houses: dict[str, set[str]] = defaultdict(set)
    for each in _within(mentions, now):
        houses[each.watch].add(each.house)
    return frozenset(watch for watch, found in houses.items() if len(found) >= _LEAST_SOURCES)


def breaking_stories(
    mentions: Collection[Mention], since: datetime, now: datetime
) -> dict[str, Growth]:
    """Find the stories of one watch that more houses tell within hours than the watch sees weekly.

    ``mentions`` are all of the watch ``since`` then. Without a week of them nothing is breaking.
    """
    if now - since < _LEAST_MEMORY:
        return {}
    sizes = {story: len(houses) for story, houses in _houses(mentions).items()}
    grown = {
        story: len(houses)
        for story, houses in _houses(_within(mentions, now)).items()
        if len(houses) >= _LEAST_SOURCES
    }
    past = sorted((size for story, size in sizes.items() if story not in grown), reverse=True)
    weekly = ceil((now - since) / (7 * _DAY))  # as many in the past as weeks: one a week
    bar = past[weekly - 1] if len(past) >= weekly else 0
    usual = fmean(past) if past else 0.0
    return {
        story: Growth("story", size, size, WINDOW, usual)
        for story, size in grown.items()
        if size > bar
    }


def find_breaking(mentions: Collection[Mention], since: datetime, now: datetime) -> Growth | None:
    """Find whether one watch brings far more reports than at this time of other days.

    ``mentions`` are all of the watch ``since`` then. Without a week of them nothing is breaking.
    """
    reports = _reports(_within(mentions, now))
    sources = len({house for house, _ in reports})
    if now - since < _LEAST_MEMORY + WINDOW or sources < _LEAST_SOURCES:
        return None
    usual = _usual(mentions, now, (now - since - WINDOW) // _DAY)
    mean = max(fmean(usual), 1 / len(usual))  # never seen is seen once in so many windows
    if _chance_of(len(reports), mean, pvariance(usual)) > _CHANCE:
        return None
    return Growth("watch", sources, len(reports), WINDOW, fmean(usual))


def _within(mentions: Iterable[Mention], end: datetime) -> list[Mention]:
    return [each for each in mentions if end - WINDOW < each.told_at <= end]


def _houses(mentions: Iterable[Mention]) -> dict[str, set[str]]:
    houses: dict[str, set[str]] = defaultdict(set)
    for each in mentions:
        houses[each.story_id].add(each.house)
    return houses


def _reports(mentions: Iterable[Mention]) -> set[tuple[str, str]]:
    return {(each.house, each.story_id) for each in mentions}


def _usual(mentions: Iterable[Mention], now: datetime, days: int) -> Sequence[float]:
    """Count the reports at this time of each day before, and what a window has on average.

    Leaves the loudest day out: it may have had news like this.
    """
    by_day: dict[int, list[Mention]] = defaultdict(list)
    total = 0
    for each in mentions:
        back, rest = divmod(now - each.told_at, _DAY)
        if 0 < back <= days:
            total += 1
            if rest < WINDOW:
                by_day[back].append(each)
    counts: list[float] = [len(_reports(by_day[back])) for back in range(1, days + 1)]
    return sorted([*counts, total / days * (WINDOW / _DAY)])[:-1]


def _chance_of(count: int, mean: float, variance: float) -> float:
    """Give the chance of ``count`` or more: a Poisson tail, wider as far as days differ.

    The negative binomial distribution of this mean and variance.
    """
    size = mean**2 / max(variance - mean, _LEAST_SPREAD * mean)
    share = mean / (size + mean)
    term = exp(size * log(1 - share))
    below = 0.0
    for number in range(count):
        below += term
        term *= (number + size) / (number + 1) * share
    return max(0.0, 1 - below)
