"""Connections as they are used, kept and dropped."""

from itertools import count

import pytest

from monitor.errors import FetchError
from monitor.fetch import HttpFetcher
from monitor.fetch.exchange import MOST_PIECES
from monitor.model.source import Fetched, FetchRequest, NotModified, Validators
from tests.servers.feeds import FeedServer, Peer, Request, answer, chunk, head

BODY = b"<rss/>"
HELD = Validators(etag='"1"')


def connections(server: FeedServer) -> int:
    """Count the connections that requests came on."""
    return len({request.client for request in server.requests})


async def bodies(fetcher: HttpFetcher, *urls: str) -> list[bytes]:
    """Fetch URLs one after the other."""
    results = [await fetcher.fetch(FetchRequest(url)) for url in urls]
    return [result.body for result in results if isinstance(result, Fetched)]


async def test_a_connection_serves_several_requests(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """P20: feeds on one host share a connection; error pages and 304 leave it usable."""
    server.serve("/a", BODY, etag='"1"')
    server.serve("/b", b"no", status=500)
    await bodies(fetcher, server.url("/a"))
    await fetcher.fetch(FetchRequest(server.url("/a"), HELD))
    with pytest.raises(FetchError):
        await fetcher.fetch(FetchRequest(server.url("/b")))
    await bodies(fetcher, server.url("/a"))
    assert connections(server) == 1


async def test_a_kept_connection_that_closed_is_no_failure(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """A server may close a kept connection just as it is used again: the request is sent anew."""
    turn = count()

    def hang_up_later(_: Request, peer: Peer) -> None:
        if next(turn) != 1:
            peer.send(answer(200, BODY))
            peer.converse()

    server.script("/feed", hang_up_later)
    assert await bodies(fetcher, server.url(), server.url()) == [BODY, BODY]
    assert len(server.requests) == 3


async def test_what_comes_unasked_is_no_answer(server: FeedServer, fetcher: HttpFetcher) -> None:
    """X7: an answer sent ahead, to a request nobody made, is not taken for the next one's."""
    server.raw("/poison", answer(200, BODY) + answer(200, b"poison"))
    server.serve("/feed", BODY)
    assert await bodies(fetcher, server.url("/poison"), server.url()) == [BODY, BODY]
    assert connections(server) == 2


async def test_a_304_with_a_body_is_an_error(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P9: what follows "not modified" is no body; such an answer is not to be trusted."""
    server.raw("/feed", head(304) + BODY)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(FetchRequest(server.url(), HELD))
    assert (caught.value.kind, caught.value.status) == ("protocol", 304)


async def test_interim_answers_are_passed_over_but_not_for_ever(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """X7: hints that precede the answer are skipped; a stream of them is an error."""
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    server.raw("/feed", early * 3 + answer(200, BODY))
    server.raw("/endless", early * 1000)
    assert await bodies(fetcher, server.url()) == [BODY]
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(FetchRequest(server.url("/endless")))
    assert caught.value.kind == "protocol"


async def test_a_head_that_does_not_end_is_too_large(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    """X7: headers without end are left after 100 KiB."""

    def flood(_: Request, peer: Peer) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\n")
        while not peer.stopping.is_set():
            peer.send(b"X-Flood: " + b"x" * 1000 + b"\r\n")

    server.script("/feed", flood)
    with pytest.raises(FetchError, match="more headers") as caught:
        await fetcher.fetch(FetchRequest(server.url()))
    assert caught.value.kind == "too-large"


async def test_a_body_in_crumbs_is_refused(server: FeedServer, fetcher: HttpFetcher) -> None:
    """X7: chunks of a byte each cost us a hundred times what they cost the sender."""
    crumbs = chunk(b"x") * 1000

    def crumble(_: Request, peer: Peer) -> None:
        peer.send(head(200, [("Transfer-Encoding", "chunked")]))
        while not peer.stopping.is_set():
            peer.send(crumbs)

    server.script("/feed", crumble)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(FetchRequest(server.url()))
    assert caught.value.kind == "protocol"
    assert MOST_PIECES <= 20_000


async def test_not_modified_is_still_not_modified(server: FeedServer, fetcher: HttpFetcher) -> None:
    """P9: a 304 may name the length of the body it spares us."""
    server.raw("/feed", head(304, [("Content-Length", "5000"), ("ETag", '"1"')]))
    result = await fetcher.fetch(FetchRequest(server.url(), HELD))
    assert isinstance(result, NotModified)
