"""What new criteria found is saved once, and owed apart from the news."""

from datetime import timedelta

import pytest

from monitor.ports import CriteriaRecord, FoundHit
from monitor.store import Store
from tests.store.samples import (
    HOUR,
    NOW,
    by_keys,
    channel,
    digest_of,
    entry,
    feed,
    new_hit,
    poll,
    save,
)

LATER = NOW + HOUR


@pytest.fixture
async def store(store: Store) -> Store:
    """Give a store with a hit of ``w`` that was told, and two entries that matched nothing."""
    await store.sync_feeds([feed("a")], NOW)
    await store.sync_subscriptions({"desk": ["w", "v"]}, NOW - timedelta(days=1))
    hit = new_hit(entry("hit"), "w")
    await save(store, poll(entry("one"), hit.entry, entry("two"), hits=(hit,)))
    [story] = await store.owed(channel(), ["w"], NOW)
    assert await store.save_digest(digest_of([story]))
    return store


async def ids(store: Store) -> dict[str, int]:
    return {one.entry.key: one.id for one in await store.entries(since=None, limit=9)}


async def found(store: Store, key: str, *watches: str, stale: bool = False) -> FoundHit:
    return FoundHit((await ids(store))[key], new_hit(entry(key), *watches), stale)


async def owed(store: Store, *watches: str, reapplied: bool = True) -> list[str]:
    stories = await store.owed(channel(), watches or ("w",), LATER, reapplied=reapplied)
    return [story.lead.entry.key for story in stories]


async def test_a_found_hit_is_owed_as_such_and_once(store: Store) -> None:
    """It is none of the news, and after it was told it is owed no more."""
    record = CriteriaRecord({}, {"w": "2"}, [await found(store, "one")], LATER)
    recorded = await store.reapply(record, by_keys)
    assert recorded is not None
    assert (recorded.new_hits, recorded.new_stories) == (1, 1)
    assert (await owed(store), await owed(store, reapplied=False)) == (["one"], [])
    [story] = await store.owed(channel(), ["w"], LATER, reapplied=True)
    assert await store.save_digest(digest_of([story], "criteria:desk:1", at=LATER))
    assert await owed(store) == []


async def test_criteria_are_applied_by_one_process_only(store: Store) -> None:
    """Of two starts at once the second changes nothing; gone watches are forgotten."""
    first = CriteriaRecord({}, {"w": "1", "v": "1"}, [await found(store, "one")], LATER)
    assert await store.reapply(first, by_keys) is not None
    assert await store.reapply(first, by_keys) is None
    second = CriteriaRecord(first.after, {"v": "2"}, (), LATER)
    assert await store.reapply(second, by_keys) is not None
    assert await store.criteria() == {"v": "2"}


async def test_a_hit_gets_the_watch_that_wants_it_now(store: Store) -> None:
    """It keeps its story and its matches; one that was told is not told again."""
    record = CriteriaRecord({}, {"v": "1"}, [await found(store, "hit", "w", "v")], LATER)
    assert await store.reapply(record, by_keys) is not None
    [stored] = [one for one in await store.entries(since=None, limit=9) if one.matches]
    assert [match.watch for match in stored.matches] == ["w", "v"]
    assert await owed(store, "v") == []
    page = channel("page")
    assert len(await store.owed(page, ["v"], LATER, reapplied=True)) == 1


async def test_what_is_too_old_is_found_but_never_owed(store: Store) -> None:
    """A stale find is stored as a hit, as stale news is (F5)."""
    record = CriteriaRecord({}, {"w": "2"}, [await found(store, "two", stale=True)], LATER)
    assert await store.reapply(record, by_keys) is not None
    assert await owed(store) == []


@pytest.mark.parametrize("by", ["number", "url", "canonical", "guid", "story"])
async def test_an_entry_is_found_by_any_of_its_names(store: Store, by: str) -> None:
    """The dossier holds the entry, its story's hits, and the messages that told it."""
    whole = entry("k", url="https://a.example/1?utm_source=x", guid="urn:1",
                  canonical_url="https://a.example/1")  # fmt: skip
    hit = new_hit(whole, keys=[1])
    twin = new_hit(entry("twin"), keys=[1])
    await save(store, poll(hit.entry, twin.entry, hits=(hit, twin), at=LATER))
    [story] = await store.owed(channel(), ["w"], LATER)
    await store.save_digest(digest_of([story], "daily:desk:2", at=LATER, parts=2))
    names = {"number": str((await ids(store))["k"]), "url": "https://a.example/1?utm_source=x",
             "canonical": "https://www.a.example/1/#top", "guid": "urn:1", "story": story.id}  # fmt: skip
    dossiers = await store.dossiers(names[by], limit=5)
    assert len(dossiers) == (2 if by == "story" else 1)
    dossier = dossiers[-1]
    assert dossier.stored.entry == whole
    assert dossier.last_seen_at == LATER
    assert [member.entry.key for member in dossier.members] == ["k", "twin"]
    [telling] = dossier.tellings
    assert (telling.digest_key, telling.channel_id) == ("daily:desk:2", "desk")
    assert [row.state for row in telling.deliveries] == ["pending", "pending"]


async def test_an_entry_that_is_no_hit_has_a_dossier_too(store: Store) -> None:
    """Nothing came of it; a name that nothing has finds nothing."""
    [dossier] = await store.dossiers("one", limit=5)
    assert (dossier.stored.story_id, dossier.members, dossier.tellings) == (None, (), ())
    assert await store.dossiers("https://nowhere.example/", limit=5) == []
