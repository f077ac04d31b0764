"""The parser as a port: feedparser in worker processes, within a time limit (X12)."""

from monitor.errors import ParseError
from monitor.jobs.processes import CallTimeoutError, ProcessPool
from monitor.model.source import Feed, Fetched, ParsedFeed
from monitor.parse import parse_feed
from monitor.ports import Clock


class PooledParser:
    """Reads bodies in a process pool; implements ports.Parser."""

    def __init__(self, pool: ProcessPool, *, clock: Clock, max_entries: int) -> None:
        self._pool = pool
        self._clock = clock
        self._max_entries = max_entries

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        """Read a body as a feed; ParseError of kind ``timeout`` if it takes too long."""
        try:
            return await self._pool.call(
                parse_feed,
                fetched.body,
                feed_id=feed.id,
                url=fetched.url,
                content_type=fetched.content_type,
                timezone=feed.timezone,
                now=self._clock(),
                max_entries=self._max_entries,
            )
        except CallTimeoutError as error:
            what = (
                f"reading {len(fetched.body):,} bytes took too long ({error}); the body was dropped"
            )
            raise ParseError("timeout", what) from error
