"""Servers that answer "not modified" whatever they publish (N11)."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from monitor.model.source import Fetched, FetchRequest, NotModified, Validators
from tests.desk import START, Clock, Desk, body, rss

DAY = timedelta(days=1)
TAG = '"for ever"'


@dataclass(slots=True)
class Liar:
    """Has news every hour, or none, and tells only those that hold no validators."""

    clock: Clock
    has_news: bool
    bare: list[float] = field(default_factory=list)  # hours at which it was asked without

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified:
        if request.validators != Validators():
            return NotModified()
        hour = int((self.clock() - START) / timedelta(hours=1))
        self.bare.append(hour)
        hours = range(max(0, hour - 30), hour + 1) if self.has_news else range(1)
        items = (rss((f"n{n}", f"River news {n}"), age=timedelta(hours=-n)) for n in hours)
        rows = b"".join(item.split(b"</title>", 1)[1].split(b"</channel>")[0] for item in items)
        return body(b"<rss><channel><title>x</title>" + rows + b"</channel></rss>", etag=TAG)


@pytest.fixture
def liar(desk: Desk) -> Liar:
    """Put a liar at the far side."""
    far = Liar(desk.clock, has_news=True)
    desk.poller = replace(desk.poller, fetcher=far)
    return far


async def poll_hourly(desk: Desk, span: timedelta) -> None:
    """Ask every hour."""
    for _ in range(span // timedelta(hours=1)):
        await desk.poll()
        desk.clock.sleep(hours=1)


async def test_a_false_304_is_found_within_a_day(desk: Desk, liar: Liar) -> None:
    """Scenario 11: a probe finds what 304 hid; from then on the server is doubted every four hours."""
    await poll_hourly(desk, 3 * DAY)
    assert liar.bare[:5] == [0, 24, 28, 32, 36]
    assert len(liar.bare) == 13
    stored = await desk.store.entries(since=None, limit=200)
    assert len(stored) >= 68


async def test_a_true_304_is_tested_ever_more_seldom(desk: Desk, liar: Liar) -> None:
    """P1: a server that tells the truth is asked without validators after 1, 2, 4 days, then each week."""
    liar.has_news = False
    await poll_hourly(desk, 16 * DAY)
    assert liar.bare == [0, 24, 72, 168, 336]


async def test_what_was_learned_outlasts_a_restart(desk: Desk, liar: Liar) -> None:
    """Trust is kept in the state."""
    await poll_hourly(desk, DAY + timedelta(hours=2))
    [state] = (await desk.store.states(["one"])).values()
    assert state.rhythm.trust == timedelta(hours=4)
