"""Floods: a known feed that lists many entries as if they were new (F4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model.source import Entry

_MANY = 10  # more new entries than this at once,
_MOST = 0.5  # and more than this part of the body, are a flood unless they came one by one
_GROWN = 2  # times as many entries as the feed used to list: it has changed its shape
_MOVED_ON = 2 / 3  # of the news of a busy feed is younger than all that came before
_SPREAD = 0.5  # of how well the entries before were spread over the minutes


@dataclass(frozen=True, slots=True)
class Window:
    """What of a feed is known from before."""

    listed: int  # entries in the last whole body; 0: the feed is not known yet
    burst: int  # so many new entries at once the operator has approved
    published: Sequence[datetime]  # of the entries stored last


def is_flood(new: Sequence[Entry], listed: int, before: Window) -> bool:
    """Tell entries listed anew by a migration from the news of a busy feed or of a long night.

    News moves on: it is younger than what came before and no more alike in its times than that was,
    and the feed stays as long as it is.
    """
    if not before.listed or len(new) <= max(_MANY, before.burst) or len(new) <= _MOST * listed:
        return False
    return listed > _GROWN * before.listed or not _moves_on(new, before.published)


def _moves_on(new: Sequence[Entry], before: Sequence[datetime]) -> bool:
    dates = [entry.published_at for entry in new if entry.published_at is not None]
    if not before or not dates:
        return False
    younger = sum(date > max(before) for date in dates)
    return younger >= _MOVED_ON * len(new) and _spread(dates) >= _SPREAD * _spread(before)


def _spread(dates: Sequence[datetime]) -> float:
    """Give how many minutes dates fall on, as a share of the dates."""
    return len({date.replace(second=0, microsecond=0) for date in dates}) / len(dates)
