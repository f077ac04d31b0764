"""Rules of the daemon: when it does what, what it outlives, how it ends."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.app import App, open_app
from monitor.config.load import load
from monitor.daemon import Daemon
from monitor.errors import DeliveryError, FetchError, StoreError
from monitor.model.outbox import Delivery, Digest, DigestKind
from monitor.model.source import Fetched, FetchRequest, NotModified
from monitor.pipeline.deliver import Outcome
from monitor.pipeline.poll import Poll
from monitor.store import Store, open_store
from tests.desk import START, Clock, PlainParser, Web, body, rss
from tests.servers.feeds import FeedServer
from tests.servers.smtp import SmtpServer

ROOT = Path(__file__).parent.parent
PACE = timedelta(milliseconds=10)
CONFIG = """
contact: mailto:desk@desk.kz
feeds:
  - {title: One, url: 'https://one.example/feed'}
  - {title: Two, url: 'https://two.example/feed'}
watches:
  rivers: {query: river}
  rails: {query: railway, urgent: true}
channels:
  page: {type: file, folder: page}
  desk: {type: file, folder: desk}
digests:
  daily: {at: ['08:00'], channels: [page]}
alerts: {channels: [desk], wait: 30s}
"""


class Running(Clock):
    """Time that goes on a little whenever someone looks at it."""

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=100)
        return self.now


class Inbox:
    """Takes deliveries, or does with them what a test wants."""

    def __init__(self) -> None:
        self.taken: list[Delivery] = []
        self.error: DeliveryError | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, delivery: Delivery) -> None:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.taken.append(delivery)

    async def rest(self) -> None:
        pass


@dataclass(slots=True)
class Heard:
    """Hears what the daemon reports; ``until`` waits for it."""

    polls: list[Poll] = field(default_factory=list)
    digests: list[Digest] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def poll(self, poll: Poll) -> None:
        self.polls.append(poll)
        self._news.set()

    def digest(self, digest: Digest) -> None:
        self.digests.append(digest)
        self._news.set()

    def delivery(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._news.set()

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait until something reported makes it true."""
        async with asyncio.timeout(10):
            while not happened():
                self._news.clear()
                await self._news.wait()

    def of(self, kind: DigestKind) -> list[Digest]:
        """The digests or the alerts among what was composed."""
        return [digest for digest in self.digests if digest.kind == kind]

    @property
    def told(self) -> list[str]:
        """The headlines of all digests, in order."""
        return [
            "".join(part.text for part in line.title)
            for digest in self.digests
            for line in digest.lines
        ]


class Far(Web):
    """The far side, with feeds that hang or break the program."""

    hanging: frozenset[str] = frozenset()
    breaking: frozenset[str] = frozenset()

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified:
        if request.url in self.hanging:
            self.requests.append(request)
            await asyncio.Event().wait()
        if request.url in self.breaking:
            raise ZeroDivisionError("a mistake of ours")
        return await Web.fetch(self, request)


class Faulty:
    """The real store, but for calls that fail as often as told."""

    def __init__(self, store: Store, faults: dict[str, list[StoreError]]) -> None:
        self._store = store
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        if self._faults.get(name):
            raise_next = self._faults[name].pop

            async def fail(*_args: object, **_options: object) -> None:
                raise raise_next()

            return fail
        return getattr(self._store, name)


def url(name: str) -> str:
    return f"https://{name}.example/feed"


def page(name: str, *items: tuple[str, str], etag: str | None = None) -> Fetched:
    return body(rss(*items), etag=etag, url=url(name))


@dataclass(slots=True)
class Room:
    """A daemon's surroundings: real store and parser; the far side and the clock are made up."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    web: Far = field(default_factory=Far)
    faults: dict[str, list[StoreError]] = field(default_factory=dict)
    inboxes: dict[str, Inbox] = field(
        default_factory=lambda: {n: Inbox() for n in ("page", "desk")}
    )

    @asynccontextmanager
    async def app(self) -> AsyncIterator[App]:
        """Open the app over the folder's state."""
        settings = load(self.folder / "feeds.yaml", environ={})
        state = f"sqlite:///{self.folder / 'monitor.db'}"
        async with open_app(settings, state, clock=self.clock) as app:
            await app.store.forget_leases()
            store: Any = Faulty(app.store, self.faults)
            yield replace(
                app,
                store=store,
                poller=replace(app.poller, store=store, fetcher=self.web, parser=PlainParser()),
                composer=replace(app.composer, store=store),
                deliverer=replace(app.deliverer, outbox=store, notifiers=self.inboxes),
            )

    @asynccontextmanager
    async def daemon(self, *, hurry: bool = False) -> AsyncIterator[Heard]:
        """Run a daemon for the length of the block, then stop it, once or twice."""
        heard = Heard()
        async with self.app() as app:
            daemon = Daemon(app, heard, tick=PACE, look=PACE)
            running = asyncio.create_task(daemon.run())
            try:
                yield heard
            finally:
                daemon.stop()
                if hurry:
                    daemon.stop()
                async with asyncio.timeout(10):
                    await running


