"""Rules of digest moments: one fire a local date in every zone (R10, R12, R13)."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.model.outbox import Quiet, Schedule
from monitor.slots import due_slot, is_late, is_stale, newest_slot, next_slot, quiet_end, slot_at

BERLIN = "Europe/Berlin"


def schedule(
    *times: str, zone: str = "UTC", days: frozenset[int] = frozenset(range(7))
) -> Schedule:
    return Schedule("s", "S", tuple(time.fromisoformat(t) for t in times), days, zone, ("c",))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        pytest.param("Asia/Almaty", "2026-11-22", "08:00", "2026-11-22T03:00", id="plain"),
        pytest.param("Asia/Almaty", "2024-02-29", "08:00", "2024-02-29T02:00", id="almaty-at-6"),
        pytest.param("Asia/Almaty", "2024-03-01", "08:00", "2024-03-01T03:00", id="almaty-at-5"),
        pytest.param(BERLIN, "2026-03-29", "02:30", "2026-03-29T01:00", id="gap-ends-at-three"),
        pytest.param(BERLIN, "2026-10-25", "02:30", "2026-10-25T00:30", id="fold-takes-the-first"),
        pytest.param("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30", id="half-hour-gap"),
        pytest.param("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00", id="gap-at-midnight"),
    ],
)  # fmt: skip
def test_a_slot_is_one_instant(zone: str, day: str, at: str, expected: str) -> None:
    """A wall-clock time in a gap is the gap's end, in a fold the first of the two (R10)."""
    assert slot_at(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone)) == utc(expected)


def _changing_zones() -> list[str]:
    """One zone of each set that changes its clocks alike in 2026."""
    weeks = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(weeks=n) for n in range(53)]
    alike = {
        tuple(week.astimezone(ZoneInfo(name)).utcoffset() for week in weeks): name
        for name in sorted(zoneinfo.available_timezones())
    }
    return [name for offsets, name in alike.items() if len(set(offsets)) > 1]


def test_every_local_date_fires_once_in_every_changing_zone() -> None:
    """Ticking through a year of DST changes composes each local date exactly once (R10, D11)."""
    for name in _changing_zones():
        for at in ("00:00", "00:30", "02:30"):
            plan = schedule(at, zone=name)
            last = newest_slot(plan, utc("2026-02-27T00:00"))
            fired = []
            moment = utc("2026-02-27T00:00")
            while moment < utc("2026-04-30T00:00"):
                moment += timedelta(hours=6)
                if (slot := due_slot(plan, last, moment)) is not None:
                    fired.append(slot.astimezone(ZoneInfo(name)).date())
                    last = slot
            assert len(fired) == len(set(fired)), name
            assert (fired[-1] - fired[0]).days + 1 == len(fired), name


def test_missed_slots_collapse_into_the_newest() -> None:
    """After three days of sleep one digest is due, for the newest slot (R12)."""
    plan = schedule("08:00")
    assert due_slot(plan, utc("2026-11-18T08:00"), utc("2026-11-21T10:00")) == utc(
        "2026-11-21T08:00"
    )


def test_a_clock_that_steps_back_fires_nothing_again() -> None:
    """A backward step finds no slot after the last one (R13)."""
    assert due_slot(schedule("08:00"), utc("2026-11-21T08:00"), utc("2026-11-20T09:00")) is None


def test_weekdays_are_of_the_local_date() -> None:
    """Monday 00:30 in Almaty is a Monday slot although it is Sunday in UTC."""
    plan = schedule("00:30", zone="Asia/Almaty", days=frozenset({0}))
    assert next_slot(plan, utc("2026-11-22T12:00")) == utc("2026-11-22T19:30")


def test_late_and_stale_are_told_apart() -> None:
    """A digest made up within catch_up is late; beyond it the slot is passed over (R12)."""
    plan, slot = schedule("08:00"), utc("2026-11-21T08:00")
    assert not is_late(slot, slot + timedelta(minutes=5))
    assert is_late(slot, slot + timedelta(hours=2))
    assert not is_stale(plan, slot, slot + timedelta(hours=23))
    assert is_stale(plan, slot, slot + timedelta(hours=25))


@pytest.mark.parametrize(
    ("quiet", "now", "end"),
    [
        pytest.param(("22:00", "07:00"), "2026-11-22T21:59", None, id="before"),
        pytest.param(("22:00", "07:00"), "2026-11-22T22:00", "2026-11-23T07:00", id="evening"),
        pytest.param(("22:00", "07:00"), "2026-11-23T06:59", "2026-11-23T07:00", id="morning"),
        pytest.param(("22:00", "07:00"), "2026-11-23T07:00", None, id="after"),
        pytest.param(("12:00", "14:00"), "2026-11-22T13:00", "2026-11-22T14:00", id="same-day"),
        pytest.param(("12:00", "14:00"), "2026-11-22T23:00", None, id="same-day-evening"),
    ],
)
def test_quiet_hours_end(quiet: tuple[str, str], now: str, end: str | None) -> None:
    """Quiet hours may run over midnight; their end is the first moment outside them (D13)."""
    start, finish = map(time.fromisoformat, quiet)
    hours = Quiet(start, finish)
    assert quiet_end(hours, "UTC", utc(now)) == (end and utc(end))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_quiet_hours_hold_through_a_change_of_the_clock(day: str) -> None:
    """In the night of a DST change every moment from 22:00 to 07:00 is held, no other (D13)."""
    hours, zone = Quiet(time(22), time(7)), ZoneInfo(BERLIN)
    moment = utc(f"{day}T00:00") - timedelta(hours=12)
    while moment < utc(f"{day}T20:00"):
        local = moment.astimezone(zone).time()
        is_night = local >= time(22) or local < time(7)
        assert (quiet_end(hours, BERLIN, moment) is not None) == is_night, moment
        moment += timedelta(minutes=10)
