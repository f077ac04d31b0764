"""Learns how a feed publishes, and for how long news may be let wait; pure."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.rhythm import DAYS, HOURS, Rhythm

_MEMORY = timedelta(days=28)  # after so long an entry counts for half
_ENOUGH = 10.0  # entries; of fewer the hours tell nothing
_HOUR = timedelta(hours=1)
_MOST_TRUST = timedelta(days=7)
_DISTRUST = timedelta(hours=4)  # as long as a server without validators is let wait (P13)
_BESIDE = 0.2  # of an hour's entries, to each hour beside it: nobody publishes by the minute
_DOUBT = 0.15  # of the rate, spread evenly: what never came at an hour may still come
_TELLING = 3  # new entries in a body from which its turnover is judged
_RECOVERY = 0.1  # of the way back to a slower turnover, at each body that shows one


def learn(
    rhythm: Rhythm, published: Iterable[datetime | None], now: datetime, *, listed: int
) -> Rhythm:
    """Count the new entries of a body by the times they bear; one without a time came just now."""
    times = [min(time or now, now) for time in published]
    faded = _fade(rhythm, now)
    hours, days = list(faded.hours), list(faded.days)
    for time in times:
        weight = _weight(now - time)
        hours[time.hour] += weight
        days[time.weekday()] += weight
    begun = min([now if rhythm.begun_at is None else rhythm.begun_at, *times])
    return replace(
        faded,
        hours=tuple(hours),
        days=tuple(days),
        begun_at=max(begun, now - 8 * _MEMORY),
        counted_at=now,
        looked_at=now,
        listed=listed,
        fresh=len(times),
        turnover=_turnover(rhythm, now, listed, len(times)),
    )


def is_doubtful(rhythm: Rhythm, now: datetime) -> bool:
    """Tell whether no body was seen for so long that "not modified" should be put to the test."""
    return rhythm.looked_at is not None and now - rhythm.looked_at >= rhythm.trust


def probed(rhythm: Rhythm, now: datetime, *, deceived: bool = False) -> Rhythm:
    """Learn from a whole body, asked for as a test or not: trust grows with each test passed."""
    trust = min(2 * rhythm.trust, _MOST_TRUST) if is_doubtful(rhythm, now) else rhythm.trust
    return replace(rhythm, looked_at=now, trust=_DISTRUST if deceived else trust)


def is_learned(rhythm: Rhythm) -> bool:
    """Tell whether enough was seen to expect anything of an hour."""
    return rhythm.count >= _ENOUGH


def rate(rhythm: Rhythm, now: datetime) -> float:
    """Give the entries a day, on the average of the weeks remembered."""
    if rhythm.begun_at is None:
        return 0.0
    span = max(now - rhythm.begun_at, timedelta(days=1))
    remembered = _MEMORY * (1 - _weight(span)) / math.log(2)  # the span, faded as the entries are
    return rhythm.count / (remembered / timedelta(days=1))


def patience(
    rhythm: Rhythm, now: datetime, usual: timedelta, shortest: timedelta, longest: timedelta
) -> timedelta:
    """Give the wait after which as much news is kept waiting as ``usual`` waits keep on average.

    What waits is the sum, over the entries expected meanwhile, of how long each will have waited.
    To ask whenever that sum is reached takes the fewest requests for one mean delay.
    """
    shares = _shares(rhythm)
    limit = (usual / _HOUR) ** 2 / 2  # of a feed that publishes at its mean rate, here one an hour
    expected = waiting = 0.0
    for begin, end in _hours(now, longest):
        share, hours = shares(begin), (end - begin) / _HOUR
        after = waiting + expected * hours + share * hours**2 / 2
        if after >= limit:
            root = math.sqrt(expected**2 + 2 * share * (limit - waiting))
            reached = begin + _HOUR * (2 * (limit - waiting) / (root + expected))
            return min(max(reached - now, shortest), longest)
        waiting, expected = after, expected + share * hours
    return longest


def _turnover(rhythm: Rhythm, now: datetime, listed: int, fresh: int) -> timedelta | None:
    """Judge in which time a feed replaces all it lists; the fastest seen lately."""
    if rhythm.looked_at is None or now <= rhythm.looked_at or fresh < _TELLING:
        return rhythm.turnover  # at the first look all is new
    waited = now - rhythm.looked_at
    seen = waited * listed / fresh if fresh < listed else waited / 2  # all new: some may be missed
    if rhythm.turnover is None or seen < rhythm.turnover:
        return seen
    return rhythm.turnover + (seen - rhythm.turnover) * _RECOVERY


def _fade(rhythm: Rhythm, now: datetime) -> Rhythm:
    if rhythm.counted_at is None:
        return rhythm
    left = _weight(now - rhythm.counted_at)
    return replace(
        rhythm,
        hours=tuple(value * left for value in rhythm.hours),
        days=tuple(value * left for value in rhythm.days),
    )


def _weight(age: timedelta) -> float:
    return math.exp2(-(max(age, timedelta()) / _MEMORY))


def _shares(rhythm: Rhythm) -> Callable[[datetime], float]:
    """Give the rate of a moment as a multiple of the mean, by its hour and its day."""
    count, hours = rhythm.count, rhythm.hours
    by_hour = [
        HOURS
        / count
        * (
            _BESIDE * hours[number - 1]
            + (1 - 2 * _BESIDE) * hours[number]
            + _BESIDE * hours[(number + 1) % HOURS]
        )
        for number in range(HOURS)
    ]
    # As if each day had brought one entry more: a few weeks must pass before a day tells.
    by_day = [(DAYS * value + DAYS) / (count + DAYS) for value in rhythm.days]
    return lambda at: _DOUBT + (1 - _DOUBT) * by_hour[at.hour] * by_day[at.weekday()]


def _hours(now: datetime, longest: timedelta) -> Iterator[tuple[datetime, datetime]]:
    begin, last = now, now + longest
    while begin < last:
        end = min(begin.replace(minute=0, second=0, microsecond=0) + _HOUR, last)
        yield begin, end
        begin = end
