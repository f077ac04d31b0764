"""What the quick reader gives beside what feedparser gives."""

from monitor.model.source import Entry
from monitor.parse.dates import DateContext
from monitor.parse.entries import FeedContext, language_tag, plain_entries
from monitor.parse.identity import with_own_keys
from monitor.parse.raw import RawFeed
from monitor.parse.syndication import read_syndication
from monitor.parse.wellformed import read_wellformed
from monitor.text.html import title_text

Finished = tuple[str, str, str | None, str, tuple[Entry, ...]]


def both(text: str) -> tuple[Finished, Finished]:
    """Read a text both ways; raises UnfitError if the quick reader stands back."""
    quick = read_wellformed(text)
    return finished(quick), finished(read_syndication(text))


def finished(raw: RawFeed) -> Finished:
    """Give what a raw feed comes to."""
    language = language_tag(raw.language)
    context = FeedContext("f", "https://feed.example/dir/rss", language, DateContext())
    entries, unreadable = plain_entries(raw.entries, context)
    assert unreadable == 0
    return title_text(raw.title), raw.link, language, raw.minutes, with_own_keys(entries)