@pytest.fixture
def room(tmp_path: Path) -> Room:
    (tmp_path / "feeds.yaml").write_text(CONFIG, encoding="utf-8")
    made = Room(tmp_path)
    made.web.answers = {
        url("one"): page("one", ("1", "A river rises")),
        url("two"): page("two", ("2", "The railway opens")),
    }
    return made


async def leased(store: Store, clock: Clock) -> set[str]:
    """Find the feeds that somebody still holds."""
    ids = {row.feed.id for row in await store.feeds()}
    free = await store.lease_feeds(ids, clock(), lease=timedelta(minutes=1))
    for lease in free:
        await store.release(lease)
    return ids - {lease.feed_id for lease in free}


async def test_the_first_digest_follows_the_first_round(room: Room) -> None:
    """As soon as each feed was asked once, what they had is told; nothing waits for 08:00."""
    async with room.daemon() as heard:
        await heard.until(lambda: room.inboxes["page"].taken)
        assert sorted(poll.feed.id for poll in heard.polls) == ["one", "two"]
        assert [digest.channel_id for digest in heard.digests] == ["page"]
        assert sorted(heard.told) == ["A river rises", "The railway opens"]


async def test_an_alert_goes_out_after_its_wait(room: Room) -> None:
    """An urgent story waits for others of its burst, and no longer; then it goes at once (D12)."""
    room.clock = Running()
    async with room.daemon() as heard:
        await heard.until(lambda: room.inboxes["desk"].taken)
    [alert] = heard.of("alert")
    assert alert.channel_id == "desk"
    assert [line.headline for line in alert.lines] == ["The railway opens"]
    assert timedelta(seconds=30) <= alert.slot_at - START <= timedelta(seconds=45)


async def test_what_is_breaking_goes_out_at_once_and_once(room: Room) -> None:
    """Six houses tell of rivers, where for weeks none did: one alert, and a restart repeats nothing."""
    room.clock.now = START - timedelta(days=30)
    async with room.app():
        room.clock.now = START
    houses = ("north", "south", "east", "west", "upper", "lower")
    listed = rss(
        *((name, f"The {name} river was measured by a team of its own") for name in houses)
    )
    for name in houses:
        listed = listed.replace(f"example.org/{name}".encode(), f"{name}.org/{name}".encode())
    room.web.answers = {url("one"): body(listed, url=url("one")), url("two"): page("two")}
    async with room.daemon() as heard:
        await heard.until(lambda: room.inboxes["desk"].taken)
    [alert] = heard.of("alert")
    assert (alert.channel_id, len(alert.lines)) == ("desk", 6)
    room.clock.sleep(hours=5)
    async with room.daemon() as heard:
        await heard.until(lambda: len(heard.polls) == 2)
    assert heard.of("alert") == []


async def test_a_due_slot_fires_by_the_given_clock(room: Room) -> None:
    """The next digest is that of the next slot and tells only what is new (R10)."""
    async with room.daemon() as heard:
        await heard.until(lambda: heard.of("digest"))
        room.web.answers[url("one")] = page("one", ("1", "A river rises"), ("3", "A river falls"))
        room.clock.sleep(hours=5)
        await heard.until(lambda: any(poll.recorded.new_hits for poll in heard.polls[2:]))
        assert len(heard.of("digest")) == 1
        room.clock.sleep(hours=19, seconds=1)
        await heard.until(lambda: len(heard.of("digest")) > 1)
    second = heard.of("digest")[1]
    assert second.slot_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert [line.headline for line in second.lines] == ["A river falls"]


