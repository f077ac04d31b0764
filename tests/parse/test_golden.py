"""Whole feeds against what they must come to; the cases are folders of tests/data/feeds."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.model.source import Entry, ParsedFeed
from monitor.parse import feed_record, parse_feed

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
CASES = sorted(path.name for path in FEEDS.iterdir() if path.is_dir())
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def plain(value: object) -> Any:
    """Turn a field into what JSON holds."""
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def entry_fields(entry: Entry) -> dict[str, Any]:
    """List the fields of an entry that are not empty."""
    names = "key guid title url canonical_url summary content author tags language published_at updated_at"
    fields = {name: plain(getattr(entry, name)) for name in names.split()}
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def feed_fields(feed: ParsedFeed) -> dict[str, Any]:
    """List the fields of a feed."""
    return {
        "title": feed.title,
        "link": feed.link,
        "language": feed.language,
        "ttl_minutes": feed.ttl and feed.ttl.total_seconds() / 60,
        "truncated": feed.truncated,
    }


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    """A feed comes to exactly the entries that its expected.json tells, rule included."""
    body = (FEEDS / case / "feed.xml").read_bytes()
    expected = json.loads((FEEDS / case / "expected.json").read_text("utf-8"))
    parsed = parse_feed(body, feed_id="sample", now=NOW, **expected["options"])
    assert feed_fields(parsed) == expected["feed"], expected["rule"]
    assert [entry_fields(entry) for entry in parsed.entries] == expected["entries"], expected[
        "rule"
    ]


def test_every_language_has_a_case() -> None:
    """All seven languages are among the golden feeds."""
    assert {case[:2] for case in CASES} == {"en", "ru", "kk", "zh", "uz", "ky", "tg"}


@pytest.mark.parametrize("case", CASES)
def test_record(case: str) -> None:
    """The printed record has the members of the interface, and is JSON."""
    body = (FEEDS / case / "feed.xml").read_bytes()
    record = json.loads(json.dumps(feed_record(case, body)))
    assert list(record) == ["file", "feed", "entries", "error"]
    assert list(record["feed"]) == ["title", "link"]
    members = [
        "id",
        "url",
        "title",
        "summary",
        "content",
        "author",
        "published",
        "updated",
        "language",
        "tags",
    ]
    assert all(list(entry) == members for entry in record["entries"])
    assert record["error"] is None


def test_record_times() -> None:
    """Times of a record are ISO 8601 in UTC, the id is the guid or else the key."""
    body = (FEEDS / "ky-no-guid-no-link" / "feed.xml").read_bytes()
    entries: Any = feed_record("x", body)["entries"]
    assert [entry["published"] for entry in entries[:2]] == [
        "2026-11-20T12:00:00Z",
        "2016-06-29T15:07:41Z",
    ]
    assert entries[1]["id"] == "https://news.example/ky/2"


def test_record_of_no_feed() -> None:
    """A body that is no feed gives a record with its error and no entries."""
    record = feed_record("x", b"")
    assert (record["entries"], record["feed"]) == ([], {"title": "", "link": None})
    assert "no content" in str(record["error"])
