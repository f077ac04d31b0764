"""Fetches one feed: politely, within limits, and whole or not at all."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx

from monitor.errors import FetchError
from monitor.fetch.decode import BodyDecoder, coding_of, too_large
from monitor.fetch.dial import Resolve, resolve_by_system
from monitor.fetch.failures import connection_error, is_challenge, status_error
from monitor.fetch.guard import Network
from monitor.fetch.headers import (
    ACCEPT,
    ACCEPT_PAGE,
    max_age,
    oversized,
    request_headers,
    user_agent,
    validators_of,
)
from monitor.fetch.redirects import REDIRECTS, Trail, parse_url, start_trail
from monitor.fetch.robots import Robots
from monitor.fetch.transport import guarded_transport, silence_http_logs, trusted_tls
from monitor.fetch.turns import HostRests, HostTurns
from monitor.model.source import Fetched, FetchRequest, NotModified, PollPolicy, Validators
from monitor.ports import Clock

# The deadline covers all but connecting, where a dead address must leave time for others.
_PATIENCE = {"connect": 10.0}  # seconds
_NONE = Validators()
_WHOLE_BODY = frozenset({200, 203})
_PORTS = {"http": 80, "https": 443}


class HttpFetcher:
    """Implements the Fetcher port over httpx; one client for all feeds, open between enter and exit.

    Raises FetchError and nothing else on purpose; never retries; keeps nothing between fetches but
    a few open connections and the pace of each host.
    """

    def __init__(
        self,
        *,
        contact: str,
        version: str,
        policy: PollPolicy,
        allow: Sequence[Network],
        clock: Clock,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = resolve_by_system,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        silence_http_logs()
        self._agent = user_agent(version, contact)
        self._policy = policy
        self._clock = clock
        self._turns = HostTurns(policy.host_gap, sleep=sleep)
        self._rests = HostRests(clock)
        self._robots = Robots(lambda url: self._bring_whole(url, _Order()), clock=clock)
        # Without a client above it: that would add headers, cookies and logs of its own.
        self._transport = guarded_transport(allow, tls or trusted_tls(), resolve=resolve)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._transport.aclose()

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified:
        """Bring one body, following at most five redirects under one deadline.

        Validators go only to the URL that gave them (P7): ``validators_url``, else ``url``.
        """
        order = _Order(request.validators, _holder(request), heed_robots=self._policy.robots)
        return await self._bring(request.url, order)

    async def fetch_page(self, url: str) -> Fetched:
        """Bring a page that a feed links to, if its site's robots.txt lets us (P34)."""
        return await self._bring_whole(url, _Order(accept=ACCEPT_PAGE, heed_robots=True))

    async def _bring_whole(self, url: str, order: "_Order") -> Fetched:
        result = await self._bring(url, order)
        assert isinstance(result, Fetched)  # noqa: S101  # a request without validators gets no 304
        return result

    async def _bring(self, url: str, order: "_Order") -> Fetched | NotModified:
        trail = start_trail(url)
        budget = _Budget(self._policy.deadline)
        while True:
            answer = await self._ask(trail, order, budget)
            if not isinstance(answer, Trail):
                return answer
            trail = answer

    async def _ask(
        self, trail: Trail, order: "_Order", budget: "_Budget"
    ) -> Fetched | NotModified | Trail:
        """Make one request; gives the longer trail if the answer is a redirect."""
        url = trail.url
        validators = order.validators if order.holds(trail) else _NONE
        pause = await self._robots.admitted(url) if order.heed_robots else timedelta(0)
        async with self._turns.turn(url.host, url.port or _PORTS[url.scheme], pause=pause):
            self._rests.check(url.host)
            headers = request_headers(self._agent, validators, accept=order.accept)
            try:
                async with budget.spend(url.host), self._send(url, headers) as response:
                    return await self._read(response, trail, validators)
            except FetchError as error:
                self._rests.note(url.host, error)
                raise
            except httpx.HTTPError as error:
                raise connection_error(error, host=url.host) from error

    @asynccontextmanager
    async def _send(
        self, url: httpx.URL, headers: list[tuple[bytes, bytes]]
    ) -> AsyncIterator[httpx.Response]:
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": _PATIENCE})
        response = await self._transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    async def _read(
        self, response: httpx.Response, trail: Trail, validators: Validators
    ) -> Fetched | NotModified | Trail:
        host, status = trail.url.host, response.status_code
        if oversized(response.headers.raw):
            raise FetchError("too-large", f"{host} sends more headers than can be right.")
        if status in REDIRECTS:
            return trail.follow(status, _raw_header(response, b"location"))
        moved_to = str(trail.moved_to) if trail.moved_to else None
        fresh_for = max_age(response.headers, self._clock())
        found = validators_of(response.headers.raw)
        is_plain = not response.extensions["surplus"]
        if status == 304 and validators != _NONE and is_plain:
            return NotModified(validators=found, max_age=fresh_for, moved_to=moved_to)
        if status in {206, 226, 304}:
            raise FetchError(
                "protocol", f"{host} answers {status}, which nobody asked for.", status=status
            )
        if status not in _WHOLE_BODY or is_challenge(response.headers):
            raise status_error(status, response.headers, host=host, now=self._clock())
        return Fetched(
            url=str(trail.url),
            body=await self._body(response, host),
            content_type=response.headers.get("content-type"),
            validators=found,
            max_age=fresh_for,
            moved_to=moved_to,
            status=status,
        )

    async def _body(self, response: httpx.Response, host: str) -> bytes:
        limit = self._policy.max_bytes
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
            raise too_large(host, limit)
        coding = coding_of(response.headers.get_list("content-encoding"), host=host)
        decoder = BodyDecoder(coding, limit=limit, host=host)
        async for chunk in response.aiter_raw():
            decoder.feed(chunk)
        return decoder.finish()


@dataclass(frozen=True, slots=True)
class _Order:
    """What a fetch asks with, wherever redirects lead it."""

    validators: Validators = _NONE
    holder: httpx.URL | None = None  # the URL that gave the validators (P7); None: the first one
    accept: str = ACCEPT
    heed_robots: bool = False

    def holds(self, trail: Trail) -> bool:
        """Tell whether the validators belong to the URL to be asked now."""
        return trail.url == (self.holder or trail.urls[0])


class _Budget:
    """The time one fetch may spend on the network; waiting for turns does not count (P21)."""

    def __init__(self, deadline: timedelta) -> None:
        self._deadline = deadline
        self._left = deadline.total_seconds()

    @asynccontextmanager
    async def spend(self, host: str) -> AsyncIterator[None]:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._left):
                yield
        except TimeoutError:
            raise FetchError(
                "timeout",
                f"{host} did not give the whole answer within {self._deadline.total_seconds():g} s.",
            ) from None
        finally:
            self._left -= time.monotonic() - began


def _holder(request: FetchRequest) -> httpx.URL | None:
    """Give the URL that the validators belong to, if it is not the one asked: URLs are dear to parse."""
    if request.validators_url is None or request.validators_url == request.url:
        return None
    return parse_url(request.validators_url).copy_with(fragment=None)


def _raw_header(response: httpx.Response, name: bytes) -> bytes | None:
    return next((value for key, value in response.headers.raw if key.lower() == name), None)
