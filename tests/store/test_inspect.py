"""What the operator sees."""

from dataclasses import replace

import pytest

from monitor.model.outbox import Settlement
from monitor.model.source import FeedState
from monitor.ports import Attempt
from monitor.store import Store
from tests.store.samples import (
    HOUR,
    LEASE,
    NOW,
    channel,
    digest_of,
    entry,
    feed,
    new_hit,
    poll,
    save,
)


@pytest.fixture
async def store(store: Store) -> Store:
    """Give a store with three feeds, one polled, one failing, one never asked."""
    await store.sync_feeds([feed("b"), feed("a"), feed("c")], NOW)
    hit = new_hit(entry("1", published_at=NOW - HOUR))
    wrong = entry("2", published_at=NOW + 99 * HOUR)
    await save(store, poll(hit.entry, wrong, hits=(hit,), title="Own title"))
    failing = FeedState("b", failures=2, next_poll_at=NOW + 3 * HOUR, last_polled_at=NOW - HOUR)
    await save(store, replace(poll(feed_id="b"), state=failing))
    return store


async def test_feeds_are_listed_as_configured(store: Store) -> None:
    """Feeds stand in the file's order with their figures; no news is from the future (F11)."""
    rows = await store.feeds()
    figures = [(row.feed.id, row.entries, row.hits, row.newest_at, row.title) for row in rows]
    assert figures == [
        ("b", 0, 0, None, ""),
        ("a", 2, 1, NOW, "Own title"),
        ("c", 0, 0, None, ""),
    ]


async def test_status_counts_everything(store: Store) -> None:
    """One look tells how things are."""
    to = channel("desk", ("x", "y", "z"))
    await store.save_digest(digest_of([], to=to))
    for state in ("sent", "dead"):
        (leased,) = await store.lease_deliveries("desk", NOW, lease=LEASE, limit=1)
        await store.settle(
            [Attempt(leased, Settlement("sent" if state == "sent" else "dead"))], NOW
        )
    status = await store.status()
    assert (status.feeds, status.feeds_failing, status.feeds_never_polled) == (3, 1, 1)
    assert (status.entries, status.hits, status.stories) == (2, 1, 1)
    assert (status.pending, status.dead, status.sent) == (1, 1, 1)
    assert (status.last_poll_at, status.next_poll_at) == (NOW, NOW)
    assert status.last_sent_at == NOW
    assert status.size_bytes is not None
    assert status.size_bytes > 10_000


async def test_deliveries_newest_first_by_state(store: Store) -> None:
    """The list can be narrowed to what needs a hand (D6)."""
    for number in range(3):
        await store.save_digest(digest_of([], f"daily:{number}", at=NOW + number * HOUR))
    (leased,) = await store.lease_deliveries("desk", NOW, lease=LEASE, limit=1)
    await store.settle([Attempt(leased, Settlement("dead", error="no such user"))], NOW)
    keys = [row.digest_key for row in await store.deliveries(limit=2)]
    assert keys == ["daily:2", "daily:1"]
    (dead,) = await store.deliveries(states=["dead"])
    assert (dead.digest_key, dead.error, dead.subject) == ("daily:0", "no such user", "News 1")
    assert len(await store.deliveries(states=["pending", "dead"])) == 3


async def test_delivery_is_found_by_a_unique_beginning(store: Store) -> None:
    """A few letters of the id do, if only one has them; a pattern is no beginning."""
    record = digest_of([], to=channel("desk", tuple(str(n) for n in range(40))))
    await store.save_digest(record)
    ids = [row.id for row in await store.deliveries()]
    found = await store.delivery(ids[0][:12])
    assert found is not None
    assert (found[0].id, found[1]) == (ids[0], record.messages[0])
    twice = next(a[:1] for a in ids if sum(b[:1] == a[:1] for b in ids) > 1)
    assert await store.delivery(twice) is None
    for nothing in ("", "%", "x", "_" * 32):
        assert await store.delivery(nothing) is None
