"""Rules of breaking alerts: once, with the figure, and only beyond a baseline."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.defaults import default_templates
from monitor.digest.render import Renderer
from monitor.match import Matcher
from monitor.match.subjects import SubjectReader
from monitor.model.outbox import AlertPolicy, Channel, Digest, FileSettings, Schedule
from monitor.model.source import PollPolicy
from monitor.pipeline.breaking import raise_breaking
from monitor.pipeline.digest import Composer
from monitor.pipeline.poll import Poller
from monitor.store import Store, open_store
from tests.desk import START, WATCHES, Clock, Desk, PlainParser, Web, body, feed, rss

POLICY = AlertPolicy(("page",))
HOUSES = tuple(f"house{number}" for number in range(9))
CUBS = "Three snow leopard cubs were born beside the upper river at dawn"


def make_desk(store: Store, clock: Clock, tmp_path: Path) -> Desk:
    """Put a desk over a state, as a start of the program does."""
    web = Web()
    feeds = {name: feed(name) for name in HOUSES}
    poller = Poller(
        feeds=feeds, store=store, fetcher=web, parser=PlainParser(),
        matcher=Matcher(WATCHES, ()), subjects=SubjectReader(()), policy=PollPolicy(), clock=clock,
    )  # fmt: skip
    schedule = Schedule("daily", "Rivers and rails", (), frozenset(range(7)), "UTC", ("page",))
    composer = Composer(
        store=store, renderer=Renderer([default_templates()]), schedules=(schedule,),
        watches=WATCHES, terms=(), clock=clock,
    )  # fmt: skip
    channel = Channel("page", "file", FileSettings(tmp_path))
    return Desk(store, web, clock, poller, composer, channel, schedule)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Give a desk that has watched for a month."""
    clock = Clock()
    async with open_store(f"sqlite:///{tmp_path / 'monitor.db'}") as store:
        await store.sync_feeds([feed(name) for name in HOUSES], clock())
        await watch_since(store, days=30)
        yield make_desk(store, clock, tmp_path)


async def watch_since(store: Store, **ago: float) -> None:
    watches = [watch.name for watch in WATCHES]
    await store.sync_subscriptions({"page": watches}, START - timedelta(**ago))


async def publish(desk: Desk, titles: Sequence[str], houses: Sequence[str] = HOUSES) -> None:
    """Let houses publish, one each of the titles, or all the same one."""
    for number, house in enumerate(houses):
        title = titles[number % len(titles)]
        url = f"https://{house}.example/feed"
        listed = rss((title.replace(" ", "-"), title)).replace(
            b"example.org", f"{house}.org".encode()
        )
        desk.web.answers[url] = body(listed, url=url)
        await desk.poll(house)


async def look(desk: Desk, policy: AlertPolicy = POLICY) -> list[Digest]:
    return await raise_breaking(policy, desk.channel, composer=desk.composer)


OTHER = (
    "River ferries stop for repairs in Aktau",
    "A museum of the river opens to children",
    "Fishermen count sturgeon along the river delta",
    "Engineers measure ice on the northern river",
    "Painters show the river in eleven colours",
    "A bridge over the river gets new lamps",
    "Swimmers cross the river for charity",
    "Poets read aloud on a river boat",
    "Old maps of the river sold at auction",
)


async def test_a_story_that_many_tell_is_raised_once(desk: Desk) -> None:
    """Nine houses in an hour make one alert, its first line says why, and no look repeats it."""
    await publish(desk, [CUBS])
    [alert] = await look(desk)
    assert (alert.kind, len(alert.lines), len(alert.lines[0].also)) == ("alert", 1, 8)
    [message] = desk.composer.renderer.render(alert, "file")
    assert message.text.startswith("BREAKING: 9 sources in 3 h, usually 1 · RIVERS")
    assert message.subject.startswith("⚡ 9 sources in 3 h, usually 1: Three snow leopard")
    desk.clock.sleep(minutes=5)
    assert await look(desk) == []
    digest = await desk.composer.send_now(desk.schedule, desk.channel)
    assert digest is None or digest.lines == ()


async def test_a_restart_and_more_sources_raise_nothing_again(desk: Desk, tmp_path: Path) -> None:
    """What was raised is in the state: another start, another poll, another house repeat nothing."""
    await publish(desk, [CUBS], HOUSES[:6])
    assert len(await look(desk)) == 1
    again = make_desk(desk.store, desk.clock, tmp_path)
    desk.clock.sleep(minutes=20)
    await publish(again, [CUBS])
    assert await look(again) == []


async def test_a_told_story_is_raised_when_it_grows(desk: Desk) -> None:
    """A story that the digest told with one source is breaking when eight more tell it."""
    await publish(desk, [CUBS], HOUSES[:1])
    assert await desk.composer.send_now(desk.schedule, desk.channel) is not None
    await publish(desk, [CUBS])
    [alert] = await look(desk)
    assert [line.headline for line in alert.lines] == [CUBS]
    assert await look(desk) == []


async def test_what_was_told_with_all_its_sources_is_not_raised(desk: Desk) -> None:
    """A digest that shows all nine sources leaves nothing to add."""
    await publish(desk, [CUBS])
    assert await desk.composer.send_now(desk.schedule, desk.channel) is not None
    assert await look(desk) == []


async def test_a_watch_is_raised_once_a_day(desk: Desk) -> None:
    """Nine houses with nine stories where none came for weeks: one alert that day."""
    await publish(desk, OTHER)
    [alert] = await look(desk)
    assert alert.growth is not None
    assert (alert.growth.of, alert.growth.sources) == ("watch", 9)
    assert len(alert.lines) == 9
    [message] = desk.composer.renderer.render(alert, "file")
    assert message.text.startswith("BREAKING: 9 sources in 3 h, usually less than one a week")
    desk.clock.sleep(minutes=30)
    await publish(desk, [f"More: {title.lower()}" for title in OTHER])
    assert await look(desk) == []
    assert len(await desk.owed()) > 0


@pytest.mark.parametrize("titles", [[CUBS], OTHER])
async def test_a_new_watch_raises_nothing(desk: Desk, titles: Sequence[str]) -> None:
    """What is watched since yesterday has no baseline (F5)."""
    await desk.store.sync_subscriptions({}, START)
    await watch_since(desk.store, days=1)
    await publish(desk, titles)
    assert await look(desk) == []


async def test_breaking_alerts_can_be_switched_off(desk: Desk) -> None:
    """With ``breaking: false`` only urgent watches alert."""
    await publish(desk, [CUBS])
    assert await look(desk, replace(POLICY, breaking=False)) == []


async def test_two_that_look_at_once_raise_one_alert(desk: Desk) -> None:
    """Of two processes that find the same, one tells it (D11)."""
    await publish(desk, OTHER)
    looks = await asyncio.gather(*(look(desk) for _ in range(4)))
    assert sum(map(len, looks)) == 1


async def test_what_piled_up_while_nobody_polled_is_no_burst(desk: Desk) -> None:
    """Counted by when it was published: nine stories of yesterday are a backlog."""
    desk.clock.sleep(hours=10)
    await publish(desk, OTHER)
    assert await look(desk) == []
