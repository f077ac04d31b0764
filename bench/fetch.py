"""What one request costs: the fetcher against bare clients, all in one run.

    python -m bench.fetch [--feeds 1000] [--repeat 3] [--json out.json]

A server in a process of its own answers "not modified" to each feed, or 40 kB packed by gzip; each
client asks for 1,000 feeds, 20 at a time: a host each (a new connection each), and all on one host
(connections kept). CPU is this process's, in ms a request, the median of the repeats. Clients
that are not installed are left out: ``pip install aiohttp httpx-aiohttp httpx2`` to see them.
"""

import argparse
import asyncio
import gzip
import importlib
import json
import multiprocessing
import os
import platform
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from monitor.fetch import HttpFetcher
from monitor.model.source import Fetched, FetchRequest, PollPolicy, Validators

Ask = Callable[[str], Awaitable[int]]

_TOGETHER = 20
_HEADERS = {
    "User-Agent": "bench/1 (+mailto:bench@bench.example)",
    "Accept": "application/rss+xml, application/atom+xml, */*;q=0.1",
    "Accept-Encoding": "gzip, deflate",
    "If-None-Match": '"1"',
    "If-Modified-Since": "Sun, 22 Nov 2026 06:00:00 GMT",
}
_COMMON = (
    b'Date: Sun, 22 Nov 2026 07:00:00 GMT\r\nServer: bench\r\nETag: "1"\r\n'
    b"Last-Modified: Sun, 22 Nov 2026 06:00:00 GMT\r\nCache-Control: max-age=300\r\n"
)


def _answers() -> Mapping[bytes, bytes]:
    words = [f"word{number}" for number in range(3000)]
    text = " ".join(random.Random(5).choices(words, k=6000))  # about 45 kB, packed to a third
    body = gzip.compress(text.encode())
    length = f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n".encode()
    return {
        b"304": b"HTTP/1.1 304 Not Modified\r\n" + _COMMON + b"\r\n",
        b"200": b"HTTP/1.1 200 OK\r\n" + _COMMON + length + b"\r\n" + body,
    }


def _serve(pipe: Connection) -> None:
    answers = _answers()

    class Conversation(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport, self.data = transport, b""

        def data_received(self, data: bytes) -> None:
            self.data += data
            while b"\r\n\r\n" in self.data:
                head, _, self.data = self.data.partition(b"\r\n\r\n")
                self.transport.write(answers[head[5:8]])  # type: ignore[attr-defined]  # a TCP one

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Conversation, "0.0.0.0", 0, backlog=1000)  # noqa: S104  # all of 127/8
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@asynccontextmanager
async def monitor_() -> AsyncIterator[Ask]:
    """The fetcher as the daemon has it, without the pause between requests to a host."""
    policy = PollPolicy(host_gap=timedelta(0))
    held = Validators('"1"', "Sun, 22 Nov 2026 06:00:00 GMT")
    async with HttpFetcher(
        contact="mailto:bench@bench.example",
        version="1",
        policy=policy,
        allow=[ip_network("127.0.0.0/8")],
        clock=lambda: datetime.now(UTC),
    ) as fetcher:

        async def ask(url: str) -> int:
            result = await fetcher.fetch(FetchRequest(url, held))
            return result.status if isinstance(result, Fetched) else 304

        yield ask


@asynccontextmanager
async def httpx_(module: str = "httpx") -> AsyncIterator[Ask]:
    """A plain AsyncClient, which follows nothing and guards nothing."""
    library: Any = importlib.import_module(module)
    async with library.AsyncClient(trust_env=False) as client:

        async def ask(url: str) -> int:
            return int((await client.get(url, headers=_HEADERS)).status_code)

        yield ask


@asynccontextmanager
async def httpx_over_aiohttp() -> AsyncIterator[Ask]:
    """httpx with aiohttp beneath it."""
    library: Any = importlib.import_module("httpx_aiohttp")
    async with library.HttpxAiohttpClient(trust_env=False) as client:

        async def ask(url: str) -> int:
            return int((await client.get(url, headers=_HEADERS)).status_code)

        yield ask


@asynccontextmanager
async def aiohttp_() -> AsyncIterator[Ask]:
    """A plain aiohttp session."""
    library: Any = importlib.import_module("aiohttp")
    async with library.ClientSession(cookie_jar=library.DummyCookieJar()) as session:

        async def ask(url: str) -> int:
            async with session.get(url, headers=_HEADERS) as response:
                await response.read()
                return int(response.status)

        yield ask


CLIENTS: Mapping[str, Callable[[], Any]] = {
    "monitor": monitor_,
    "httpx": httpx_,
    "httpx2": lambda: httpx_("httpx2"),
    "httpx over aiohttp": httpx_over_aiohttp,
    "aiohttp": aiohttp_,
}


async def cost(client: Callable[[], Any], urls: Sequence[str], status: int) -> float:
    """Ask for all URLs; gives CPU ms a request."""
    places = asyncio.Semaphore(_TOGETHER)
    async with client() as ask:

        async def one(url: str) -> None:
            async with places:
                got = await ask(url)
            if got != status:
                raise SystemExit(f"{url} answered {got}, not {status}")

        began = time.process_time()
        await asyncio.gather(*map(one, urls))
        return (time.process_time() - began) * 1000 / len(urls)


def measure(feeds: int, repeat: int) -> dict[str, dict[str, float]]:
    """Run every round for every client that is installed, in turn."""
    near, far = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(far,), daemon=True)
    server.start()
    port = near.recv()
    rounds = {
        "304, a host each": (304, "127.{}.{}.{}"),
        "304, one host": (304, "127.0.0.1"),
        "45 kB, a host each": (200, "127.{}.{}.{}"),
    }
    try:
        found: dict[str, dict[str, list[float]]] = {}
        for _ in range(repeat):
            for name, (status, host) in rounds.items():
                urls = [
                    f"http://{host.format(1 + n // 62500, n // 250 % 250, 1 + n % 250)}:{port}/{status}/{n}"
                    for n in range(feeds)
                ]
                for who, client in CLIENTS.items():
                    try:
                        spent = asyncio.run(cost(client, urls, status))
                    except ModuleNotFoundError:
                        continue
                    found.setdefault(name, {}).setdefault(who, []).append(spent)
    finally:
        server.kill()
    return {
        name: {who: round(statistics.median(costs), 3) for who, costs in row.items()}
        for name, row in found.items()
    }


def main() -> None:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.machine()}"
    rounds = measure(asked.feeds, asked.repeat)
    result = {"machine": machine, "feeds": asked.feeds, "cpu_ms_a_request": rounds}
    print(json.dumps(result, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
