"""Feeds, what a fetch brings, and entries as published."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.model.rhythm import NEVER_QUIET, UNKNOWN, Quiet, Rhythm

Pace = Literal["gentle", "prompt", "steady"]
# How a feed treats the ids of its entries, once it was seen to.
Habit = Literal["guid shared", "guid reused", "ids change"]
NoticeKind = Literal["ids changed", "held"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A source the operator configured."""

    id: str
    url: str
    title: str
    interval: timedelta
    language: str | None = None  # BCP 47 as written: "ru", "uz-Latn"
    country: str | None = None  # ISO 3166-1 alpha-2
    rank: int = 0  # higher speaks first for a story
    timezone: str | None = None  # IANA; the zone of dates that name none
    full_text: bool = False  # entries get their text from the page they link to


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask with next time: opaque, echoed verbatim (P2)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls."""

    feed_id: str
    validators: Validators = Validators()
    validators_url: str | None = None  # the URL that gave them; they go nowhere else (P7)
    body_hash: str | None = None
    failures: int = 0
    next_poll_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    first_success_at: datetime | None = None  # None until the baseline poll has succeeded
    error_kind: str | None = None
    error: str | None = None
    gone: bool = False  # 410: never polled again until the operator changes the URL (P30)
    moved_to: str | None = None  # leading permanent redirect seen lately
    moved_seen: int = 0  # how many polls in a row it led to a feed (P28)
    listed: int = 0  # entries in the last whole body
    burst: int = 0  # so many new entries at once the operator has approved (F4)
    habits: frozenset[Habit] = frozenset()
    rhythm: Rhythm = UNKNOWN
    due_why: str = ""  # what set next_poll_at


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One conditional request; ``validators`` go only to the hop that gave them (P7)."""

    url: str
    validators: Validators = Validators()
    validators_url: str | None = None  # the URL, perhaps behind a redirect; None: ``url``


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole body, never a partial one."""

    url: str  # after redirects
    body: bytes  # content-encoding undone
    content_type: str | None = None
    validators: Validators = Validators()
    max_age: timedelta | None = None  # from Cache-Control or Expires; None if no-cache or absent
    moved_to: str | None = None  # target of the leading permanent redirects (P28)
    status: int = 200


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed; validators it sent anew are in ``validators`` (P5)."""

    validators: Validators = Validators()
    max_age: timedelta | None = None
    moved_to: str | None = None  # as in Fetched: a 304 at the new place confirms the move too


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as published, made plain: no markup, no control characters, aware UTC times."""

    feed_id: str
    key: str  # identity inside its feed: guid, else link, else hash (F1)
    title: str = ""
    url: str | None = None  # absolute http(s), as published
    canonical_url: str | None = None  # the same without trackers and fragment; identity only (F28)
    summary: str = ""  # plain text, blocks separated by blank lines
    content: str = ""  # likewise; empty if the feed gives only a summary
    author: str = ""
    tags: tuple[str, ...] = ()
    language: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    guid: str | None = None

    @property
    def text(self) -> str:
        """The longest text the feed gives: content, with the summary before it if that adds to it."""
        if not self.content:
            return self.summary
        if not self.summary or self.summary[:60] in self.content:
            return self.content
        return f"{self.summary}\n\n{self.content}"


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A body read as a feed."""

    title: str = ""
    link: str | None = None
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    ttl: timedelta | None = None
    quiet: Quiet = NEVER_QUIET
    truncated: bool = False  # cut short or broken: its validators must not be kept (P8, F24)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What the operator has to know of a feed, told once."""

    feed_id: str
    kind: NoticeKind
    entries: int


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """Pace and limits of polling, the same for all feeds."""

    floor: timedelta = timedelta(minutes=15)  # no feed is asked more often (P11)
    pace: Pace = "gentle"  # what is made of a feed's rhythm
    ceiling: timedelta = timedelta(hours=24)
    deadline: timedelta = timedelta(seconds=30)  # a whole fetch, redirects included (P21)
    host_gap: timedelta = timedelta(seconds=1)  # between requests to one host (P20)
    max_bytes: int = 10 * 1024 * 1024  # decoded
    max_entries: int = 1000  # newest kept of one body (F25)
    concurrency: int = 20  # fetches in flight
    robots: bool = False  # whether robots.txt binds the feeds themselves (P33)
    baseline: timedelta = timedelta(
        hours=24
    )  # of a new feed, only entries this young are news (F5)
