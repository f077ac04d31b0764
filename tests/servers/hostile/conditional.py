"""Conditional requests: what is asked with, and what is remembered (P1-P10)."""

from datetime import timedelta

from monitor.model.source import Validators
from tests.desk import rss
from tests.servers.feeds import FeedServer, head
from tests.servers.hostile.rules import rule
from tests.servers.hostile.site import BODY, HOUR, Site

MODIFIED = "Mon, 1 Jan 24 0:00:00 GMT"


def _tags(site: Site, path: str = "/feed") -> list[str | None]:
    return [seen.header("if-none-match") for seen in site.asked(path)]


@rule("P1", "first request unconditional, later ones with every validator held")
async def _p1(site: Site) -> str:
    site.server.serve("/feed", BODY, etag='"1"', last_modified=MODIFIED)
    for _ in range(3):
        await site.start()
        await site.live(3.5 * HOUR)
    bare = [seen for seen in site.asked() if seen.header("if-none-match") is None]
    half = [seen for seen in site.asked()[1:] if seen.header("if-modified-since") is None]
    assert len(site.asked()) >= 9
    assert (len(bare), half) == (1, [])
    assert bare[0] is site.asked()[0]
    return f"{len(site.asked())} requests over 3 starts, 1 without validators"


@rule("P2", "validators are echoed byte for byte")
async def _p2(site: Site) -> str:
    await site.start()
    for etag, date in (('W/"a,b"', MODIFIED), ('"é-raw"', "yesterday"), ("bare", "0")):
        site.server.serve("/feed", rss(("x", etag)), etag=etag, last_modified=date)
        await site.poll()
        await site.poll()
        last = site.asked()[-1]
        assert (last.header("if-none-match"), last.header("if-modified-since")) == (etag, date)
    return 'W/"a,b", "é-raw", bare; an odd date, a word, 0: all came back as sent'


@rule("P3", "If-Modified-Since is never invented")
async def _p3(site: Site) -> str:
    await site.start()
    for etag, date in ((None, None), ('"1"', None), (None, MODIFIED), ('"1"', MODIFIED)):
        site.server.serve("/feed", rss(("x", f"{etag}{date}")), etag=etag, last_modified=date)
        await site.poll()
        await site.poll()
        last = site.asked()[-1]
        assert (last.header("if-none-match"), last.header("if-modified-since")) == (etag, date)
    return "neither, tag, date, both held: exactly those sent"


@rule("P4", "both validators are kept anew with every 200")
async def _p4(site: Site) -> str:
    await site.start()
    for etag, date in (('"1"', "d1"), ('"2"', "d2"), ('"3"', "d2")):  # same body each time
        site.server.serve("/feed", BODY, etag=etag, last_modified=date)
        await site.poll()
    await site.poll()
    sent = [(s.header("if-none-match"), s.header("if-modified-since")) for s in site.asked()]
    assert sent == [(None, None), ('"1"', "d1"), ('"2"', "d2"), ('"3"', "d2")]
    return "body touched, then a new tag beside the old date: the newest of each sent"


@rule("P5", "a 304 may bring new validators")
async def _p5(site: Site) -> str:
    site.server.serve("/feed", BODY, etag='"1"')
    await site.start()
    await site.poll()
    site.server.raw("/feed", head(304, [("ETag", '"2"')]))
    await site.poll()
    await site.poll()
    assert _tags(site) == [None, '"1"', '"2"']
    return 'after a 304 with "2": If-None-Match: "2"'


@rule("P6", "a 200 without a validator clears the one held")
async def _p6(site: Site) -> str:
    await site.start()
    for number, etag in enumerate(('"1"', '"2"', None, None)):
        site.server.serve("/feed", rss(("x", f"news {number}")), etag=etag)
        await site.poll()
    assert _tags(site) == [None, '"1"', '"2"', None]
    return "tag dropped by the third answer: none in the fourth request"


@rule("P7", "validators go only to the URL that gave them")
async def _p7(site: Site) -> str:
    site.server.serve("/feed", BODY, etag='"1"')
    with FeedServer() as other:
        other.serve("/feed", BODY, etag='"9"')
        await site.start()
        await site.poll()
        site.server.redirect("/feed", other.url())
        await site.poll()
        await site.start(site.feed(url=other.url("/feed?new")))
        await site.poll()
        assert [r.headers.get("if-none-match") for r in other.requests] == [None, None]
    return "redirected elsewhere, then a new URL: first contact bare each time"


@rule("P8", "no validators of a body that was cut short or no feed")
async def _p8(site: Site) -> str:
    await site.start()
    site.server.serve("/feed", BODY, etag='"whole"')
    await site.poll()
    cut = rss(("c", "A river"), ("d", "Cut here"))[:-60]
    for body in (cut, b"<!doctype html><html><body>Sorry</body></html>"):
        site.server.serve("/feed", body, etag='"bad"')
        await site.poll()
    await site.poll()
    assert _tags(site) == [None, '"whole"', '"whole"', '"whole"']
    return "stump and error page both carried a tag; it was never used"


@rule("P9", "an unasked-for 304, or one with a body, is an error and makes the next request bare")
async def _p9(site: Site) -> str:
    await site.start()
    site.server.raw("/feed", head(304))
    assert (await site.poll()).verdict == "failed"
    site.server.serve("/feed", BODY, etag='"1"')
    await site.poll()
    stored = await site.entries()
    site.server.raw("/feed", head(304) + rss(("z", "A river of poison")))
    assert (await site.poll()).verdict == "failed"
    assert await site.entries() == stored
    assert (await site.state()).validators == Validators()
    site.server.serve("/feed", BODY, etag='"1"')
    assert (await site.poll()).recorded.new_entries == 0
    assert _tags(site) == [None, None, '"1"', None]
    return "304 to a bare request, 304 with a feed behind it: nothing parsed, then asked bare"


@rule("P10", "restarts and asking by hand stay conditional")
async def _p10(site: Site) -> str:
    site.server.serve("/feed", BODY, etag='"1"')
    for _ in range(3):
        await site.start()
        await site.poll()
        site.clock.now += timedelta(minutes=1)
    assert _tags(site) == [None, '"1"', '"1"']
    return "3 starts, asked by hand each time: 1 bare request, 2 answered 304"
