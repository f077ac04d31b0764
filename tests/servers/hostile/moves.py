"""Redirects, gone, shut out (P28-P32)."""

from datetime import timedelta
from itertools import pairwise

from tests.desk import rss
from tests.servers.hostile.rules import elsewhere, hours, rule
from tests.servers.hostile.site import BODY, HOUR, Site

PAGE = b"<!doctype html><html><body>Log in to the hotel's network</body></html>"


@rule("P28", "a permanent move is believed once the new place gave the same feed twice")
async def _p28(site: Site) -> str:
    site.server.serve("/feed", BODY, etag='"1"')
    site.server.serve("/portal", PAGE, content_type="text/html")
    site.server.serve("/other", rss(("x", "Another paper"), ("y", "Its news")))
    site.server.serve("/today", BODY)
    site.server.redirect("/moved", "/today", status=302)
    await site.start()
    await site.poll()
    asked = {}
    for target in ("/portal", "/other", "/moved"):
        site.server.redirect("/feed", target, status=301)
        before = len(site.asked())
        for _ in range(4):
            await site.poll()
        asked[target] = len(site.asked()) - before
    assert asked == {"/portal": 4, "/other": 4, "/moved": 2}
    assert [seen.request.path for seen in site.seen][-2:] == ["/moved", "/today"]
    return "301 to a log-in page, to another feed: not believed; 301, 302: the 301's target is"


@rule("P29", "at most 5 hops, no circle, http and https only")
async def _p29(site: Site) -> str:
    site.server.redirect("/feed", "/circle")
    site.server.redirect("/circle", "/feed")
    for number in range(1, 8):
        site.server.redirect(f"/{number}", f"/{number + 1}")
    site.server.redirect("/file", "file:///etc/passwd")
    await site.start(*(site.feed(p.strip("/"), p) for p in ("/feed", "/1", "/file")))
    for name in ("feed", "1", "file"):
        poll = await site.poll(name)
        assert poll.error is not None
        assert poll.error.kind == "redirect"
    assert not site.asked("/7")
    return "circle: 2 requests; 7 hops: 6 requests; file: refused"


@rule("P30", "410 ends polling; the history stays")
async def _p30(site: Site) -> str:
    await site.start()
    await site.poll()
    stored = await site.entries()
    site.server.serve("/feed", status=410)
    poll = await site.poll()
    assert poll.next_poll_at is None
    assert await site.live(timedelta(days=30)) == []
    assert await site.entries() == stored
    return "0 requests in the 30 days after"


@rule("P31", "404 and 5xx back off; 401 and 403 wait 4 h or more")
async def _p31(site: Site) -> str:
    told = []
    for status, least in ((404, HOUR), (500, HOUR), (502, HOUR), (401, 4 * HOUR), (403, 4 * HOUR)):
        name, began = f"s{status}", len(site.seen)
        site.server.serve(f"/{name}", status=status)
        await site.start(site.feed(name, f"/{name}"))
        await site.live(timedelta(days=2))
        gaps = [later.at - earlier.at for earlier, later in pairwise(site.seen[began:])]
        assert min(gaps) >= least
        assert gaps[-1] > 0.9 * gaps[0]
        told.append(f"{status}: {hours(gaps[0])} …")
    return "; ".join(told)


@rule("P32", "an anti-bot page is named as such, and never played along with")
async def _p32(site: Site) -> str:
    wall = [("cf-mitigated", "challenge"), ("Content-Type", "text/html")]
    site.server.serve("/feed", PAGE, status=403, headers=wall)
    await site.start()
    polls = await site.live(timedelta(days=2))
    agents = {seen.header("user-agent") for seen in site.asked()}
    assert {poll.error.kind for poll in polls if poll.error} == {"challenge"}
    assert min(site.gaps()) >= 4 * HOUR
    assert len(agents) == 1
    return f"{len(polls)} requests in 2 days, the same user agent each time"


elsewhere(
    "P33",
    "robots.txt binds feeds only where the operator says so",
    "tests/fetch/test_robots.py::test_feeds_heed_robots_only_if_told_to",
)
elsewhere(
    "P34",
    "pages heed robots.txt as RFC 9309 has it",
    "tests/fetch/test_robots.py::test_pages_heed_robots",
    "tests/fetch/test_robots.py::test_a_robots_file_that_cannot_be_had_forbids_all",
)
elsewhere(
    "P35",
    "Crawl-delay is a pause, of a minute at most",
    "tests/fetch/test_robots.py::test_crawl_delay_is_a_pause",
)
elsewhere(
    "P36",
    "pages are read once each, twenty a poll, and only where the operator wants it",
    "tests/pipeline/test_articles.py::test_each_page_is_asked_for_once",
    "tests/pipeline/test_articles.py::test_a_poll_asks_for_twenty_pages_at_most",
    "tests/pipeline/test_articles.py::test_other_feeds_stay_as_they_are",
)


def _paged(number: int, *, before: str | None = None) -> bytes:
    link = (
        f"<atom:link rel='prev-archive' href='{before}' xmlns:atom='http://www.w3.org/2005/Atom'/>"
    )
    items = rss((f"n{number}", f"River {number}"), (f"m{number}", f"Lake {number}"))
    return items.replace(b"</title>", b"</title>" + (link if before else "").encode(), 1)


@rule("P37", "archives are followed over a gap only, and five at most")
async def _p37(site: Site) -> str:
    for number in range(30):
        site.server.serve(f"/{number}", _paged(number, before=f"/{number - 1}"))
    site.server.serve("/feed", _paged(10, before="/9"))
    await site.start()
    await site.poll()
    site.server.serve("/feed", _paged(10, before="/9").replace(b"Lake", b"Pond"))
    await site.poll()
    overlap = len(site.seen)
    site.server.serve("/feed", _paged(13, before="/12"))
    await site.poll()
    assert [seen.request.path for seen in site.seen[overlap:]] == ["/feed", "/12", "/11", "/10"]
    site.server.serve("/feed", _paged(29, before="/28"))
    await site.poll()
    assert overlap == 2
    assert len(site.seen) == overlap + 4 + 6
    return "overlap: 0 archives; a gap of 3: 3; a gap of 16: 5"


@rule("P38", "a hub that a feed names is left alone; polling goes on as before")
async def _p38(site: Site) -> str:
    hub = site.server.url("/hub")
    site.server.serve("/feed", BODY, etag='"1"', headers=[("Link", f'<{hub}>; rel="hub"')])
    await site.start()
    await site.live(timedelta(hours=12))
    assert len(site.asked()) >= 3
    assert {seen.request.path for seen in site.seen} == {"/feed"}
    return f"rel=hub in each answer: {len(site.asked())} polls in 12 h, 0 requests to the hub"
