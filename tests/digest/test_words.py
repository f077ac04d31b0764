"""The filters of templates."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from monitor.digest.words import (
    direction,
    flag,
    growth_words,
    language_name,
    moment,
    plural,
    short_time,
)
from monitor.model.growth import Growth

AT = datetime(2026, 11, 22, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Almaty", "Sunday 22 November 2026, 08:05 Asia/Almaty (UTC+5)"),
        ("Asia/Kolkata", "Sunday 22 November 2026, 08:35 Asia/Kolkata (UTC+5:30)"),
        ("America/New_York", "Saturday 21 November 2026, 22:05 America/New_York (UTC-5)"),
        ("UTC", "Sunday 22 November 2026, 03:05 UTC"),
        ("Nowhere/Land", "Sunday 22 November 2026, 03:05 Nowhere/Land (UTC+0)"),
    ],
)
def test_moment(zone: str, expected: str) -> None:
    """A moment is told in the reader's zone, which is named; an unknown zone never stops a digest."""
    assert moment(AT, zone) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (AT, "08:05"),
        (datetime(2026, 11, 21, 18, 59, tzinfo=UTC), "21 Nov 23:59"),
        (datetime(2025, 12, 31, 20, 0, tzinfo=UTC), "01:00"),
        (datetime(2024, 1, 5, 0, 0, tzinfo=UTC), "5 Jan 2024 06:00"),
    ],
    ids=["today", "yesterday-there", "new-year", "old-offset"],
)
def test_short_time(at: datetime, expected: str) -> None:
    """A story's time bears the date only where it is not the digest's day in the reader's zone."""
    today = datetime(2025, 12, 31, 22, 0, tzinfo=UTC) if expected == "01:00" else AT
    assert short_time(at, "Asia/Almaty", today) == expected


def test_edge_of_the_calendar() -> None:
    """A date that no zone can hold is shown, and stops nothing."""
    first = datetime(1, 1, 1, tzinfo=UTC)
    assert short_time(first, "America/New_York", AT) == "1 Jan 1 00:00"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("KZ", "🇰🇿"), ("cn", "🇨🇳"), ("", ""), (None, ""), ("KAZ", ""), ("ШО", "")],
)
def test_flag(code: str | None, expected: str) -> None:
    """A flag is made of two Latin letters, or left out."""
    assert flag(code) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("kk", "Kazakh"),
        ("uz-Cyrl", "Uzbek, Cyrillic"),
        ("zh_CN", "Chinese"),
        ("RU", "Russian"),
        ("xx", "xx"),
        (None, ""),
    ],
)
def test_language_name(tag: str | None, expected: str) -> None:
    """Languages have their English names; an unknown tag stands for itself."""
    assert language_name(tag) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 stories"), (1, "1 story"), (2, "2 stories"), (1204, "1,204 stories")],
)
def test_plural(count: int, expected: str) -> None:
    """Numbers agree with their nouns."""
    assert plural(count, "story", "stories") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("كازاخستان", "rtl"),
        ("«12» كازاخستان", "rtl"),
        ("SCO كازاخستان", "ltr"),
        ("上合", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction(text: str, expected: str) -> None:
    """The first letter that has a direction decides (E14)."""
    assert direction(text) == expected


@pytest.mark.parametrize(
    ("growth", "expected"),
    [
        (("story", 12, 12, 1.4), "12 sources in 3 h, usually 1"),
        (("story", 12, 12, 0.0), "12 sources in 3 h, usually 1"),
        (("watch", 12, 12, 0.25), "12 sources in 3 h, usually 2 a day"),
        (("watch", 12, 31, 4.4), "31 reports from 12 sources in 3 h, usually 4"),
        (("watch", 5, 5, 0.05), "5 sources in 3 h, usually 3 a week"),
        (("watch", 5, 5, 0.0), "5 sources in 3 h, usually less than one a week"),
    ],
)
def test_growth_says_how_much_is_usual(
    growth: tuple[Literal["watch", "story"], int, int, float], expected: str
) -> None:
    """The usual is told in the shortest span that has one."""
    of, sources, reports, usual = growth
    assert growth_words(Growth(of, sources, reports, timedelta(hours=3), usual)) == expected
