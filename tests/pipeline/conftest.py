"""The desk, opened on a fresh state."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.config.defaults import default_templates
from monitor.digest.render import Renderer
from monitor.match import Matcher
from monitor.match.subjects import SubjectReader
from monitor.model.outbox import Channel, FileSettings, Schedule
from monitor.model.source import PollPolicy
from monitor.pipeline.digest import Composer
from monitor.pipeline.poll import Poller
from monitor.store import open_store
from tests.desk import WATCHES, Clock, Desk, PlainParser, Web, feed


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock, web = Clock(), Web()
    feeds = {f.id: f for f in (feed("one"), feed("two"))}
    channel = Channel("page", "file", FileSettings(tmp_path))
    schedule = Schedule("daily", "Rivers and rails", (), frozenset(range(7)), "UTC", ("page",))
    async with open_store(f"sqlite:///{tmp_path / 'monitor.db'}") as store:
        await store.sync_feeds(tuple(feeds.values()), clock())
        poller = Poller(
            feeds=feeds, store=store, fetcher=web, parser=PlainParser(),
            matcher=Matcher(WATCHES, ()), subjects=SubjectReader(()), policy=PollPolicy(), clock=clock,
        )  # fmt: skip
        composer = Composer(
            store=store, renderer=Renderer([default_templates()]), schedules=(schedule,),
            watches=WATCHES, terms=(), clock=clock,
        )  # fmt: skip
        yield Desk(store, web, clock, poller, composer, channel, schedule)
