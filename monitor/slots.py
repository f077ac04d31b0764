"""When digests are due: our own calendar, since cron triggers drop or double slots at DST (R10).

A slot is one wall-clock time on one local date: it happens exactly once. In a gap it is the first
instant after the gap, in a fold the first of the two.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.model.outbox import Quiet, Schedule

_DAY = timedelta(days=1)
_LATE = timedelta(minutes=15)
_HORIZON = 9  # days: a weekly slot and a day to each side


def slot_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Give the one UTC instant of a wall-clock time on a local date."""
    local = datetime.combine(day, at, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _gap_end(local, zone)


def newest_slot(schedule: Schedule, now: datetime) -> datetime | None:
    """Find the newest slot not after ``now``; None if the schedule has no times."""
    past = [slot for slot in _slots(schedule, now, -_HORIZON, 1) if slot <= now]
    return max(past, default=None)


def next_slot(schedule: Schedule, now: datetime) -> datetime | None:
    """Find the first slot after ``now``."""
    return min((slot for slot in _slots(schedule, now, -1, _HORIZON) if slot > now), default=None)


def due_slot(schedule: Schedule, last: datetime | None, now: datetime) -> datetime | None:
    """Find the slot to compose now; missed ones collapse into the newest (R12).

    ``last`` is the newest slot already composed or noted. A clock that stepped backwards finds
    nothing, since the newest slot is then not after ``last`` (R13).
    """
    newest = newest_slot(schedule, now)
    if newest is None or (last is not None and newest <= last):
        return None
    return newest


def quiet_end(quiet: Quiet, timezone: str, now: datetime) -> datetime | None:
    """Find when the quiet hours that hold ``now`` end; None if it is in none (D13).

    Both ends are slots of the local calendar, so a change of the clock makes them longer or
    shorter, never two or none.
    """
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        end = slot_at(day if quiet.end > quiet.start else day + _DAY, quiet.end, zone)
        if slot_at(day, quiet.start, zone) <= now < end:
            return end
    return None


def is_stale(schedule: Schedule, slot: datetime, now: datetime) -> bool:
    """Tell whether a missed slot is too old to be made up for; its stories roll into the next."""
    return now - slot > schedule.catch_up


def is_late(slot: datetime, now: datetime) -> bool:
    """Tell whether a digest is so late that its reader should know."""
    return now - slot > _LATE


def _slots(schedule: Schedule, now: datetime, first: int, last: int) -> Iterator[datetime]:
    zone = ZoneInfo(schedule.timezone)
    today = now.astimezone(zone).date()
    for offset in range(first, last + 1):
        day = today + timedelta(days=offset)
        if day.weekday() in schedule.days:
            yield from (slot_at(day, at, zone) for at in schedule.times)


def _gap_end(local: datetime, zone: ZoneInfo) -> datetime:
    """Find the instant at which the clock jumps over ``local``, to the second."""
    naive = local.replace(tzinfo=None)
    offsets = [local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1)]
    low = (naive - max(offsets)).replace(tzinfo=UTC)
    high = (naive - min(offsets)).replace(tzinfo=UTC)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
