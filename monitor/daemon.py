"""The daemon: a clock that puts jobs, signals that end it, and nothing that outlasts a restart.

The clock only asks "is anything due?"; what is due stands in the database. APScheduler ticks in
UTC and never skips a late tick (R9); digest moments are computed in ``monitor.slots`` (R10).
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.app import App, Report
from monitor.errors import StoreError
from monitor.jobs.engine import Engine
from monitor.model.outbox import Channel, Schedule
from monitor.ports import Lease
from monitor.slots import next_slot

log = structlog.get_logger(__name__)

GRACE = 25.0  # seconds for what runs at SIGTERM; systemd's default is 90 (R3)
LEASE = timedelta(minutes=5)
_TICK = 1  # seconds
_LOOK = 5


class Daemon:
    """Runs an app until it is told to stop."""

    def __init__(self, app: App, report: Report) -> None:
        self._app = app
        self._report = report
        self._stop = asyncio.Event()
        self._fatal: StoreError | None = None
        self._leases: dict[str, Lease] = {}
        self._digests = {
            f"{schedule.name}/{channel.id}": (schedule, channel)
            for schedule, channel in app.pairs()
        }
        self._engine = Engine(
            {
                "poll": (self._poll, app.poller.policy.concurrency),
                "digest": (self._digest, 1),
                "alert": (self._alert, 1),
                "deliver": (self._deliver, max(1, len(app.channels))),
            },
            on_error=self._on_error,
        )

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; raises StoreError if the state can no longer be used."""
        with self._signals():
            clock = self._start_clock()
            self._engine.start()
            self._announce()
            await self._stop.wait()
            clock.pause()
            log.info("stopping")
            await self._engine.stop(GRACE)
            clock.shutdown(wait=False)
        await asyncio.gather(*(self._app.store.release(lease) for lease in self._leases.values()))
        if self._fatal is not None:
            raise self._fatal

    def stop(self) -> None:
        """Ask the daemon to end: what runs is finished, what waits stays in the database."""
        self._stop.set()

    def _start_clock(self) -> AsyncIOScheduler:
        clock = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        clock.add_job(self._lease_due, "interval", seconds=_TICK)
        clock.add_job(self._look, "interval", seconds=_LOOK)
        clock.start()
        return clock

    def _announce(self) -> None:
        app = self._app
        now = app.clock()
        coming = [slot for schedule in app.schedules if (slot := next_slot(schedule, now))]
        log.info(
            "running",
            feeds=len(app.poller.feeds),
            watches=len(app.watches),
            channels=[channel.id for channel in app.channels],
            next_digest=min(coming).isoformat() if coming else None,
        )

    async def _lease_due(self) -> None:
        free = self._app.poller.policy.concurrency - len(self._leases)
        if free <= 0 or self._stop.is_set():
            return
        due = await self._app.store.lease_due(self._app.clock(), limit=free, lease=LEASE)
        for lease in due:
            if lease.feed_id in self._app.poller.feeds:
                self._leases[lease.feed_id] = lease
                self._engine.put("poll", lease.feed_id)

    async def _look(self) -> None:
        """Put the jobs that may have something to do; each looks for itself."""
        for name in self._digests:
            self._engine.put("digest", name)
        for channel in self._app.alert_channels():
            self._engine.put("alert", channel.id)
        await self._put_deliveries()

    async def _put_deliveries(self) -> None:
        now = self._app.clock()
        for channel in self._app.channels:
            due = await self._app.store.next_due([channel.id])
            if due is not None and due <= now:
                self._engine.put("deliver", channel.id)

    async def _poll(self, feed_id: str) -> None:
        lease = self._leases[feed_id]
        try:
            self._report.poll(await self._app.poller.poll(lease))
        finally:
            self._leases.pop(feed_id, None)

    async def _digest(self, name: str) -> None:
        schedule, channel = self._digests[name]
        digest = await self._compose(schedule, channel)
        if digest:
            self._engine.put("deliver", channel.id)

    async def _compose(self, schedule: Schedule, channel: Channel) -> bool:
        """Compose what is due; a channel's first digest as soon as each feed was asked once."""
        app = self._app
        if await app.store.last_slot(schedule.name, channel.id) is not None:
            digest = await app.composer.send_due(schedule, channel)
        elif (await app.store.status()).feeds_never_polled:
            return False
        else:
            digest = await app.composer.send_now(schedule, channel)
        if digest is not None:
            self._report.digest(digest)
        return digest is not None

    async def _alert(self, channel_id: str) -> None:
        app = self._app
        channel = app.channel(channel_id)
        digest = await app.composer.alert(app.alerts, channel, wait=app.alerts.wait)
        if digest is not None:
            self._report.digest(digest)
            self._engine.put("deliver", channel_id)

    async def _deliver(self, channel_id: str) -> None:
        for outcome in await self._app.deliverer.deliver(channel_id):
            self._report.delivery(outcome)

    def _on_error(self, error: Exception) -> None:
        """Outlive what one job met; end if the state itself is gone (Q5)."""
        log.error("job failed", error=str(error), exc_info=error)
        if isinstance(error, StoreError) and error.damaged:
            self._fatal = error
            self._stop.set()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)
