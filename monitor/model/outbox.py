"""Channels, digests and the messages owed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal

from monitor.model.growth import Growth
from monitor.model.source import NoticeKind

ChannelKind = Literal["email", "slack", "webhook", "file", "terminal"]
DigestKind = Literal["digest", "alert"]
WhenEmpty = Literal["skip", "send"]


class Secret:
    """A value that never shows itself; ``reveal`` is the one way to it (X23)."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """How a channel's mail leaves."""

    host: str
    sender: str  # "Name <a@b>" or an address
    to: tuple[str, ...]
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: Secret | None = None
    ca_file: Path | None = None
    unsubscribe: str | None = None  # https: or mailto: address; {recipient} stands for the reader


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """An incoming webhook of Slack or of a compatible server."""

    url: Secret


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """A receiver of signed JSON; the first secret signs first, more of them during rotation (W2)."""

    url: Secret
    secrets: tuple[Secret, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileSettings:
    """A folder that receives each digest as HTML, text and JSON."""

    folder: Path


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """Standard output."""


ChannelSettings = EmailSettings | SlackSettings | WebhookSettings | FileSettings | TerminalSettings


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of each day in which a channel is not spoken to; what is owed waits for their end (D13)."""

    start: time  # local, in the channel's zone
    end: time  # another one; at or before ``start`` it is the next day's
    urgent: Literal["send", "hold"] = "send"


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go."""

    id: str
    kind: ChannelKind
    settings: ChannelSettings
    watches: frozenset[str] = frozenset()  # empty: every watch
    timezone: str = "UTC"
    recipients: tuple[str, ...] = ("",)  # one delivery each; mail has its addresses here
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel's digests are due; wall-clock times in ``timezone``."""

    name: str
    title: str
    times: tuple[time, ...]
    days: frozenset[int]  # 0 is Monday
    timezone: str
    channels: tuple[str, ...]
    watches: frozenset[str] = frozenset()  # empty: every watch
    limit: int = 100  # stories in one digest, the best first; the others open the next
    when_empty: WhenEmpty = "skip"
    catch_up: timedelta = timedelta(hours=24)  # a slot missed by more than this is left out (R12)


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """How urgent watches are told."""

    channels: tuple[str, ...]
    wait: timedelta = timedelta(seconds=30)  # gathers a burst into one message (D12)
    interval: timedelta = timedelta(minutes=5)  # between two alerts to a channel (D12, D15)
    limit: int = 20
    breaking: bool = True  # whatever grows well beyond its usual is told too


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a line; ``mark`` where it earned the match."""

    text: str
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Another telling of a story."""

    title: str
    url: str | None
    language: str | None
    country: str | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One story as a digest tells it."""

    story_id: str
    title: tuple[Fragment, ...]
    url: str | None
    source: str
    language: str | None
    country: str | None
    published_at: datetime  # aware; templates show it in the digest's zone
    snippet: tuple[Fragment, ...]
    terms: tuple[str, ...]  # titles of the terms that earned it: why it is here
    watches: tuple[str, ...]  # titles
    score: float
    also: tuple[Source, ...] = ()  # "also in"
    edited: bool = False
    urgent: bool = False
    hit_ids: tuple[int, ...] = ()  # what it tells: marked as told when the digest is saved

    @property
    def headline(self) -> str:
        """The title without marks."""
        return "".join(fragment.text for fragment in self.title)


@dataclass(frozen=True, slots=True)
class Update:
    """What changed in a story that was told: a material edit, no news of its own (F7)."""

    story_id: str
    headline: str
    url: str | None
    source: str
    kind: str  # a ChangeKind
    before: str  # the passage that was there; empty for an addition
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one watch; a story stands once, under its best watch."""

    watch: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FeedNotice:
    """What the operator has to know of a feed, told once."""

    feed_id: str
    title: str
    kind: NoticeKind
    entries: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What the feeds did since the last digest, so that silence can be read."""

    polled: int = 0
    failing: tuple[str, ...] = ()  # titles
    entries: int = 0  # new entries seen, matched or not
    notices: tuple[FeedNotice, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories owed to one channel up to one moment."""

    key: str  # unique: schedule, channel and slot; or the alert's moment
    kind: DigestKind
    channel_id: str
    title: str
    slot_at: datetime  # the moment it was due
    until: datetime  # stories first seen up to here
    timezone: str
    sections: tuple[Section, ...]
    omitted: int = 0  # stories beyond the limit, counted only
    updates: tuple[Update, ...] = ()  # of stories told before
    late: bool = False
    health: FeedHealth = FeedHealth()
    growth: Growth | None = None  # why an alert is breaking news

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, section by section."""
        return tuple(line for section in self.sections for line in section.lines)


@dataclass(frozen=True, slots=True)
class Message:
    """One rendered part of a digest; a channel kind reads the fields it needs."""

    subject: str = ""
    text: str = ""
    html: str = ""
    payload: str = ""  # JSON: Slack blocks, or the webhook's data
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one recipient: a row of the outbox."""

    id: str  # stable: also Message-ID and webhook-id (E2, W1)
    channel_id: str
    recipient: str
    digest_key: str
    message: Message
    attempts: int  # this one included; the fencing token of its lease
    created_at: datetime
    late: bool = False


DeliveryState = Literal["pending", "sent", "dead", "dropped"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an attempt ended."""

    state: DeliveryState
    retry_at: datetime | None = None
    error: str | None = None