async def test_a_restart_sends_nothing_twice(room: Room) -> None:
    """What was told before the daemon ended is not told after it begins again (D2)."""
    async with room.daemon() as heard:
        await heard.until(lambda: room.inboxes["page"].taken)
    room.clock.sleep(hours=5)
    room.web.answers[url("one")] = page("one", ("1", "A river rises"), ("3", "A river falls"))
    async with room.daemon() as heard:
        await heard.until(lambda: len(heard.polls) == 2)
        room.clock.sleep(hours=19, seconds=1)
        await heard.until(lambda: len(room.inboxes["page"].taken) == 2)
    assert heard.told.count("A river falls") == 1
    assert "A river rises" not in heard.told


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(days=-1), timedelta(days=-20)])
async def test_a_clock_set_back_while_it_runs_keeps_nothing_waiting(
    room: Room, step: timedelta
) -> None:
    """Feeds are asked again at once, not when the old time comes round; nothing is retold (R13)."""
    async with room.daemon() as heard:
        await heard.until(lambda: room.inboxes["page"].taken)
        room.web.answers[url("one")] = page("one", ("1", "A river rises"), ("3", "A river falls"))
        room.clock.now += step
        await heard.until(lambda: any(poll.recorded.new_hits for poll in heard.polls[2:]))
        room.clock.now += timedelta(days=1, seconds=1) - step
        await heard.until(lambda: "A river falls" in heard.told)
    told = [line.headline for digest in heard.of("digest") for line in digest.lines]
    assert sorted(told) == ["A river falls", "A river rises", "The railway opens"]


async def test_three_days_of_sleep_end_in_one_digest(room: Room) -> None:
    """What came before and after is told once, in one late digest (R12, R13)."""
    async with room.daemon() as heard:
        await heard.until(lambda: room.inboxes["page"].taken)
        room.web.answers[url("one")] = page("one", ("1", "A river rises"), ("3", "A river falls"))
        room.clock.sleep(hours=5)
        await heard.until(lambda: any(poll.recorded.new_hits for poll in heard.polls[2:]))
        room.clock.sleep(days=3)
        await heard.until(lambda: len(room.inboxes["page"].taken) > 1)
    (_, woken) = heard.of("digest")
    assert woken.late
    assert [line.headline for line in woken.lines] == ["A river falls"]


async def test_a_feed_that_hangs_stops_no_other(room: Room) -> None:
    """The others are asked in their turn; a second signal cuts it off, and its lease is given back."""
    room.web.hanging = frozenset({url("one")})
    async with room.daemon(hurry=True) as heard:
        await heard.until(lambda: heard.polls)
        room.clock.sleep(hours=2)
        await heard.until(lambda: [poll.feed.id for poll in heard.polls] == ["two", "two"])
    async with room.app() as app:
        assert await leased(app.store, room.clock) == set()


async def test_a_mistake_of_ours_is_logged_and_outlived(room: Room) -> None:
    """A job that raises what nobody expected is named with its feed; the first digest still comes."""
    room.web.breaking = frozenset({url("one")})
    with capture_logs() as logs:
        async with room.daemon() as heard:
            await heard.until(lambda: room.inboxes["page"].taken)
    assert heard.told == ["The railway opens"]
    errors = [each["error"] for each in logs if each["event"] == "job failed"]
    assert errors == ["ZeroDivisionError: a mistake of ours while polling one"]


async def test_a_dead_channel_delays_no_other(room: Room) -> None:
    """One receiver that never answers, or refuses, leaves the others on time (W17)."""
    both = CONFIG.replace("channels: [page]", "channels: [desk, page]")
    (room.folder / "feeds.yaml").write_text(both, encoding="utf-8")
    room.inboxes["desk"].gate.clear()
    async with room.daemon() as heard:
        await heard.until(lambda: room.inboxes["page"].taken)
        assert room.inboxes["desk"].taken == []
        room.inboxes["desk"].error = DeliveryError("no", scope="channel")
        room.inboxes["desk"].gate.set()
        await heard.until(lambda: any(outcome.error for outcome in heard.outcomes))
    [failed] = [outcome for outcome in heard.outcomes if outcome.error]
    assert failed.delivery.channel_id == "desk"


async def test_no_network(room: Room) -> None:
    """Every feed fails, each is told once, the daemon runs on and asks again in its time (P14)."""
    room.web.answers = {url(name): FetchError("dns", "no network") for name in ("one", "two")}
    async with room.daemon() as heard:
        await heard.until(lambda: room.inboxes["page"].taken)
        assert [poll.verdict for poll in heard.polls] == ["failed", "failed"]
        room.web.answers[url("one")] = page("one", ("1", "A river rises"))
        room.clock.sleep(hours=5)
        await heard.until(lambda: any(poll.recorded.new_hits for poll in heard.polls))


