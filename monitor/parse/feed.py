"""A body to a feed: detect, decode, read, make plain. Pure and synchronous; run it where it can be killed (X12)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model.source import ParsedFeed
from monitor.parse.dates import DateContext, parse_date
from monitor.parse.detect import kind_of, without_preface
from monitor.parse.encoding import decode_body
from monitor.parse.entries import FeedContext, first_url, language_tag, plain_entries
from monitor.parse.identity import with_own_keys
from monitor.parse.jsonfeed import read_json_feed
from monitor.parse.limits import newest_entries, refuse_monsters, without_runs
from monitor.parse.quiet import quiet_times
from monitor.parse.raw import RawEntry, RawFeed, UnfitError
from monitor.parse.repair import close_truncated, legal_xml
from monitor.parse.sitemap import read_sitemap
from monitor.parse.syndication import read_syndication
from monitor.parse.wellformed import read_wellformed
from monitor.text.clean import one_line
from monitor.text.html import title_text

_HAN = re.compile("[\u4e00-\u9fff]")
_CHINESE_ZONES = frozenset(
    {"Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Macau", "PRC"}
)
_MOST_TAGS = 6000
_LONGEST_TTL = timedelta(days=31)


def parse_feed(
    body: bytes,
    *,
    feed_id: str,
    url: str | None = None,
    content_type: str | None = None,
    timezone: str | None = None,
    now: datetime | None = None,
    max_entries: int = 1000,
    tolerant: bool = True,
) -> ParsedFeed:
    """Read a body as RSS, RDF, Atom, JSON Feed or news sitemap; raises ParseError and nothing else.

    Unless ``tolerant``, also UnfitError for what only feedparser can read or would take long.

    ``url`` is the base of relative links, ``timezone`` (IANA) that of dates which name none. No entry is left
    out for want of a link, a date or a title (F1); of more than ``max_entries`` the newest are kept (F25).
    ``truncated`` if the body was cut short: then only whole entries are given (F24).
    """
    text = decode_body(body, content_type)
    raw = _read(text, max_entries, tolerant=tolerant)
    dates = _date_context(raw, timezone, now)
    newest = _newest(raw.entries, max_entries, dates)
    context = FeedContext(feed_id, _base(raw, url), language_tag(raw.language), dates)
    entries, unreadable = plain_entries(newest, context)
    left_out = raw.too_many + len(raw.entries) - len(newest)
    return ParsedFeed(
        title=one_line(title_text(raw.title), 300),
        link=first_url((raw.link,), url),
        language=context.language,
        entries=with_own_keys(entries),
        ttl=_ttl(raw.minutes),
        quiet=quiet_times(text),
        truncated=raw.truncated,
        warnings=tuple(_warnings(raw.truncated, left_out, raw.unreadable + unreadable)),
    )


def _read(text: str, max_entries: int, *, tolerant: bool) -> RawFeed:
    text = without_preface(text)
    kind = kind_of(text)
    if kind == "json":
        return read_json_feed(text)
    if kind == "sitemap":
        return read_sitemap(text)
    if not tolerant and text.count("<") > _MOST_TAGS:
        raise UnfitError("too much to read at once")
    try:
        return read_wellformed(text)
    except UnfitError:
        if not tolerant:
            raise
    return _read_tolerantly(text, max_entries)


def _read_tolerantly(text: str, max_entries: int) -> RawFeed:
    repaired = close_truncated(without_runs(legal_xml(text)))
    refuse_monsters(repaired.text)
    newest, too_many = newest_entries(repaired.text, max_entries)
    return replace(read_syndication(newest), truncated=repaired.truncated, too_many=too_many)


def _date_context(raw: RawFeed, timezone: str | None, now: datetime | None) -> DateContext:
    language = raw.language.lower()
    chinese = (
        language.startswith("zh") or timezone in _CHINESE_ZONES or bool(_HAN.search(raw.title))
    )
    return DateContext(_zone(timezone), now, chinese=chinese, month_first=language == "en-us")


def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC  # the configuration has checked the name; a system without it must not cost the feed


def _base(raw: RawFeed, url: str | None) -> str | None:
    return url or first_url((raw.link,), None)


def _newest(entries: Sequence[RawEntry], most: int, dates: DateContext) -> tuple[RawEntry, ...]:
    """Keep the newest in the feed's own order; entries without a date go before those with one."""
    if len(entries) <= most:
        return tuple(entries)

    def age(numbered: tuple[int, RawEntry]) -> tuple[bool, float, int]:
        at, entry = numbered
        moment = parse_date(entry.published or entry.updated, dates)
        return (moment is not None, -moment.timestamp() if moment else 0.0, at)

    kept = sorted(enumerate(entries), key=age)[:most]
    return tuple(entry for _, entry in sorted(kept, key=lambda numbered: numbered[0]))


def _ttl(minutes: str) -> timedelta | None:
    digits = minutes.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 9 and int(digits)):
        return None
    return min(timedelta(minutes=int(digits)), _LONGEST_TTL)


def _warnings(truncated: bool, left_out: int, unreadable: int) -> list[str]:
    found = []
    if truncated:
        found.append(
            "The body was cut short: only its whole entries are used, and it is fetched anew next time."
        )
    if left_out:
        found.append(
            f"The body has more entries than polling.max_entries; older ones left out: {left_out}."
        )
    if unreadable:
        found.append(f"Entries that cannot be read and are left out: {unreadable}.")
    return found
