"""What the core asks of the world: one small protocol a consumer, async throughout.

Adapters raise the errors of ``monitor.errors`` and nothing else on purpose. Every write is one
transaction: after a crash either all of a call has happened or none of it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from monitor.model.growth import Mention
from monitor.model.outbox import Channel, Delivery, Digest, FeedHealth, Message, Settlement, Update
from monitor.model.source import (
    Entry,
    Feed,
    FeedState,
    Fetched,
    FetchRequest,
    Notice,
    NotModified,
    ParsedFeed,
)
from monitor.model.story import Change, Hit, NewHit, Story
from monitor.model.telling import Evidence
from monitor.model.watch import Match, Narrowing
from monitor.story.vicinity import Weigh

Clock = Callable[[], datetime]


class Fetcher(Protocol):
    """Brings one body. Raises FetchError; never retries by itself."""

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified: ...


class PageFetcher(Protocol):
    """Brings a page that a feed links to, as its site's robots.txt allows. Raises FetchError."""

    async def fetch_page(self, url: str) -> Fetched: ...


class Extractor(Protocol):
    """Finds the article on a page, off the event loop and within limits."""

    async def text(self, page: Fetched) -> str:
        """Give its text, blocks parted by blank lines; empty if there is none."""


class Articles(Protocol):
    """Reads what entries of mere titles link to; each page is asked for once in its life."""

    async def contents(self, entries: Sequence[Entry]) -> Mapping[str, str]:
        """Give the articles found, by the key of their entry."""


class Parser(Protocol):
    """Reads a body as a feed, off the event loop and within limits. Raises ParseError."""

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed: ...


