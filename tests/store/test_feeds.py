"""Feeds: configuration, leases, what polling remembers."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import StatementError

from monitor.errors import StoreError
from monitor.model.source import FeedState, Validators
from monitor.store import Store, open_store
from tests.store.samples import HOUR, LEASE, NOW, digest_of, entry, feed, never, poll, save


async def test_new_feed_is_due_now(store: Store) -> None:
    """A feed just configured is polled at once."""
    await store.sync_feeds([feed("a")], NOW)
    leases = await store.lease_due(NOW, limit=5, lease=LEASE)
    assert [lease.feed_id for lease in leases] == ["a"]


async def test_feed_comes_back_as_configured(store: Store) -> None:
    """Every field of a feed survives storage."""
    whole = feed("a", language="uz-Latn", country="UZ", rank=3, timezone="Asia/Tashkent")
    await store.sync_feeds([whole], NOW)
    assert [row.feed for row in await store.feeds()] == [whole]


async def test_state_comes_back_as_recorded(store: Store) -> None:
    """Every field of a feed's state survives storage, validators verbatim (P2)."""
    await store.sync_feeds([feed("a")], NOW)
    state = FeedState(
        feed_id="a",
        validators=Validators('W/"x, y"', "Sun, 22 Nov 2026 08:00:00 GMT"),
        validators_url="https://a.example/real",
        body_hash="abc",
        failures=2,
        next_poll_at=NOW + HOUR,
        last_polled_at=NOW,
        last_success_at=NOW - HOUR,
        first_success_at=NOW - 2 * HOUR,
        error_kind="tls",
        error="certificate expired",
        moved_to="https://b.example/feed",
        moved_seen=1,
    )
    await save(store, replace(poll(), state=state))
    assert await store.feed_state("a") == state


async def test_sync_keeps_state_of_known_feeds(store: Store) -> None:
    """A feed that is configured as before keeps its validators; a new title is taken over."""
    await store.sync_feeds([feed("a")], NOW)
    state = FeedState("a", validators=Validators("e"), failures=3, next_poll_at=NOW + HOUR)
    await save(store, replace(poll(), state=state))
    await store.sync_feeds([feed("a", title="New title")], NOW)
    assert await store.feed_state("a") == state
    assert (await store.feeds())[0].feed.title == "New title"


async def test_sync_forgets_the_state_of_another_url(store: Store) -> None:
    """A changed URL clears validators, failures and gone, and makes the feed due (P7, P30)."""
    await store.sync_feeds([feed("a")], NOW)
    gone = FeedState("a", validators=Validators("e"), failures=3, error="410", gone=True)
    await save(store, replace(poll(), state=gone))
    assert await store.lease_due(NOW + 9 * HOUR, limit=5, lease=LEASE) == []
    await store.sync_feeds([feed("a", url="https://new.example/feed")], NOW)
    assert await store.feed_state("a") == FeedState("a", next_poll_at=NOW)
    assert await store.lease_due(NOW, limit=5, lease=LEASE)


async def test_poll_of_the_old_url_is_lost(store: Store) -> None:
    """A poll under way while the URL changes says nothing of the new one."""
    await store.sync_feeds([feed("a")], NOW)
    (lease,) = await store.lease_due(NOW, limit=1, lease=LEASE)
    await store.sync_feeds([feed("a", url="https://new.example/feed")], NOW)
    assert await store.record(poll(), lease, never) is None


async def test_feed_out_of_configuration_rests(store: Store) -> None:
    """A feed no longer configured is not polled nor listed, and comes back with its state."""
    await store.sync_feeds([feed("a"), feed("b")], NOW)
    await save(store, poll(entry()))
    await store.sync_feeds([feed("b")], NOW)
    assert [row.feed.id for row in await store.feeds()] == ["b"]
    assert await store.lease_feeds(["a"], NOW, lease=LEASE) == []
    await store.sync_feeds([], NOW)
    assert await store.feeds() == []
    await store.sync_feeds([feed("a")], NOW)
    assert (await store.feed_state("a")).last_success_at == NOW


async def test_due_feeds_come_longest_overdue_first(store: Store) -> None:
    """The limit cuts off those overdue least."""
    await store.sync_feeds([feed(name) for name in "abc"], NOW)
    for name, hours in (("a", 2), ("b", 1), ("c", 9)):
        due = FeedState(name, next_poll_at=NOW + hours * HOUR)
        await save(store, replace(poll(feed_id=name), state=due))
    assert await store.lease_due(NOW, limit=5, lease=LEASE) == []
    leases = await store.lease_due(NOW + 3 * HOUR, limit=5, lease=LEASE)
    assert [lease.feed_id for lease in leases] == ["b", "a"]


