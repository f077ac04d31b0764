"""What growth is counted from, and telling again what grew; on both databases."""

from dataclasses import replace
from datetime import timedelta

from monitor.store import Store
from tests.store.samples import NOW, channel, digest_of, entry, feed, new_hit, poll_hits, save


async def test_mentions_name_the_house_and_the_moment_of_publication(store: Store) -> None:
    """A hit is counted under its publisher, by when it was published; none where none came."""
    await store.sync_feeds([feed("a")], NOW)
    assert await store.mentions(["w"], NOW - timedelta(days=1)) == []
    old = NOW - timedelta(hours=9)
    page = replace(entry("x"), published_at=old, canonical_url="https://herald.example/x")
    await save(store, poll_hits(new_hit(page, keys=[1])))
    [found] = await store.mentions(["w"], NOW - timedelta(days=1))
    assert (found.watch, found.house, found.told_at) == ("w", "herald.example", old)
    assert await store.mentions(["v"], NOW - timedelta(days=1)) == []
    assert await store.mentions(["w"], NOW + timedelta(days=1)) == []


async def test_what_was_told_is_told_again_only_with_a_new_hit(store: Store) -> None:
    """A raised story may be told already, but one with nothing to add is refused (D1)."""
    await store.sync_feeds([feed("a")], NOW)
    await save(store, poll_hits(new_hit(entry("x"), keys=[1])))
    stories = await store.owed(channel(), ["w"], NOW)
    record = digest_of(stories)
    raised = replace(
        record,
        digest=replace(record.digest, key="raised"),
        schedule="alert:breaking",
        again=True,
    )
    assert await store.save_digest(record)
    assert not await store.save_digest(raised)
    assert await store.raised(channel().id, "alert:breaking", NOW - timedelta(days=1)) == set()


async def test_raised_stories_are_known(store: Store) -> None:
    """What was told under a schedule with this beginning is found, for this channel."""
    await store.sync_feeds([feed("a")], NOW)
    await save(store, poll_hits(new_hit(entry("x"), keys=[1])))
    stories = await store.owed(channel(), ["w"], NOW)
    record = replace(digest_of(stories), schedule="alert:breaking:w", again=True)
    assert await store.save_digest(record)
    since = NOW - timedelta(days=1)
    assert await store.raised(channel().id, "alert:breaking", since) == {stories[0].id}
    assert await store.raised("other", "alert:breaking", since) == set()
    assert [story.id for story in await store.stories_by_id([stories[0].id, "gone"])] == [
        stories[0].id
    ]
