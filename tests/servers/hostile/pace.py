"""How often: intervals, hints, failures (P11-P22)."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise
from time import monotonic

from tests.desk import rss
from tests.servers.feeds import Peer, Request, answer
from tests.servers.hostile.rules import elsewhere, hours, rule
from tests.servers.hostile.site import BODY, HOUR, LEASE, Site


@rule("P11", "never sooner than the interval")
async def _p11(site: Site) -> str:
    site.server.serve("/feed", BODY, etag='"1"')
    await site.start()
    await site.live(48 * HOUR)
    gaps = site.gaps()
    assert len(gaps) >= 6
    assert min(gaps) >= HOUR
    return f"{len(gaps) + 1} requests in 48 h, never closer than {hours(min(gaps))}"


@rule("P12", "a restart does not reset the wait")
async def _p12(site: Site) -> str:
    site.server.serve("/feed", BODY, etag='"1"')
    await site.start()
    await site.live(timedelta(0))
    for _ in range(10):
        await site.start()
        await site.live(timedelta(minutes=5))
    assert len(site.asked()) == 1
    return "10 restarts within the hour: 0 requests"


@rule("P13", "a server without validators is asked less often")
async def _p13(site: Site) -> str:
    await site.start()
    await site.live(timedelta(days=3))
    gaps = site.gaps()[1:]  # the first body was news
    assert min(gaps) >= 4 * HOUR
    assert max(gaps) <= 27 * HOUR
    return f"same bytes for 3 days: {len(gaps) + 2} requests, {hours(min(gaps))} apart or more"


@rule("P14", "Retry-After on 429 and 503, as seconds or as a date by the server's own clock")
async def _p14(site: Site) -> str:
    skewed = format_datetime(site.clock() - 5000 * HOUR, usegmt=True)
    for number, (status, value, least) in enumerate([
        (429, "86400", 24 * HOUR),
        (503, "86400", 24 * HOUR),
        (429, format_datetime(site.clock() - 5000 * HOUR + 30 * HOUR, usegmt=True), 30 * HOUR),
        (429, format_datetime(site.clock() - 6000 * HOUR, usegmt=True), 4 * HOUR),
        (429, "abc", 4 * HOUR),
        (429, "-5", 4 * HOUR),
    ]):  # fmt: skip
        name = f"feed-{number}"
        headers = [("Retry-After", value), ("Date", skewed)]
        site.server.serve(f"/{name}", status=status, headers=headers)
        await site.start(site.feed(name, f"/{name}"))
        due = (await site.poll(name)).next_poll_at
        assert due is not None
        assert least <= due - site.clock() <= 1.2 * least, (status, value, due - site.clock())
        site.clock.now += HOUR  # after a refusal the host has a rest
    return "seconds and dates kept to the second; a past date, abc and -5 fall back to 4 h"


@rule("P15", "what a header imposes is kept up to 31 days")
async def _p15(site: Site) -> str:
    waits = []
    for name, seconds in (("week", 604_800), ("decade", 315_360_000)):
        site.server.serve(f"/{name}", status=429, headers=[("Retry-After", str(seconds))])
        await site.start(site.feed(name, f"/{name}"))
        due = (await site.poll(name)).next_poll_at
        assert due is not None
        waits.append(due - site.clock())
        site.clock.now += HOUR
    week, decade = waits
    assert timedelta(days=7) <= week <= timedelta(days=7.8)
    assert timedelta(days=31) <= decade <= timedelta(days=34.2)
    return f"a week: {hours(week)}; ten years: {hours(decade)}"


@rule("P16", "429 without Retry-After: wait 4 h, then longer each time")
async def _p16(site: Site) -> str:
    site.server.serve("/feed", status=429)
    await site.start()
    await site.live(timedelta(days=4))
    gaps = site.gaps()[:3]
    assert gaps[0] >= 4 * HOUR
    assert all(later > 0.95 * earlier for earlier, later in pairwise(gaps))
    assert gaps[2] > gaps[0]
    return f"gaps {', '.join(map(hours, gaps))}"


@rule("P17", "max-age and Expires lengthen the wait up to a day, never shorten it")
async def _p17(site: Site) -> str:
    later = format_datetime(site.clock() + 9 * HOUR, usegmt=True)
    date = ("Date", format_datetime(site.clock(), usegmt=True))
    for number, (headers, least, most) in enumerate([
        ([("Cache-Control", "max-age=60")], 1, 4),
        ([("Cache-Control", "max-age=21600")], 6, 6.7),
        ([("Cache-Control", "no-cache, max-age=21600")], 1, 4),
        ([("Expires", later), date], 9, 10),
        ([("Expires", later), date, ("Cache-Control", "max-age=21600")], 6, 6.7),
        ([("Cache-Control", "max-age=9999999")], 24, 26.5),
    ]):  # fmt: skip
        name = f"feed-{number}"
        site.server.serve(f"/{name}", BODY, etag='"1"', headers=headers)
        await site.start(site.feed(name, f"/{name}"))
        due = (await site.poll(name)).next_poll_at
        assert due is not None
        assert least * HOUR <= due - site.clock() <= most * HOUR, (headers, due - site.clock())
    return "6 h: 6 h; 9 h by Expires: 9 h; a minute: 1 h or more; months: a day; no-cache: ignored"


@rule("P18", "ttl, skipHours and sy:update lengthen the wait, never shorten it")
async def _p18(site: Site) -> str:
    now = site.clock().hour
    soon = "".join(f"<hour>{(now + n) % 24}</hour>" for n in range(6))
    always = "".join(f"<hour>{n}</hour>" for n in range(24))
    weekly = "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily"
    for name, hint, least, most in [
        ("minute", "<ttl>1</ttl>", 1, 5),
        ("ttl", "<ttl>480</ttl>", 8, 9),
        ("skip", f"<skipHours>{soon}</skipHours>", 6 - site.clock().minute / 60, 8),
        ("always", f"<skipHours>{always}</skipHours>", 1, 5),
        ("daily", f"{weekly}</sy:updatePeriod>", 24, 27),
    ]:
        body = BODY.replace(b"<title>Sample", hint.encode() + b"<title>Sample")
        site.server.serve(f"/{name}", body, etag='"1"')
        await site.start(site.feed(name, f"/{name}"))
        due = (await site.poll(name)).next_poll_at
        assert due is not None
        assert least * HOUR <= due - site.clock() <= most * HOUR, (name, due - site.clock())
    return "ttl 8 h: 8 h; the next 6 hours skipped: 6 h; daily: a day; a minute, all hours: ignored"


elsewhere(
    "P19",
    "feeds of one interval spread, and never below it",
    "tests/test_cadence.py::test_feeds_of_one_interval_spread",
)


@rule("P20", "a host gets one request at a time, with a pause", host_gap=timedelta(milliseconds=20))
async def _p20(site: Site) -> str:
    flying, most, ends = 0, 0, [0.0]
    gaps: list[float] = []

    def watch(_: Request, peer: Peer) -> None:
        nonlocal flying, most
        gaps.append(monotonic() - ends[-1])
        flying += 1
        most = max(most, flying)
        peer.wait(timedelta(milliseconds=2))
        flying -= 1
        ends.append(monotonic())
        peer.send(answer(200, BODY))

    names = [f"feed-{number}" for number in range(50)]
    for name in names:
        site.server.script(f"/{name}", watch)
    await site.start(*(site.feed(name, f"/{name}") for name in names))
    leases = await site.store.lease_feeds(names, site.clock(), lease=LEASE)
    await asyncio.gather(*(site.poller.poll(lease) for lease in leases))
    assert (len(site.server.requests), most) == (50, 1)
    assert min(gaps[1:]) >= 0.02
    return f"50 feeds at once, 20 ms pause asked: 1 in flight, {min(gaps[1:]) * 1000:.0f} ms apart"


@rule("P21", "one deadline for the whole answer", deadline=timedelta(milliseconds=300))
async def _p21(site: Site) -> str:
    site.server.drip("/feed")
    await site.start()
    began = monotonic()
    poll = await site.poll()
    spent = monotonic() - began
    assert poll.error is not None
    assert poll.error.kind == "timeout"
    assert spent < 1.5
    return f"a byte each 20 ms, deadline 0.3 s: left after {spent:.2f} s"


@rule("P22", "errors back off to a day and success resets; asking never stops")
async def _p22(site: Site) -> str:
    site.server.serve("/feed", status=500)
    await site.start()
    polls = await site.live(timedelta(days=12))
    gaps = site.gaps()
    assert len(gaps) >= 10
    assert all(later >= 0.9 * earlier for earlier, later in pairwise(gaps))
    assert 24 * HOUR <= gaps[-1] <= 27 * HOUR
    assert polls[-1].failures == len(polls)
    site.server.serve("/feed", rss(("c", "A river")), etag='"1"')
    await site.live(30 * HOUR)
    assert (await site.state()).failures == 0
    assert site.gaps()[-1] < 5 * HOUR
    return f"{len(polls)} failures: from {hours(gaps[0])} to {hours(gaps[-1])}; then as before"
