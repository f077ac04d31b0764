"""Fetches against a real server: what is sent, what comes back, what is refused."""

import asyncio
import gzip
import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

import pytest

from monitor.errors import FetchError, FetchKind
from monitor.fetch import HttpFetcher
from monitor.model.source import Fetched, FetchRequest, NotModified, Validators
from tests.fetch.conftest import NOW, POLICY, OpenFetcher
from tests.servers.feeds import FeedServer, answer, chunk, head

MIB = 1024 * 1024
BODY = b"<rss><channel><title>SCO</title></channel></rss>"
HELD = Validators(etag='W/"a,b"', last_modified="Mon, 1 Jan 24 0:00:00 GMT")


async def failure(fetcher: HttpFetcher, request: FetchRequest) -> FetchError:
    """Fetch what must fail; the message must name the host and stay on one line."""
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(request)
    assert "127.0.0.1" in str(caught.value)
    assert str(caught.value).isprintable()
    return caught.value


async def test_a_body_comes_whole_with_what_the_next_request_needs(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """P2, P17: body, type, validators and freshness are brought; nothing moved."""
    server.serve("/feed", BODY, etag='"é"', headers=[("Cache-Control", "max-age=7200")])
    assert await fetcher.fetch(FetchRequest(server.url())) == Fetched(
        url=server.url(),
        body=BODY,
        content_type="application/rss+xml",
        validators=Validators(etag='"é"'),
        max_age=timedelta(hours=2),
    )


async def test_the_request_is_exactly_this(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P23, P24, P25, P27: HTTP/1.1 with five headers at most, and the URL as configured."""
    server.serve("/feed?a=1&b=%7e", BODY)
    await fetcher.fetch(FetchRequest(server.url("/feed?a=1&b=%7e"), HELD))
    [request] = server.requests
    first, *lines = request.head.decode("latin-1").split("\r\n")
    assert first == "GET /feed?a=1&b=%7e HTTP/1.1"
    assert [line.partition(":")[0] for line in lines] == [
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "If-None-Match",
        "If-Modified-Since",
    ]
    assert request.headers["user-agent"] == "monitor/1.2 (+mailto:desk@example.org)"
    assert request.headers["accept-encoding"] == "gzip, deflate"
    assert request.headers["if-none-match"] == HELD.etag
    assert request.headers["if-modified-since"] == HELD.last_modified


async def test_cookies_are_never_sent(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P24: a cookie that was set is not returned, neither to the next request nor along a redirect."""
    cookie = ("Set-Cookie", "s=abc; Path=/")
    server.serve("/feed", BODY, headers=[cookie])
    server.serve("/old", status=302, headers=[cookie, ("Location", "/feed")])
    for path in ("/feed", "/old", "/feed"):
        await fetcher.fetch(FetchRequest(server.url(path)))
    assert len(server.requests) == 4
    assert not any({"cookie", "referer"} & request.headers.keys() for request in server.requests)


async def test_only_the_first_request_is_unconditional(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """P1, P5: held validators go along; a 304 brings those that the server sent anew."""
    server.serve("/feed", BODY, etag='"1"', last_modified="yesterday")
    first = await fetcher.fetch(FetchRequest(server.url()))
    for _ in range(3):
        again = await fetcher.fetch(FetchRequest(server.url(), first.validators))
        assert again == NotModified(validators=Validators('"1"', "yesterday"))
    assert ["if-none-match" in request.headers for request in server.requests] == [False] + [
        True
    ] * 3


async def test_an_unasked_for_304_is_an_error(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P9: "not modified" to a request that held nothing breaks the rules."""
    server.serve("/feed", status=304)
    error = await failure(fetcher, FetchRequest(server.url()))
    assert (error.kind, error.status) == ("protocol", 304)


async def test_validators_stay_with_their_url(fetcher: HttpFetcher, server: FeedServer) -> None:
    """P7: the target of a redirect does not see the validators of the URL that redirects."""
    with FeedServer() as elsewhere:
        server.redirect("/feed", elsewhere.url("/feed"))
        elsewhere.serve("/feed", BODY, etag=HELD.etag)
        result = await fetcher.fetch(FetchRequest(server.url(), HELD))
        assert isinstance(result, Fetched)
        assert result.url == elsewhere.url()
        assert "if-none-match" in server.requests[0].headers
        assert not {"if-none-match", "if-modified-since"} & elsewhere.requests[0].headers.keys()


async def test_validators_of_the_target_go_to_the_target(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """P1, P7: a feed behind a redirect stays conditional, and its 304 tells of the move."""
    server.redirect("/feed", "/new", status=301)
    server.serve("/new", BODY, etag='"1"')
    first = await fetcher.fetch(FetchRequest(server.url()))
    assert isinstance(first, Fetched)
    again = await fetcher.fetch(FetchRequest(server.url(), first.validators, first.url))
    assert again == NotModified(validators=first.validators, moved_to=server.url("/new"))
    assert "if-none-match" not in server.requests_to("/feed")[1].headers


async def test_moves_are_told(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P28: of 301, 302, 200 the target of the 301 is where the feed has moved to."""
    server.redirect("/feed", "/moved", status=301)
    server.redirect("/moved", "/today", status=302)
    server.serve("/today", BODY)
    result = await fetcher.fetch(FetchRequest(server.url()))
    assert isinstance(result, Fetched)
    assert (result.moved_to, result.url) == (server.url("/moved"), server.url("/today"))


async def test_redirects_do_not_lead_past_the_guard(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """P29, X8: each hop is judged anew, so a feed cannot send us to an inner address."""
    for target in ("http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]:8080/"):
        server.redirect("/feed", target)
        with pytest.raises(FetchError, match="network: allow:") as caught:
            await fetcher.fetch(FetchRequest(server.url()))
        assert caught.value.kind == "blocked"


async def test_redirect_loops_end(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P29: a loop is an error after one round."""
    server.redirect("/feed", "/feed?x=1")
    server.redirect("/feed?x=1", "/feed")
    assert (await failure(fetcher, FetchRequest(server.url()))).kind == "redirect"
    assert len(server.requests) == 2


CHALLENGE = [("cf-mitigated", "challenge"), ("Content-Type", "text/html")]


@pytest.mark.parametrize(
    ("status", "headers", "kind", "wait"),
    [
        (204, [], "http", None),
        (206, [], "protocol", None),
        (226, [], "protocol", None),
        (300, [], "http", None),
        (302, [], "redirect", None),
        (400, [], "http", None),
        (401, [], "refused", None),
        (403, [], "refused", None),
        (403, CHALLENGE, "challenge", None),
        (503, CHALLENGE, "challenge", None),
        (200, CHALLENGE, "challenge", None),
        (403, [("cf-mitigated", "other")], "refused", None),
        (202, [("x-amzn-waf-action", "challenge")], "challenge", None),
        (404, [], "missing", None),
        (410, [], "gone", None),
        (429, [], "rate-limited", None),
        (429, [("Retry-After", "120")], "rate-limited", timedelta(minutes=2)),
        (429, [("Retry-After", "soon")], "rate-limited", None),
        (500, [], "http", None),
        (500, [("Retry-After", "120")], "http", timedelta(minutes=2)),
        (503, [], "http", None),
        (503, [("Retry-After", "120")], "rate-limited", timedelta(minutes=2)),
    ],
)
async def test_statuses(
    server: FeedServer,
    fetcher: HttpFetcher,
    status: int,
    headers: list[tuple[str, str]],
    kind: FetchKind,
    wait: timedelta | None,
) -> None:
    """P14, P30, P31, P32: every status has its kind, and Retry-After is read wherever it stands."""
    server.serve("/feed", b"sorry", status=status, headers=headers)
    error = await failure(fetcher, FetchRequest(server.url()))
    assert (error.kind, error.retry_after) == (kind, wait)
    assert error.status == (None if kind == "redirect" else status)


async def test_who_stands_in_line_behind_a_refusal_is_not_sent(
    server: FeedServer, open_fetcher: OpenFetcher
) -> None:
    """P14, P20: once a host says 429, requests that waited for their turn are not made, for a while."""
    now = NOW

    def clock() -> datetime:
        return now

    fetcher = await open_fetcher(clock=clock)
    server.serve("/a", status=429, headers=[("Retry-After", "86400")])
    server.serve("/b", BODY)
    lined_up = (fetcher.fetch(FetchRequest(server.url(path))) for path in ("/a", "/b"))
    first, second = await asyncio.gather(*lined_up, return_exceptions=True)
    assert isinstance(first, FetchError)
    assert isinstance(second, FetchError)
    assert (first.kind, second.kind) == ("rate-limited", "timeout")
    assert [request.path for request in server.requests] == ["/a"]
    now += timedelta(minutes=15)
    assert isinstance(await fetcher.fetch(FetchRequest(server.url("/b"))), Fetched)


HEAD = [("Content-Type", "application/rss+xml")]
CHUNKED = head(200, [*HEAD, ("Transfer-Encoding", "chunked")])


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        pytest.param([], "connect", id="hangs up at once"),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-"], "connect", id="hangs up in the head"),
        pytest.param([head(200, [("Content-Length", "99")]), BODY], "connect", id="cut short"),
        pytest.param([CHUNKED, chunk(BODY)], "connect", id="chunks without an end"),
        pytest.param([CHUNKED, b"zz\r\nhello\r\n"], "protocol", id="bad chunk"),
        pytest.param([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], "protocol", id="no HTTP"),
        pytest.param([b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"], "protocol", id="bad header"),
        pytest.param(
            [head(200, [("Content-Length", "1"), ("Content-Length", "2")]), b"xx"],
            "protocol",
            id="two lengths",
        ),
        pytest.param([head(200, [("Content-Length", "9" * 18)])], "too-large", id="huge length"),
        pytest.param([head(200, [("X", "1")] * 120), BODY], "too-large", id="many headers"),
        pytest.param([head(200, [("X", "1" * 90_000)]), BODY], "too-large", id="long header"),
        pytest.param([head(101), b"hello"], "protocol", id="switching protocols"),
    ],
)
async def test_broken_answers(
    server: FeedServer, fetcher: HttpFetcher, pieces: list[bytes], kind: FetchKind
) -> None:
    """X7: an answer that stops short or breaks the rules is an error, never a partial body."""
    server.raw("/feed", *pieces)
    assert (await failure(fetcher, FetchRequest(server.url()))).kind == kind


@pytest.mark.parametrize(
    ("coding", "body", "kind"),
    [
        ("br", b"\x8b\x02\x80", "encoding"),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY)), "encoding"),
        ("gzip", gzip.compress(BODY)[:-3], "encoding"),
        ("gzip", gzip.compress(bytes(200 * MIB)), "too-large"),
    ],
    ids=["a coding not asked for", "two codings", "cut short", "a bomb"],
)
async def test_bad_packing_is_refused(
    server: FeedServer, fetcher: HttpFetcher, coding: str, body: bytes, kind: FetchKind
) -> None:
    """X6: codings nobody offered, stacks, stumps and bombs are refused in little memory."""
    server.serve("/feed", body, headers=[("Content-Encoding", coding)])
    tracemalloc.start()
    try:
        error = await failure(fetcher, FetchRequest(server.url()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.kind == kind
    assert peak < 32 * MIB


@pytest.mark.parametrize("headers", [[("Content-Encoding", "gzip")], []])
async def test_packed_bodies_are_unpacked(
    server: FeedServer, fetcher: HttpFetcher, headers: list[tuple[str, str]]
) -> None:
    """X6: gzip is undone, announced or as a file (``sitemap.xml.gz``)."""
    server.serve("/feed.xml.gz", gzip.compress(BODY), headers=headers)
    result = await fetcher.fetch(FetchRequest(server.url("/feed.xml.gz")))
    assert isinstance(result, Fetched)
    assert result.body == BODY


async def test_endless_answers_end(server: FeedServer, fetcher: HttpFetcher) -> None:
    """X7: a chunked stream without end is left at the limit."""
    server.endless("/feed")
    error = await failure(fetcher, FetchRequest(server.url()))
    assert error.kind == "too-large"
    assert "max_bytes" in str(error)


@pytest.mark.parametrize("dripping", [True, False])
async def test_the_deadline_is_total(
    server: FeedServer, open_fetcher: OpenFetcher, dripping: bool
) -> None:
    """P21: a server that drips, or says nothing at all, is left at the deadline."""
    if dripping:
        server.drip("/feed")
    else:
        server.script("/feed", lambda _, peer: peer.wait(timedelta(seconds=20)))
    fetcher = await open_fetcher(replace(POLICY, deadline=timedelta(milliseconds=300)))
    began = monotonic()
    assert (await failure(fetcher, FetchRequest(server.url()))).kind == "timeout"
    assert 0.25 < monotonic() - began < 3


async def test_the_deadline_spans_redirects(server: FeedServer, open_fetcher: OpenFetcher) -> None:
    """P21, P29: hops share one deadline; none gets a fresh one."""
    for number in range(5):

        def slow(_: object, peer: object, number: int = number) -> None:
            peer.wait(timedelta(milliseconds=200))  # type: ignore[attr-defined]  # a Peer
            peer.send(answer(302, headers=[("Location", f"/{number + 1}")]))  # type: ignore[attr-defined]  # a Peer

        server.script(f"/{number}", slow)
    fetcher = await open_fetcher(replace(POLICY, deadline=timedelta(milliseconds=500)))
    assert (await failure(fetcher, FetchRequest(server.url("/0")))).kind == "timeout"
    assert len(server.requests) <= 3


async def test_the_pause_of_a_host_is_kept_after_redirects(
    server: FeedServer, open_fetcher: OpenFetcher
) -> None:
    """P20, P21: a hop on the same host waits its turn, and the wait does not eat the deadline."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    policy = replace(POLICY, host_gap=timedelta(minutes=10))
    fetcher = await open_fetcher(policy, sleep=sleep)
    server.redirect("/feed", "/new")
    server.serve("/new", BODY)
    await fetcher.fetch(FetchRequest(server.url()))
    assert [round(pause) for pause in pauses] == [600]


async def test_connections_are_kept_for_the_next_feed_of_the_host(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """P20: feeds on one host share a connection; what one leaves unread never reaches the next."""
    server.serve("/a", b"a")
    server.serve("/b", b"b", status=500)
    server.serve("/c", b"c")
    for path, body in (("/a", b"a"), ("/c", b"c")):
        result = await fetcher.fetch(FetchRequest(server.url(path)))
        assert isinstance(result, Fetched)
        assert result.body == body
        assert (await failure(fetcher, FetchRequest(server.url("/b")))).status == 500
    assert [request.path for request in server.requests] == ["/a", "/b", "/c", "/b"]
