"""Rules of pace: hints lengthen, failures back off, nothing is asked below the floor (P11-P22)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.cadence import after_failure, after_success
from monitor.errors import FetchError, ParseError
from monitor.model.source import Feed, PollPolicy

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
POLICY = PollPolicy()
FEED = Feed("f", "https://example.org/feed", "F", timedelta(hours=1))
HOUR = timedelta(hours=1)


def waited(due: datetime | None) -> timedelta:
    assert due is not None
    return due - NOW


@pytest.mark.parametrize(
    ("hints", "at_least", "below"),
    [
        pytest.param((), HOUR, 1.11 * HOUR, id="the-interval"),
        pytest.param((timedelta(minutes=5),), HOUR, 1.11 * HOUR, id="never-shorter"),
        pytest.param((6 * HOUR, None), 6 * HOUR, 6.7 * HOUR, id="max-age-lengthens"),
        pytest.param((timedelta(days=30),), 24 * HOUR, 27 * HOUR, id="clipped-to-a-day"),
    ],
)
def test_hints_only_lengthen(
    hints: tuple[timedelta | None, ...], at_least: timedelta, below: timedelta
) -> None:
    """max-age and ttl lengthen up to 24 h and never shorten; jitter only adds (P17-P19)."""
    assert at_least <= waited(after_success(FEED, POLICY, NOW, hints=hints)) < below


def test_a_server_without_validators_is_asked_less_often() -> None:
    """A whole body for nothing new makes the wait four times as long (P13)."""
    assert waited(after_success(FEED, POLICY, NOW, wasted=True)) >= 4 * HOUR


def test_the_floor_holds() -> None:
    """An interval below the floor is lifted to it (P11)."""
    eager = Feed("f", "https://example.org/feed", "F", timedelta(minutes=1))
    assert waited(after_success(eager, POLICY, NOW)) >= POLICY.floor


def test_failures_back_off_to_a_day() -> None:
    """Waits grow with each failure in a row up to 24 h (P22)."""
    error = FetchError("http", "500", status=500)
    waits = [waited(after_failure(FEED, POLICY, NOW, error, n)) for n in range(1, 12)]
    assert waits[0] >= HOUR
    assert all(later >= earlier * 0.9 for earlier, later in pairwise(waits))
    assert 24 * HOUR <= waits[-1] < 27 * HOUR


@pytest.mark.parametrize(
    ("error", "at_least"),
    [
        pytest.param(FetchError("dns", "x"), POLICY.floor, id="offline-tries-soon"),
        pytest.param(FetchError("refused", "x", status=403), 4 * HOUR, id="403"),
        pytest.param(FetchError("challenge", "x"), 4 * HOUR, id="challenge"),
        pytest.param(FetchError("rate-limited", "x"), 4 * HOUR, id="429-without-a-date"),
        pytest.param(
            FetchError("rate-limited", "x", retry_after=timedelta(days=7)), timedelta(days=7),
            id="a-week-is-honoured",
        ),
        pytest.param(ParseError("html-page", "x"), HOUR, id="a-page-instead"),
    ],
)  # fmt: skip
def test_the_first_wait_after_a_failure(
    error: FetchError | ParseError, at_least: timedelta
) -> None:
    """Each kind of failure has its own least wait (P14-P16, P31)."""
    assert waited(after_failure(FEED, POLICY, NOW, error, 1)) >= at_least


def test_gone_is_never_asked_again() -> None:
    """410 ends polling (P30)."""
    assert after_failure(FEED, POLICY, NOW, FetchError("gone", "x", status=410), 1) is None


def test_feeds_of_one_interval_spread() -> None:
    """500 feeds polled at once are not due in one minute again (P19)."""
    due = [
        after_success(Feed(f"f{n}", "https://example.org", "F", HOUR), POLICY, NOW)
        for n in range(500)
    ]
    minutes = [moment.replace(second=0, microsecond=0) for moment in due]
    assert max(minutes.count(minute) for minute in set(minutes)) < 500 * 0.3
