"""Gives each host one request at a time, with a pause between two (P20)."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.errors import FetchError
from monitor.ports import Clock

REST = timedelta(minutes=15)
LONGEST_WAIT = timedelta(minutes=5)
_LONGEST_PAUSE = 60.0  # seconds that a turn's own pause may reach back


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended_at: float = float("-inf")  # of the last request, on the monotonic clock
    users: int = 0


class HostRests:
    """Spares a host that just refused one request those that stood in line behind it (P14, P16)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}

    def note(self, host: str, error: FetchError) -> None:
        """Let the host rest for a while if it said that this is too much."""
        if error.kind == "rate-limited":
            self._until[host] = self._clock() + min(error.retry_after or REST, REST)

    def check(self, host: str) -> None:
        """Raise FetchError ("timeout") while the host rests."""
        until = self._until.get(host)
        if until is None:
            return
        if until <= self._clock():
            del self._until[host]
            return
        raise FetchError(
            "timeout",
            f"{host} asked for a rest while this request stood in line. It is made at the next poll.",
        )


class HostTurns:
    """Lines up requests by host and port; a turn ends with its response, redirects included.

    The pause runs from the end of one request to the start of the next, so it is never shorter than
    ``gap`` by either reading of "between".
    """

    def __init__(
        self,
        gap: timedelta,
        *,
        longest_wait: timedelta = LONGEST_WAIT,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = gap.total_seconds()
        self._longest_wait = longest_wait.total_seconds()
        self._monotonic = monotonic
        self._sleep = sleep
        self._hosts: dict[tuple[str, int], _Host] = {}
        self._swept_at = 0.0

    @asynccontextmanager
    async def turn(
        self, host: str, port: int, *, pause: timedelta = timedelta(0)
    ) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it; raises FetchError if the line is too long.

        ``pause`` is a longer gap before this request, as robots.txt may ask for (P35).
        """
        self._forget_idle()
        entry = self._hosts.setdefault((host.rstrip("."), port), _Host())
        entry.users += 1
        try:
            await self._acquire(entry, host)
            try:
                await self._pause(entry, max(self._gap, pause.total_seconds()))
                try:
                    yield
                finally:
                    entry.ended_at = self._monotonic()
            finally:
                entry.lock.release()
        finally:
            entry.users -= 1

    async def _acquire(self, entry: _Host, host: str) -> None:
        try:
            async with asyncio.timeout(self._longest_wait):
                await entry.lock.acquire()
        except TimeoutError:
            raise FetchError(
                "timeout",
                f"{host}: its turn did not come within {self._longest_wait:.0f} s, because other "
                "requests to the host are slow. It is tried again at the next poll.",
            ) from None

    async def _pause(self, entry: _Host, gap: float) -> None:
        if (wait := entry.ended_at + gap - self._monotonic()) > 0:
            await self._sleep(wait)

    def _forget_idle(self) -> None:
        """Forget hosts at rest; at most once a second, as all are looked at."""
        now = self._monotonic()
        if now < self._swept_at + 1:
            return
        self._swept_at = now
        past = now - max(self._gap, _LONGEST_PAUSE)
        idle = [key for key, host in self._hosts.items() if not host.users and host.ended_at < past]
        for key in idle:
            del self._hosts[key]
