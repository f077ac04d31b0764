"""Dates as feeds write them, right or not at all: a wrong date is worse than none (F10-F13)."""

import re
from calendar import month_abbr
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from monitor.parse.calendar_words import month_of, noon_of, zone_of

_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_MAX_LENGTH = 100

_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})[:：时時点](\d{1,2})(?:[:：分](\d{1,2})(?:[.,]\d+)?)?(?:秒|分)?(?![\d:])"
)
_OFFSET = re.compile(
    r"(?:(?:GMT|UTC?)\s*)?(?<![\d.-])([+\-−])(\d{1,2})(?::?([0-5]\d))?(?!\d|[./-]\d|:\d)"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})(?:(?:[-/.]|\s*年\s*)(\d{1,2})(?:(?:[-/.]|\s*月\s*)(\d{1,2})日?)?)?(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_EPOCH = re.compile(r"(\d{10})(?:\.\d+)?|(\d{13})")
_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+\.)?")
_NUMBER = re.compile(r"\d+")
_CHINESE_ZONE = re.compile("北京时间|北京時間")
_ISO_TIME = re.compile(r"(\d)[tT](?=\d)")
# What nearly all feeds write; the other patterns cost ten times as much.
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|([+-])(\d\d)([0-5]\d))"
)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d{3}|\.\d{6})?(?:Z|[+-]\d\d:[0-5]\d)")
_MAIL_MONTHS = {name: at for at, name in enumerate(month_abbr) if name}


@dataclass(frozen=True, slots=True)
class DateContext:
    """What a feed's dates leave unsaid."""

    zone: tzinfo = UTC  # of dates that name none
    now: datetime | None = (
        None  # later than two days after it is no date of an entry; None: until 2100
    )
    chinese: bool = False  # CST means China
    month_first: bool = False  # 3/4/2026 is 4 March


@dataclass(frozen=True, slots=True)
class _Day:
    year: int
    month: int
    day: int
    rest: str  # the text without the day


def parse_date(text: str, context: DateContext) -> datetime | None:
    """Read a date as an aware UTC time; None if it is unreadable, before 1990 or in the future (F12).

    Reads RFC 822, ISO 8601, seconds since 1970, numeric dates, and month names in seven languages.
    A zone that is not known counts as none.
    """
    text = text.strip()
    if not text or len(text) > _MAX_LENGTH:
        return None
    try:
        moment = _from_standard(text) or _from_epoch(text) or _from_calendar(text, context)
        return _in_range(moment.astimezone(UTC), context) if moment else None
    except (ValueError, OverflowError):
        return None


def _in_range(moment: datetime, context: DateContext) -> datetime | None:
    latest = context.now + _AHEAD if context.now else _LATEST
    return moment if _OLDEST <= moment <= latest else None


def _from_standard(text: str) -> datetime | None:
    """Read a date exactly as RFC 822 (four digits to the year) or RFC 3339 has it."""
    if _ISO.fullmatch(text):
        return datetime.fromisoformat(text).replace(microsecond=0) if "T24" not in text else None
    found = _MAIL.fullmatch(text)
    if not found or found[2] not in _MAIL_MONTHS or found[4] == "24" or found[6] > "59":
        return None
    day, name, year, hour, minute, second, sign, hours, minutes = found.groups()
    zone: tzinfo = UTC
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(offset if sign == "+" else -offset)
    month = _MAIL_MONTHS[name]
    return datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=zone)


def _from_epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    if not found:
        return None
    seconds = int(found[1]) if found[1] else int(found[2]) / 1000
    return datetime.fromtimestamp(seconds, UTC)


def _from_calendar(text: str, context: DateContext) -> datetime | None:
    day = _find_day(text, context)
    if day is None:
        return None
    clock = _CLOCK.search(day.rest)
    after = day.rest[clock.end() :] if clock else ""
    hour, minute, second = _hour(clock, day.rest), *_minutes(clock)
    zone = _find_zone(after, day.rest, context) or context.zone
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    if hour == 24 and minute == second == 0:  # the end of the day (ISO 8601)
        return midnight + timedelta(days=1)
    return midnight.replace(
        hour=hour, minute=minute, second=min(second, 59)
    )  # a leap second has no place


def _find_day(text: str, context: DateContext) -> _Day | None:
    compact = _COMPACT.search(text)
    if compact:
        hour, minute, second = (compact[part] or "00" for part in (4, 5, 6))
        rest = f" {hour}:{minute}:{second} {text[compact.end() :]}"
        if compact[4] is None:
            rest = text[compact.end() :].lstrip("Tt")
        return _Day(int(compact[1]), int(compact[2]), int(compact[3]), rest)
    spaced = _ISO_TIME.sub(r"\1 ", text)
    return _day_first(spaced, context) or _year_first(spaced) or _named(spaced)


def _year_first(text: str) -> _Day | None:
    found = _YEAR_FIRST.search(text)
    if not found or (found[3] is None and text.strip() != found.group()):
        return None
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return _Day(int(found[1]), int(found[2] or 1), int(found[3] or 1), rest)


def _day_first(text: str, context: DateContext) -> _Day | None:
    found = _DAY_FIRST.search(text)
    if not found:
        return None
    first, second = int(found[1]), int(found[3])
    swap = found[2] == "/" and (second > 12 or (context.month_first and first <= 12))
    day, month = (second, first) if swap else (first, second)
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return _Day(_full_year(found[4]), month, day, rest)


def _named(text: str) -> _Day | None:
    """Read a day whose month is a word; the numbers beside it are day and year in either order."""
    plain = _OFFSET.sub(" ", _CLOCK.sub(" ", text)) if _CLOCK.search(text) else text
    months = (month_of(word.lower()) for word in _WORD.findall(plain))
    month = next((number for number in months if number), None)
    numbers = _NUMBER.findall(plain)
    if month is None or len(numbers) < 2:
        return None
    day, year = numbers[0], numbers[1]
    if len(day) == 4:
        day, year = year, day
    return _Day(_full_year(year), month, int(day), text)


def _full_year(digits: str) -> int:
    """Return a year in full; two digits mean 1970 to 2069."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= 70 else 2000)


def _hour(clock: re.Match[str] | None, rest: str) -> int:
    if clock is None:
        return 0
    hour = int(clock[1])
    words = re.findall(r"上午|下午|晚上|\b[ap]\.?m\b\.?|(?<=\d)[ap]m\b", rest, re.IGNORECASE)
    noon = noon_of(words[0].lower()) if words else None
    if noon is None or hour > 12:
        return hour
    return hour % 12 + noon


def _minutes(clock: re.Match[str] | None) -> tuple[int, int]:
    return (int(clock[2]), int(clock[3] or 0)) if clock else (0, 0)


def _find_zone(after: str, rest: str, context: DateContext) -> tzinfo | None:
    """Find the zone: an offset behind the clock, else a name; of two the offset is exact."""
    offset = _OFFSET.search(after)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0) if len(offset[2]) < 3 else 0
        return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    if _CHINESE_ZONE.search(rest):
        return zone_of("CST", chinese=True)
    zones = (zone_of(word, chinese=context.chinese) for word in _WORD.findall(after))
    return next((zone for zone in zones if zone), None)
