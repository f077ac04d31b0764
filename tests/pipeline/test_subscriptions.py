"""A channel is owed what came since it was there, not the archive."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.desk import Desk, body, rss

ONE = "https://one.example/feed"


@pytest.fixture(autouse=True)
async def watched_feed(desk: Desk) -> None:
    """Let feed one have had its baseline."""
    desk.web.answers[ONE] = body(rss(("first", "nothing yet")))
    await desk.poll()


async def tell(desk: Desk, title: str) -> None:
    desk.web.answers[ONE] = body(rss((title, title), dated=False))
    await desk.poll()


@pytest.mark.parametrize("watch", ["rivers", "rails"])
async def test_a_new_subscription_is_not_owed_the_archive(desk: Desk, watch: str) -> None:
    """A channel added later, or given one more watch, starts a day back."""
    await desk.store.sync_subscriptions({"page": {"rivers"}}, desk.clock() - timedelta(days=1))
    await tell(desk, "river railway of the first day")
    desk.clock.sleep(days=30)
    since = desk.clock() - timedelta(days=1)
    await desk.store.sync_subscriptions({"page": {"rivers", "rails"}}, since)
    assert len(await desk.owed(watch)) == (1 if watch == "rivers" else 0)


async def test_a_subscription_that_stays_keeps_its_beginning(desk: Desk) -> None:
    """A restart forgets nothing that is owed."""
    for _ in range(3):
        since = desk.clock() - timedelta(days=1)
        await desk.store.sync_subscriptions({"page": {"rivers"}}, since)
        await tell(desk, f"river of {desk.clock():%d}")
        desk.clock.sleep(days=10)
    assert len(await desk.owed("rivers")) == 3


async def test_what_waits_behind_the_limit_is_told_in_the_end(desk: Desk) -> None:
    """Digests that tell one story each tell all of them, however many come meanwhile."""
    await desk.store.sync_subscriptions({"page": {"rivers"}}, desk.clock() - timedelta(days=1))
    schedule = replace(desk.schedule, limit=1, watches=frozenset({"rivers"}))
    told: list[str] = []
    for number in range(12):
        if number < 6:
            await tell(desk, f"river {number}")
        desk.clock.sleep(minutes=10)
        digest = await desk.composer.send_now(schedule, desk.channel)
        told += [line.headline for line in digest.lines] if digest else []
    assert sorted(told) == [f"river {number}" for number in range(6)]


async def test_a_clock_that_ran_ahead_loses_nothing(desk: Desk) -> None:
    """A digest composed a year ahead by mistake hides no story that comes when time is right (R13)."""
    await desk.store.sync_subscriptions({"page": {"rivers"}}, desk.clock() - timedelta(days=1))
    await tell(desk, "river one")
    desk.clock.sleep(days=365)
    assert await desk.composer.send_now(desk.schedule, desk.channel) is not None
    desk.clock.sleep(days=-365, minutes=5)
    await tell(desk, "river two")
    assert [story.lead.entry.title for story in await desk.owed("rivers")] == ["river two"]
