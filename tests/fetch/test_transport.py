"""Connections: resolution, the guard, TLS, proxies, logs."""

import asyncio
import gzip
import logging
import ssl
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest

from monitor.errors import FetchError, FetchKind
from monitor.fetch import HttpFetcher, make_client, trusted_tls
from monitor.fetch.dial import Dialler, UnresolvedError
from monitor.fetch.guard import Address, Guard
from monitor.model.source import Fetched, FetchRequest
from tests.fetch.conftest import LOOPBACK, OpenFetcher
from tests.servers.certificates import self_signed
from tests.servers.feeds import FeedServer

BODY = b"<rss/>"


class FakeResolver:
    """Gives the answers in turn, the last one for ever; counts questions."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(address) for address in answer]


async def kind_of(fetcher: HttpFetcher, url: str) -> FetchKind:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(FetchRequest(url))
    return caught.value.kind


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "localhost",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
async def test_odd_spellings_of_this_host_are_blocked(
    server: FeedServer, open_fetcher: OpenFetcher, host: str
) -> None:
    """X4: an address is judged by what it means, not by how it is written."""
    fetcher = await open_fetcher(allow=[])
    assert await kind_of(fetcher, server.url(host=host)) == "blocked"
    assert server.requests == []


async def test_a_name_is_resolved_once(server: FeedServer, open_fetcher: OpenFetcher) -> None:
    """X2: what was checked is what is dialled, so a name that changes its mind gains nothing."""
    resolver = FakeResolver(["127.0.0.1"], ["10.0.0.1"])
    fetcher = await open_fetcher(resolve=resolver)
    server.serve("/feed", BODY)
    await fetcher.fetch(FetchRequest(server.url(host="feeds.example")))
    assert resolver.asked == ["feeds.example"]
    assert server.requests[0].headers["host"] == f"feeds.example:{server.port}"


async def test_a_name_with_one_bad_address_is_blocked(
    server: FeedServer, open_fetcher: OpenFetcher
) -> None:
    """X2: public first and this host second is an attack, whichever would be dialled."""
    fetcher = await open_fetcher(allow=[], resolve=FakeResolver(["93.184.216.34", "127.0.0.1"]))
    assert await kind_of(fetcher, server.url(host="feeds.example")) == "blocked"
    assert server.requests == []


async def test_rebinding_is_blocked(server: FeedServer, open_fetcher: OpenFetcher) -> None:
    """X2: a name that leads to this host at the redirect is judged again."""
    resolver = FakeResolver(["127.0.0.1"], ["192.168.0.1"])
    fetcher = await open_fetcher(resolve=resolver)
    server.serve("/feed", status=302, headers=[("Location", "/new"), ("Connection", "close")])
    assert await kind_of(fetcher, server.url(host="feeds.example")) == "blocked"
    assert len(server.requests) == 1


async def test_a_dead_address_leaves_the_next_one(
    server: FeedServer, open_fetcher: OpenFetcher
) -> None:
    """X2: if one checked address refuses, the next is tried."""
    server.serve("/feed", BODY)
    fetcher = await open_fetcher(resolve=FakeResolver(["127.0.0.77", "127.0.0.1"]))
    assert isinstance(await fetcher.fetch(FetchRequest(server.url(host="feeds.example"))), Fetched)


@pytest.mark.parametrize("url", ["http://127.0.0.1:25/", "http://127.0.0.1:22/feed"])
async def test_ports_of_other_services(open_fetcher: OpenFetcher, url: str) -> None:
    """X1: mail and shell ports are not spoken to."""
    assert await kind_of(await open_fetcher(allow=[]), url) == "blocked"


async def test_names_that_do_not_resolve(open_fetcher: OpenFetcher) -> None:
    """A name without an address is a failure of DNS, and so is a name that cannot be one."""

    async def nowhere(host: str, port: int) -> Sequence[Address]:
        raise UnresolvedError(f"{host} does not resolve.")

    assert await kind_of(await open_fetcher(resolve=nowhere), "http://feeds.example/") == "dns"
    assert await kind_of(await open_fetcher(resolve=FakeResolver([])), "http://a.example/") == "dns"
    assert await kind_of(await open_fetcher(), f"http://{'a' * 70}.example/") == "dns"


async def test_a_name_server_that_is_silent_is_left() -> None:
    """P21: resolving is part of connecting, and shares its patience."""

    async def silent(host: str, port: int) -> Sequence[Address]:
        await asyncio.Event().wait()
        return []

    dialler = Dialler(Guard(), trusted_tls(), silent)
    with pytest.raises(UnresolvedError, match="no answer from the name server"):
        await dialler.dial(httpx.URL("https://feeds.example/"), 0.01)


async def test_nobody_listens(open_fetcher: OpenFetcher) -> None:
    """A refused connection says so, and names the host."""
    with FeedServer() as gone:
        url = gone.url()
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 does not take the connection") as caught:
        await (await open_fetcher()).fetch(FetchRequest(url))
    assert caught.value.kind == "connect"


async def test_proxies_of_the_environment_are_not_used(
    server: FeedServer, open_fetcher: OpenFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X5: a proxy would dial for us, past the guard."""
    with FeedServer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url(""))
        server.serve("/feed", BODY)
        await (await open_fetcher()).fetch(FetchRequest(server.url()))
        async with make_client([LOOPBACK], user_agent="m", timeout=timedelta(seconds=5)) as client:
            await client.get(server.url())
        assert proxy.requests == []
        assert len(server.requests) == 2