async def test_leased_feed_is_nobody_elses(store: Store) -> None:
    """A lease keeps others away until it ends, is given back or its poll is recorded."""
    await store.sync_feeds([feed("a")], NOW)
    (lease,) = await store.lease_due(NOW, limit=5, lease=LEASE)
    assert await store.lease_due(NOW, limit=5, lease=LEASE) == []
    assert await store.lease_feeds(["a"], NOW, lease=LEASE) == []
    await store.release(lease)
    (again,) = await store.lease_feeds(["a"], NOW, lease=LEASE)
    (late,) = await store.lease_due(NOW + LEASE, limit=5, lease=LEASE)
    assert lease.token < again.token < late.token


async def test_lost_lease_records_nothing(store: Store) -> None:
    """A lease that someone took over changes nothing, nor does one given back."""
    await store.sync_feeds([feed("a")], NOW)
    (lost,) = await store.lease_due(NOW, limit=5, lease=LEASE)
    (held,) = await store.lease_due(NOW + LEASE, limit=5, lease=LEASE)
    before = await store.feed_state("a")
    assert await store.record(poll(entry()), lost, never) is None
    await store.release(lost)
    assert await store.feed_state("a") == before
    assert (await store.status()).entries == 0
    assert await store.record(poll(entry()), held, never) is not None
    assert await store.record(poll(entry("2")), held, never) is None


async def test_expired_lease_that_nobody_took_still_holds(store: Store) -> None:
    """A slow poll is not thrown away without need."""
    await store.sync_feeds([feed("a")], NOW)
    (lease,) = await store.lease_due(NOW, limit=5, lease=LEASE)
    assert await store.record(poll(entry(), at=NOW + 9 * LEASE), lease, never) is not None


async def test_lease_feeds_takes_those_not_due(store: Store) -> None:
    """A poll by hand does not wait for the schedule; unknown feeds are left out."""
    await store.sync_feeds([feed("a"), feed("b")], NOW)
    await save(store, poll(feed_id="a"))
    leases = await store.lease_feeds(["a", "x"], NOW, lease=LEASE)
    assert [lease.feed_id for lease in leases] == ["a"]


async def test_unknown_feed_is_named(store: Store) -> None:
    """A feed that the state does not know is an error that says which."""
    with pytest.raises(StoreError, match="'x'"):
        await store.feed_state("x")
    with pytest.raises(StoreError, match="'x'"):
        await save(store, poll(feed_id="x"))


async def test_two_processes_never_lease_one_feed(url: str) -> None:
    """Leases of concurrent workers are disjoint, and together complete (D17)."""
    async with open_store(url) as one, open_store(url) as two:
        await one.sync_feeds([feed(f"f{number:02}") for number in range(40)], NOW)
        rounds = [store.lease_due(NOW, limit=4, lease=LEASE) for store in (one, two) * 8]
        leased = [lease.feed_id for leases in await asyncio.gather(*rounds) for lease in leases]
        leased += [x.feed_id for x in await one.lease_due(NOW, limit=40, lease=LEASE)]
    assert len(leased) == len(set(leased)) == 40


async def test_leases_of_a_killed_run_are_ended(store: Store) -> None:
    """A restart does not wait for leases that nobody holds any more; their polls stay lost."""
    await store.sync_feeds([feed("a")], NOW)
    await store.save_digest(digest_of([]))
    (killed,) = await store.lease_due(NOW, limit=1, lease=LEASE)
    await store.lease_deliveries("desk", NOW, lease=LEASE, limit=1)
    await store.forget_leases()
    assert await store.record(poll(entry()), killed, never) is None
    assert len(await store.lease_due(NOW, limit=1, lease=LEASE)) == 1
    assert len(await store.lease_deliveries("desk", NOW, lease=LEASE, limit=1)) == 1


async def test_moment_without_zone_is_a_mistake(store: Store) -> None:
    """A naive time is refused where it comes in, not read wrongly later (R8)."""
    await store.sync_feeds([feed("a")], NOW)
    with pytest.raises(StatementError, match="without time zone"):
        await store.lease_due(NOW.replace(tzinfo=None), limit=1, lease=LEASE)
