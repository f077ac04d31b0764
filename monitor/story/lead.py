"""Which hit speaks for a story."""

from collections.abc import Iterable
from datetime import datetime

from monitor.model.story import Hit


def lead_first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Order the hits of a story: best source, then earliest; total, so that arrival never decides."""
    return tuple(sorted(hits, key=_precedence))


def _precedence(hit: Hit) -> tuple[int, datetime, str, str]:
    return -hit.rank, hit.told_at, hit.entry.feed_id, hit.entry.key
