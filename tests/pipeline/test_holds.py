"""How far "come back later" reaches: a feed, its host, its whole site (P14, P16)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import FetchError
from monitor.model.source import NotModified, Validators
from monitor.pipeline.holds import FIRST_REST, site_of
from monitor.ports import Lease
from tests.desk import Desk, feed

DAY = timedelta(days=1)
REFUSED = FetchError("rate-limited", "come back tomorrow", status=429, retry_after=DAY)


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("old.reddit.com", "reddit.com"),
        ("www.reddit.com", "reddit.com"),
        ("reddit.com", "reddit.com"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("a.gov.kz", "a.gov.kz"),
        ("rss.xinhuanet.com.cn", "xinhuanet.com.cn"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("localhost", "localhost"),
    ],
)
def test_sites(host: str, site: str) -> None:
    """Names under one registered domain are one site; addresses stand alone."""
    assert site_of(host) == site


@pytest.fixture
async def hub(desk: Desk) -> Desk:
    """Open a desk over three routes of one host, and one on another host of the site."""
    feeds = {
        name: replace(feed(name), url=f"https://{host}/{name}")
        for name, host in (("a", "hub.example"), ("b", "hub.example"), ("c", "hub.example"),
                           ("d", "more.hub.example"), ("e", "other.example"))
    }  # fmt: skip
    await desk.store.sync_feeds(tuple(feeds.values()), desk.clock())
    desk.poller = replace(desk.poller, feeds=feeds)
    answers = {each.url: NotModified(Validators()) for each in feeds.values()}
    desk.web.answers = dict(answers)
    for name in feeds:
        await desk.poll(name)
    desk.clock.sleep(hours=2)
    return desk


async def due(desk: Desk) -> set[str]:
    """Name the feeds that would be asked now; they keep their turn."""
    leases: list[Lease] = list(
        await desk.store.lease_due(desk.clock(), limit=9, lease=timedelta(seconds=1))
    )
    for lease in leases:
        await desk.store.release(lease)
    return {lease.feed_id for lease in leases}


async def test_one_route_that_is_shut_is_one_route(hub: Desk) -> None:
    """A day's Retry-After of one feed gives its host a quarter of an hour, no more."""
    hub.web.answers["https://hub.example/a"] = REFUSED
    await hub.poll("a")
    assert await due(hub) == {"d", "e"}
    hub.clock.now += FIRST_REST
    assert await due(hub) == {"b", "c", "d", "e"}


async def test_two_feeds_refused_prove_a_limit_of_the_host(hub: Desk) -> None:
    """The second refusal with none let in between holds all feeds of the host for the time asked."""
    for name in ("a", "b"):
        hub.web.answers[f"https://hub.example/{name}"] = REFUSED
        await hub.poll(name)
        hub.clock.sleep(minutes=16)
    hub.clock.sleep(hours=20)
    assert await due(hub) == {"d", "e"}
    hub.clock.sleep(hours=8)
    assert await due(hub) == {"a", "b", "c", "d", "e"}


async def test_a_feed_let_in_meanwhile_disproves_it(hub: Desk) -> None:
    """Two routes may be shut, each for itself, while a third one answers."""
    for name in ("a", "b", "c"):
        refused = name != "b"
        if refused:
            hub.web.answers[f"https://hub.example/{name}"] = REFUSED
        await hub.poll(name)
        hub.clock.sleep(minutes=16)
    hub.clock.sleep(hours=2)
    assert await due(hub) == {"b", "d", "e"}


async def test_two_hosts_refused_prove_a_limit_of_the_site(hub: Desk) -> None:
    """A platform with a host name a feed counts them all."""
    hub.web.answers["https://hub.example/a"] = REFUSED
    hub.web.answers["https://more.hub.example/d"] = REFUSED
    await hub.poll("a")
    await hub.poll("d")
    hub.clock.sleep(hours=20)
    assert await due(hub) == {"e"}


async def test_nobody_is_asked_sooner(hub: Desk) -> None:
    """A hold puts polls off; it never brings one forward."""
    hub.web.answers["https://hub.example/b"] = FetchError("refused", "no", status=403)
    await hub.poll("b")
    before = (await hub.store.states(["b"]))["b"].next_poll_at
    hub.web.answers["https://hub.example/a"] = REFUSED
    await hub.poll("a")
    assert (await hub.store.states(["b"]))["b"].next_poll_at == before
