"""The parser as a port: well-formed feeds at once, all else in worker processes within limits (X12)."""

from functools import partial

from monitor.errors import ParseError
from monitor.jobs.processes import CallTimeoutError, ProcessPool
from monitor.model.source import Feed, Fetched, ParsedFeed
from monitor.parse import UnfitError, parse_feed
from monitor.ports import Clock

# Bytes that are read at once unless something in them needs feedparser: 2 ms for a usual feed, a tenth of
# a second for one made to be slow. The way to a worker and back costs 1 ms.
_SMALL = 128 * 1024


class PooledParser:
    """Reads bodies, in a process pool where their cost is not bounded; implements ports.Parser."""

    def __init__(self, pool: ProcessPool, *, clock: Clock, max_entries: int) -> None:
        self._pool = pool
        self._clock = clock
        self._max_entries = max_entries

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        """Read a body as a feed; ParseError of kind ``timeout`` if it takes too long."""
        read = partial(
            parse_feed,
            fetched.body,
            feed_id=feed.id,
            url=fetched.url,
            content_type=fetched.content_type,
            timezone=feed.timezone,
            now=self._clock(),
            max_entries=self._max_entries,
        )
        if len(fetched.body) <= _SMALL:
            try:
                return read(tolerant=False)
            except UnfitError:
                pass
        try:
            return await self._pool.call(read)
        except CallTimeoutError as error:
            what = (
                f"reading {len(fetched.body):,} bytes took too long ({error}); the body was dropped"
            )
            raise ParseError("timeout", what) from error
