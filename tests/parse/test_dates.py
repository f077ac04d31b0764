"""Dates as feeds write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.dates import DateContext, parse_date

NOW = datetime(2026, 11, 22, tzinfo=UTC)
UTC_FEED = DateContext(now=NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 30 May 2023 12:00:00 GMT", "2023-05-30 12:00"),
        ("Tue,30 May 2023 12:00:00+0500", "2023-05-30 07:00"),
        ("Tue, 30 May 23 12:00:00 EST", "2023-05-30 17:00"),
        ("Fri, 01 Sep 2023 9:5:00 GMT", "2023-09-01 09:05"),
        ("Tue May 30 12:00:00 2023", "2023-05-30 12:00"),
        ("May 30, 2023 at 3:04 p.m. EDT", "2023-05-30 19:04"),
        ("Tuesday, May 30, 2023 - 12:00", "2023-05-30 12:00"),
        ("21. Nov 2026", "2026-11-21 00:00"),
        ("2023-05-30T12:00:00Z", "2023-05-30 12:00"),
        ("2023-05-30T12:00:00.123-05:30", "2023-05-30 17:30"),
        ("2023-05-30T12:00:9+05:00", "2023-05-30 07:00"),
        ("2023-05-30 12:00", "2023-05-30 12:00"),
        ("Sat, Dec 16 2023 02:02:33 PM", "2023-12-16 14:02"),
        ("20230530T120000Z", "2023-05-30 12:00"),
        ("20230530T12:00:00+05:00", "2023-05-30 07:00"),
        ("20230530", "2023-05-30 00:00"),
        ("2003-12", "2003-12-01 00:00"),
        ("2003", "2003-01-01 00:00"),
        ("2026-01-01T24:00:00Z", "2026-01-02 00:00"),
        ("1763719200", "2025-11-21 10:00"),
        ("1763719200000", "2025-11-21 10:00"),
        ("2016/6/29 15:07:41", "2016-06-29 15:07"),
        ("30.05.2023 12:00", "2023-05-30 12:00"),
        ("12:00, 30.05.2023", "2023-05-30 12:00"),
        ("5/30/2023 12:04 AM", "2023-05-30 00:04"),
        ("3/4/2023", "2023-04-03 00:00"),
        ("2023年05月30日", "2023-05-30 00:00"),
        ("2023年5月30日 下午3:04", "2023-05-30 15:04"),
        ("北京时间 2023年5月30日 08:00", "2023-05-30 00:00"),
        ("Вт, 30 мая 2023 12:00:00 +0300", "2023-05-30 09:00"),
        ("30 мая 2023 г., 12:00", "2023-05-30 12:00"),
        ("среда, 1 февраля 2023", "2023-02-01 00:00"),
        ("2023 ж. 30 мамыр, 12:00", "2023-05-30 12:00"),
        ("Сенбі, 30 қыркүйек 2023 10:00", "2023-09-30 10:00"),
        ("30-may, 2023 12:00", "2023-05-30 12:00"),
        ("Payshanba, 5 oktabr 2023", "2023-10-05 00:00"),
        ("2023-жылдын 30-майы", "2023-05-30 00:00"),
        ("30 майи 2023", "2023-05-30 00:00"),
    ],
)
def test_read(text: str, expected: str) -> None:
    """Each format in use is read right; without a zone it is UTC."""
    moment = parse_date(text, UTC_FEED)
    assert moment is not None
    assert moment.strftime("%Y-%m-%d %H:%M") == expected
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("CEST", 10), ("CET", 11), ("BST", 11), ("MSK", 9), ("МСК", 9), ("IST", 6), ("JST", 3), ("UZT", 7), ("PST", 20),
        ("CST", 18), ("ALMT", 6), ("GMT+3", 9), ("UTC+03:00", 9), ("+0300 (MSK)", 9), ("-0000", 12), ("XYZT", 12),
    ],
)  # fmt: skip
def test_zones(zone: str, hour: int) -> None:
    """Named zones mean their offset, an unknown one counts as none (F13)."""
    moment = parse_date(f"Tue, 30 May 2023 12:00:00 {zone}", UTC_FEED)
    assert moment is not None
    assert moment.hour == hour


def test_zone_of_the_feed() -> None:
    """A date without a zone is in the feed's; Almaty's own name follows its change in 2024."""
    almaty = DateContext(ZoneInfo("Asia/Almaty"), NOW)
    assert parse_date("20.11.2026 12:00", almaty) == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert parse_date("20.11.2023 12:00", almaty) == datetime(2023, 11, 20, 6, tzinfo=UTC)
    assert parse_date("2024-06-01 12:00 ALMT", UTC_FEED) == datetime(2024, 6, 1, 7, tzinfo=UTC)


def test_cst_in_chinese() -> None:
    """CST is China's zone in a Chinese feed (F13)."""
    context = DateContext(now=NOW, chinese=True)
    assert parse_date("2023-05-30 12:00:00 CST", context) == datetime(2023, 5, 30, 4, tzinfo=UTC)


def test_month_first() -> None:
    """An American feed writes the month first."""
    context = DateContext(now=NOW, month_first=True)
    assert parse_date("3/4/2023", context) == datetime(2023, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "12:30", "30 Feb 2026", "2023-13-01", "9999-12-31T23:00:00-12:00", "0001-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 21 Nov 2099 10:00:00 GMT", "1763719200000000", "2023-05-30 25:00", "a" * 500,
    ],
)  # fmt: skip
def test_none(text: str) -> None:
    """What cannot be a publication date is none: a wrong one is worse (F10, F12)."""
    assert parse_date(text, UTC_FEED) is None


@given(st.text(alphabet="0123456789:-/.+ TZГмая年月日MayGMT", max_size=30))
def test_never_raises(text: str) -> None:
    """Any text may stand where a date should; what comes is in range and in UTC."""
    moment = parse_date(text, UTC_FEED)
    assert moment is None or (moment.tzinfo is UTC and 1990 <= moment.year <= 2026)
