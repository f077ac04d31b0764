"""A feed server on loopback and fetchers that may reach it."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Protocol

import pytest

from monitor.fetch import HttpFetcher, trusted_tls
from monitor.model.source import PollPolicy
from tests.servers.feeds import FeedServer

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
LOOPBACK = ip_network("127.0.0.0/8")
POLICY = PollPolicy(
    host_gap=timedelta(0), deadline=timedelta(seconds=20), max_bytes=5 * 1024 * 1024
)


class OpenFetcher(Protocol):
    """Opens a fetcher that is closed with the test."""

    async def __call__(self, policy: PollPolicy = POLICY, **options: object) -> HttpFetcher: ...


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """Run a feed server on a free port."""
    with FeedServer() as running:
        yield running


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    """Make one context for all tests: loading the roots takes longer than most of them."""
    return trusted_tls()


@pytest.fixture
async def open_fetcher(tls: ssl.SSLContext) -> AsyncIterator[OpenFetcher]:
    """Give a function that opens fetchers; loopback is allowed unless an option says otherwise."""
    async with AsyncExitStack() as stack:

        async def opened(policy: PollPolicy = POLICY, **options: object) -> HttpFetcher:
            usual = {"allow": [LOOPBACK], "tls": tls, "clock": lambda: NOW}
            given: dict[str, object] = {**usual, **options}
            fetcher = HttpFetcher(
                contact="mailto:desk@example.org",
                version="1.2",
                policy=policy,
                **given,  # type: ignore[arg-type]  # a test's options, checked by the call itself
            )
            return await stack.enter_async_context(fetcher)

        yield opened


@pytest.fixture
async def fetcher(open_fetcher: OpenFetcher) -> HttpFetcher:
    """Open a fetcher with the tests' policy."""
    return await open_fetcher()
