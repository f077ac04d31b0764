"""Stories follow from the hits, not from the order in which they came; and each hit is told once."""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model.story import NewHit, Story
from monitor.model.telling import Evidence, Telling
from monitor.store import Store, open_store
from monitor.story.vicinity import join_all
from tests.store.samples import (
    HOUR,
    NOW,
    channel,
    digest_of,
    entry,
    feed,
    never,
    new_hit,
    poll_hits,
    save,
)

FEEDS = "abcde"
ENOUGH = NOW + 999 * HOUR
Partition = dict[str, frozenset[str]]  # the key of each lead -> the keys of its story
real_states = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def by_share(one: Telling, other: Telling, standing: frozenset[int]) -> Evidence:
    """Weigh by the share of keys in common, so that links are of any strength."""
    mine, theirs = set(one.keys) - standing, set(other.keys) - standing
    if not mine & theirs:
        return never(one, other, standing)
    return Evidence(len(mine & theirs) / len(mine | theirs), "same event")


@st.composite
def found(draw: st.DrawFn) -> list[NewHit]:
    """Draw hits that share keys; some keys are sentences that turn out to be footers of a feed."""
    hits = []
    for number in range(draw(st.integers(2, 16))):
        keys = sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=4)))
        told = entry(f"{number:02}", draw(st.sampled_from(FEEDS)),
                     published_at=NOW - draw(st.integers(0, 60)) * HOUR)  # fmt: skip
        footers = frozenset(key for key in keys if key > 6)
        hits.append(new_hit(told, keys=keys, sentences=footers, headline=100 + number))
    return hits


def polls(hits: Sequence[NewHit], cut: random.Random) -> list[list[NewHit]]:
    """Part hits into polls of one feed each, in any order."""
    shuffled = cut.sample(hits, len(hits))
    runs = [list(run) for _, run in groupby(shuffled, key=lambda hit: hit.entry.feed_id)]
    return [part for run in runs for part in _cut(run, cut)]


def _cut(run: list[NewHit], cut: random.Random) -> list[list[NewHit]]:
    rest = iter(run)
    parts = []
    while part := list(islice(rest, cut.randint(1, 4))):
        parts.append(part)
    return parts


async def record(store: Store, hits: Sequence[NewHit]) -> None:
    """Record hits of one feed as one poll."""
    await save(store, poll_hits(*hits, feed_id=hits[0].entry.feed_id), by_share)


async def stories(store: Store) -> Sequence[Story]:
    """Read all stories, told or not."""
    return await store.owed(channel("never told"), ["w"], ENOUGH)


def partition(groups: Collection[Story]) -> Partition:
    """Name what is told together, by whom first."""
    return {
        story.lead.entry.key: frozenset(hit.entry.key for hit in story.hits) for story in groups
    }


def expected(hits: Sequence[NewHit]) -> set[frozenset[str]]:
    """Group hits that are all there at once."""
    ordered = sorted(hits, key=lambda hit: (hit.entry.feed_id, hit.entry.key))
    groups, _ = join_all([hit.telling for hit in ordered], by_share)
    return {frozenset(ordered[number].entry.key for number in each) for each in groups}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty state that knows the feeds, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "monitor.db"

    async def make() -> None:
        async with open_store(f"sqlite:///{path}") as store:
            await store.sync_feeds([feed(name, rank=n % 3) for n, name in enumerate(FEEDS)], NOW)

    asyncio.run(make())
    return path


def copy(empty: Path, folder: str) -> str:
    """Copy the empty state."""
    return f"sqlite:///{shutil.copy(empty, Path(folder) / 'monitor.db')}"


@real_states
@given(found(), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_stories(
    empty: Path, hits: list[NewHit], cut: random.Random
) -> None:
    """However entries arrive and polls cut them, stories and leads are the same (must show 7)."""

    async def arrive() -> Partition:
        with TemporaryDirectory() as folder:
            async with open_store(copy(empty, folder)) as store:
                for part in polls(hits, cut):
                    await record(store, part)
                return partition(await stories(store))

    first, second = asyncio.run(arrive()), asyncio.run(arrive())
    assert first == second
    assert set(first.values()) == expected(hits)


@real_states
@given(found(), st.randoms(use_true_random=False))
def test_regrouping_tells_nothing_twice_and_loses_nothing(
    empty: Path, hits: list[NewHit], cut: random.Random
) -> None:
    """With digests in between, a hit is told once a channel, and a story never told is owed (D1)."""

    async def run() -> None:
        with TemporaryDirectory() as folder:
            async with open_store(copy(empty, folder)) as store:
                await store.sync_subscriptions({"desk": ["w"]}, NOW - HOUR)
                told: Counter[int] = Counter()
                for number, part in enumerate(polls(hits, cut)):
                    await record(store, part)
                    if cut.random() < 0.5:
                        await tell(store, told, number)
                await check_owed(store, told)
                await tell(store, told, 99)
                await check_owed(store, told)
                assert await store.owed(channel(), ["w"], ENOUGH) == []

    asyncio.run(run())


async def tell(store: Store, told: "Counter[int]", number: int) -> None:
    """Tell what is owed, or a part of it."""
    owed = (await store.owed(channel(), ["w"], ENOUGH))[: None if number == 99 else 2]
    assert not told.keys() & {hit.id for story in owed for hit in story.hits}
    assert await store.save_digest(digest_of(owed, f"daily:{number}"))
    told.update(hit.id for story in owed for hit in story.hits)


async def check_owed(store: Store, told: Collection[int]) -> None:
    """Check that just those stories are owed of which no hit was told."""
    owed = {story.id for story in await store.owed(channel(), ["w"], ENOUGH)}
    untold = {s.id for s in await stories(store) if not any(hit.id in told for hit in s.hits)}
    assert owed == untold


async def test_a_hit_that_parts_from_a_told_story_is_owed(store: Store) -> None:
    """What joined after the telling, and turns out to share but a footer, was never shown (D1)."""
    await store.sync_feeds([feed("a"), feed("b")], NOW)
    await store.sync_subscriptions({"desk": ["w"]}, NOW - HOUR)
    footer = frozenset([7])
    first, late, third = (
        new_hit(entry(key, name), keys=[7], sentences=footer, headline=number)
        for number, (key, name) in enumerate([("1", "a"), ("2", "b"), ("3", "a")], start=1)
    )
    await record(store, [first])
    await store.save_digest(digest_of(await store.owed(channel(), ["w"], NOW), "daily:1"))
    await record(store, [late])
    assert await store.owed(channel(), ["w"], NOW) == []
    await record(store, [third])
    await record(store, [new_hit(entry("4", "a"), keys=[7], sentences=footer, headline=4)])
    owed = await store.owed(channel(), ["w"], NOW)
    assert {story.lead.entry.key for story in owed} == {"2", "3", "4"}


@pytest.mark.parametrize("seed", range(3))
async def test_feeds_recorded_at_once_give_the_same_stories(url: str, seed: int) -> None:
    """Two processes that record at once come to the stories of the whole (must show 7)."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    hits = [
        new_hit(entry(f"{n:02}", draw.choice(FEEDS)), keys=sorted(draw.sample(range(1, 12), 3)))
        for n in range(40)
    ]
    async with open_store(url) as one, open_store(url) as two:
        await one.sync_feeds([feed(name) for name in FEEDS], NOW)
        parts = polls(hits, draw)
        await asyncio.gather(
            *(record((one, two)[number % 2], part) for number, part in enumerate(parts))
        )
        assert set(partition(await stories(one)).values()) == expected(hits)
