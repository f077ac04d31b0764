"""What is owed, what was told, and the slots between."""

import asyncio
from dataclasses import replace

import pytest

from monitor.model.outbox import FeedHealth
from monitor.model.source import FeedState
from monitor.model.story import Change, Story
from monitor.ports import DigestRecord, Edit
from monitor.store import Store, open_store
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
    poll_hits,
    save,
)

DESK = channel("desk")


@pytest.fixture
async def store(store: Store) -> Store:
    """Give a store that knows three feeds of different rank."""
    await store.sync_feeds([feed("a", rank=1), feed("b", rank=2), feed("c", rank=2)], NOW)
    return store


async def owed(store: Store, to: str = "desk", *watches: str) -> list[Story]:
    """Read the stories owed."""
    return list(await store.owed(channel(to), watches or ("w",), NOW + 99 * HOUR))


async def tell(store: Store, count: int) -> list[Story]:
    """Save so many stories, and give them."""
    await save(store, poll_hits(*(new_hit(entry(str(n))) for n in range(count))))
    return await owed(store)


async def test_owed_are_those_of_the_watches(store: Store) -> None:
    """A story is owed if one of the watches wants it; without watches none is."""
    await save(store, poll_hits(new_hit(entry("1"), "v"), new_hit(entry("2"), "w", "v")))
    assert len(await owed(store, "desk", "w")) == 1
    assert len(await owed(store, "desk", "w", "v")) == 2
    assert await owed(store, "desk", "x") == []
    assert await store.owed(DESK, (), NOW) == []


async def test_owed_up_to_a_moment(store: Store) -> None:
    """Stories first seen later wait for the next digest."""
    await save(store, poll_hits(new_hit(entry("1"))))
    await save(store, poll_hits(new_hit(entry("2")), at=NOW + HOUR))
    assert len(await store.owed(DESK, ["w"], NOW)) == 1
    assert len(await store.owed(DESK, ["w"], NOW + HOUR)) == 2


async def test_owed_oldest_first_within_the_limit(store: Store) -> None:
    """A limit leaves the younger stories for the next digest."""
    for number in range(3):
        await save(store, poll_hits(new_hit(entry(str(number))), at=NOW - number * HOUR))
    stories = await store.owed(DESK, ["w"], NOW, limit=2)
    assert [story.lead.entry.key for story in stories] == ["2", "1"]


async def test_lead_is_decided_by_a_total_order(store: Store) -> None:
    """Highest rank, then earliest told, then feed and key: never by who answered first."""
    dates = {"a1": -9, "b1": -1, "c1": -2, "c0": -2, "b2": 5}
    for name in ("b1", "a1", "c1", "c0", "b2"):
        found = entry(name, name[0], published_at=NOW + dates[name] * HOUR)
        await save(store, poll_hits(new_hit(found, keys=[5]), feed_id=name[0]))
    (story,) = await store.owed(DESK, ["w"], NOW)
    assert [hit.entry.key for hit in story.hits] == ["c0", "c1", "b1", "b2", "a1"]


async def test_told_story_is_not_owed_again(store: Store) -> None:
    """Each story goes to a channel once, also when it grows; other channels are still owed it."""
    await save(store, poll_hits(new_hit(entry("1"), keys=[5])))
    stories = await owed(store)
    assert await store.save_digest(digest_of(stories))
    await save(store, poll_hits(new_hit(entry("2"), keys=[5]), at=NOW + HOUR))
    assert await owed(store) == []
    assert [story.id for story in await owed(store, "phone")] == [story.id for story in stories]


async def test_digest_makes_one_delivery_a_part_and_recipient(store: Store) -> None:
    """Deliveries come with the marks, under stories that follow from what they are (D1, E2)."""
    stories = await tell(store, 2)
    to = channel("desk", ("x@example.org", "y@example.org"))
    assert await store.save_digest(digest_of(stories, to=to, parts=2))
    leased = await store.lease_deliveries("desk", NOW, lease=LEASE, limit=10)
    parts = sorted((d.recipient, d.message.part, d.message.subject) for d in leased)
    assert parts == [
        ("x@example.org", 1, "News 1"),
        ("x@example.org", 2, "News 2"),
        ("y@example.org", 1, "News 1"),
        ("y@example.org", 2, "News 2"),
    ]
    assert len({d.id for d in leased}) == 4
    assert all(len(d.id) == 32 and int(d.id, 16) for d in leased)


async def test_delivery_id_is_stable(store: Store, sqlite_url: str) -> None:
    """The same digest has the same delivery stories after a replay (D1)."""
    record = digest_of(())
    await store.save_digest(record)
    async with open_store(sqlite_url.replace("monitor.db", "replay.db")) as replay:
        await replay.save_digest(record)
        rows = [await s.deliveries() for s in (store, replay)]
    assert [row.id for row in rows[0]] == [row.id for row in rows[1]]


async def test_second_digest_of_one_key_changes_nothing(store: Store) -> None:
    """A slot is composed once, whatever the second one holds (D11)."""
    stories = await tell(store, 2)
    assert await store.save_digest(digest_of(stories[:1]))
    assert not await store.save_digest(digest_of(stories[1:]))
    assert await owed(store) == stories[1:]
    assert len(await store.deliveries()) == 1