@dataclass(frozen=True, slots=True)
class Lease:
    """A feed that is ours to poll until the lease ends; a lost lease records nothing."""

    feed_id: str
    token: int
    state: FeedState  # as it was when the lease began; nobody else changes it meanwhile


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of an entry that shows up again."""

    entry_id: int
    key: str
    revision: str  # digest of title and text, as ``PollRecord.revisions`` gives it
    first_seen_at: datetime
    title: str = ""
    published_at: datetime | None = None
    canonical_url: str | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A known entry whose title or text changed; ``hit`` if it matches as it now is.

    An entry that matched before keeps its story and owes nothing again (F6). ``change`` is what of
    it a reader has to know (F7); None for typing errors, counters and the like.
    """

    entry_id: int
    entry: Entry
    hit: NewHit | None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """Everything one poll changes; recorded whole or not at all."""

    state: FeedState  # validators, failures and next_poll_at included
    at: datetime
    title: str = ""  # the feed's own title, kept for display
    new: tuple[Entry, ...] = ()
    hits: tuple[NewHit, ...] = ()  # of ``new``, those that a watch wants
    edits: tuple[Edit, ...] = ()
    retired: tuple[int, ...] = ()  # ids of known entries whose key one of ``new`` has taken over
    returned: tuple[
        tuple[int, Entry], ...
    ] = ()  # known entries that came back under other keys (F3)
    seen_keys: tuple[
        str, ...
    ] = ()  # keys in this body: their last_seen_at moves to ``at``, every few hours (F8, Q11)
    revisions: Mapping[str, str] | None = None  # key -> revision, for new and edited entries
    stale_keys: frozenset[str] = (
        frozenset()
    )  # baseline: too old to be news; stored, never owed (F5)
    held_keys: frozenset[str] = (
        frozenset()
    )  # of these, the flood that the operator is asked about (F4)
    notices: tuple[Notice, ...] = ()
    held: Mapping[str, datetime] | None = None  # neighbours not to be polled before then


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a poll turned out to change."""

    new_entries: int = 0
    new_hits: int = 0
    new_stories: int = 0
    edited: int = 0


class PollStore(Protocol):
    """State of feeds and entries."""

    async def sync_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make the stored feeds those configured; state of known ids is kept, unless the URL changed
        (then validators, failures and ``gone`` are cleared). Feeds no longer configured are disabled."""

    async def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[Lease]:
        """Lease feeds whose next poll is due and that nobody holds, longest overdue first."""

    async def lease_feeds(
        self, feed_ids: Collection[str], now: datetime, *, lease: timedelta
    ) -> Sequence[Lease]:
        """Lease these feeds now, due or not; those held by someone else or gone are left out."""

    async def release(self, lease: Lease) -> None:
        """Give a lease back without a poll; no-op if it was lost."""

    async def states(self, feed_ids: Collection[str]) -> Mapping[str, FeedState]:
        """What is remembered of these feeds, those unknown left out."""

    async def contents(self, entry_ids: Collection[int]) -> Mapping[int, str]:
        """The contents stored of these entries."""

    async def known(self, feed_id: str, keys: Collection[str]) -> Mapping[str, Known]:
        """Find which of these keys are stored for the feed."""

    async def namesakes(self, names: Collection[int]) -> Mapping[int, Sequence[Known]]:
        """Find which stored entries bear these names (``story.aliases``), of each the newest."""

    async def entries_by_id(self, entry_ids: Collection[int]) -> Mapping[int, Entry]:
        """Read stored entries."""

    async def recent(self, feed_id: str, *, limit: int) -> Sequence[Entry]:
        """Title, text and date of the entries of a feed stored last, newest first."""

    async def record(
        self, record: PollRecord, lease: Lease | None, weigh: Weigh
    ) -> Recorded | None:
        """Save one poll in one transaction, and end the lease.

        Each hit is weighed by ``weigh`` against the stored hits of seven days that share one of its
        keys, and the stories that it touches are grouped anew: so hits may change their story.
        All this is serialised across processes. Returns None, and
        changes nothing, if the lease was lost meanwhile.
        """


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it stands in the state, with what it matched when it came."""

    id: int
    entry: Entry
    feed: Feed
    first_seen_at: datetime
    edited_at: datetime | None = None
    came_while_watched: bool = True  # not found at the feed's first poll
    matches: tuple[Match, ...] = ()
    story_id: str | None = None
    stale: bool = False  # a hit too old to be news (F5)


class Archive(Protocol):
    """The stored entries, to be looked through again."""

    async def entries(
        self,
        *,
        since: datetime | None,
        narrowing: Narrowing | None = None,
        before: int | None = None,
        limit: int,
    ) -> Sequence[StoredEntry]:
        """Entries first seen since then, with an id below ``before``, newest first.

        ``narrowing`` leaves out entries that cannot be meant; what is given may still not be.
        """

    async def recent(self, feed_id: str, *, limit: int) -> Sequence[Entry]:
        """Title, text and date of the entries of a feed stored last, newest first."""


@dataclass(frozen=True, slots=True)
class FoundHit:
    """A stored entry that new criteria of some watches want; ``hit`` has the matches of those."""

    entry_id: int
    hit: NewHit
    stale: bool


@dataclass(frozen=True, slots=True)
class CriteriaRecord:
    """What new criteria found in the archive; recorded whole or not at all."""

    before: Mapping[str, str]  # the criteria by watch, as they were read
    after: Mapping[str, str]  # as they are from now on
    hits: Sequence[FoundHit]
    at: datetime


class CriteriaStore(Archive, Protocol):
    """Remembers by which criteria the stored entries were matched."""

    async def criteria(self) -> Mapping[str, str]:
        """The criteria of each watch, as they were applied last."""

    async def reapply(self, record: CriteriaRecord, weigh: Weigh) -> Recorded | None:
        """Save found hits as ``PollStore.record`` does hits, owed as such to the channels of their
        watches. None, and nothing changed, if the criteria changed meanwhile."""


@dataclass(frozen=True, slots=True)
class DigestRecord:
    """A composed digest with its messages; ``key`` is unique (D11)."""

    digest: Digest
    messages: tuple[Message, ...]
    channel: Channel
    created_at: datetime
    schedule: str  # name of the schedule, or "alert"
    again: bool = False  # may show stories told before, as long as one of their hits was not


class DigestStore(Protocol):
    """What is owed to channels."""

    async def sync_subscriptions(
        self, wanted: Mapping[str, Collection[str]], since: datetime
    ) -> None:
        """Make each channel's watches those configured. A channel or watch that is new to the other
        is owed hits seen from ``since`` on, not the whole history; known pairs keep their beginning."""

    async def owed(
        self,
        channel: Channel,
        watches: Collection[str],
        until: datetime,
        *,
        limit: int | None = None,
        reapplied: bool = False,
    ) -> Sequence[Story]:
        """Stories with a hit (not stale) for one of ``watches`` seen up to ``until``, not before the
        subscription began, and of which no hit was told to the channel yet. Those that only new criteria found in the
        archive are given with ``reapplied``, the others without. All hits of each story are given, lead first: highest rank, then
        earliest told_at, then smallest (feed_id, key)."""

    async def save_digest(self, record: DigestRecord) -> bool:
        """Mark the hits of its lines as told to the channel and insert one delivery for each message and
        recipient, in one transaction. False, and nothing changed, if the key exists already or
        the story of any of the hits was told to the channel meanwhile; with ``again``, if all were."""

    async def mentions(self, watches: Collection[str], since: datetime) -> Sequence[Mention]:
        """What was seen of watches since then; nothing stale, nothing from the archive."""

    async def watched_since(self, channel_id: str) -> Mapping[str, datetime]:
        """Since when the channel is owed each of its watches."""

    async def raised(self, channel_id: str, schedule: str, since: datetime) -> frozenset[str]:
        """The stories that the channel was told since then under schedules with this beginning."""

    async def stories_by_id(self, story_ids: Collection[str]) -> Sequence[Story]:
        """Stories as they are now; those that ended meanwhile are left out."""

    async def last_slot(self, schedule: str, channel_id: str) -> datetime | None:
        """The newest slot composed, or noted as empty, for this schedule and channel."""

    async def note_slot(self, schedule: str, channel_id: str, slot_at: datetime) -> None:
        """Note that a slot passed with nothing to tell; never moves backwards."""

    async def health(self, since: datetime | None, until: datetime) -> FeedHealth: ...

    async def updates(self, channel_id: str, since: datetime, until: datetime) -> Sequence[Update]:
        """The material edits after ``since`` and up to ``until`` of hits that the channel was told
        before the edit, oldest first; of an entry the last."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to send, as it ended."""

    delivery: Delivery
    settlement: Settlement
    rest_until: datetime | None = None  # the channel is down: none of its messages is tried before