@pytest.mark.parametrize("method", ["lease_due", "next_due", "record", "save_digest"])
async def test_damage_ends_it(room: Room, method: str) -> None:
    """Wherever the state turns out damaged, the daemon ends with that error (Q5)."""
    room.faults[method] = [StoreError("the state is damaged", damaged=True)]
    with capture_logs(), pytest.raises(StoreError, match="damaged"):
        async with room.app() as app, asyncio.timeout(10):
            await Daemon(app, Heard(), tick=PACE, look=PACE).run()


async def test_a_full_disk_is_outlived_and_told_once(room: Room) -> None:
    """The same complaint is not logged at every tick; when the disk has room, work goes on."""
    room.faults["lease_due"] = [StoreError("The disk is full.")] * 20
    with capture_logs() as logs:
        async with room.daemon() as heard:
            await heard.until(lambda: room.inboxes["page"].taken)
    assert room.faults["lease_due"] == []
    assert [each["error"] for each in logs if each["event"] == "job failed"] == [
        "The disk is full."
    ]


SITE = """
contact: mailto:desk@desk.kz
polling: {{host_gap: 0s, deadline: 1s}}
network: {{allow: [127.0.0.0/8]}}
feeds:
  - {{title: One, url: "{base}/one"}}
  - {{title: Two, url: "{base}/two"}}
  - {{title: Slow, url: "{base}/slow"}}
watches:
  rivers: {{query: river}}
  rails: {{query: railway, urgent: true}}
channels:
  desk: {{type: email, host: 127.0.0.1, port: {smtp}, security: none,
         from: Monitor <monitor@desk.kz>, to: [{readers}]}}
digests:
  daily: {{at: ['08:00']}}
alerts: {{wait: 0s}}
"""
READERS = [f"reader-{number}@desk.kz" for number in range(6)]
TOLD = sorted(["A river rises", "The railway opens"] * len(READERS))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[FeedServer, SmtpServer]]:
    """Two feeds that answer, one that drips for ever, and a mail server with six readers."""
    with FeedServer() as feeds, SmtpServer() as smtp:
        feeds.serve("/one", rss(("1", "A river rises")), etag='"1"')
        feeds.serve("/two", rss(("2", "The railway opens")), etag='"2"')
        feeds.drip("/slow")
        config = SITE.format(base=feeds.url(""), smtp=smtp.port, readers=", ".join(READERS))
        (tmp_path / "feeds.yaml").write_text(config, encoding="utf-8")
        yield feeds, smtp


@contextmanager
def running(folder: Path) -> "Iterator[subprocess.Popen[str]]":
    """Start a daemon and wait for its first line."""
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", "run"], cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr
        assert '"running"' in process.stderr.readline()
        try:
            yield process
        finally:
            process.kill()  # no-op once it has ended


def headlines(smtp: SmtpServer) -> list[str]:
    """List the headlines in the mails, once for each mail and reader."""
    found = []
    for mail in {mail.content: mail for mail in smtp.mails}.values():
        text = mail.content.decode().partition("text/html")[0]
        found += [
            title for title in set(TOLD) if f". [urgent] {title}" in text or f". {title}" in text
        ]
    return sorted(found)


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait for what another process does, and no longer than a while."""
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(10))
def test_sigterm_at_any_moment(
    tmp_path: Path, site: tuple[FeedServer, SmtpServer], moment: int
) -> None:
    """It ends with 0 in time, holds nothing back, and the next start tells what is left, once.

    A moment comes after so many requests and mails: three feeds are asked, six mails are sent.
    """
    feeds, smtp = site
    with running(tmp_path) as process:
        wait_for(lambda: len(feeds.requests) + len(smtp.mails) >= moment)
        began = time.monotonic()
        process.terminate()
        _, log = process.communicate()
    assert time.monotonic() - began < 10
    assert process.returncode == 0, log
    state = tmp_path / "state" / "monitor.db"
    with closing(sqlite3.connect(state)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert asyncio.run(held(f"sqlite:///{state}")) == set()
    feeds.serve("/slow", rss())
    with running(tmp_path) as process:
        wait_for(lambda: headlines(smtp) == TOLD)
        process.terminate()
        process.communicate()
    assert process.returncode == 0
    assert headlines(smtp) == TOLD
    assert len(smtp.mails) == len({mail.content for mail in smtp.mails})


async def held(state: str) -> set[str]:
    """Find the feeds that an ended daemon still holds."""
    async with open_store(state) as store:
        return await leased(store, Clock(datetime.now(UTC)))
