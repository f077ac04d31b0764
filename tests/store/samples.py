"""Values for tests of the store, with defaults for what a test does not care about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model.outbox import (
    Channel,
    Digest,
    Fragment,
    Line,
    Message,
    Section,
    TerminalSettings,
)
from monitor.model.source import Entry, Feed, FeedState
from monitor.model.story import NewHit, Story
from monitor.model.telling import Evidence, Telling
from monitor.model.watch import Match, Span
from monitor.ports import DigestRecord, PollRecord, Recorded
from monitor.store import Store
from monitor.story.vicinity import Weigh

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=5)


def feed(feed_id: str = "a", **more: Any) -> Feed:
    """Make a feed."""
    values: dict[str, Any] = {
        "url": f"https://{feed_id}.example/feed",
        "title": feed_id.upper(),
        "interval": HOUR,
    }
    return Feed(id=feed_id, **(values | more))


def entry(key: str = "1", feed_id: str = "a", **more: Any) -> Entry:
    """Make an entry."""
    values: dict[str, Any] = {"title": f"Title {key}", "content": f"Content of {key}."}
    return Entry(feed_id=feed_id, key=key, **(values | more))


def new_hit(
    found: Entry, *watches: str, keys: Sequence[int] = (), seen_at: datetime = NOW, **more: Any
) -> NewHit:
    """Make a hit for some watches, ``w`` if none are named, that is found by ``keys``."""
    matches = tuple(
        Match(watch, 1.5, ("sco",), (Span("title", 0, 5, found.title[:5], "sco"),))
        for watch in watches or ("w",)
    )
    values: dict[str, Any] = {"published_at": found.published_at, "keys": tuple(keys)}
    telling = Telling(found.feed_id, found.feed_id, "en", seen_at, **(values | more))
    return NewHit(found, matches, telling)


def poll(*new: Entry, at: datetime = NOW, feed_id: str = "a", **more: Any) -> PollRecord:
    """Make the record of a poll that succeeded."""
    state = FeedState(
        feed_id, last_polled_at=at, last_success_at=at, next_poll_at=at + HOUR, first_success_at=at
    )
    values: dict[str, Any] = {"state": state, "seen_keys": tuple(item.key for item in new)}
    values["revisions"] = {item.key: f"r-{item.key}" for item in new}
    return PollRecord(at=at, new=new, **(values | more))


def poll_hits(*hits: NewHit, at: datetime = NOW, feed_id: str = "a", **more: Any) -> PollRecord:
    """Make the record of a poll in which each new entry is a hit."""
    return poll(*(hit.entry for hit in hits), at=at, feed_id=feed_id, hits=hits, **more)


def never(_one: Telling, _other: Telling, _standing: frozenset[int]) -> Evidence:
    """Weigh so that each hit founds a story."""
    return Evidence(0.0, "none")


def by_keys(one: Telling, other: Telling, standing: frozenset[int]) -> Evidence:
    """Weigh so that hits that share a key tell one event."""
    shares = bool(set(one.keys) & set(other.keys) - standing)
    return Evidence(1.0, "copy") if shares else Evidence(0.0, "none")


async def save(store: Store, record: PollRecord, weigh: Weigh = by_keys) -> Recorded:
    """Record a poll that holds no lease."""
    recorded = await store.record(record, None, weigh)
    assert recorded is not None
    return recorded


def channel(channel_id: str = "desk", recipients: tuple[str, ...] = ("",)) -> Channel:
    """Make a channel."""
    return Channel(channel_id, "terminal", TerminalSettings(), recipients=recipients)


def digest_of(
    stories: Sequence[Story],
    key: str = "daily:desk:1",
    *,
    to: Channel | None = None,
    at: datetime = NOW,
    parts: int = 1,
) -> DigestRecord:
    """Make a composed digest that tells these stories."""
    to = to or channel()
    lines = tuple(
        Line(
            story_id=story.id,
            title=(Fragment("SCO", mark=True), Fragment(" meets")),
            url=None,
            source="A",
            language="en",
            country=None,
            published_at=at,
            snippet=(),
            terms=("SCO",),
            watches=("w",),
            score=1.0,
            hit_ids=tuple(hit.id for hit in story.hits),
        )
        for story in stories
    )
    digest = Digest(
        key=key,
        kind="digest",
        channel_id=to.id,
        title="News",
        slot_at=at,
        until=at,
        timezone="UTC",
        sections=(Section("w", "W", lines),),
    )
    messages = tuple(
        Message(f"News {part}", "text", "<p>html</p>", "{}", part, parts)
        for part in range(1, parts + 1)
    )
    return DigestRecord(digest, messages, to, at, "daily")