async def test_urls_stay_out_of_the_logs(
    server: FeedServer, fetcher: HttpFetcher, caplog: pytest.LogCaptureFixture
) -> None:
    """X24: even with everything logged, no line holds a URL that may be a secret."""
    caplog.set_level(logging.DEBUG)
    server.serve("/canary", BODY)
    await fetcher.fetch(FetchRequest(server.url("/canary")))
    async with make_client([LOOPBACK], user_agent="m", timeout=timedelta(seconds=5)) as client:
        await client.post(server.url("/canary"), content=b"canary")
    assert len(server.requests) == 2
    assert "canary" not in caplog.text


async def test_the_client_for_webhooks_is_guarded_and_plain(server: FeedServer) -> None:
    """X2, X6, W12: no redirects, no cookies, no unpacking; inner addresses are refused with the mend."""
    packed = gzip.compress(bytes(10_000))
    extra = [("Set-Cookie", "s=1"), ("Content-Encoding", "gzip")]
    server.serve("/hook", packed, headers=extra)
    server.redirect("/moved", "/hook")
    patience = timedelta(seconds=5)
    async with make_client([LOOPBACK], user_agent="monitor/1", timeout=patience) as client:
        for _ in range(2):
            assert (await client.post(server.url("/hook"), content=b"{}")).content == packed
        assert (await client.post(server.url("/moved"))).status_code == 302
    assert server.requests[1].headers["user-agent"] == "monitor/1"
    assert "cookie" not in server.requests[1].headers
    async with make_client([], user_agent="monitor/1", timeout=patience) as client:
        with pytest.raises(httpx.ConnectError, match="network: allow:"):
            await client.post(server.url("/hook"))


@pytest.mark.parametrize(
    ("host", "days", "trusted", "kind"),
    [
        pytest.param("feeds.example", 2, True, None, id="good"),
        pytest.param("other.example", 2, True, "tls", id="wrong host"),
        pytest.param("feeds.example", -1, True, "tls", id="expired"),
        pytest.param("feeds.example", 2, False, "tls", id="self-signed"),
    ],
)
async def test_certificates_are_verified(
    open_fetcher: OpenFetcher,
    tmp_path: Path,
    host: str,
    days: int,
    trusted: bool,
    kind: FetchKind | None,
) -> None:
    """X9, X2: the certificate must be good for the name, although an address was dialled."""
    certificate, theirs = self_signed(tmp_path, host="feeds.example", days=days)
    ours = trusted_tls()
    if trusted:
        ours.load_verify_locations(certificate)
    with FeedServer(tls=theirs) as server:
        server.serve("/feed", BODY)
        fetcher = await open_fetcher(tls=ours, resolve=FakeResolver(["127.0.0.1"]))
        if kind is None:
            result = await fetcher.fetch(FetchRequest(server.url(host=host)))
            assert isinstance(result, Fetched)
        else:
            assert await kind_of(fetcher, server.url(host=host)) == kind
            assert server.requests == []


async def test_plain_text_on_a_tls_port_is_a_tls_failure(fetcher: HttpFetcher) -> None:
    """X9: a server that does not speak TLS is named as such."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        assert await kind_of(fetcher, f"https://127.0.0.1:{port}/feed") == "tls"


async def test_hanging_up_in_the_handshake_is_no_tls_failure(fetcher: HttpFetcher) -> None:
    """X9: a connection that breaks before the certificate is seen says nothing about TLS."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as rude:
        port = rude.sockets[0].getsockname()[1]
        assert await kind_of(fetcher, f"https://127.0.0.1:{port}/feed") == "connect"


def test_old_tls_is_not_spoken() -> None:
    """X9: TLS 1.2 is the least, and certificates and names are verified."""
    context = trusted_tls()
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
