"""Bytes to entries: every feed format and most of its oddities; pure."""

from monitor.parse.feed import parse_feed
from monitor.parse.raw import UnfitError
from monitor.parse.record import feed_record

__all__ = ["UnfitError", "feed_record", "parse_feed"]
