"""What is breaking and what is not: figures against a watch's own past."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.growth import Growth, Mention
from monitor.story.breaking import MEMORY, WINDOW, breaking_stories, find_breaking, stirring

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SINCE = NOW - MEMORY


def mention(story: object, house: object, **ago: float) -> Mention:
    return Mention("rivers", f"s{story}", f"h{house}", NOW - timedelta(**ago))


def burst(size: int, houses: int | None = None) -> list[Mention]:
    """Make reports of the last hour, each a story of its own."""
    return [mention(f"now{n}", n % (houses or size), minutes=n) for n in range(size)]


def days(counts: Iterable[int], hours: float = 1) -> list[Mention]:
    """Make so many reports this time yesterday, the day before, and so on."""
    return [
        mention(f"{day}-{n}", n, days=day, hours=hours)
        for day, count in enumerate(counts, start=1)
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("past", "now", "breaking"),
    [
        pytest.param([0] * 28, 5, True, id="five-houses-where-none-was"),
        pytest.param([0] * 28, 4, False, id="four-are-too-few"),
        pytest.param([2] * 28, 6, False, id="thrice-a-small-number"),
        pytest.param([2] * 28, 16, True, id="eight-times"),
        pytest.param([20] * 28, 40, False, id="twice-a-large-number-may-be-chance"),
        pytest.param([20] * 28, 60, True, id="three-times-a-large-number"),
        pytest.param([5, 30] * 14, 60, False, id="days-that-differ-much"),
        pytest.param([60] + [2] * 27, 20, True, id="one-loud-day-does-not-deafen"),
    ],
)
def test_a_watch_breaks_beyond_its_own_baseline(
    past: Sequence[int], now: int, breaking: bool
) -> None:
    """Only what the watch's own days make next to impossible is breaking news."""
    found = find_breaking([*days(past), *burst(now)], SINCE, NOW)
    assert (found is not None) == breaking


def test_a_watch_is_held_to_the_same_hours() -> None:
    """Forty reports at noon are usual where each noon has forty, and breaking where mornings do."""
    noons, mornings = days([40] * 28), days([40] * 28, hours=7)
    assert find_breaking([*noons, *burst(40)], SINCE, NOW) is None
    assert find_breaking([*mornings, *burst(40)], SINCE, NOW) is not None


def test_one_house_breaks_nothing() -> None:
    """Forty items of four houses are their zeal, not news."""
    assert find_breaking(burst(40, houses=4), SINCE, NOW) is None
    copies = [mention("one", n % 5, minutes=n) for n in range(60)]
    assert find_breaking([*days([3] * 28), *copies], SINCE, NOW) is None


@pytest.mark.parametrize("age", [timedelta(), timedelta(days=6)])
def test_a_new_watch_has_no_baseline(age: timedelta) -> None:
    """What is watched for less than a week never breaks."""
    copies = [mention("one", n, minutes=n) for n in range(30)]
    assert find_breaking(burst(30), NOW - age, NOW) is None
    assert breaking_stories(copies, NOW - age, NOW) == {}


def test_the_figure_says_how_much_is_usual() -> None:
    """A growth tells sources, reports and the mean of such hours."""
    found = find_breaking([*days([1] * 28), *burst(30, houses=10)], SINCE, NOW)
    assert found is not None
    assert (found.of, found.sources, found.reports, found.window) == ("watch", 10, 30, WINDOW)
    assert found.usual == pytest.approx(1, abs=0.1)


def test_a_story_breaks_when_more_tell_it_than_the_week_had() -> None:
    """The bar is what one story a week reaches: nine houses, where each week had one of eight."""
    past = [
        mention(f"{week}-{story}", house, days=7 * week + 3)
        for week in range(4)
        for story, houses in enumerate((8, 1, 1, 1))
        for house in range(houses)
    ]
    for size, breaks in ((8, False), (9, True)):
        now = [mention("now", house, minutes=house) for house in range(size)]
        expected = {"snow": Growth("story", size, size, WINDOW, 2.75)} if breaks else {}
        assert breaking_stories([*past, *now], SINCE, NOW) == expected


def test_a_story_must_grow_within_hours() -> None:
    """Nine houses in nine days are no burst, and nine items of one house are one source."""
    slow = [mention("slow", house, days=house) for house in range(9)]
    zeal = [mention("zeal", 1, minutes=n) for n in range(9)]
    assert breaking_stories([*slow, *zeal], SINCE, NOW) == {}


def test_only_watches_with_enough_houses_are_looked_at() -> None:
    """Few houses, or many long ago, stir nothing."""
    assert stirring(burst(5), NOW) == {"rivers"}
    assert stirring([*burst(20, houses=4), *days([50])], NOW) == frozenset()
