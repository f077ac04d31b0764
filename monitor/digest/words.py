"""The filters of templates: times in the reader's zone, flags, names of languages, numbers."""

import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from monitor.model.growth import Growth
from monitor.text.clean import one_line

_LANGUAGES = {
    "ar": "Arabic",
    "az": "Azerbaijani",
    "be": "Belarusian",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "hi": "Hindi",
    "hy": "Armenian",
    "ja": "Japanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "ko": "Korean",
    "ky": "Kyrgyz",
    "mn": "Mongolian",
    "ps": "Pashto",
    "ru": "Russian",
    "tg": "Tajik",
    "tk": "Turkmen",
    "tr": "Turkish",
    "ug": "Uyghur",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "zh": "Chinese",
}
_SCRIPTS = {
    "cyrl": "Cyrillic",
    "latn": "Latin",
    "arab": "Arabic",
    "hans": "simplified",
    "hant": "traditional",
}
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_REGIONAL_A = 0x1F1E6


def zone(name: str) -> tzinfo:
    """Return the zone of an IANA name; UTC for one that does not exist, so that no digest is lost."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # not found, no valid key, a folder's name
        return UTC


def in_zone(at: datetime, zone_name: str) -> datetime:
    """Move a moment into a zone; one at the edge of the calendar stays in UTC, so that no digest is lost."""
    try:
        return at.astimezone(zone(zone_name))
    except OverflowError:
        return at


def moment(at: datetime, zone_name: str) -> str:
    """Write a moment in full with its zone: "Sunday 22 November 2026, 08:00 Asia/Almaty (UTC+5)"."""
    local = in_zone(at, zone_name)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} {zone_label(at, zone_name)}"


def zone_label(at: datetime, zone_name: str) -> str:
    """Write a zone with its offset at a moment: "Asia/Almaty (UTC+5)"; "UTC" stays as it is."""
    if zone_name == "UTC":
        return "UTC"
    minutes = int((in_zone(at, zone_name).utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
    return f"{zone_name} (UTC{offset})"


def short_time(at: datetime, zone_name: str, today: datetime) -> str:
    """Write a story's time: "07:10" on the day of ``today``, else "21 Nov 07:10", with the year if it differs."""
    local, here = in_zone(at, zone_name), in_zone(today, zone_name)
    if local.date() == here.date():
        return f"{local:%H:%M}"
    year = "" if local.year == here.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


def flag(country: str | None) -> str:
    """Return the flag of an ISO 3166-1 alpha-2 code; empty for anything else."""
    code = (country or "").upper()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        return ""
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in code)


def language_name(tag: str | None) -> str:
    """Return the English name of a BCP 47 tag ("uz-Cyrl": "Uzbek, Cyrillic"), or the tag itself."""
    if not tag:
        return ""
    primary, *rest = tag.replace("_", "-").split("-")
    name = _LANGUAGES.get(primary.lower())
    if name is None:
        return one_line(tag, 20)
    script = next((_SCRIPTS[part.lower()] for part in rest if part.lower() in _SCRIPTS), "")
    return f"{name}, {script}" if script else name


def plural(count: int, one: str, many: str = "") -> str:
    """Write a number with its noun: "1 story", "1,204 stories"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def direction(text: str) -> str:
    """Return "rtl" or "ltr", by the first letter that has a direction (E14)."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in _RIGHT_TO_LEFT:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def growth_words(growth: Growth) -> str:
    """Write why something is breaking: "12 sources in 3 h, usually 2 a day"."""
    hours = growth.window.total_seconds() / 3600
    told = plural(growth.sources, "source")
    if growth.of == "story":
        return f"{told} in {hours:.0f} h, usually {max(1, round(growth.usual))}"
    if growth.reports > growth.sources:
        told = f"{plural(growth.reports, 'report')} from {told}"
    return f"{told} in {hours:.0f} h, usually {_rate(growth.usual, hours)}"


def _rate(count: float, hours: float) -> str:
    """Write how many come in so many hours, or in the shortest span that has one."""
    for span, suffix in ((hours, ""), (24, " a day"), (168, " a week")):
        number = round(count * span / hours)
        if number:
            return f"{number:,}{suffix}"
    return "less than one a week"
