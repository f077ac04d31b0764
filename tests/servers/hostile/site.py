"""The stage of a scene: one server, one reader of its feeds, and time that is moved by hand."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

from monitor.fetch import HttpFetcher, trusted_tls
from monitor.match import Matcher
from monitor.match.subjects import SubjectReader
from monitor.model.source import Feed, FeedState, PollPolicy
from monitor.pipeline.poll import Poll, Poller
from monitor.store import Store, open_store
from tests.desk import WATCHES, Clock, PlainParser, rss
from tests.servers.feeds import FeedServer, Request

HOUR = timedelta(hours=1)
_tls = cache(trusted_tls)  # takes 50 ms to make
LEASE = timedelta(minutes=5)
POLICY = PollPolicy(host_gap=timedelta(0), deadline=timedelta(seconds=5))
LOOPBACK = ip_network("127.0.0.0/8")
BODY = rss(("a", "A river"), ("b", "A lake"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A request, and when it came by the clock of the scene."""

    at: datetime
    request: Request

    def header(self, name: str) -> str | None:
        """Give a header's value as it was on the wire; None if it was not sent."""
        return self.request.headers.get(name)


@dataclass(slots=True)
class Site:
    """What a scene touches."""

    server: FeedServer
    clock: Clock
    folder: Path
    policy: PollPolicy
    feeds: tuple[Feed, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)  # for the fetcher
    collaborators: dict[str, Any] = field(default_factory=dict)  # of the poller, beside the usual
    seen: list[Seen] = field(default_factory=list)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _store: Store | None = None
    _poller: Poller | None = None

    @property
    def store(self) -> Store:
        """The state, open."""
        assert self._store is not None
        return self._store

    @property
    def poller(self) -> Poller:
        """The poller at work."""
        assert self._poller is not None
        return self._poller

    def feed(self, name: str = "one", path: str = "/feed", **changes: Any) -> Feed:
        """Make a feed on the server, asked every hour."""
        return replace(Feed(name, self.server.url(path), name.title(), HOUR), **changes)

    async def start(self, *feeds: Feed, **options: Any) -> None:
        """Begin to read feeds (default: ``/feed``), or begin anew after a restart."""
        await self.stop()
        self.feeds = feeds or self.feeds or (self.feed(),)
        self.options |= options
        self._store = await self._stack.enter_async_context(
            open_store(f"sqlite:///{self.folder / 'monitor.db'}")
        )
        await self._store.bring_back(self.clock())
        await self._store.sync_feeds(self.feeds, self.clock())
        given: dict[str, Any] = {"allow": [LOOPBACK], "tls": _tls(), **self.options}
        fetcher = HttpFetcher(
            contact="mailto:desk@example.org",
            version="1.2",
            policy=self.policy,
            clock=self.clock,
            **given,
        )
        self._poller = Poller(
            feeds={feed.id: feed for feed in self.feeds},
            store=self._store,
            fetcher=await self._stack.enter_async_context(fetcher),
            matcher=Matcher(WATCHES, ()),
            subjects=SubjectReader(()),
            policy=self.policy,
            clock=self.clock,
            **{"parser": PlainParser(), **self.collaborators},
        )

    async def stop(self) -> None:
        """Let go of state and connections, as a process that ends does."""
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def poll(self, name: str = "one") -> Poll:
        """Ask a feed now, due or not."""
        [lease] = await self.store.lease_feeds([name], self.clock(), lease=LEASE)
        return await self._polled(lease)

    async def live(self, span: timedelta) -> list[Poll]:
        """Let time pass, asking what is due as the daemon does."""
        end, polls = self.clock() + span, []
        while self.clock() <= end:
            due = await self.store.lease_due(self.clock(), limit=100, lease=LEASE)
            polls += [await self._polled(lease) for lease in due]
            if not due:
                coming = await self._next_due()
                self.clock.now = min(coming, end + timedelta(microseconds=1))
        return polls

    async def state(self, name: str = "one") -> FeedState:
        """Read what is remembered of a feed."""
        return next(row.state for row in await self.store.feeds() if row.feed.id == name)

    async def entries(self) -> int:
        """Count the entries stored."""
        return (await self.store.status()).entries

    def asked(self, path: str = "/feed") -> list[Seen]:
        """Give the requests to a path, oldest first."""
        return [seen for seen in self.seen if seen.request.path == path]

    def gaps(self, path: str = "/feed") -> list[timedelta]:
        """Give the time between each two requests to a path."""
        return [later.at - earlier.at for earlier, later in pairwise(self.asked(path))]

    async def _polled(self, lease: Any) -> Poll:
        before = len(self.server.requests)
        poll = await self.poller.poll(lease)
        self.seen += [Seen(self.clock(), request) for request in self.server.requests[before:]]
        return poll

    async def _next_due(self) -> datetime:
        rows: Sequence[Any] = await self.store.feeds()
        coming = [row.state.next_poll_at for row in rows if row.state.next_poll_at is not None]
        return max(min(coming, default=datetime.max.replace(tzinfo=self.clock().tzinfo)),
                   self.clock())  # fmt: skip


@asynccontextmanager
async def open_site(
    folder: Path, change: Callable[[PollPolicy], PollPolicy]
) -> AsyncIterator[Site]:
    """Set the stage: a server that serves one feed, and a reader that has not begun."""
    with FeedServer() as server:
        server.serve("/feed", BODY)
        site = Site(server, Clock(), folder, change(POLICY))
        try:
            yield site
        finally:
            await site.stop()
