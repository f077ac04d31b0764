"""The transport beneath every request: guarded, verified, and cheap (X2, X5, X9, X10).

httpx names requests, answers and errors; the connections are ours, as its own pool cost twice the
CPU and cannot dial through a guard. ``python -m bench.fetch`` compares.
"""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy

import certifi
import httpx

from monitor.fetch.dial import Dialler, Resolve, resolve_by_system
from monitor.fetch.exchange import Exchange, HungUpError
from monitor.fetch.guard import Guard, Network
from monitor.fetch.wire import Wire

MOST_IDLE = 8  # connections kept open for a next request
IDLE_FOR = timedelta(seconds=5)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests over connections that the guard lets through, a few of them kept for reuse.

    A refusal surfaces as httpx.ConnectError whose text is a sentence for the operator.
    """

    def __init__(self, dialler: Dialler) -> None:
        self._dialler = dialler
        self._idle: dict[Wire, tuple[str, asyncio.TimerHandle]] = {}  # oldest first

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Make one request. Raises httpx.HTTPError.

        A GET whose kept connection turns out to be closed is sent once more, on a new one.
        """
        patience = request.extensions.get("timeout", {})
        place = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        if wire := self._take(place):
            exchange = self._exchange(wire, patience, place)
            try:
                return await self._answer(exchange, request)
            except (httpx.NetworkError, HungUpError):
                if exchange.answered or request.method != "GET":
                    raise
        wire = await self._dialler.dial(request.url, patience.get("connect"))
        return await self._answer(self._exchange(wire, patience, place), request)

    async def aclose(self) -> None:
        """Close the connections that were kept."""
        for wire in list(self._idle):
            self._drop(wire)
        await asyncio.sleep(0)  # asyncio lets go of a socket one turn later

    def _exchange(self, wire: Wire, patience: dict[str, float | None], place: str) -> Exchange:
        return Exchange(wire, patience, lambda done: self._keep(done, place))

    async def _answer(self, exchange: Exchange, request: httpx.Request) -> httpx.Response:
        try:
            return await exchange.ask(request)
        except BaseException:  # a cancelled request leaves nothing behind either
            await exchange.aclose()
            raise

    def _take(self, place: str) -> Wire | None:
        """Take a kept connection to the place on which all is quiet."""
        for wire, (where, timer) in list(self._idle.items()):
            if where == place and not wire.quiet:
                self._drop(wire)
            elif where == place:
                timer.cancel()
                del self._idle[wire]
                return wire
        return None

    def _keep(self, wire: Wire, place: str) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(IDLE_FOR.total_seconds(), self._drop, wire)
        self._idle[wire] = (place, timer)
        if len(self._idle) > MOST_IDLE:
            self._drop(next(iter(self._idle)))

    def _drop(self, wire: Wire) -> None:
        _, timer = self._idle.pop(wire)
        timer.cancel()
        wire.close()


def guarded_transport(
    allow: Sequence[Network], tls: ssl.SSLContext, *, resolve: Resolve = resolve_by_system
) -> httpx.AsyncBaseTransport:
    """Make a transport that reaches public addresses and the networks in ``allow`` only."""
    return GuardedTransport(Dialler(Guard(tuple(allow)), tls, resolve))


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
    logging.getLogger("httpx").setLevel(logging.WARNING)


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
