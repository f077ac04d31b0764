"""Entries as the command ``parse`` prints them: one JSON object a file."""

from datetime import datetime

from monitor.errors import ParseError
from monitor.model.source import Entry, ParsedFeed
from monitor.parse.feed import parse_feed


def feed_record(file: str, body: bytes) -> dict[str, object]:
    """Parse saved feed bytes into plain JSON values; never raises, ``error`` says why there is no feed."""
    try:
        parsed = parse_feed(body, feed_id="", max_entries=1_000_000)
        error = None
    except ParseError as failure:
        parsed, error = ParsedFeed(), str(failure)
    return {
        "file": file,
        "feed": {"title": parsed.title, "link": parsed.link},
        "entries": [_entry_record(entry) for entry in parsed.entries],
        "error": error,
    }


def _entry_record(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.guid or entry.key,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "author": entry.author,
        "published": _iso(entry.published_at),
        "updated": _iso(entry.updated_at),
        "language": entry.language,
        "tags": list(entry.tags),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
