"""New criteria are put to what came lately, once, and told as one digest that alerts nobody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.match import Matcher
from monitor.model.outbox import AlertPolicy, Digest
from monitor.model.watch import Watch
from monitor.pipeline.criteria import Reapplied, reapply_edited
from tests.desk import WATCHES, Desk, body, rss

ONE = "https://one.example/feed"
TWO = "https://two.example/feed"
RIVERS, RAILS = WATCHES
EDITED = replace(RAILS, query="railway OR bridge")  # urgent
ALERTS = AlertPolicy(("page",), wait=timedelta())


@pytest.fixture(autouse=True)
async def archive(desk: Desk) -> None:
    """Let some days of news have come, and all that was owed be told."""
    await start(desk, WATCHES)
    desk.web.answers[ONE] = body(rss(("first", "nothing yet")))
    await desk.poll()
    desk.clock.sleep(minutes=10)
    for title in ("A bridge opens", "A river under a bridge", "A lake freezes"):
        await tell(desk, title)
    await desk.composer.send_now(desk.schedule, desk.channel)
    desk.clock.sleep(hours=1)


async def start(desk: Desk, watches: Sequence[Watch]) -> Reapplied | None:
    """Do what a start with these watches does."""
    names = [watch.name for watch in watches]
    since = desk.clock() - timedelta(days=1)
    await desk.store.sync_subscriptions({desk.channel.id: names}, since)
    return await reapply_edited(desk.store, watches, (), desk.clock())


async def tell(desk: Desk, title: str) -> None:
    desk.web.answers[ONE] = body(rss((title, title), dated=False))
    await desk.poll()
    desk.clock.sleep(minutes=10)


def titles(digest: Digest | None) -> list[str]:
    return [line.headline for line in digest.lines] if digest else []


async def test_what_an_edit_newly_finds_is_told_in_one_digest(desk: Desk) -> None:
    """Stories the channel knows are not told again; the next slot's own digest tells none of them."""
    reapplied = await start(desk, (RIVERS, EDITED))
    assert reapplied is not None
    assert reapplied.watches == ("rails",)
    assert reapplied.entries == 2  # one of them a hit already, and told
    digest = await desk.composer.criteria_now(desk.schedule, desk.channel)
    assert titles(digest) == ["A bridge opens"]
    assert digest is not None
    assert digest.title == "New criteria: Rails"
    assert titles(await desk.composer.send_now(desk.schedule, desk.channel)) == []
    assert await desk.composer.criteria_now(desk.schedule, desk.channel) is None


async def test_what_the_archive_holds_alerts_nobody(desk: Desk) -> None:
    """An urgent watch that is edited does not wake anyone; what comes after does."""
    await start(desk, (RIVERS, EDITED))
    desk.clock.sleep(hours=1)
    assert await desk.composer.alert(ALERTS, desk.channel) is None
    await tell(desk, "A railway crosses a bridge")
    alert = await desk.composer.alert(ALERTS, desk.channel)
    assert titles(alert) == ["A railway crosses a bridge"]


async def test_a_second_start_finds_nothing_new(desk: Desk) -> None:
    """Criteria are applied once; a title or urgency that changes is none of them."""
    await start(desk, (RIVERS, EDITED))
    assert await start(desk, (RIVERS, EDITED)) is None
    assert await start(desk, (replace(RIVERS, title="R", urgent=True), EDITED)) is None


async def test_a_new_watch_is_put_to_the_archive_too(desk: Desk) -> None:
    """What it finds is told as what an edited one does, for seven days back."""
    lakes = Watch("lakes", "Lakes", "lake")
    assert await start(desk, (*WATCHES, lakes)) is not None
    assert len(await desk.store.owed(desk.channel, ["lakes"], desk.clock(), reapplied=True)) == 1
    assert await desk.store.owed(desk.channel, ["lakes"], desk.clock()) == []


async def test_a_watch_that_comes_late_finds_nothing_older_than_a_week(desk: Desk) -> None:
    """The archive is longer than the reach of new criteria."""
    desk.clock.sleep(days=7)
    reapplied = await start(desk, (RIVERS, EDITED))
    assert reapplied is not None
    assert reapplied.entries == 0


async def test_a_hit_settled_long_ago_is_owed_to_the_watch_that_wants_it_now(desk: Desk) -> None:
    """A hit of another watch, which this channel was never told, is owed although later ones were."""
    only = replace(desk.channel, watches=frozenset({"rails"}))
    await tell(desk, "A river ferry")  # a hit of rivers, of which this channel is not told
    await tell(desk, "A railway")
    assert titles(await desk.composer.send_now(desk.schedule, only)) == ["A railway"]
    await start(desk, (RIVERS, replace(RAILS, query="railway OR ferry")))
    assert titles(await desk.composer.criteria_now(desk.schedule, only)) == ["A river ferry"]


async def test_news_of_a_story_found_late_is_told_as_news(desk: Desk) -> None:
    """A fresh entry that joins such a story takes it out of the archive's digest."""
    await start(desk, (RIVERS, EDITED))
    poller = replace(desk.poller, matcher=Matcher((RIVERS, EDITED), ()))
    for items in ((("x", "nothing yet"),), (("A bridge opens", "A bridge opens"),)):
        desk.web.answers[TWO] = body(rss(*items, dated=False), url=TWO)
        [lease] = await desk.store.lease_feeds(["two"], desk.clock(), lease=timedelta(minutes=5))
        await poller.poll(lease)
        desk.clock.sleep(minutes=1)
    assert await desk.composer.criteria_now(desk.schedule, desk.channel) is None
    owed = await desk.store.owed(desk.channel, ["rails"], desk.clock())
    assert [len(story.hits) for story in owed] == [2]


async def test_the_slot_tells_it_and_not_before(desk: Desk) -> None:
    """New criteria wait for the channel's next slot as all else does."""
    daily = replace(desk.schedule, times=(time(8),))
    await start(desk, (RIVERS, EDITED))
    assert await desk.composer.criteria_due(daily, desk.channel) is None
    desk.clock.sleep(days=1)
    found = await desk.composer.criteria_due(daily, desk.channel)
    assert titles(found) == ["A bridge opens"]


async def test_a_state_that_knows_no_criteria_learns_them(desk: Desk) -> None:
    """After an update of the program nothing is told again."""
    await desk.store.database.write(lambda c: c.exec_driver_sql("DELETE FROM criteria"))
    assert await start(desk, (RIVERS, EDITED)) is None
    assert await desk.composer.criteria_now(desk.schedule, desk.channel) is None
    assert set(await desk.store.criteria()) == {"rivers", "rails"}


async def test_an_old_archive_of_a_new_feed_is_no_find(desk: Desk) -> None:
    """What the feed listed on its first poll without a date is stored, never told (F5)."""
    desk.web.answers[TWO] = body(rss(("old", "A bridge of 1990"), dated=False), url=TWO)
    await desk.poll("two")
    await start(desk, (RIVERS, EDITED))
    digest = await desk.composer.criteria_now(desk.schedule, desk.channel)
    assert titles(digest) == ["A bridge opens"]
