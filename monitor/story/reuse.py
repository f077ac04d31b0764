"""Feeds that use one guid for a rolling page: other news under a key that is known."""

from monitor.model.source import Entry
from monitor.story.headlines import kept

# Of the shorter one's words an edit keeps more; measured on 95 headlines that changed with their date.
_HEADLINE = 1 / 3
_LEAD = 0.4
_HEADLINE_ALONE = 0.2
_LEAD_LENGTH = 400  # characters; further on most texts of a feed share their words


def is_other_item(entry: Entry, before: Entry) -> bool:
    """Tell whether a known key now stands for other news: published later, told in other words.

    Anything less is an edit, which is not told again (F6): a new headline over the same text, or
    other words under the same date.
    """
    if entry.published_at is None or before.published_at is None:
        return False
    headline = kept(entry.title, before.title)
    if entry.published_at <= before.published_at or headline is None:
        return False
    lead = kept(entry.text[:_LEAD_LENGTH], before.text[:_LEAD_LENGTH])
    if lead is None:
        return headline <= _HEADLINE_ALONE
    return headline <= _HEADLINE and lead <= _LEAD
