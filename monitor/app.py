"""The composition root: settings in, a working program out; the one place that knows all parts."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from typing import Protocol

from monitor import __version__
from monitor.config.defaults import default_templates
from monitor.config.settings import Settings
from monitor.deliver.notifiers import notifier_for
from monitor.deliver.retry import retry_at
from monitor.digest.render import Renderer
from monitor.errors import DeliveryError
from monitor.fetch import HttpFetcher, make_client, trusted_tls, user_agent
from monitor.jobs.extractor import PooledExtractor
from monitor.jobs.parser import PooledParser
from monitor.jobs.processes import ProcessPool
from monitor.match import Matcher
from monitor.match.subjects import SubjectReader
from monitor.model.outbox import (
    AlertPolicy,
    Channel,
    ChannelKind,
    Delivery,
    Digest,
    Schedule,
)
from monitor.model.watch import Watch
from monitor.pipeline.articles import ArticleReader
from monitor.pipeline.breaking import raise_breaking
from monitor.pipeline.criteria import Reapplied, reapply_edited
from monitor.pipeline.deliver import Deliverer, Outcome
from monitor.pipeline.digest import Composer
from monitor.pipeline.holds import is_told_to_wait
from monitor.pipeline.poll import Poll, Poller
from monitor.ports import Clock, Lease
from monitor.store import Store, open_store

PARSE_LIMIT = 20.0  # seconds
_PARSERS = 2
LEASE = timedelta(minutes=15)  # of a poll; one that met a bug is not asked sooner again
_SEND_TIMEOUT = timedelta(seconds=20)  # for a step of a webhook call (W10)


class Report(Protocol):
    """Hears what happens, to show it to a person."""

    def poll(self, poll: Poll) -> None: ...

    def digest(self, digest: Digest) -> None: ...

    def delivery(self, outcome: Outcome) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The parts, put together."""

    store: Store
    poller: Poller
    composer: Composer
    deliverer: Deliverer
    channels: Sequence[Channel]
    schedules: Sequence[Schedule]
    alerts: AlertPolicy
    watches: Sequence[Watch]
    clock: Clock
    reapplied: Reapplied | None = None  # what watches that changed found at this start

    def channel(self, channel_id: str) -> Channel:
        """Give a channel by its id; KeyError if there is none."""
        return {channel.id: channel for channel in self.channels}[channel_id]

    def pairs(self) -> list[tuple[Schedule, Channel]]:
        """List which schedule serves which channel."""
        return [
            (schedule, channel)
            for schedule in self.schedules
            for channel in self.channels
            if channel.id in schedule.channels
        ]

    def alert_channels(self) -> list[Channel]:
        """List the channels that urgent stories go to."""
        return [channel for channel in self.channels if channel.id in self.alerts.channels]

    async def poll(self, feed_ids: Sequence[str], report: Report) -> list[Poll]:
        """Ask these feeds now, due or not, each under its own lease.

        Feeds whose server said when to come back are left out until then (P14).
        """
        leases = await self.store.lease_feeds(feed_ids, self.clock(), lease=LEASE)
        early = [lease for lease in leases if is_told_to_wait(lease.state, self.clock())]
        await asyncio.gather(*map(self.store.release, early))
        places = asyncio.Semaphore(self.poller.policy.concurrency)

        async def ask(lease: Lease) -> Poll:
            async with places:
                poll = await self.poller.poll(lease)
            report.poll(poll)
            return poll

        return await asyncio.gather(*(ask(lease) for lease in leases if lease not in early))

    async def compose_now(self, report: Report) -> list[Digest]:
        """Compose all that is owed now: what is breaking or urgent first, then each schedule's digest."""
        digests: list[Digest | None] = []
        at_once = replace(self.alerts, wait=timedelta(), interval=timedelta())
        for channel in self.alert_channels():
            digests += await raise_breaking(self.alerts, channel, composer=self.composer)
            alert = await self.composer.alert(at_once, channel)
            digests.append(alert)
        for schedule, channel in self.pairs():
            digests.append(await self.composer.criteria_now(schedule, channel))
            digests.append(await self.composer.send_now(schedule, channel))
        composed = [digest for digest in digests if digest is not None]
        for digest in composed:
            report.digest(digest)
        return composed

    async def deliver(self, report: Report) -> list[Outcome]:
        """Send what the outbox owes now; a dead channel delays no other (W17)."""
        rounds = await asyncio.gather(
            *(self.deliverer.deliver(channel.id) for channel in self.channels)
        )
        outcomes = [outcome for outcomes in rounds for outcome in outcomes]
        for outcome in outcomes:
            report.delivery(outcome)
        return outcomes


