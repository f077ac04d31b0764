"""Every clock change of every time zone, against an oracle that only walks the clock (R10, D11).

    python -m bench.dst

For each IANA zone, each change of its clock from 2024 to 2030 and each half-hour of the day, the
daemon's question "is a digest due?" is asked through the days around the change. The oracle knows
nothing of gaps and folds: it reads the zone's wall clock minute by minute and notes when it first
shows the wanted time or a later one. Zones that change at the same moments by the same amounts are
walked once. Exits 1 if any local date has no digest, two, or one at another moment.
"""

import argparse
import sys
import zoneinfo
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from rich.progress import track

from monitor.model.outbox import Schedule
from monitor.slots import due_slot

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
HALF_HOURS = tuple(time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 30))
_HOUR, _MINUTE, _DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
_SPAN = 3  # local dates walked around a change
_TICK = timedelta(minutes=30)  # the daemon looks every few seconds; slots are half-hours

Due = Callable[[Schedule, datetime | None, datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the clock that some zones share."""

    zone: str
    alike: int  # zones that change so, this one included
    at: datetime  # a whole hour not before it, none between


@dataclass(frozen=True, slots=True)
class Fault:
    """Local dates around a change that were not told once each, at their moments."""

    zone: str
    at: time
    expected: Sequence[datetime]
    fired: Sequence[datetime]


def all_changes() -> list[Change]:
    """List every change, those of zones that agree throughout the years as one."""
    alike: dict[tuple[tuple[datetime, timedelta], ...], list[str]] = defaultdict(list)
    for name in sorted(zoneinfo.available_timezones()):
        alike[tuple(_changes(ZoneInfo(name)))].append(name)
    return [
        Change(names[0], len(names), at)
        for moments, names in sorted(alike.items(), key=lambda item: item[1])
        for at, _ in moments[1:]
    ]


def _changes(zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """Give the first moment with its offset, then each whole hour that has another one.

    Looks at midnight of each day first: no zone changes twice within a day.
    """
    midnights = (FIRST + n * _DAY for n in range((LAST - FIRST) // _DAY + 1))
    yield FIRST, _offset(FIRST, zone)
    for before, after in pairwise(midnights):
        if _offset(before, zone) != _offset(after, zone):
            hours = (before + n * _HOUR for n in range(1, 25))
            at = next(hour for hour in hours if _offset(hour, zone) == _offset(after, zone))
            yield at, _offset(at, zone)


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def faults(
    change: Change, times: Sequence[time] = HALF_HOURS, *, due: Due = due_slot
) -> Iterator[Fault]:
    """Ask for a digest at each of the times through the days around a change."""
    zone = ZoneInfo(change.zone)
    middle = change.at.astimezone(zone).date()
    days = [middle + (offset - 1) * _DAY for offset in range(_SPAN)]
    clock = list(_wall_clock(zone, days))
    for at in times:
        wanted = [datetime.combine(day, at) for day in days]
        expected = [next(instant for instant, shown in clock if shown >= each) for each in wanted]
        plan = Schedule("s", "S", (at,), frozenset(range(7)), change.zone, ("c",))
        fired = _fired(due, plan, expected[0], expected[-1])
        if fired != expected:
            yield Fault(change.zone, at, expected, fired)


def _wall_clock(zone: ZoneInfo, days: Sequence[date]) -> Iterator[tuple[datetime, datetime]]:
    """Read the clock minute by minute, from well before the first of the days to after the last."""
    instant = datetime.combine(days[0], time(), tzinfo=UTC) - _DAY
    while instant < datetime.combine(days[-1], time(), tzinfo=UTC) + 3 * _DAY:
        yield instant, instant.astimezone(zone).replace(tzinfo=None)
        instant += _MINUTE


def _fired(due: Due, plan: Schedule, first: datetime, last: datetime) -> list[datetime]:
    """Tick from the first expected moment to the last as the daemon does; give what came due."""
    now, told, fired = first - _TICK, first - _MINUTE, []
    while now < last + _TICK:
        now += _TICK
        slot = due(plan, told, now)
        if slot is not None:
            fired.append(slot)
            told = slot
    return fired


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk all changes and print what was found."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args(arguments)
    found = all_changes()
    wrong = [fault for change in track(found, "changes") for fault in faults(change)]
    told = sum(change.alike for change in found)
    print(f"{len(zoneinfo.available_timezones())} zones change their clocks {told} times")
    print(f"in {FIRST:%Y} to {LAST - _DAY:%Y}; {len(found)} of the changes unlike each other")
    dates = told * len(HALF_HOURS) * _SPAN
    print(f"{dates:,} local dates with a digest; {len(wrong)} times of day not told once a date")
    for fault in wrong[:20]:
        print(f"  {fault.zone} at {fault.at}: {fault.fired}, expected {fault.expected}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
