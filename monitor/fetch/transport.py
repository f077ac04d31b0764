"""Connects, but only to addresses that the guard lets through (X2, X5, X9)."""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from itertools import zip_longest

import certifi
import httpcore
import httpx

from monitor.fetch.guard import Address, Guard, Network

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]

_MOST_ADDRESSES = 4  # tried for one host
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=5.0)


class BlockedError(httpcore.ConnectError):
    """The guard refuses the address; the text is a whole sentence, with the mend."""


class UnresolvedError(httpcore.ConnectError):
    """The name does not resolve; the text is a whole sentence."""


async def resolve_by_system(host: str, port: int) -> Sequence[Address]:
    """Ask the system's resolver once; raises UnresolvedError.

    Odd spellings such as ``127.1`` or ``0x7f000001`` become plain addresses here, so that they are
    judged by what they mean (X4).
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # ValueError: a label too long, a NUL
        raise UnresolvedError(f"{host} does not resolve: no such name, or no network.") from error
    return [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves once, has every address checked, and connects to a checked one.

    The host's name stays in the request and in the TLS handshake: only the dialling is ours.
    """

    def __init__(self, guard: Guard, resolve: Resolve) -> None:
        self._guard = guard
        self._resolve = resolve
        self._dialler = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a checked address of the host; raises httpcore's errors."""
        ends_at = None if timeout is None else time.monotonic() + timeout
        addresses = await self._addresses(host, port, timeout)
        if refusal := self._guard.refusal(host, port, addresses):
            raise BlockedError(refusal)
        candidates = _alternating(addresses)[:_MOST_ADDRESSES]
        for index, address in enumerate(candidates):
            left = len(candidates) - index
            share = None if ends_at is None else max(0.0, ends_at - time.monotonic()) / left
            try:
                return await self._dialler.connect_tcp(
                    str(address), port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
        raise UnresolvedError(f"{host} has no address.")

    async def _addresses(self, host: str, port: int, patience: float | None) -> Sequence[Address]:
        try:
            async with asyncio.timeout(patience):
                return await self._resolve(host, port)
        except TimeoutError as error:
            raise UnresolvedError(
                f"{host} does not resolve: no answer from the name server."
            ) from error


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool that dials through the guard."""

    def __init__(self, tls: ssl.SSLContext, backend: GuardedBackend) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=_LIMITS.max_connections,
            max_keepalive_connections=_LIMITS.max_keepalive_connections,
            keepalive_expiry=_LIMITS.keepalive_expiry,
            network_backend=backend,
        )


def guarded_transport(
    allow: Sequence[Network], tls: ssl.SSLContext, *, resolve: Resolve = resolve_by_system
) -> httpx.AsyncBaseTransport:
    """Make a transport that reaches public addresses and the networks in ``allow`` only.

    A refusal surfaces as httpx.ConnectError whose text is a sentence for the operator.
    """
    return _GuardedTransport(tls, GuardedBackend(Guard(tuple(allow)), resolve))


def trusted_tls() -> ssl.SSLContext:
    """Make a context that verifies, from TLS 1.2 up, with the system's and certifi's roots (X9)."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())  # slim images have no system roots
    return context


def without_cookies() -> CookieJar:
    """Make a jar that takes no cookie from anyone (P24)."""
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))


def silence_http_logs() -> None:
    """Keep whole URLs, which may hold secrets, out of the logs (X24)."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def make_client(
    allow: Sequence[Network],
    *,
    user_agent: str,
    timeout: timedelta,
    tls: ssl.SSLContext | None = None,
    resolve: Resolve = resolve_by_system,
) -> httpx.AsyncClient:
    """Make the guarded client for webhooks and chat: no redirects, no cookies, no proxies.

    ``timeout`` is for each step of a request. Answers are never decompressed, so a hostile
    receiver cannot blow them up.
    """
    silence_http_logs()
    return httpx.AsyncClient(
        transport=guarded_transport(allow, tls or trusted_tls(), resolve=resolve),
        headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
        cookies=without_cookies(),
        timeout=httpx.Timeout(timeout.total_seconds()),
        follow_redirects=False,
        trust_env=False,
        event_hooks={"response": [_leave_packed]},
    )


async def _leave_packed(response: httpx.Response) -> None:
    response.headers.pop("content-encoding", None)


def _alternating(addresses: Sequence[Address]) -> list[Address]:
    """Order addresses so that the families take turns, the system's first choice in front."""
    unique = list(dict.fromkeys(addresses))
    first = [address for address in unique if address.version == unique[0].version]
    other = [address for address in unique if address.version != unique[0].version]
    pairs = zip_longest(first, other)
    return [address for pair in pairs for address in pair if address is not None]
