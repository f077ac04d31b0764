"""A channel is owed what came since it was there, not the archive."""

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
