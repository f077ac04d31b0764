"""When a refused delivery is tried again."""

from datetime import timedelta
from itertools import accumulate
from statistics import pstdev

import pytest

from monitor.deliver.retry import PLANS, retry_at
from monitor.errors import DeliveryError
from monitor.model.outbox import ChannelKind
from tests.digest.samples import NOW

MOMENT = DeliveryError("later")
HOUR = timedelta(hours=1)


def middle() -> float:
    """Give the number that leaves each wait as it is."""
    return 0.5


def waits(kind: ChannelKind, error: DeliveryError = MOMENT) -> list[timedelta]:
    """List the waits of a delivery that is refused every time, until it is given up."""
    found: list[timedelta] = []
    now = NOW
    for attempts in range(1, 1000):
        at = retry_at(kind, attempts, error, now, NOW, middle)
        if at is None:
            return found
        found.append(at - now)
        now = at
    raise AssertionError("it is never given up")


def test_webhook_schedule() -> None:
    """Webhooks follow the standard's schedule: ten attempts in 75.6 hours (W9)."""
    minutes = [wait.total_seconds() / 60 for wait in waits("webhook")]
    assert minutes == [5 / 60, 5, 30, 120, 300, 600, 840, 1200, 1440]
    assert 75 < sum(minutes) / 60 < 76


def test_mail_schedule() -> None:
    """Mail is tried after five minutes, then less and less often, for about four days (E29)."""
    found = waits("email")
    assert found[0] == timedelta(minutes=5)
    assert found == sorted(found)
    assert timedelta(days=3.5) < list(accumulate(found))[-1] <= timedelta(days=4)


@pytest.mark.parametrize("kind", list(PLANS))
def test_everything_ends(kind: ChannelKind) -> None:
    """No delivery is tried for ever, nor given up before three attempts (D5)."""
    found = waits(kind)
    assert 2 <= len(found) < 200
    assert sum(found, timedelta()) <= PLANS[kind].max_age


@pytest.mark.parametrize(
    ("kind", "attempts"), [("email", 1), ("slack", 1), ("file", 1), ("webhook", 3)]
)
def test_refused_message(kind: ChannelKind, attempts: int) -> None:
    """A message refused as it is is given up: at once, or by webhooks after the third time (W8)."""
    assert len(waits(kind, DeliveryError("no", scope="message"))) == attempts - 1


@pytest.mark.parametrize("kind", list(PLANS))
def test_broken_channel(kind: ChannelKind) -> None:
    """A broken channel keeps its deliveries and is tried hourly at most (D7)."""
    found = retry_at(kind, 1, DeliveryError("no", scope="channel"), NOW, NOW, middle)
    assert found == NOW + HOUR


@pytest.mark.parametrize(
    ("asked", "expected"), [(timedelta(seconds=1), timedelta(minutes=5)), (3 * HOUR, 3 * HOUR)]
)
def test_retry_after_only_puts_off(asked: timedelta, expected: timedelta) -> None:
    """A Retry-After may make a wait longer, never shorter (D5, S12)."""
    error = DeliveryError("busy", retry_after=asked)
    assert retry_at("email", 1, error, NOW, NOW, middle) == NOW + expected


def test_old_delivery_has_its_chances() -> None:
    """A delivery that waited for days, as the program was off, is still tried three times (E29)."""
    created = NOW - timedelta(days=9)
    given = [retry_at("email", n, MOMENT, NOW, created, middle) is not None for n in (1, 2, 3)]
    assert given == [True, True, False]


def test_jitter() -> None:
    """Deliveries refused together do not come back together, and keep near their time (D5)."""
    numbers = (n / 1000 for n in range(1000))
    draws = [retry_at("email", 1, MOMENT, NOW, NOW, lambda: next(numbers)) for _ in range(1000)]
    minutes = [(at - NOW).total_seconds() / 60 for at in draws if at is not None]
    assert 4 <= min(minutes) < max(minutes) <= 6
    assert pstdev(minutes) > 0.5
