"""Connects, but only to addresses that the guard lets through (X2, X4)."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from itertools import zip_longest

import httpx

from monitor.fetch.guard import Address, Guard
from monitor.fetch.wire import Wire

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]

_MOST_ADDRESSES = 4  # tried for one host


class BlockedError(httpx.ConnectError):
    """The guard refuses the address; the text is a whole sentence, with the mend."""


class UnresolvedError(httpx.ConnectError):
    """The name does not resolve; the text is a whole sentence."""


async def resolve_by_system(host: str, port: int) -> Sequence[Address]:
    """Ask the system's resolver once; raises UnresolvedError.

    Odd spellings such as ``127.1`` or ``0x7f000001`` become plain addresses here, so that they are
    judged by what they mean (X4).
    """
    try:
        return [ip_address(host)]
    except ValueError:
        pass  # a name, or an odd spelling
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # ValueError: a label too long, a NUL
        raise UnresolvedError(f"{host} does not resolve: no such name, or no network.") from error
    return [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


class Dialler:
    """Resolves once, has every address checked, and connects to a checked one.

    The host's name stays in the request and in the TLS handshake: only the dialling is ours.
    """

    def __init__(self, guard: Guard, tls: ssl.SSLContext, resolve: Resolve) -> None:
        self._guard = guard
        self._tls = tls
        self._resolve = resolve

    async def dial(self, url: httpx.URL, patience: float | None) -> Wire:
        """Connect to a checked address of the URL's host; raises httpx.ConnectError or ConnectTimeout.

        ``patience`` are seconds for all of it, shared fairly by the addresses that are tried.
        """
        host, secure = url.raw_host.decode("ascii"), url.scheme == "https"
        port = url.port or (443 if secure else 80)
        ends_at = None if patience is None else time.monotonic() + patience
        addresses = await self._addresses(host, port, patience)
        if refusal := self._guard.refusal(host, port, addresses):
            raise BlockedError(refusal)
        candidates = _alternating(addresses)[:_MOST_ADDRESSES]
        for index, address in enumerate(candidates):
            left = len(candidates) - index
            share = None if ends_at is None else max(0.0, ends_at - time.monotonic()) / left
            try:
                return await self._connect(address, port, host if secure else None, share)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if left == 1:
                    raise
        raise UnresolvedError(f"{host} has no address.")

    async def _connect(
        self, address: Address, port: int, secure_host: str | None, patience: float | None
    ) -> Wire:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(patience):
                _, wire = await loop.create_connection(
                    Wire,
                    str(address),
                    port,
                    ssl=self._tls if secure_host else None,
                    server_hostname=secure_host,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection in time") from error
        except OSError as error:  # ssl.SSLError is one
            raise httpx.ConnectError(str(error)) from error
        return wire

    async def _addresses(self, host: str, port: int, patience: float | None) -> Sequence[Address]:
        try:
            async with asyncio.timeout(patience):
                return await self._resolve(host, port)
        except TimeoutError as error:
            raise UnresolvedError(
                f"{host} does not resolve: no answer from the name server."
            ) from error


def _alternating(addresses: Sequence[Address]) -> list[Address]:
    """Order addresses so that the families take turns, the system's first choice in front."""
    unique = list(dict.fromkeys(addresses))
    first = [address for address in unique if address.version == unique[0].version]
    other = [address for address in unique if address.version != unique[0].version]
    pairs = zip_longest(first, other)
    return [address for pair in pairs for address in pair if address is not None]
