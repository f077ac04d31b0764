"""Numbers with what they count, and the days that a text names."""

import re
from collections.abc import Mapping

from monitor.story.stems import stem
from monitor.story.words import number_of
from monitor.text.scripts import CJK_RANGES

_NUMBER = re.compile(rf"(\d+(?:[.,]\d+)*)\s*(%|[{CJK_RANGES}]|[^\W\d_{CJK_RANGES}]+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = (
    "jan|янв|қаңтар", "feb|фев|ақпан", "mar(?!k)|март|наурыз", "apr|апр|сәуір", "may(?=\\b)|ма[йя]\\b|мамыр",
    "jun|июн|маусым", "jul|июл|шілде", "aug|авг|тамыз|avg", "sep|сен|қыркүйек", "oct|окт|қазан|okt",
    "nov|ноя|қараша|noy", "dec|дек|желтоқсан|dek",
)  # fmt: skip
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_MONTHS, start=1))
_NAMED_DAY = re.compile(
    rf"(?<!\d)(?P<before>\d{{1,2}})(?:-?[^\W\d_]{{1,3}})?\s(?:{_MONTH})"
    rf"|\b(?:{_MONTH.replace('P<m', 'P<n')})[^\W\d_]*\.?\s(?P<after>\d{{1,2}})(?!\d)",
    re.IGNORECASE,
)
_CHINESE_DAY = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]")


def read_numbers(text: str) -> Mapping[int, int]:
    """Give each number of two digits or more with what it counts, and what it counts alone."""
    found = {}
    for value, unit in _NUMBER.findall(text):
        if len(value) > 1 and not _YEAR.fullmatch(value):
            of_what = number_of("of " + (stem(unit.lower()) if unit else ""))
            found[number_of(f"{value.replace(',', '.')} {of_what}")] = of_what if unit else 0
    return found


def read_days(text: str) -> frozenset[int]:
    """Give the days of the year that a text names, as 32 times the month plus the day."""
    days = {int(month) * 32 + int(day) for month, day in _CHINESE_DAY.findall(text)}
    for found in _NAMED_DAY.finditer(text):
        month = next(
            int(name[1:]) for name, part in found.groupdict().items() if part and name[1:].isdigit()
        )
        days.add(month * 32 + int(found["before"] or found["after"]))
    return frozenset(days)
