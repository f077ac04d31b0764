"""Deliveries: leased, settled, and put right by hand."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest

from monitor.model.outbox import Delivery, Settlement
from monitor.ports import Attempt, DeliveryRow
from monitor.store import Store, open_store
from tests.store.samples import HOUR, LEASE, NOW, channel, digest_of

SENT = Settlement("sent")


@pytest.fixture
async def store(store: Store) -> Store:
    """Give a store that owes one message to a channel."""
    await store.save_digest(digest_of([], "daily:1"))
    return store


async def lease(store: Store, at: datetime = NOW, limit: int = 10) -> Sequence[Delivery]:
    """Lease what is due on the channel."""
    return await store.lease_deliveries("desk", at, lease=LEASE, limit=limit)


async def row(store: Store) -> DeliveryRow:
    """Read the one delivery."""
    (only,) = await store.deliveries()
    return only


async def test_lease_counts_an_attempt(store: Store) -> None:
    """A delivery comes with its whole message; the next lease is the next attempt (D2)."""
    (delivery,) = await lease(store)
    record = digest_of([], "daily:1")
    assert delivery.message == record.messages[0]
    assert (delivery.attempts, delivery.digest_key, delivery.created_at) == (1, "daily:1", NOW)
    assert await lease(store) == []
    (again,) = await lease(store, NOW + LEASE)
    assert (again.id, again.attempts) == (delivery.id, 2)


async def test_other_channels_are_left_alone(store: Store) -> None:
    """Each channel has its own queue (D9)."""
    assert await store.lease_deliveries("phone", NOW, lease=LEASE, limit=9) == []


async def test_sent_is_sent(store: Store) -> None:
    """What was sent is never leased again, and says when it went (D18)."""
    (delivery,) = await lease(store)
    assert await store.settle([Attempt(delivery, SENT)], NOW + HOUR)
    assert await lease(store, NOW + 9 * HOUR) == []
    sent = await row(store)
    assert (sent.state, sent.sent_at, sent.next_at, sent.error) == ("sent", NOW + HOUR, None, None)


async def test_retry_waits_for_its_moment(store: Store) -> None:
    """A failure that may pass comes back when it said, with its error shown (D5)."""
    (delivery,) = await lease(store)
    await store.settle([Attempt(delivery, Settlement("pending", NOW + HOUR, "no answer"))], NOW)
    assert (await row(store)).error == "no answer"
    assert await lease(store, NOW + HOUR / 2) == []
    assert len(await lease(store, NOW + HOUR)) == 1


async def test_dead_stays_dead(store: Store) -> None:
    """What was given up is not tried by itself, and keeps why (D6)."""
    (delivery,) = await lease(store)
    await store.settle([Attempt(delivery, Settlement("dead", error="refused"))], NOW)
    assert await lease(store, NOW + 99 * HOUR) == []
    dead = await row(store)
    assert (dead.state, dead.error, dead.attempts) == ("dead", "refused", 1)


async def test_lost_lease_settles_nothing(store: Store) -> None:
    """A slow attempt cannot undo what a later one found out (D2)."""
    (slow,) = await lease(store)
    (quick,) = await lease(store, NOW + LEASE)
    assert not await store.settle([Attempt(slow, Settlement("dead"))], NOW + LEASE)
    assert await store.settle([Attempt(quick, SENT)], NOW + LEASE)
    assert not await store.settle([Attempt(quick, Settlement("dead"))], NOW + LEASE)
    assert (await row(store)).state == "sent"


async def test_expired_lease_that_nobody_took_still_settles(store: Store) -> None:
    """A send that took long is not sent twice without need."""
    (delivery,) = await lease(store)
    assert await store.settle([Attempt(delivery, SENT)], NOW + 9 * LEASE)


async def test_oldest_first(store: Store) -> None:
    """Messages leave in the order of their digests, parts in theirs (D9)."""
    await store.save_digest(digest_of([], "daily:0", at=NOW - HOUR, parts=2))
    order = [(d.digest_key, d.message.part) for d in await lease(store)]
    assert order == [("daily:0", 1), ("daily:0", 2), ("daily:1", 1)]


async def test_stuck_message_does_not_block_the_next(store: Store) -> None:
    """While one waits for its retry, younger ones go (D9)."""
    await store.save_digest(digest_of([], "daily:2", at=NOW + HOUR))
    (stuck,) = await lease(store, limit=1)
    await store.settle([Attempt(stuck, Settlement("pending", NOW + 9 * HOUR))], NOW)
    assert [d.digest_key for d in await lease(store, NOW + HOUR)] == ["daily:2"]


async def test_next_due(store: Store) -> None:
    """The next wake-up is the earliest retry or end of a lease; nothing pending, none."""
    assert await store.next_due(["desk", "phone"]) == NOW
    assert await store.next_due(["phone"]) is None
    assert await store.next_due([]) is None
    (delivery,) = await lease(store)
    assert await store.next_due(["desk"]) == NOW + LEASE
    await store.settle([Attempt(delivery, Settlement("pending", NOW + HOUR))], NOW)
    assert await store.next_due(["desk"]) == NOW + HOUR
    (delivery,) = await lease(store, NOW + HOUR)
    await store.settle([Attempt(delivery, SENT)], NOW + HOUR)
    assert await store.next_due(["desk"]) is None


@pytest.mark.parametrize("state", ["dead", "pending"])
async def test_retry_by_hand_keeps_the_id(store: Store, state: str) -> None:
    """What failed is due now, under the same id (D6, W16)."""
    (delivery,) = await lease(store)
    settlement = Settlement("dead" if state == "dead" else "pending", NOW + 9 * HOUR, "no")
    await store.settle([Attempt(delivery, settlement)], NOW)
    assert await store.retry([delivery.id, "unknown"], NOW) == 1
    (again,) = await lease(store)
    assert (again.id, again.attempts) == (delivery.id, 2)


async def test_retry_leaves_what_was_sent_or_is_under_way(store: Store) -> None:
    """Nothing goes out twice by hand."""
    (delivery,) = await lease(store)
    await store.retry([delivery.id], NOW)
    assert await lease(store) == []
    await store.settle([Attempt(delivery, SENT)], NOW)
    assert await store.retry([delivery.id], NOW) == 0


async def test_an_id_may_be_given_as_lists_show_it(store: Store) -> None:
    """A beginning that only one delivery has names it; none at all, or one of several, names none."""
    [delivery] = await lease(store)
    await store.settle([Attempt(delivery, Settlement("dead", error="no"))], NOW)
    assert await store.retry(["", "zz"], NOW) == 0
    assert await store.retry([delivery.id[:12]], NOW) == 1
    assert await store.drop([delivery.id[:12]], NOW) == 1


async def test_dropped_is_listed_and_comes_back(store: Store) -> None:
    """A delivery given up by hand is not sent, but listed, and may be retried (D6)."""
    delivery_id = (await row(store)).id
    assert await store.drop([delivery_id], NOW) == 1
    assert await store.drop([delivery_id], NOW) == 0
    assert await lease(store) == []
    assert (await row(store)).state == "dropped"
    assert await store.retry([delivery_id], NOW) == 1
    assert len(await lease(store)) == 1


@pytest.mark.parametrize(("ended", "state"), [("sent", "sent"), ("dead", "dropped")])
async def test_dropped_while_under_way(store: Store, ended: str, state: str) -> None:
    """If it went out after all, it is listed as sent; a failure leaves it dropped."""
    (delivery,) = await lease(store)
    await store.drop([delivery.id], NOW)
    settlement = SENT if ended == "sent" else Settlement("dead", error="no")
    assert await store.settle([Attempt(delivery, settlement)], NOW) == (ended == "sent")
    assert (await row(store)).state == state


async def test_two_processes_never_lease_one_delivery(url: str) -> None:
    """Leases of concurrent senders are disjoint, and nothing is left over (D17)."""
    to = channel("desk", tuple(f"{n}@example.org" for n in range(50)))
    async with open_store(url) as one, open_store(url) as two:
        await one.save_digest(digest_of([], to=to))
        rounds = [lease(store, limit=5) for store in (one, two) * 8]
        leased = [delivery.id for batch in await asyncio.gather(*rounds) for delivery in batch]
        leased += [delivery.id for delivery in await lease(one, limit=50)]
    assert len(leased) == len(set(leased)) == 50
