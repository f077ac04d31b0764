"""Who asks, and with which headers (P23-P27)."""

import re

from tests.servers.feeds import FeedServer
from tests.servers.hostile.rules import rule
from tests.servers.hostile.site import BODY, Site

USUAL = ["Host", "User-Agent", "Accept", "Accept-Encoding"]


def _names(head: bytes) -> list[str]:
    return [line.partition(":")[0] for line in head.decode("latin-1").split("\r\n")[1:]]


@rule("P23", "the user agent says who asks and where to complain")
async def _p23(site: Site) -> str:
    await site.start()
    await site.poll()
    agent = site.asked()[0].header("user-agent") or ""
    assert re.fullmatch(r"[\w-]+/[\w.]+ \(\+(https?://|mailto:)[^ )]+\)", agent)
    assert not re.search("Mozilla|Chrome|Safari|Gecko", agent)
    return agent


@rule("P24", "no cookie, no referrer, no range, no query of our own")
async def _p24(site: Site) -> str:
    cookie = ("Set-Cookie", "s=abc; Path=/")
    site.server.serve("/feed?a=1&b=%7e", BODY, headers=[cookie])
    site.server.serve("/old", status=302, headers=[cookie, ("Location", "/feed?a=1&b=%7e")])
    await site.start(site.feed(path="/feed?a=1&b=%7e"), site.feed("two", "/old"))
    for name in ("one", "two", "one", "two"):
        await site.poll(name)
    paths = {seen.request.path for seen in site.seen}
    assert paths == {"/feed?a=1&b=%7e", "/old"}
    assert not {"cookie", "referer", "range"} & {n for s in site.seen for n in s.request.headers}
    return f"cookies set {len(site.seen)} times, none sent; the URL as configured"


@rule("P25", "Accept names feeds; Accept-Encoding only what can be bounded")
async def _p25(site: Site) -> str:
    await site.start()
    await site.poll()
    [seen] = site.asked()
    assert _names(seen.request.head) == USUAL
    assert (seen.header("accept") or "").startswith("application/rss+xml, application/atom+xml")
    assert seen.header("accept-encoding") == "gzip, deflate"
    return f"{', '.join(USUAL)}; gzip, deflate"


@rule("P26", "nothing private crosses to another origin")
async def _p26(site: Site) -> str:
    with FeedServer() as other:
        other.serve("/feed", BODY)
        site.server.serve("/feed", BODY, etag='"1"', last_modified="yesterday")
        await site.start()
        await site.poll()
        site.server.redirect("/feed", other.url())
        await site.poll()
        [stranger] = other.requests
        assert _names(stranger.head) == USUAL
    return f"behind the redirect: {', '.join(USUAL)}, and nothing else"


@rule("P27", "HTTP/1.1 only: HTTP/2 and its attack surface are left out")
async def _p27(site: Site) -> str:
    await site.start()
    await site.poll()
    first = site.asked()[0].request.head.split(b"\r\n", 1)[0]
    assert first == b"GET /feed HTTP/1.1"
    return first.decode()
