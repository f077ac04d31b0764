"""What robots.txt decides: pages always, feeds only where the operator wants it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.errors import FetchError
from monitor.fetch import HttpFetcher
from monitor.model.source import FetchRequest
from tests.fetch.conftest import NOW, POLICY, OpenFetcher
from tests.servers.feeds import FeedServer, answer

PAGE = b"<html><body><p>River</p></body></html>"
MINE = """User-agent: *
Disallow: /

User-agent: Monitor
Disallow: /shop
Disallow: /*.pdf$

User-agent: monitor
Allow: /shop/news
Disallow: /tie
Allow: /tie
"""


async def admits(fetcher: HttpFetcher, url: str) -> bool:
    """Fetch a page; False if robots.txt forbids it."""
    try:
        await fetcher.fetch_page(url)
    except FetchError as error:
        if error.kind != "refused" or "robots.txt" not in str(error):
            raise
        return False
    return True


@pytest.mark.parametrize(
    ("path", "admitted"),
    [
        pytest.param("/news", True, id="our own group wins over the general one"),
        pytest.param("/shop/cart", False, id="groups of one name are one"),
        pytest.param("/shop/news/1", True, id="the longer rule wins"),
        pytest.param("/tie", True, id="of two as long Allow wins"),
        pytest.param("/a/b.pdf", False, id="wildcards"),
        pytest.param("/a/b.pdf?page=2", True, id="end of line"),
    ],
)
async def test_pages_heed_robots(
    server: FeedServer, fetcher: HttpFetcher, path: str, admitted: bool
) -> None:
    """P34: rules are read as RFC 9309 has them; the file is asked once, unconditionally."""
    server.serve("/robots.txt", MINE.encode(), content_type="text/plain")
    server.serve(path, PAGE)
    for _ in range(2):
        assert await admits(fetcher, server.url(path)) is admitted
    assert len(server.requests_to("/robots.txt")) == 1
    assert len(server.requests_to(path)) == 2 * admitted
    assert all("text/html" in r.headers["accept"] for r in server.requests_to(path))


@pytest.mark.parametrize("status", [401, 404, 410, 451])
async def test_a_site_without_robots_forbids_nothing(
    server: FeedServer, fetcher: HttpFetcher, status: int
) -> None:
    """P34: a file that is not there, or not for us, leaves all pages open."""
    server.serve("/robots.txt", status=status)
    server.serve("/news", PAGE)
    assert await admits(fetcher, server.url("/news"))


@pytest.mark.parametrize("status", [429, 500, 503, None])
async def test_a_robots_file_that_cannot_be_had_forbids_all(
    server: FeedServer, open_fetcher: OpenFetcher, status: int | None
) -> None:
    """P34: while a site cannot say what it allows, its pages are left alone; an hour later it is asked anew."""
    now = NOW

    def clock() -> datetime:
        return now

    fetcher = await open_fetcher(clock=clock)
    server.raw("/robots.txt", *([answer(status)] if status else []))
    server.serve("/news", PAGE)
    assert not await admits(fetcher, server.url("/news"))
    server.serve("/robots.txt", b"")
    assert not await admits(fetcher, server.url("/news"))
    now += timedelta(minutes=61)
    assert await admits(fetcher, server.url("/news"))


async def test_robots_are_asked_anew_after_a_day(
    server: FeedServer, open_fetcher: OpenFetcher
) -> None:
    """P34: an answer is kept for 24 hours at most."""
    now = NOW

    def clock() -> datetime:
        return now

    fetcher = await open_fetcher(clock=clock)
    server.serve("/news", PAGE)
    for _ in range(3):
        await admits(fetcher, server.url("/news"))
        now += timedelta(hours=13)
    assert len(server.requests_to("/robots.txt")) == 2


async def test_each_hop_is_asked_for(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P34: a redirect does not lead past the target's robots.txt, which may itself be redirected."""
    with FeedServer() as other:
        other.redirect("/robots.txt", "/files/robots")
        other.serve("/files/robots", b"User-agent: *\nDisallow: /hidden")
        other.serve("/hidden", PAGE)
        server.redirect("/news", other.url("/hidden"))
        assert not await admits(fetcher, server.url("/news"))
        assert other.requests_to("/hidden") == []


async def test_crawl_delay_is_a_pause(server: FeedServer, open_fetcher: OpenFetcher) -> None:
    """P35: a Crawl-delay spaces our requests, by a minute at most."""
    for delay, pause in (("10", 10), ("9999", 60), ("1e300", 60)):
        slept: list[float] = []

        async def sleep(seconds: float, slept: list[float] = slept) -> None:
            slept.append(seconds)

        fetcher = await open_fetcher(sleep=sleep)
        text = f"User-agent: *\nCrawl-delay: {delay}"
        server.serve("/robots.txt", text.encode())
        server.serve("/news", PAGE)
        await fetcher.fetch_page(server.url("/news"))
        assert [round(seconds) for seconds in slept] == [pause]


async def test_feeds_heed_robots_only_if_told_to(
    server: FeedServer, open_fetcher: OpenFetcher
) -> None:
    """P33: the operator named the feed, as a browser's user names a page; a switch makes robots bind."""
    server.serve("/robots.txt", b"User-agent: *\nDisallow: /")
    server.serve("/feed", b"<rss/>")
    await (await open_fetcher()).fetch(FetchRequest(server.url()))
    assert server.requests_to("/robots.txt") == []
    obedient = await open_fetcher(replace(POLICY, robots=True))
    with pytest.raises(FetchError, match="robots"):
        await obedient.fetch(FetchRequest(server.url()))
    assert len(server.requests_to("/feed")) == 1


async def test_hostile_rules_are_cheap(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P34, X7: half a megabyte of wildcards costs no more than it should; what is beyond is not read."""
    rules = b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*b\n" * 20_000 + b"\xff\nDisallow: /\n"
    server.serve("/robots.txt", rules + rules)
    server.serve("/" + "a" * 1000, PAGE)
    assert not await admits(fetcher, server.url("/" + "a" * 1000 + "b"))
