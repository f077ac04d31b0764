"""Recording a poll: entries, edits, hits and their stories."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.model.story import Hit, Story
from monitor.model.telling import Evidence, Telling
from monitor.model.watch import Match, Span
from monitor.ports import Edit, Recorded
from monitor.store import Store, open_store
from tests.store.samples import (
    HOUR,
    NOW,
    channel,
    entry,
    feed,
    never,
    new_hit,
    poll,
    poll_hits,
    save,
)


@pytest.fixture
async def store(store: Store) -> Store:
    """Give a store that knows three feeds."""
    await store.sync_feeds([feed("a"), feed("b"), feed("c")], NOW)
    return store


async def stories(store: Store, *watches: str) -> Sequence[Story]:
    """Read all that is owed."""
    return await store.owed(channel(), watches or ("w",), NOW + 999 * HOUR)


async def hits(store: Store) -> list[Hit]:
    """Read all hits owed."""
    return [hit for story in await stories(store) for hit in story.hits]


async def test_new_entries_are_known_afterwards(store: Store) -> None:
    """What was recorded is found again by its key, with its revision, in its own feed only."""
    hit = new_hit(entry("1"))
    recorded = await save(store, poll(hit.entry, entry("2"), hits=(hit,)))
    assert recorded == Recorded(new_entries=2, new_hits=1, new_stories=1)
    known = await store.known("a", ["1", "2", "3"])
    assert {key: k.revision for key, k in known.items()} == {"1": "r-1", "2": "r-2"}
    assert await store.known("b", ["1"]) == {}


async def test_entry_comes_back_as_published(store: Store) -> None:
    """Every field of an entry and of its matches survives storage, in any script."""
    whole = entry(
        "ключ",
        title="上海合作组织 ҚАЗАҚСТАН 𐍈",
        url="https://a.example/1?utm=x",
        canonical_url="https://a.example/1",
        summary="Қысқаша",
        author="А. Б.",
        tags=("ШОС", "SCO"),
        language="kk",
        published_at=datetime(2026, 11, 22, 7, 0, 0, 123456, tzinfo=UTC),
        updated_at=NOW,
        guid="ключ",
    )
    hit = new_hit(whole, "w", "v")
    await save(store, poll_hits(hit))
    (stored,) = await hits(store)
    assert stored.entry == whole
    assert stored.matches == hit.matches
    assert (stored.source, stored.seen_at, stored.edited) == ("A", NOW, False)


async def test_nul_and_lone_surrogates_are_left_out(store: Store) -> None:
    """Text that PostgreSQL refuses is cleaned on both, and its key is still known (Q13)."""
    hit = new_hit(entry("k\x001\ud800", title="T\x00itle", tags=("\x00t",)))
    await save(store, poll_hits(hit))
    assert set(await store.known("a", [hit.entry.key])) == {hit.entry.key}
    (stored,) = await hits(store)
    assert (stored.entry.key, stored.entry.title) == ("k1?", "Title")
    assert (await save(store, poll_hits(hit))).new_entries == 0


async def test_times_come_back_in_utc(store: Store) -> None:
    """A moment of another zone is the same moment, in UTC (R8)."""
    shifted = NOW.astimezone(timezone(timedelta(hours=5))) + timedelta(microseconds=7)
    await save(store, poll_hits(new_hit(entry(published_at=shifted))))
    (stored,) = await hits(store)
    assert stored.entry.published_at == shifted
    assert str(stored.entry.published_at) == "2026-11-22 08:00:00.000007+00:00"


async def test_second_of_one_key_is_ignored(store: Store) -> None:
    """Of entries with one key in one body the first counts."""
    one, two = new_hit(entry("1", title="First")), new_hit(entry("1", title="Second"))
    assert await save(store, poll_hits(one, two)) == Recorded(1, 1, 1)
    assert [hit.entry.title for hit in await hits(store)] == ["First"]


async def test_entry_stored_meanwhile_is_not_new(store: Store) -> None:
    """A key that is stored already is neither overwritten nor counted."""
    await save(store, poll_hits(new_hit(entry("1", title="First"))))
    again = poll_hits(new_hit(entry("1", title="Second")), new_hit(entry("2")))
    assert await save(store, again, never) == Recorded(1, 1, 1)
    assert {hit.entry.title for hit in await hits(store)} == {"First", "Title 2"}


async def test_many_entries_fit_one_poll(store: Store) -> None:
    """A body with a thousand entries is recorded at once."""
    found = [new_hit(entry(str(n)), keys=[n * 10 + m for m in range(5)]) for n in range(1000)]
    recorded = await save(store, poll_hits(*found))
    assert recorded == Recorded(1000, 1000, 1000)
    assert len(await store.known("a", [str(n) for n in range(1100)])) == 1000


async def test_hits_that_share_a_key_are_weighed(store: Store) -> None:
    """A hit is weighed once against each that shares a key, from any feed, and against no other."""
    weighed: list[frozenset[str]] = []

    def note(one: Telling, other: Telling, standing: frozenset[int]) -> Evidence:
        weighed.append(frozenset((one.feed_id, other.feed_id)))
        return never(one, other, standing)

    await save(store, poll_hits(new_hit(entry("1"), keys=[5, 7])), note)
    twin, stranger = new_hit(entry("2", "b"), keys=[7, 5, 9]), new_hit(entry("3", "b"), keys=[8])
    await save(store, poll_hits(stranger, twin, feed_id="b"), note)
    assert weighed == [{"a", "b"}]


async def test_a_hit_that_agrees_with_two_stories_does_not_chain_them(store: Store) -> None:
    """It joins one; the other stays as it was (pain 5)."""
    for number, keys in enumerate(([1, 2], [1, 2], [3, 4], [3, 4])):
        await save(store, poll_hits(new_hit(entry(str(number)), keys=keys)))
    before = await stories(store)
    assert [len(story.hits) for story in before] == [2, 2]
    await save(store, poll_hits(new_hit(entry("bridge"), keys=[1, 3])))
    assert sorted(len(story.hits) for story in await stories(store)) == [2, 3]


async def test_hits_of_one_call_are_neighbours(store: Store) -> None:
    """Two tellings in one body are one story."""
    twins = [new_hit(entry(key), keys=[5]) for key in "12"]
    assert await save(store, poll_hits(*twins)) == Recorded(2, 2, 1)
    (story,) = await stories(store)
    assert [hit.entry.key for hit in story.hits] == ["1", "2"]


async def test_a_week_old_story_is_not_joined(store: Store) -> None:
    """Neighbours are those seen in the last seven days."""
    await save(store, poll_hits(new_hit(entry("1"), keys=[5])))
    for key, at in (("2", NOW + timedelta(days=7)), ("3", NOW + timedelta(days=14, seconds=1))):
        await save(store, poll_hits(new_hit(entry(key), keys=[5], seen_at=at), at=at))
    assert [len(story.hits) for story in await stories(store)] == [2, 1]


async def test_story_id_is_the_same_after_a_replay(store: Store, sqlite_url: str) -> None:
    """The id of a story follows from the entry that founded it."""
    hit = new_hit(entry("1"))
    await save(store, poll_hits(hit))
    async with open_store(sqlite_url.replace("monitor.db", "replay.db")) as replay:
        await replay.sync_feeds([feed("a")], NOW)
        await save(replay, poll_hits(hit, at=NOW + HOUR))
        assert [s.id for s in await stories(replay)] == [s.id for s in await stories(store)]


async def test_stale_hit_is_stored_but_never_owed(store: Store) -> None:
    """Old entries of a new feed are no news, yet a story that news joins shows them (F5)."""
    old = new_hit(entry("1"), keys=[5])
    assert (await save(store, poll_hits(old, stale_keys=frozenset("1")))).new_hits == 1
    assert await stories(store) == []
    await save(store, poll_hits(new_hit(entry("2"), keys=[5]), at=NOW + HOUR))
    (story,) = await stories(store)
    assert [hit.entry.key for hit in story.hits] == ["1", "2"]


async def test_edit_updates_the_entry(store: Store) -> None:
    """A changed text is kept with its revision; the entry stays one and is no news again."""
    await save(store, poll_hits(new_hit(entry("1"))))
    known = (await store.known("a", ["1"]))["1"]
    changed = entry("1", title="Changed")
    edit = Edit(known.entry_id, changed, new_hit(changed, "w"))
    record = poll(edits=(edit,), revisions={"1": "r2"}, at=NOW + HOUR)
    assert await save(store, record) == Recorded(edited=1)
    assert (await store.known("a", ["1"]))["1"] == replace(known, revision="r2", title="Changed")
    (hit,) = await hits(store)
    assert (hit.entry.title, hit.edited, hit.seen_at) == ("Changed", True, NOW)
    assert hit.matches[0].spans[0].text == "Chang"


async def test_edit_that_newly_matches_is_a_hit(store: Store) -> None:
    """An entry that only its edit made a match is news, and joins its neighbours' story."""
    await save(store, poll(entry("1")))
    await save(store, poll_hits(new_hit(entry("2", "b"), keys=[5]), feed_id="b"))
    known = (await store.known("a", ["1"]))["1"]
    edit = Edit(known.entry_id, entry("1"), new_hit(entry("1"), keys=[5]))
    recorded = await save(store, poll(edits=(edit,), at=NOW + HOUR))
    assert recorded == Recorded(new_hits=1, edited=1)
    (story,) = await stories(store)
    assert {hit.entry.key: hit.edited for hit in story.hits} == {"1": True, "2": False}


