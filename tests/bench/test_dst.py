"""The oracle of digest moments, a part of ``python -m bench.dst`` (R10, D11)."""

from datetime import UTC, datetime, time

import pytest

from bench import dst
from monitor.model.outbox import Schedule
from monitor.slots import due_slot

# The hours in which clocks change, and one in which none does.
_TIMES = (time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(12), time(23, 30))


@pytest.fixture(scope="module")
def changes() -> list[dst.Change]:
    return dst.all_changes()


def test_every_change_of_every_zone_is_known(changes: list[dst.Change]) -> None:
    """Almaty's one change and both of Berlin's each year are among them."""
    assert any(each.at == datetime(2024, 2, 29, 18, tzinfo=UTC) for each in changes)
    assert sum(each.alike for each in changes) > 2500


def test_each_local_date_fires_once_around_a_change(changes: list[dst.Change]) -> None:
    """One change in 25, at the hours that matter; the whole is a command (R10)."""
    assert [fault for each in changes[::25] for fault in dst.faults(each, _TIMES)] == []


def test_the_oracle_sees_a_calendar_that_is_wrong(changes: list[dst.Change]) -> None:
    """A calendar that passes over times that do not exist, as cron triggers do, is found out."""
    moments = {each.at for each in changes}

    def forgetful(plan: Schedule, last: datetime | None, now: datetime) -> datetime | None:
        slot = due_slot(plan, last, now)
        return None if slot in moments else slot

    assert any(list(dst.faults(each, _TIMES, due=forgetful)) for each in changes[:4])