def utc_now() -> datetime:
    """Read the wall clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_app(
    settings: Settings, state_url: str, *, clock: Clock = utc_now, adopt: bool = True
) -> AsyncIterator[App]:
    """Put the program together and take it apart again.

    With ``adopt`` the state follows the configuration: what each channel is owed, and watches that
    were edited. Commands that only look leave that to the next run.
    Raises StoreError if the state cannot be used; QueryError and TemplateError cannot occur with
    settings that ``monitor check`` accepts.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(state_url))
        await store.bring_back(clock())
        await store.sync_feeds(settings.feeds, clock())
        reapplied = await _adopt(settings, store, clock()) if adopt else None
        tls = trusted_tls()  # 50 ms to make, so one for all
        poller = await _poller(settings, store, clock, stack, tls)
        deliverer = await _deliverer(settings, store, clock, stack, tls)
        composer = Composer(
            store=store,
            renderer=make_renderer(settings),
            schedules=settings.schedules,
            watches=settings.watches,
            terms=settings.terms,
            clock=clock,
        )
        yield App(
            store=store,
            poller=poller,
            composer=composer,
            deliverer=deliverer,
            channels=settings.channels,
            schedules=settings.schedules,
            alerts=settings.alerts,
            watches=settings.watches,
            clock=clock,
            reapplied=reapplied,
        )


def make_renderer(settings: Settings) -> Renderer:
    """Make the renderer over the operator's templates and the built-in ones."""
    own = [settings.templates] if settings.templates else []
    return Renderer([*own, default_templates()])


async def _adopt(settings: Settings, store: Store, now: datetime) -> Reapplied | None:
    await store.sync_subscriptions(_subscriptions(settings), now - settings.polling.baseline)
    return await reapply_edited(store, settings.watches, settings.terms, now)


def _subscriptions(settings: Settings) -> dict[str, frozenset[str]]:
    """Give the watches that each channel may be told of, by digest or alert."""
    every = frozenset(watch.name for watch in settings.watches)
    return {channel.id: channel.watches or every for channel in settings.channels}


async def _poller(
    settings: Settings, store: Store, clock: Clock, stack: AsyncExitStack, tls: SSLContext
) -> Poller:
    fetcher = await stack.enter_async_context(
        HttpFetcher(
            contact=settings.contact,
            version=__version__,
            policy=settings.polling,
            allow=settings.allow,
            clock=clock,
            tls=tls,
        )
    )
    pool = ProcessPool(_PARSERS, timeout=PARSE_LIMIT)
    stack.callback(pool.close)
    articles = ArticleReader(pages=fetcher, extractor=PooledExtractor(pool))
    return Poller(
        feeds={feed.id: feed for feed in settings.feeds},
        store=store,
        fetcher=fetcher,
        parser=PooledParser(pool, clock=clock, max_entries=settings.polling.max_entries),
        matcher=Matcher(settings.watches, settings.terms),
        subjects=SubjectReader(settings.terms),
        policy=settings.polling,
        clock=clock,
        articles=articles,
    )


async def _deliverer(
    settings: Settings, store: Store, clock: Clock, stack: AsyncExitStack, tls: SSLContext
) -> Deliverer:
    client = await stack.enter_async_context(
        make_client(
            settings.allow,
            user_agent=user_agent(__version__, settings.contact),
            timeout=_SEND_TIMEOUT,
            tls=tls,
        )
    )
    return Deliverer(
        outbox=store,
        notifiers={
            channel.id: notifier_for(channel, client=client, clock=clock, stream=sys.stdout)
            for channel in settings.channels
        },
        kinds={channel.id: channel.kind for channel in settings.channels},
        retry=retry_by_chance,
        clock=clock,
    )


def retry_by_chance(
    kind: ChannelKind, delivery: Delivery, error: DeliveryError, now: datetime
) -> datetime | None:
    """Decide by the table of retries, each wait a little longer or shorter by chance."""
    chance = random.SystemRandom().random
    return retry_at(kind, delivery.attempts, error, now, delivery.created_at, chance)
