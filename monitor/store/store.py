"""The store as the core sees it: each method runs one function in one transaction."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

from monitor.model.growth import Mention
from monitor.model.outbox import Channel, Delivery, FeedHealth, Message, Update
from monitor.model.retention import Pruned, Retention
from monitor.model.source import Entry, Feed, FeedState
from monitor.model.story import Hit, Story
from monitor.model.telling import Evidence
from monitor.model.watch import Narrowing
from monitor.ports import (
    Attempt,
    CriteriaRecord,
    DeliveryRow,
    DigestRecord,
    Dossier,
    FeedRow,
    Known,
    Lease,
    OutboxState,
    PollRecord,
    Recorded,
    Status,
    StoredEntry,
)
from monitor.store import (
    aliases,
    archive,
    clock,
    digests,
    entries,
    floods,
    growth,
    inspect,
    members,
    outbox,
    prune,
    revisions,
    slots,
    subscriptions,
)
from monitor.store import criteria as criteria_queries
from monitor.store import feeds as feed_queries
from monitor.store.engine import Database
from monitor.store.place import place_of
from monitor.story.vicinity import Weigh


@asynccontextmanager
async def open_store(url: str, *, create: bool = True) -> AsyncIterator["Store"]:
    """Open the state at ``sqlite:///path`` or ``postgresql://…`` and bring its tables up to date.

    Raises StoreError: ``damaged`` if the file is; else if the state cannot be opened, was used by
    a newer program, or is not there although ``create`` is False.
    """
    database = Database(place_of(url))
    try:
        await database.open(create=create)
        yield Store(database)
    finally:
        await database.close()


class Store:
    """Everything that the ports ask of a state; the contracts are written there.

    Every method may raise StoreError, and then has changed nothing. A method whose caller is
    cancelled runs to its end all the same.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    # PollStore

    async def sync_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make the stored feeds those configured."""
        await self.database.write(lambda c: feed_queries.sync_feeds(c, feeds, now), serial=True)

    async def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[Lease]:
        """Lease feeds that are due, longest overdue first."""
        return await self.database.write(lambda c: feed_queries.lease_due(c, now, limit, lease))

    async def lease_feeds(
        self, feed_ids: Collection[str], now: datetime, *, lease: timedelta
    ) -> Sequence[Lease]:
        """Lease these feeds, due or not."""
        return await self.database.write(
            lambda c: feed_queries.lease_feeds(c, feed_ids, now, lease)
        )

    async def release(self, lease: Lease) -> None:
        """Give a lease back without a poll."""
        await self.database.write(lambda c: feed_queries.release(c, lease))

    async def forget_leases(self) -> None:
        """End all leases; only for a run that holds the state alone (``sole_instance``)."""
        await self.database.write(feed_queries.forget_leases)

    async def bring_back(self, now: datetime) -> int:
        """Put right what a clock that was ahead wrote; gives how many rows."""
        return await self.database.write(lambda c: clock.bring_back(c, now), serial=True)

    async def feed_state(self, feed_id: str) -> FeedState:
        """Read what is remembered of a feed."""
        return await self.database.read(lambda c: feed_queries.feed_state(c, feed_id))

    async def states(self, feed_ids: Collection[str]) -> Mapping[str, FeedState]:
        """Read what is remembered of some feeds."""
        return await self.database.read(lambda c: feed_queries.states(c, feed_ids))

    async def contents(self, entry_ids: Collection[int]) -> Mapping[int, str]:
        """Read the contents of some entries."""
        return await self.database.read(lambda c: entries.contents(c, entry_ids))

    async def known(self, feed_id: str, keys: Collection[str]) -> Mapping[str, Known]:
        """Find which keys are stored for the feed."""
        return await self.database.read(lambda c: entries.known(c, feed_id, keys))

    async def namesakes(self, names: Collection[int]) -> Mapping[int, Sequence[Known]]:
        """Find which stored entries bear these names."""
        return await self.database.read(lambda c: aliases.namesakes(c, names))

    async def entries_by_id(self, entry_ids: Collection[int]) -> Mapping[int, Entry]:
        """Read stored entries."""
        return await self.database.read(lambda c: entries.entries_by_id(c, entry_ids))

    async def approve_held(self, feed_id: str) -> int:
        """Owe what of a feed is held; gives how many entries."""
        return await self.database.write(lambda c: floods.approve(c, feed_id), serial=True)

    async def mute_held(self, feed_id: str) -> int:
        """Let go of what of a feed is held; gives how many entries."""
        return await self.database.write(lambda c: floods.mute(c, feed_id), serial=True)

    async def record(
        self, record: PollRecord, lease: Lease | None, weigh: Weigh
    ) -> Recorded | None:
        """Save one poll; None if the lease was lost."""
        serial = bool(record.hits) or any(edit.hit for edit in record.edits)
        return await self.database.write(
            lambda c: entries.record(c, record, lease, weigh), serial=serial, patient=True
        )

    # Archive and CriteriaStore

    async def entries(
        self,
        *,
        since: datetime | None,
        narrowing: Narrowing | None = None,
        before: int | None = None,
        limit: int,
    ) -> Sequence[StoredEntry]:
        """Find stored entries that may be meant, newest first."""
        return await self.database.read(
            lambda c: archive.entries(c, since, narrowing, before, limit)
        )

    async def recent(self, feed_id: str, *, limit: int) -> Sequence[Entry]:
        """Find title, text and date of the entries of a feed stored last."""
        return await self.database.read(lambda c: archive.recent(c, feed_id, limit))

    async def criteria(self) -> Mapping[str, str]:
        """Read by which criteria the stored entries were matched."""
        return await self.database.read(criteria_queries.known_criteria)

    async def reapply(self, record: CriteriaRecord, weigh: Weigh) -> Recorded | None:
        """Save what new criteria found; None if they were applied meanwhile."""
        return await self.database.write(
            lambda c: criteria_queries.reapply(c, record, weigh), serial=True
        )

    # DigestStore

    async def sync_subscriptions(
        self, wanted: Mapping[str, Collection[str]], since: datetime
    ) -> None:
        """Make the channels' watches those configured."""
        await self.database.write(lambda c: subscriptions.sync_subscriptions(c, wanted, since))

    async def owed(
        self,
        channel: Channel,
        watches: Collection[str],
        until: datetime,
        *,
        limit: int | None = None,
        reapplied: bool = False,
    ) -> Sequence[Story]:
        """Find the stories owed to a channel, those seen first before the others."""
        return await self.database.read(
            lambda c: digests.owed(c, channel, watches, until, limit, reapplied=reapplied)
        )

    async def save_digest(self, record: DigestRecord) -> bool:
        """Save a digest with its deliveries, once."""
        return await self.database.write(lambda c: digests.save_digest(c, record), serial=True)

    async def mentions(self, watches: Collection[str], since: datetime) -> Sequence[Mention]:
        """Find what was seen of watches since then."""
        return await self.database.read(lambda c: growth.mentions(c, watches, since))

    async def watched_since(self, channel_id: str) -> Mapping[str, datetime]:
        """Tell since when a channel is owed each of its watches."""
        return await self.database.read(lambda c: growth.watched_since(c, channel_id))

    async def raised(self, channel_id: str, schedule: str, since: datetime) -> frozenset[str]:
        """Find the stories told under schedules with this beginning."""
        return await self.database.read(lambda c: growth.raised(c, channel_id, schedule, since))

    async def stories_by_id(self, story_ids: Collection[str]) -> Sequence[Story]:
        """Read stories as they are now."""
        return await self.database.read(lambda c: growth.stories_by_id(c, story_ids))

    async def last_slot(self, schedule: str, channel_id: str) -> datetime | None:
        """Find the newest slot composed or noted."""
        return await self.database.read(lambda c: slots.last_slot(c, schedule, channel_id))

    async def note_slot(self, schedule: str, channel_id: str, slot_at: datetime) -> None:
        """Note that a slot passed with nothing to tell."""
        await self.database.write(lambda c: slots.note_slot(c, schedule, channel_id, slot_at))

    async def updates(self, channel_id: str, since: datetime, until: datetime) -> Sequence[Update]:
        """Find what changed in what a channel was told."""
        return await self.database.read(
            lambda c: revisions.told_updates(c, channel_id, since, until)
        )

    async def health(self, since: datetime | None, until: datetime) -> FeedHealth:
        """Tell what the feeds did meanwhile."""
        return await self.database.read(lambda c: slots.health(c, since, until))

    # Outbox and OutboxDesk

    async def lease_deliveries(
        self, channel_id: str, now: datetime, *, lease: timedelta, limit: int
    ) -> Sequence[Delivery]:
        """Lease what is due on a channel, oldest first."""
        return await self.database.write(
            lambda c: outbox.lease_deliveries(c, channel_id, now, lease, limit)
        )

    async def settle(self, attempts: Sequence[Attempt], now: datetime) -> int:
        """Record how attempts ended; gives how many were recorded."""
        return await self.database.write(lambda c: outbox.settle(c, attempts, now))

    async def give_back(self, leased: Sequence[Delivery]) -> None:
        """End leases of deliveries that were not tried."""
        await self.database.write(lambda c: outbox.give_back(c, leased))

    async def next_due(self, channel_ids: Collection[str]) -> datetime | None:
        """Find when the next delivery of these channels is due."""
        return await self.database.read(lambda c: outbox.next_due(c, channel_ids))

    async def retry(self, delivery_ids: Collection[str], now: datetime) -> int:
        """Make deliveries that were not sent due now."""
        return await self.database.write(lambda c: outbox.retry(c, delivery_ids, now))

    async def drop(self, delivery_ids: Collection[str], now: datetime) -> int:  # noqa: ARG002  # the port's
        """Give deliveries up."""
        return await self.database.write(lambda c: outbox.drop(c, delivery_ids))

    async def prune(self, retention: Retention, now: datetime) -> Pruned:
        """Let go of what is old, in many short transactions; polls go on between them."""
        ends = await self.database.read(lambda c: prune.find_ends(c, retention, now))
        gone, after = Pruned(), 0
        while True:
            found, last = await self.database.write(
                partial(prune.prune_entries, ends=ends, after=after), serial=True
            )
            gone += found
            if last is None:
                break
            after = last
        return gone + await self.database.write(
            lambda c: prune.prune_rest(c, retention, now), serial=True
        )

    # Inspector

    async def feeds(self) -> Sequence[FeedRow]:
        """List the configured feeds."""
        return await self.database.read(inspect.feeds)

    async def deliveries(
        self, *, states: Collection[OutboxState] = (), limit: int = 100
    ) -> Sequence[DeliveryRow]:
        """List deliveries, newest first."""
        return await self.database.read(lambda c: inspect.deliveries(c, states, limit))

    async def delivery(self, delivery_id: str) -> tuple[DeliveryRow, Message] | None:
        """Find a delivery by its id or a beginning that only it has."""
        return await self.database.read(lambda c: inspect.find_delivery(c, delivery_id))

    async def status(self) -> Status:
        """Count everything."""
        path = self.database.place.path
        return await self.database.read(lambda c: inspect.status(c, path))

    async def stories(self, *, since: datetime | None, limit: int) -> Sequence[Story]:
        """List the stories that grew last."""
        return await self.database.read(lambda c: members.newest_stories(c, since, limit))

    async def nearby(self, hit_id: int, weigh: Weigh) -> Sequence[tuple[Hit, Evidence]]:
        """Weigh a hit anew against all that may tell the same."""
        return await self.database.read(lambda c: members.nearby(c, hit_id, weigh))

    async def dossiers(self, name: str, *, limit: int) -> Sequence[Dossier]:
        """Find entries by any of their names, each with all that came of it."""
        return await self.database.read(lambda c: archive.dossiers(c, name, limit))
