"""The daemon: a clock that puts jobs, signals that end it, and nothing that outlasts a restart.

The clock only asks "is anything due?"; what is due stands in the database. APScheduler ticks in
UTC and never skips a late tick (R9); digest moments are computed in ``monitor.slots`` (R10). It
waits by the wall clock, so after a step back it would be silent until that is made up for: the
daemon watches for steps by the monotonic clock (R13).
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.app import LEASE, App, Report
from monitor.errors import StoreError
from monitor.jobs.engine import Engine
from monitor.model.outbox import Channel, Digest, Schedule
from monitor.model.retention import Pruned, Retention
from monitor.pipeline.breaking import raise_breaking
from monitor.ports import Lease
from monitor.slots import next_slot

log = structlog.get_logger(__name__)

GRACE = timedelta(seconds=25)  # for what runs at SIGTERM; systemd's default is 90 (R3)
POLL_GRACE = timedelta(seconds=3)  # a poll or pruning cut short is made again
TICK = timedelta(seconds=1)
LOOK = timedelta(seconds=5)
HOUSEKEEPING = timedelta(days=1)
STEP = timedelta(minutes=1)  # a wall clock that goes off by more within a look was set (R13)
_REPEAT = timedelta(minutes=1)  # the same complaint is not logged more often


class Daemon:
    """Runs an app until it is told to stop."""

    def __init__(
        self, app: App, report: Report, *, tick: timedelta = TICK, look: timedelta = LOOK
    ) -> None:
        """Take the app; ``tick`` is how often feeds are looked at, ``look`` how often the rest is."""
        self._app = app
        self._report = report
        self._paces = {"feeds": tick, "rest": look, "prune": HOUSEKEEPING}
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        self._fatal: StoreError | None = None
        self._said: dict[str, datetime] = {}
        self._leases: dict[str, Lease] = {}
        self._unasked: set[str] = set()  # feeds never asked before that were not asked yet
        self._digests = {
            f"{schedule.name}/{channel.id}": (schedule, channel)
            for schedule, channel in app.pairs()
        }
        self._engine = Engine(
            {
                "feeds": (self._lease_due, 1),
                "rest": (self._look, 1),
                "prune": (self._prune, 1),
                "step": (self._on_step, 1),
                "poll": (self._poll, app.poller.policy.concurrency),
                "digest": (self._digest, 1),
                "alert": (self._alert, 1),
                "breaking": (self._raise, 1),
                "deliver": (self._deliver, max(1, len(app.channels))),
            },
            on_error=self._on_error,
        )

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; raises StoreError if the state can no longer be used.

        A second signal does not wait for what still runs.
        """
        with self._signals():
            rows = await self._app.store.feeds()
            self._unasked = {row.feed.id for row in rows if row.state.last_polled_at is None}
            self._announce()
            self._engine.start()
            clock = self._start_clock()
            watching = asyncio.create_task(self._watch_for_steps(clock))
            await self._stop.wait()
            watching.cancel()
            clock.pause()
            await self._drain()
            clock.shutdown(wait=False)  # last: it would cut off a tick under way, and say so loudly
        if self._fatal is not None:
            raise self._fatal
        await asyncio.gather(*(self._app.store.release(lease) for lease in self._leases.values()))

    def stop(self) -> None:
        """Ask the daemon to end: what runs is finished, what waits stays in the database."""
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def _start_clock(self) -> AsyncIOScheduler:
        clock = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for kind, pace in self._paces.items():
            self._engine.put(kind, "")
            clock.add_job(self._ask, "interval", [kind], seconds=pace.total_seconds())
        clock.start()
        return clock

    async def _watch_for_steps(self, clock: AsyncIOScheduler) -> None:
        """Plan anew whenever the wall clock was set, or the machine slept (R13)."""
        wall, steady = self._app.clock(), monotonic()
        while True:
            await asyncio.sleep(self._paces["rest"].total_seconds())
            now, later = self._app.clock(), monotonic()
            step = now - wall - timedelta(seconds=later - steady)
            if abs(step) > STEP:
                log.warning("the clock was set, or the machine slept", by=str(step))
                self._engine.put("step", "")
                for job in clock.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
            wall, steady = now, later

    async def _on_step(self, _subject: str) -> None:
        """Take back what was noted ahead of the clock: feeds and messages must not wait for it."""
        await self._app.store.bring_back(self._app.clock())

    async def _ask(self, kind: str) -> None:
        self._engine.put(kind, "")

    def _announce(self) -> None:
        app = self._app
        if found := app.reapplied:
            log.info("criteria applied", watches=list(found.watches), entries=found.entries)
        now = app.clock()
        coming = [slot for schedule in app.schedules if (slot := next_slot(schedule, now))]
        log.info(
            "running",
            feeds=len(app.poller.feeds),
            watches=len(app.watches),
            channels=[channel.id for channel in app.channels],
            next_digest=min(coming).isoformat() if coming else None,
        )

    async def _drain(self) -> None:
        """Let what runs finish, for a while, or until told to hurry."""
        log.info("stopping")
        shorter = dict.fromkeys(("poll", "feeds", "prune"), POLL_GRACE.total_seconds())
        ending = asyncio.create_task(self._engine.stop(GRACE.total_seconds(), shorter=shorter))
        hurry = asyncio.create_task(self._hurry.wait())
        await asyncio.wait({ending, hurry}, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not ending.done():
            await self._engine.stop(0)
        await ending

    async def _lease_due(self, _subject: str) -> None:
        free = self._app.poller.policy.concurrency - len(self._leases)
        if free <= 0:
            return
        due = await self._app.store.lease_due(self._app.clock(), limit=free, lease=LEASE)
        for lease in due:
            if lease.feed_id in self._app.poller.feeds:
                self._leases[lease.feed_id] = lease
                self._engine.put("poll", lease.feed_id)

    async def _look(self, _subject: str) -> None:
        """Put the jobs that may have something to do; each looks for itself."""
        self._put_digests()
        for channel in self._app.alert_channels():
            self._engine.put("alert", channel.id)
        now = self._app.clock()
        for channel in self._app.channels:
            due = await self._app.store.next_due([channel.id])
            if due is not None and due <= now:
                self._engine.put("deliver", channel.id)

    async def _prune(self, _subject: str) -> None:
        """Let go of what is old; at the start too, as a daemon may never run for a day."""
        gone = await self._app.store.prune(Retention(), self._app.clock())
        if gone != Pruned():
            log.info("pruned", entries=gone.entries, stories=gone.stories, digests=gone.digests)

    def _put_digests(self) -> None:
        for name in self._digests:
            self._engine.put("digest", name)

    async def _poll(self, feed_id: str) -> None:
        """Poll a feed under its lease; one whose poll was cut off keeps it, to be released."""
        lease = self._leases[feed_id]
        try:
            poll = await self._app.poller.poll(lease)
            self._report.poll(poll)
        except Exception as error:
            self._end(lease)  # not released: its end keeps us from asking again at once
            if not isinstance(error, StoreError):
                error.add_note(f"while polling {feed_id}")
            raise
        self._end(lease)
        if poll.recorded.new_hits:
            for channel in self._app.alert_channels():
                self._engine.put("breaking", channel.id)

    def _end(self, lease: Lease) -> None:
        """Forget a lease, but not the next one, which a jump of the clock may have brought already."""
        if self._leases[lease.feed_id] == lease:
            del self._leases[lease.feed_id]
        self._asked(lease.feed_id)

    def _asked(self, feed_id: str) -> None:
        """Note that a feed had its turn; after the last one the first digest is due."""
        if feed_id in self._unasked:
            self._unasked.remove(feed_id)
            if not self._unasked:
                self._put_digests()

    async def _digest(self, name: str) -> None:
        schedule, channel = self._digests[name]
        digests = await self._compose(schedule, channel)
        for digest in digests:
            self._report.digest(digest)
        if digests:
            self._engine.put("deliver", channel.id)

    async def _compose(self, schedule: Schedule, channel: Channel) -> list[Digest]:
        """Compose what is due; a channel's first digest as soon as each feed was asked once."""
        app = self._app
        if await app.store.last_slot(schedule.name, channel.id) is not None:
            found = await app.composer.criteria_due(schedule, channel)
            digest = await app.composer.send_due(schedule, channel)
        elif self._unasked or app.composer.is_quiet(channel):
            return []
        else:
            found = await app.composer.criteria_now(schedule, channel)
            digest = await app.composer.send_now(schedule, channel)
        return [each for each in (digest, found) if each is not None]

    async def _alert(self, channel_id: str) -> None:
        app = self._app
        channel = app.channel(channel_id)
        digest = await app.composer.alert(app.alerts, channel)
        if digest is not None:
            self._report.digest(digest)
            self._engine.put("deliver", channel_id)

    async def _raise(self, channel_id: str) -> None:
        """Tell what is breaking; only a poll that brought hits can have made it so."""
        app = self._app
        channel = app.channel(channel_id)
        for digest in await raise_breaking(app.alerts, channel, composer=app.composer):
            self._report.digest(digest)
            self._engine.put("deliver", channel_id)

    async def _deliver(self, channel_id: str) -> None:
        """Send what is due, message by message, so that SIGTERM ends it between two of them."""
        outcomes = await self._app.deliverer.deliver(channel_id, stopping=self._stop.is_set)
        for outcome in outcomes:
            self._report.delivery(outcome)

    def _on_error(self, error: Exception) -> None:
        """Outlive what one job met; end if the state itself is gone (Q5)."""
        now, what = self._app.clock(), " ".join([_name(error), *getattr(error, "__notes__", ())])
        self._said = {said: until for said, until in self._said.items() if until > now}
        if what not in self._said:
            self._said[what] = now + _REPEAT
            expected = isinstance(error, StoreError)
            log.error("job failed", error=what, exc_info=None if expected else error)
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


def _name(error: Exception) -> str:
    return str(error) if isinstance(error, StoreError) else f"{type(error).__name__}: {error}"