async def test_digest_of_a_story_told_meanwhile_changes_nothing(store: Store) -> None:
    """A story told by an alert in between makes the digest compose anew."""
    stories = await tell(store, 2)
    assert await store.save_digest(digest_of(stories[:1], "alert:1"))
    assert not await store.save_digest(digest_of(stories, "daily:1"))
    assert await owed(store) == stories[1:]
    assert [row.digest_key for row in await store.deliveries()] == ["alert:1"]
    assert await store.save_digest(digest_of(stories[1:], "daily:1"))


async def test_digest_of_a_hit_that_is_gone_changes_nothing(store: Store) -> None:
    """What housekeeping took away meanwhile makes the digest compose anew."""
    [story] = await tell(store, 1)
    gone = replace(story, hits=(replace(story.lead, id=99),))
    assert not await store.save_digest(digest_of([gone]))
    assert await store.deliveries() == []


async def test_concurrent_digests_of_one_key(url: str) -> None:
    """Of two workers that save one slot, one does (D11)."""
    async with open_store(url) as one, open_store(url) as two:
        await one.sync_feeds([feed("a")], NOW)
        stories = await tell(one, 3)
        for number in range(10):
            record = digest_of([], f"daily:{number}")
            saved = await asyncio.gather(one.save_digest(record), two.save_digest(record))
            assert sorted(saved) == [False, True]
        assert len(await one.deliveries()) == 10
        assert await owed(one) == stories


async def test_concurrent_digests_over_the_same_stories(url: str) -> None:
    """An alert and a digest that both tell a story: one does, and neither waits for ever."""
    async with open_store(url) as one, open_store(url) as two:
        await one.sync_feeds([feed("a")], NOW)
        stories = await tell(one, 20)
        records = [digest_of(stories, "alert:1"), digest_of(stories[::-1], "daily:1")]
        saved = await asyncio.gather(
            *(s.save_digest(r) for s, r in zip((one, two), records, strict=True))
        )
        assert sorted(saved) == [False, True]
        assert await owed(one) == []


async def test_slots_never_move_backwards(store: Store) -> None:
    """The newest slot counts, composed or noted, for each schedule and channel by itself (R13)."""
    assert await store.last_slot("daily", "desk") is None
    await store.note_slot("daily", "desk", NOW)
    await store.note_slot("daily", "desk", NOW - HOUR)
    assert await store.last_slot("daily", "desk") == NOW
    later = digest_of([], at=NOW + HOUR)
    assert await store.save_digest(later)
    assert await store.last_slot("daily", "desk") == NOW + HOUR
    assert await store.last_slot("weekly", "desk") is None
    assert await store.last_slot("daily", "phone") is None


async def test_health_of_a_window(store: Store) -> None:
    """A digest can say how many feeds were polled, which fail now, and what came in."""
    failed = FeedState("b", failures=1, last_polled_at=NOW + HOUR, next_poll_at=NOW + 2 * HOUR)
    await save(store, poll(entry("1")))
    await save(store, replace(poll(feed_id="b", at=NOW + HOUR), state=failed))
    await save(store, poll(entry("2", "c"), entry("3", "c"), feed_id="c", at=NOW + HOUR))
    assert await store.health(None, NOW + HOUR) == FeedHealth(3, ("B",), 3)
    assert await store.health(NOW, NOW + HOUR) == FeedHealth(2, ("B",), 2)
    assert await store.health(NOW - HOUR, NOW) == FeedHealth(1, ("B",), 1)


async def test_digest_without_messages_is_kept(store: Store) -> None:
    """A digest that owes nothing to anybody still takes its slot."""
    record: DigestRecord = replace(digest_of([]), messages=())
    assert await store.save_digest(record)
    assert not await store.save_digest(record)
    assert await store.deliveries() == []


async def test_updates_are_of_what_was_told_before(store: Store) -> None:
    """A material edit is told once to who knows the story; not before it was told, nor by the clock (F7)."""
    await tell(store, 2)
    [first, other] = await owed(store)
    await store.save_digest(digest_of([first]))
    ids = await store.known("a", ["0", "1"])
    changed = {key: entry(key, title="It cost 400") for key in ids}
    edits = tuple(
        Edit(known.entry_id, changed[key], None, Change("number", "It cost 40", "It cost 400"))
        for key, known in ids.items()
    )
    await save(store, poll(edits=edits, at=NOW + HOUR, revisions=dict.fromkeys(ids, "r2")))
    [update] = await store.updates("desk", NOW, NOW + HOUR)
    assert (update.story_id, update.kind) == (first.id, "number")
    assert (update.headline, update.before, update.source) == ("It cost 400", "It cost 40", "A")
    assert await store.updates("desk", NOW + HOUR, NOW + 2 * HOUR) == []
    assert await store.updates("phone", NOW, NOW + HOUR) == []
    assert other.id in {story.id for story in await owed(store)}
