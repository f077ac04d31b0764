"""Feeds that use one guid for a rolling page: other news under a key that is known."""

import re
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from monitor.model.source import Entry
from monitor.text.fold import fold
from monitor.text.scripts import is_cjk

_WORD = re.compile(r"\w+")
_SHARED = 0.2  # of the shorter title's words: an edited headline keeps more


class Stored(Protocol):
    """What is remembered of the entry that has the key."""

    @property
    def title(self) -> str: ...

    @property
    def published_at(self) -> datetime | None: ...


def is_other_item(entry: Entry, stored: Stored) -> bool:
    """Tell whether a known key now stands for other news: published later, under another headline.

    Anything less is an edit, which is not told again (F6).
    """
    if entry.published_at is None or stored.published_at is None:
        return False
    if entry.published_at <= stored.published_at:
        return False
    mine, theirs = _words(entry.title), _words(stored.title)
    shorter = min(len(mine), len(theirs))
    return shorter > 0 and len(mine & theirs) <= _SHARED * shorter


def _words(title: str) -> frozenset[str]:
    """Give a title's words; Chinese ones by pairs of characters."""
    folded = fold(title).text
    pairs = (a + b for a, b in pairwise(folded) if is_cjk(a) and is_cjk(b))
    return frozenset([*(w for w in _WORD.findall(folded) if not any(map(is_cjk, w))), *pairs])
