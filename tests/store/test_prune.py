"""What is let go of, and what never is."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.retention import Pruned, Retention
from monitor.model.source import FeedState
from monitor.ports import PollRecord
from monitor.store import Store
from monitor.store.schema import metadata
from tests.store.samples import (
    HOUR,
    NOW,
    channel,
    digest_of,
    entry,
    feed,
    new_hit,
    poll,
    poll_hits,
    save,
)

KEPT = Retention()
DAY = timedelta(days=1)


async def keys(store: Store) -> set[str]:
    """List the keys that are stored."""
    return set(await store.known("a", [str(number) for number in range(10)]))


def listing(at: datetime, *numbers: str) -> PollRecord:
    """Make the record of a poll that listed known entries."""
    record = poll(at=at)
    return replace(record, seen_keys=numbers, state=FeedState("a", first_success_at=NOW))


async def test_what_is_old_and_gone_is_let_go_of(store: Store) -> None:
    """An entry that its feed no longer lists goes after 90 days, no earlier (F8)."""
    await store.sync_feeds([feed("a")], NOW)
    await save(store, poll(entry("1"), entry("2")))
    await save(store, listing(NOW + 89 * DAY, "2"))
    assert await store.prune(KEPT, NOW + 89 * DAY) == Pruned()
    await save(store, listing(NOW + 91 * DAY, "2"))
    assert await store.prune(KEPT, NOW + 1000 * DAY) == Pruned()  # 2 was listed all the time: x 4
    await save(store, listing(NOW + 92 * DAY))
    await save(store, poll(entry("3"), at=NOW + 400 * DAY))
    assert await store.prune(KEPT, NOW + 400 * DAY) == Pruned(entries=2)
    assert await keys(store) == {"3"}
    assert await store.prune(KEPT, NOW + 400 * DAY) == Pruned()


async def test_what_is_listed_stays(store: Store) -> None:
    """A feed that was silent for years still knows its entries: none is told again (F9)."""
    await store.sync_feeds([feed("a")], NOW)
    await save(store, poll(entry("1"), entry("2")))
    assert await store.prune(KEPT, NOW + 3000 * DAY) == Pruned()
    assert await keys(store) == {"1", "2"}


async def test_a_told_story_goes_as_a_whole(store: Store) -> None:
    """A story goes 400 days after its last hit was listed, with its links, prints and digests."""
    await store.sync_feeds([feed("a")], NOW)
    await store.sync_subscriptions({"screen": ["w"]}, NOW - DAY)
    desk = channel("screen")
    await save(store, poll_hits(new_hit(entry("1"))))
    [story] = await store.owed(desk, ["w"], NOW)
    assert await store.save_digest(digest_of([story], to=desk))
    await save(store, poll(entry("2"), at=NOW + 399 * DAY))
    assert await store.prune(KEPT, NOW + 399 * DAY) == Pruned()
    await save(store, poll(entry("3"), at=NOW + 401 * DAY))
    [delivery] = await store.lease_deliveries("screen", NOW + HOUR, lease=HOUR, limit=9)
    assert (await store.prune(KEPT, NOW + 401 * DAY)).stories == 1
    assert delivery.digest_key in {row.digest_key for row in await store.deliveries()}
    assert await keys(store) == {"2", "3"}
    left = await store.status()
    assert (left.hits, left.stories) == (0, 0)


async def test_what_is_owed_or_held_stays(store: Store) -> None:
    """A story that a channel has still to be told waits as long as it takes; so does what is held."""
    await store.sync_feeds([feed("a")], NOW)
    await store.sync_subscriptions({"screen": ["w"]}, NOW - DAY)
    held = poll_hits(
        new_hit(entry("1")),
        new_hit(entry("2")),
        stale_keys=frozenset("2"),
        held_keys=frozenset("2"),
    )
    await save(store, held)
    await save(store, poll(entry("3"), at=NOW + 900 * DAY))
    assert await store.prune(KEPT, NOW + 900 * DAY) == Pruned()
    assert await store.mute_held("a") == 1
    assert (await store.prune(KEPT, NOW + 900 * DAY)).stories == 1
    [story] = await store.owed(channel("screen"), ["w"], NOW)
    assert [each.entry.key for each in story.hits] == ["1"]


def test_each_table_is_thought_of() -> None:
    """A new table that refers to entries, hits, stories or digests must be pruned too."""
    pruned = {"entry", "hit", "story", "digest"}
    referring = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in pruned
    }
    assert referring <= {"held", "hit", "match", "print", "link", "told", "revision", "message"}
