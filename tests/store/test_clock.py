"""A clock that was ahead and was put right: nothing waits for years (R13)."""

from datetime import timedelta

import pytest

from monitor.store import Store
from tests.store.samples import NOW, channel, entry, feed, new_hit, poll_hits, save

AHEAD = NOW + timedelta(days=1500)
LEASE = timedelta(minutes=5)


async def wrong_past(store: Store) -> None:
    """Poll, match and send while the clock is years ahead; one of two stories is told."""
    await store.sync_feeds([feed()], AHEAD)
    await store.sync_subscriptions({"desk": ["w"]}, AHEAD)
    await save(store, poll_hits(new_hit(entry("1")), new_hit(entry("2")), at=AHEAD))


async def test_feeds_and_stories_come_back_with_the_clock(store: Store) -> None:
    """What was polled and found in the wrong future is due and owed at once."""
    await wrong_past(store)
    assert await store.bring_back(NOW) > 0
    assert len(await store.lease_due(NOW, limit=9, lease=LEASE)) == 1
    assert len(await store.owed(channel(), ["w"], NOW)) == 2
    state = await store.feed_state("a")
    assert state.last_success_at is None or state.last_success_at <= NOW


async def test_a_right_clock_changes_nothing(store: Store) -> None:
    """Moments that have been stay as they are, also a poll due next month."""
    await store.sync_feeds([feed()], NOW)
    await save(store, poll_hits(new_hit(entry("1")), at=NOW))
    assert await store.bring_back(NOW) == 0


@pytest.mark.parametrize(
    ("back", "kept"), [(timedelta(hours=20), True), (timedelta(days=9), False)]
)
async def test_a_slot_of_tomorrow_is_not_told_again(
    store: Store, back: timedelta, kept: bool
) -> None:
    """A step of less than a day back keeps the slots told; after a longer one digests go on."""
    await store.note_slot("daily", "desk", NOW + back)
    await store.bring_back(NOW)
    assert await store.last_slot("daily", "desk") == (NOW + back if kept else NOW)