class Outbox(Protocol):
    """Messages owed."""

    async def lease_deliveries(
        self, channel_id: str, now: datetime, *, lease: timedelta, limit: int
    ) -> Sequence[Delivery]:
        """Lease pending deliveries of the channel that are due, oldest first; counts an attempt."""

    async def settle(self, attempts: Sequence[Attempt], now: datetime) -> int:
        """Record how attempts ended, in one transaction; gives how many were recorded: those whose
        lease was lost (another attempt has begun) are not."""

    async def give_back(self, leased: Sequence[Delivery]) -> None:
        """End the leases of deliveries that were not tried; the attempt does not count."""

    async def next_due(self, channel_ids: Collection[str]) -> datetime | None:
        """When the next pending delivery of these channels is due; leases count as due at their end."""


class Notifier(Protocol):
    """Sends deliveries of one channel, each under its stable id."""

    async def send(self, delivery: Delivery) -> None:
        """Send one; returns once it was accepted. Raises DeliveryError."""

    async def rest(self) -> None:
        """Let go of what was kept for the next message, such as a connection."""


OutboxState = Literal["pending", "sent", "dead", "dropped"]


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed as the operator sees it."""

    feed: Feed
    state: FeedState
    entries: int
    hits: int
    newest_at: datetime | None
    title: str = ""
    held: int = 0  # entries of a flood that wait for the operator (F4)


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as the operator sees it."""

    id: str
    channel_id: str
    recipient: str
    digest_key: str
    subject: str
    state: OutboxState
    attempts: int
    created_at: datetime
    next_at: datetime | None
    sent_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A digest that told a story, with its messages."""

    digest_key: str
    channel_id: str
    kind: str
    created_at: datetime
    deliveries: tuple[DeliveryRow, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is stored of one entry."""

    stored: StoredEntry
    last_seen_at: datetime
    members: tuple[Hit, ...] = ()  # of its story, itself included, by arrival
    tellings: tuple[Told, ...] = ()  # of its story, oldest first


@dataclass(frozen=True, slots=True)
class Status:
    """Figures of the whole state."""

    feeds: int
    feeds_failing: int
    feeds_never_polled: int
    entries: int
    hits: int
    stories: int
    pending: int
    dead: int
    sent: int
    last_poll_at: datetime | None
    next_poll_at: datetime | None
    last_sent_at: datetime | None
    size_bytes: int | None = None


class Inspector(Protocol):
    """Read-only views for the command line; never blocks the daemon (Q14)."""

    async def feeds(self) -> Sequence[FeedRow]: ...

    async def deliveries(
        self, *, states: Collection[OutboxState] = (), limit: int = 100
    ) -> Sequence[DeliveryRow]: ...

    async def delivery(self, delivery_id: str) -> tuple[DeliveryRow, Message] | None:
        """Find a delivery by its id or a unique beginning of it."""

    async def status(self) -> Status: ...

    async def stories(self, *, since: datetime | None, limit: int) -> Sequence[Story]:
        """The stories that grew last, newest first, with the relations of their hits and what they follow."""

    async def nearby(self, hit_id: int, weigh: Weigh) -> Sequence[tuple[Hit, Evidence]]:
        """Weigh a stored hit anew against all that may tell the same, joined or not; strongest first."""

    async def dossiers(self, name: str, *, limit: int) -> Sequence[Dossier]:
        """Find entries by number, URL as published or canonical, GUID, key or story, newest first."""


class OutboxDesk(Protocol):
    """What the operator may do to the outbox by hand."""

    async def retry(self, delivery_ids: Collection[str], now: datetime) -> int:
        """Make dead, dropped or pending deliveries due now, under the same id (D6, W16)."""

    async def drop(self, delivery_ids: Collection[str], now: datetime) -> int:
        """Give up pending or dead deliveries; they stay listed as dropped."""
