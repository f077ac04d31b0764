"""Feeds that use one guid for a rolling page: other news under a key that is known."""

from datetime import datetime
from typing import Protocol

from monitor.model.source import Entry
from monitor.story.headlines import are_unrelated


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
    return entry.published_at > stored.published_at and are_unrelated(entry.title, stored.title)
