"""Answers made to hurt: each is bounded, and the other feeds are read meanwhile (X6, X7, P21)."""

import asyncio
import gzip
import resource
import time
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from monitor.errors import FetchKind
from monitor.jobs.parser import PooledParser
from monitor.jobs.processes import ProcessPool
from monitor.pipeline.poll import Poll
from monitor.ports import Lease
from tests.servers.feeds import FeedServer, Peer, Request, chunk, head
from tests.servers.hostile.site import BODY, LEASE, Site, open_site

MIB = 1024 * 1024
DEADLINE = timedelta(seconds=3)
HONEST = [f"honest-{number}" for number in range(8)]

Arm = Callable[[FeedServer, str], None]


def packed(coding: str, body: bytes) -> Arm:
    """Serve a body under a content-encoding."""
    return lambda server, path: server.serve(
        path, body, headers=[("Content-Encoding", coding)], content_type="application/rss+xml"
    )


def stream(*headers: tuple[str, str], block: bytes, pause: float = 0) -> Arm:
    """Send a head, then blocks for as long as anyone listens."""

    def arm(server: FeedServer, path: str) -> None:
        def behaviour(_: Request, peer: Peer) -> None:
            peer.send(head(200, headers) if headers else b"HTTP/1.1 200 OK\r\n")
            while not peer.stopping.is_set():
                peer.send(block)
                if pause:
                    peer.wait(timedelta(seconds=pause))

        server.script(path, behaviour)

    return arm


def _bomb(size: int) -> bytes:
    return gzip.compress(bytes(size), 9)


_TEN_GB = ("Content-Length", str(10 * 1024**3))
_CHUNKED = ("Transfer-Encoding", "chunked")
BOMBS: dict[str, tuple[FetchKind, Arm]] = {
    "gzip": ("too-large", packed("gzip", _bomb(200 * MIB))),
    "deflate": ("too-large", packed("deflate", zlib.compress(bytes(200 * MIB), 9))),
    "a gzip file": ("too-large", packed("identity", _bomb(200 * MIB))),
    "stacked gzip": ("encoding", packed("gzip, gzip", gzip.compress(_bomb(200 * MIB)))),
    "br": ("encoding", packed("br", b"\x8b\x02\x80" * 100)),
    "zstd": ("encoding", packed("zstd", b"\x28\xb5\x2f\xfd" * 100)),
    "10 GB announced": ("too-large", stream(_TEN_GB, block=b"x" * 65536)),
    "endless chunks": ("too-large", stream(_CHUNKED, block=chunk(b"x" * 65536))),
    "endless crumbs": ("protocol", stream(_CHUNKED, block=chunk(b"x") * 1000)),
    "endless body": ("too-large", stream(("Connection", "close"), block=b"x" * 65536)),
    "endless headers": ("too-large", stream(block=b"X-Flood: " + b"x" * 900 + b"\r\n")),
    "dripping body": ("timeout", stream(_CHUNKED, block=chunk(b"x"), pause=0.05)),
    "dripping headers": ("timeout", stream(block=b"X: y\r\n", pause=0.05)),
    "silence": ("timeout", stream(block=b"", pause=30)),
}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Open a stage with the daemon's parser, over honest feeds and all bombs."""
    pool = ProcessPool(1, timeout=10)
    try:
        async with open_site(tmp_path, lambda usual: replace(usual, deadline=DEADLINE)) as stage:
            parser = PooledParser(pool, clock=stage.clock, max_entries=1000)
            stage.collaborators["parser"] = parser
            yield stage
    finally:
        pool.close()


def peak() -> float:
    """Give the most memory this process ever took, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_bounded(site: Site, name: str) -> None:
    """X6, X7: each is left within two seconds of our CPU and 100 MB; nothing of it is stored."""
    kind, arm = BOMBS[name]
    arm(site.server, "/bomb")
    await site.start(site.feed("bomb", "/bomb"))
    before, began = peak(), time.thread_time()
    poll = await site.poll("bomb")
    assert time.thread_time() - began < 2
    assert peak() - before < 100
    assert poll.error is not None
    assert poll.error.kind == kind
    assert await site.entries() == 0


async def _to_loopback(host: str, port: int) -> list[IPv4Address]:
    return [IPv4Address("127.0.0.1")]


async def test_the_other_feeds_are_on_time(site: Site) -> None:
    """P20, P21: while bombs go off and drips hold their places, honest feeds come in."""
    for name in HONEST:
        site.server.serve(f"/{name}", BODY)
    bombs = {f"bomb-{number}": bomb for number, bomb in enumerate(BOMBS.values())}
    for name, (_, arm) in bombs.items():
        arm(site.server, f"/{name}")
    names = [*bombs, *HONEST]
    urls = [site.server.url(f"/{name}", host=f"{name}.example") for name in names]
    feeds = [site.feed(name, url=url) for name, url in zip(names, urls, strict=True)]
    await site.start(*feeds, resolve=_to_loopback)
    leases = await site.store.lease_feeds(names, site.clock(), lease=LEASE)
    done: list[Poll] = []

    async def poll(lease: Lease) -> None:
        done.append(await site.poller.poll(lease))

    await asyncio.gather(*map(poll, leases))
    assert {each.feed.id for each in done if each.verdict == "entries"} == set(HONEST)
    order = [each.feed.id for each in done]
    slow = [name for name, (kind, _) in bombs.items() if kind == "timeout"]
    assert max(map(order.index, HONEST)) < min(map(order.index, slow))
