"""A desk for pipeline tests: real store, parser and matcher; the far side and the clock are made up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from monitor.errors import FetchError
from monitor.model.outbox import Channel, Schedule
from monitor.model.source import (
    Feed,
    Fetched,
    FetchRequest,
    NotModified,
    ParsedFeed,
    Validators,
)
from monitor.model.story import Story
from monitor.model.watch import Watch
from monitor.parse import parse_feed
from monitor.pipeline.digest import Composer
from monitor.pipeline.poll import Poll, Poller
from monitor.store import Store

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
WATCHES = (
    Watch("rivers", "Rivers", "river"),
    Watch("rails", "Rails", "railway", urgent=True),
)

Answer = Fetched | NotModified | FetchError


@dataclass(slots=True)
class Clock:
    """Time that moves only when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass(slots=True)
class Web:
    """The far side: one answer a URL, every request remembered."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[FetchRequest] = field(default_factory=list)

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified:
        self.requests.append(request)
        answer = self.answers[request.url]
        if isinstance(answer, FetchError):
            raise answer
        return answer


class PlainParser:
    """The real parser, in this process."""

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        return parse_feed(fetched.body, feed_id=feed.id, url=fetched.url, now=START)


@dataclass(slots=True)
class Desk:
    """Everything a pipeline test touches."""

    store: Store
    web: Web
    clock: Clock
    poller: Poller
    composer: Composer
    channel: Channel
    schedule: Schedule

    async def poll(self, feed_id: str = "one") -> Poll:
        """Poll one feed now."""
        [lease] = await self.store.lease_feeds([feed_id], self.clock(), lease=timedelta(minutes=5))
        return await self.poller.poll(lease)

    async def owed(self, *watches: str) -> Sequence[Story]:
        """List the stories owed to the channel."""
        names = watches or tuple(watch.name for watch in WATCHES)
        return await self.store.owed(self.channel, names, self.clock() + timedelta(seconds=1))


def feed(feed_id: str) -> Feed:
    return Feed(feed_id, f"https://{feed_id}.example/feed", feed_id.title(), timedelta(hours=1))


def rss(*items: tuple[str, str], age: timedelta = timedelta(hours=1), dated: bool = True) -> bytes:
    """Write a feed of (guid, title) items; the text repeats nothing between them."""
    date = f"<pubDate>{format_datetime(START - age)}</pubDate>" if dated else ""
    rows = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>https://example.org/{guid}</link>{date}</item>"
        for guid, title in items
    )
    text = f"<rss version='2.0'><channel><title>Sample</title>{rows}</channel></rss>"
    return text.encode()


def body(
    data: bytes,
    etag: str | None = None,
    url: str = "https://one.example/feed",
    moved_to: str | None = None,
) -> Fetched:
    return Fetched(url, data, "application/rss+xml", Validators(etag=etag), moved_to=moved_to)
