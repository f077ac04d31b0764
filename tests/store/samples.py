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
from monitor.model.story import Neighbour, NewHit, Prints
from monitor.model.watch import Match, Span
from monitor.ports import DigestRecord, PollRecord, Recorded
from monitor.store import Store

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
    found: Entry, *watches: str, sentences: Sequence[int] = (), title: str = "", text: str = ""
) -> NewHit:
    """Make a hit for some watches, ``w`` if none are named."""
    matches = tuple(
        Match(watch, 1.5, ("sco",), (Span("title", 0, 5, found.title[:5], "sco"),))
        for watch in watches or ("w",)
    )
    return NewHit(found, matches, Prints(text, title, frozenset(sentences)))


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


def found_always(hit: NewHit, neighbours: Sequence[Neighbour]) -> str | None:
    """Found a new story for each hit."""
    return None


def join_first(hit: NewHit, neighbours: Sequence[Neighbour]) -> str | None:
    """Join the story of the smallest id among the neighbours."""
    return min((neighbour.story_id for neighbour in neighbours), default=None)


async def save(store: Store, record: PollRecord, find_story: Any = join_first) -> Recorded:
    """Record a poll that holds no lease."""
    recorded = await store.record(record, None, find_story)
    assert recorded is not None
    return recorded


def channel(channel_id: str = "desk", recipients: tuple[str, ...] = ("",)) -> Channel:
    """Make a channel."""
    return Channel(channel_id, "terminal", TerminalSettings(), recipients=recipients)


def digest_of(
    story_ids: Sequence[str],
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
            story_id=story_id,
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
        )
        for story_id in story_ids
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
    return DigestRecord(digest, tuple(story_ids), messages, to, at, "daily")
