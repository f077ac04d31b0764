"""When a feed asks not to be polled: RSS 2.0's skipHours and skipDays (P18)."""

import re

from monitor.model.rhythm import DAYS, NEVER_QUIET, Quiet

_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL | re.IGNORECASE)
_DAYS = re.compile(r"<skipDays>(.{0,2000}?)</skipDays>", re.DOTALL | re.IGNORECASE)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(r"<day>\s*(\w{3})\w*\s*</day>", re.IGNORECASE)
_NAMES = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_DAY_HOURS = 24


def quiet_times(text: str) -> Quiet:
    """Read the hours (GMT) and days to leave out; who names all of them has named none."""
    if "<skip" not in text:
        return NEVER_QUIET
    hours = {
        int(hour) % _DAY_HOURS for block in _HOURS.findall(text) for hour in _HOUR.findall(block)
    }
    named = [day.lower() for block in _DAYS.findall(text) for day in _DAY.findall(block)]
    days = {_NAMES[day] for day in named if day in _NAMES}
    return Quiet(
        frozenset(hours) if len(hours) < _DAY_HOURS else frozenset(),
        frozenset(days) if len(days) < DAYS else frozenset(),
    )
