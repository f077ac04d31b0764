"""Readers of single values: text as it stands in the file -> a typed value.

Each raises what ``refuse`` makes: a sentence of ours and its mend, never the library's words.
"""

import ipaddress
import re
import zoneinfo
from collections.abc import Iterable
from datetime import time, timedelta
from difflib import get_close_matches
from functools import cache

from pydantic_core import PydanticCustomError

from monitor.config.codes import CITY_ZONES, COUNTRIES, LANGUAGES, NOT_LANGUAGES

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_DURATION = re.compile(r"(\d{1,9}) ?([smhd])", re.ASCII)
_SIZE = re.compile(rf"(\d{{1,12}}) ?({'|'.join(_BYTES)})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII)
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.\d{1,9})?", re.ASCII)
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?", re.ASCII)
_NAME = re.compile(r"\w[\w-]{0,63}")
_OFFSET = re.compile(r"(?:UTC|GMT)? ?[+-]\d{1,2}(?::?\d{2})?", re.ASCII)
_ENVIRONMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def refuse(what: str, mend: str = "") -> PydanticCustomError:
    """Make the error of a value that cannot be taken; ``what`` is read after the key and a colon."""
    return PydanticCustomError("config", "{what}", {"what": what, "mend": mend})


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Find the known word most like this one, whatever its case."""
    words = {item.casefold(): item for item in known}
    found = get_close_matches(word[:64].casefold(), words, 1, cutoff)
    return words[found[0]] if found else None


def text(value: object) -> str:
    """Read one value, blanks collapsed; refuses lists, mappings and control characters."""
    if value is None or value == "":
        raise refuse("there is no value", "Give one, or delete the line.")
    if not isinstance(value, str):
        kind = "a list" if isinstance(value, list) else "a mapping"
        raise refuse(f"one value belongs here, not {kind}")
    if _CONTROL.search(value):
        raise refuse("the value holds a control character", "Delete it.")
    line = " ".join(value.split())
    if not line:
        raise refuse("the value is blank", "Give one, or delete the line.")
    return line


def query_text(value: object) -> str:
    """Read a query as it stands, line ends included, so that places in it can be shown."""
    text(value)
    return str(value)


def name(value: object) -> str:
    """Read a name of ours: letters, digits, hyphens and underscores."""
    word = text(value)
    if not _NAME.fullmatch(word):
        mend = "Use up to 64 letters, digits, - and _; begin with a letter or digit."
        raise refuse(f"'{shorten(word)}' cannot be a name", mend)
    return word


def flag(value: object) -> bool:
    """Read ``true`` or ``false``."""
    word = text(value)
    if word not in ("true", "false"):
        raise refuse(f"'{shorten(word)}' is neither true nor false", "Write true or false.")
    return word == "true"


def whole(value: object, least: int, most: int) -> int:
    """Read a whole number between two bounds, both included."""
    word = text(value)
    mend = f"Write a number from {least} to {most}."
    if not _WHOLE.fullmatch(word):
        raise refuse(f"'{shorten(word)}' is no whole number", mend)
    if not least <= int(word) <= most:
        raise refuse(f"{word} is too {'small' if int(word) < least else 'large'}", mend)
    return int(word)


def weight(value: object) -> float:
    """Read a number above 0, up to 1000."""
    word = text(value)
    if not _NUMBER.fullmatch(word) or not 0 < float(word) <= 1000:
        mend = "Write a number above 0, such as 2 or 0.5."
        raise refuse(f"'{shorten(word)}' is no weight", mend)
    return float(word)


def duration(value: object) -> timedelta:
    """Read ``30s``, ``60m``, ``4h`` or ``1d``."""
    word = text(value)
    found = _DURATION.fullmatch(word)
    if not found:
        mend = "Write a number with s, m, h or d, such as 60m."
        raise refuse(f"'{shorten(word)}' is no duration", mend)
    seconds = int(found[1]) * _SECONDS[found[2]]
    if seconds > 366 * 86400:
        raise refuse(f"{word} is more than a year", "Write a shorter time.")
    return timedelta(seconds=seconds)


def some_time(value: object) -> timedelta:
    """Read a duration that is longer than nothing."""
    found = duration(value)
    if not found:
        raise refuse("the time cannot be 0", "Write a number with s, m, h or d, such as 60m.")
    return found


def size(value: object) -> int:
    """Read a number of bytes such as ``10MiB`` or ``500KiB``; at most 1 GiB."""
    word = text(value)
    found = _SIZE.fullmatch(word)
    if not found:
        raise refuse(f"'{shorten(word)}' is no size", "Write one such as 10MiB or 500KiB.")
    count = int(found[1]) * _BYTES[found[2]]
    if not 1024 <= count <= 2**30:
        raise refuse(f"{word} is out of bounds", "Write a size from 1KiB to 1GiB.")
    return count


def clock_time(value: object) -> time:
    """Read ``HH:MM``, 00:00 to 23:59."""
    word = text(value)
    found = _CLOCK.fullmatch(word)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        mend = "Write hours and minutes from 00:00 to 23:59, such as 08:00."
        raise refuse(f"'{shorten(word)}' is no time of day", mend)
    return time(int(found[1]), int(found[2]))


def clock_times(value: object) -> tuple[time, time]:
    """Read ``HH:MM-HH:MM``, from one time of day to another one."""
    word = text(value)
    parts = [part.strip() for part in re.split("[-–]", word)]
    mend = "Write from when to when, such as '22:00-07:00'."
    if len(parts) != 2:
        raise refuse(f"'{shorten(word)}' is no span of the day", mend)
    start, end = map(clock_time, parts)
    if start == end:
        raise refuse(f"'{shorten(word)}' ends when it begins", mend)
    return start, end


def weekday(value: object) -> int:
    """Read ``mon`` to ``sun`` as 0 to 6; never a number, whose meaning differs by program (R11)."""
    word = text(value)
    if word in WEEKDAYS:
        return WEEKDAYS.index(word)
    short = word.casefold()[:3]
    guess = f"Write {short}." if short in WEEKDAYS else f"Write one of {', '.join(WEEKDAYS)}."
    raise refuse(f"'{shorten(word)}' is no day of the week", guess)


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def zone(value: object) -> str:
    """Read the IANA name of a time zone (R14)."""
    word = text(value)
    if word in _zones():
        return word
    if _OFFSET.fullmatch(word):
        mend = "Write a place that keeps this time, such as Asia/Almaty."
        raise refuse(f"'{word}' is an offset, not a time zone", mend)
    city = word.rpartition("/")[2].casefold().replace(" ", "_")
    by_city = (known for known in sorted(_zones()) if known.rpartition("/")[2].casefold() == city)
    guess = CITY_ZONES.get(city) or next(by_city, None) or nearest(word, _zones())
    mend = f"Did you mean {guess}?" if guess else "Write a name such as Asia/Almaty or UTC."
    raise refuse(f"'{shorten(word)}' is no known time zone", mend)


def language(value: object) -> str:
    """Read a language code such as ``ru`` or ``uz-Latn``."""
    word = text(value)
    found = _LANGUAGE.fullmatch(word)
    if found and word not in NOT_LANGUAGES and (len(found[1]) == 3 or found[1] in LANGUAGES):
        return word
    guess = NOT_LANGUAGES.get(word.casefold())
    if guess is None and word.casefold()[:2] in LANGUAGES:
        guess = word.casefold()[:2]
    mend = f"Did you mean {guess}?" if guess else "Write a code such as en, ru, kk or zh."
    raise refuse(f"'{shorten(word)}' is no code of a language", mend)


def country(value: object) -> str:
    """Read a country's code of two capital letters."""
    word = text(value)
    if word in COUNTRIES:
        return word
    if word.upper() in COUNTRIES:
        raise refuse(f"'{word}' is not in capitals", f"Write {word.upper()}.")
    mend = "Write two letters such as KZ, or delete the line if there is no one country."
    raise refuse(f"'{shorten(word)}' is no code of a country", mend)


def network(value: object) -> IpNetwork:
    """Read a network such as ``127.0.0.0/8``, or a single address."""
    word = text(value)
    try:
        return ipaddress.ip_network(word)
    except ValueError:
        pass
    try:
        whole_net = ipaddress.ip_network(word, strict=False)
    except ValueError as error:
        mend = "Write an address and a length, such as 10.0.0.0/8."
        raise refuse(f"'{shorten(word)}' is no network", mend) from error
    raise refuse(f"'{word}' is an address inside a network", f"Write {whole_net}.")


def environment_name(value: object) -> str:
    """Read the name of an environment variable; what is no name is not repeated (X23)."""
    word = text(value)
    if not _ENVIRONMENT.fullmatch(word):
        mend = "Write the variable's name here, such as SMTP_PASSWORD, not its value."
        raise refuse("this is no name of an environment variable", mend)
    return word


def shorten(word: str) -> str:
    """Cut a value to what fits into a sentence."""
    return word if len(word) <= 40 else f"{word[:39]}…"
