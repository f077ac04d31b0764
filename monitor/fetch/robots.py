"""What a site's robots.txt asks of us, by RFC 9309 (P34, P35)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from protego import Protego

from monitor.errors import FetchError
from monitor.model.source import Fetched
from monitor.ports import Clock

KEPT_FOR = timedelta(hours=24)
RETRIED_AFTER = timedelta(hours=1)  # of a file that could not be had
LONGEST_DELAY = timedelta(seconds=60)
_MOST_BYTES = 500 * 1024  # that are read of a file
_MOST_SITES = 1000  # that are remembered
_TOKEN = "monitor"  # our name in robots.txt  # noqa: S105  # a product token, no secret

Bring = Callable[[str], Awaitable[Fetched]]


@dataclass(frozen=True, slots=True)
class _Site:
    """What one site allows; ``rules`` None: nothing, as nobody could be asked."""

    rules: Protego | None
    until: datetime

    def allows(self, url: str) -> bool:
        return self.rules is not None and self.rules.can_fetch(url, _TOKEN)

    @property
    def delay(self) -> timedelta:
        seconds = self.rules.crawl_delay(_TOKEN) if self.rules else None
        return min(timedelta(seconds=min(seconds or 0, 1e6)), LONGEST_DELAY)


class Robots:
    """Asks each site once a day, and remembers its answer."""

    def __init__(self, bring: Bring, *, clock: Clock) -> None:
        self._bring = bring
        self._clock = clock
        self._sites: dict[str, _Site] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def admitted(self, url: httpx.URL) -> timedelta:
        """Give the pause that the site asks for; raises FetchError ("refused") if it keeps us out."""
        site = await self._site(str(url.join("/robots.txt")))
        if not site.allows(str(url)):
            why = "asks robots to stay away from this page" if site.rules else "cannot be asked"
            raise FetchError("refused", f"{url.host} {why} (robots.txt).")
        return site.delay

    async def _site(self, address: str) -> _Site:
        async with self._asking.setdefault(address, asyncio.Lock()):
            now = self._clock()
            known = self._sites.pop(address, None)
            site = known if known and known.until > now else await self._ask(address, now)
            self._sites[address] = site  # last: used most recently
        if len(self._sites) > _MOST_SITES:
            oldest = next(iter(self._sites))
            del self._sites[oldest]
            self._asking.pop(oldest, None)
        return site

    async def _ask(self, address: str, now: datetime) -> _Site:
        """Read the file: one that is missing allows all, one that cannot be had forbids all."""
        try:
            body = (await self._bring(address)).body
        except FetchError as error:
            if error.status is None or not 400 <= error.status < 500 or error.status == 429:
                return _Site(None, now + RETRIED_AFTER)
            body = b""
        text = body[:_MOST_BYTES].decode("utf-8", "replace")
        return _Site(Protego.parse(text), now + KEPT_FOR)