async def test_edit_that_no_longer_matches_keeps_the_hit(store: Store) -> None:
    """News is never lost by an edit, but places where the text says something else are."""
    spans = (Span("title", 0, 3, "SCO", "sco"), Span("text", 0, 7, "Content", "x"))
    first = entry("1", title="SCO meets")
    await save(store, poll_hits(replace(new_hit(first), matches=(Match("w", 1, ("sco",), spans),))))
    known = (await store.known("a", ["1"]))["1"]
    edit = Edit(known.entry_id, replace(first, title="They meet"), None)
    await save(store, poll(edits=(edit,), at=NOW + HOUR))
    (hit,) = await hits(store)
    assert hit.matches == (Match("w", 1, ("sco",), spans[1:]),)


async def test_edit_of_another_feeds_entry_is_refused(store: Store) -> None:
    """A feed edits its own entries only."""
    await save(store, poll(entry("1")))
    known = (await store.known("a", ["1"]))["1"]
    edit = Edit(known.entry_id, entry("1", "b", title="Stolen"), None)
    assert await save(store, poll(edits=(edit,), feed_id="b")) == Recorded()


async def test_two_polls_of_one_event_make_one_story(url: str) -> None:
    """Look-up and save are serial across processes: one event, one story, whoever is first."""
    names = [f"f{number}" for number in range(12)]
    async with open_store(url) as one, open_store(url) as two:
        await one.sync_feeds([feed(name) for name in names], NOW)
        await asyncio.gather(
            *(
                save(
                    (one, two)[n % 2],
                    poll_hits(new_hit(entry("1", name), keys=[5]), feed_id=name),
                )
                for n, name in enumerate(names)
            )
        )
        (story,) = await stories(one)
        assert [hit.entry.feed_id for hit in story.hits] == sorted(names)
