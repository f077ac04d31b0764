"""Rules of pace: hints lengthen, failures back off, nothing is asked below the floor (P11-P22)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.cadence import Due, after_failure, after_success, learn, rate
from monitor.errors import FetchError, ParseError
from monitor.model.rhythm import Quiet, Rhythm
from monitor.model.source import Feed, Pace, PollPolicy

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
POLICY = PollPolicy()
FEED = Feed("f", "https://example.org/feed", "F", timedelta(hours=1))
HOUR = timedelta(hours=1)


def waited(due: Due | None) -> timedelta:
    assert due is not None
    return due.at - NOW


@pytest.mark.parametrize(
    ("max_age", "ttl", "at_least", "below"),
    [
        pytest.param(None, None, HOUR, 1.11 * HOUR, id="the-interval"),
        pytest.param(HOUR / 12, HOUR / 12, HOUR, 1.11 * HOUR, id="never-shorter"),
        pytest.param(6 * HOUR, None, 6 * HOUR, 6.7 * HOUR, id="max-age-lengthens"),
        pytest.param(None, 3 * HOUR, 3 * HOUR, 3.4 * HOUR, id="ttl-lengthens"),
        pytest.param(720 * HOUR, HOUR, 24 * HOUR, 27 * HOUR, id="clipped-to-a-day"),
    ],
)
def test_hints_only_lengthen(
    max_age: timedelta | None, ttl: timedelta | None, at_least: timedelta, below: timedelta
) -> None:
    """max-age and ttl lengthen up to 24 h and never shorten; jitter only adds (P17-P19)."""
    rhythm = Rhythm(ttl=ttl)
    due = after_success(FEED, POLICY, NOW, rhythm=rhythm, max_age=max_age)
    assert at_least <= waited(due) < below


@pytest.mark.parametrize(
    ("quiet", "at"),
    [
        pytest.param(Quiet(frozenset({9, 10})), NOW.replace(hour=11), id="hours"),
        pytest.param(Quiet(frozenset(), frozenset({6})), NOW + 16 * HOUR, id="a-day"),
        pytest.param(Quiet(frozenset(range(24))), None, id="all-hours-are-a-mistake"),
    ],
)
def test_quiet_times_are_kept(quiet: Quiet, at: datetime | None) -> None:
    """The next poll falls on the first hour that a feed does not ask to leave out (P18)."""
    due = after_success(FEED, POLICY, NOW, rhythm=Rhythm(quiet=quiet))
    assert due.at == at if at else waited(due) < 1.11 * HOUR


def of_the_morning(weeks: int = 6) -> Rhythm:
    """Learn of a feed that publishes four entries at 8, 9 and 10 on workdays, and nothing else."""
    rhythm = Rhythm()
    for day in range(weeks * 7):
        morning = NOW - timedelta(days=weeks * 7 - day)
        if morning.weekday() < 5:
            times = [morning + hour * HOUR + n * HOUR / 4 for hour in range(3) for n in range(4)]
            rhythm = learn(rhythm, times, morning + 4 * HOUR, listed=40)
    return rhythm


def test_a_rhythm_is_learned() -> None:
    """The rate is that of the weeks seen, and old entries fade (N18)."""
    assert rate(of_the_morning(), NOW) == pytest.approx(12 * 5 / 7, rel=0.1)
    stopped = learn(of_the_morning(), (), NOW + timedelta(days=56), listed=40)
    assert rate(stopped, NOW + timedelta(days=56)) < 5


@pytest.mark.parametrize(
    ("pace", "busy", "quiet"),
    [
        pytest.param("steady", (1.0, 1.11), (1.0, 1.11), id="steady"),
        pytest.param("gentle", (1.0, 1.11), (1.9, 2.3), id="gentle-never-sooner"),
        pytest.param("prompt", (0.25, 0.6), (1.9, 4.5), id="prompt"),
    ],
)
def test_pace(pace: Pace, busy: tuple[float, float], quiet: tuple[float, float]) -> None:
    """A feed is asked later where it hardly publishes; sooner where it does only if told to (P11)."""
    policy = replace(POLICY, pace=pace)
    monday = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    for now, (low, high) in ((monday, busy), (monday.replace(hour=20), quiet)):
        due = after_success(FEED, policy, now, rhythm=of_the_morning())
        assert low * HOUR <= due.at - now <= high * HOUR


def test_too_little_is_no_rhythm() -> None:
    """A handful of entries shifts nothing."""
    rhythm = learn(Rhythm(), [NOW - HOUR * n for n in range(5)], NOW, listed=5)
    assert waited(after_success(FEED, POLICY, NOW + 12 * HOUR, rhythm=rhythm)) >= HOUR


def test_a_short_list_is_looked_at_before_it_turns_over() -> None:
    """A list that is all new at each look is asked for as often as the floor allows (N18)."""
    rhythm = learn(Rhythm(), [NOW] * 30, NOW, listed=30)
    assert rhythm.turnover is None
    rhythm = learn(rhythm, [NOW + HOUR] * 30, NOW + HOUR, listed=30)
    due = after_success(FEED, POLICY, NOW, rhythm=rhythm)
    assert POLICY.floor <= waited(due) < HOUR / 2
    assert "30" in due.why
    for n in range(2, 60):  # it calms down
        rhythm = learn(rhythm, [NOW + n * HOUR] * 3, NOW + n * HOUR, listed=30)
    assert waited(after_success(FEED, POLICY, NOW, rhythm=rhythm)) >= HOUR


def test_a_ttl_holds_before_a_short_list() -> None:
    """What a server asks for is kept even if entries may be missed: the operator is warned (P17)."""
    rhythm = Rhythm(listed=10, fresh=10, turnover=HOUR / 2, ttl=2 * HOUR)
    assert waited(after_success(FEED, POLICY, NOW, rhythm=rhythm)) >= 2 * HOUR


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
    minutes = [each.at.replace(second=0, microsecond=0) for each in due]
    assert max(minutes.count(minute) for minute in set(minutes)) < 500 * 0.3
