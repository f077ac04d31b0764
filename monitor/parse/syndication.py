"""RSS, RDF and Atom through feedparser; the only file that knows feedparser."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import feedparser

from monitor.parse.detect import FEED_ROOTS, no_feed, root_of
from monitor.parse.raw import (
    FAILURES,
    Passage,
    RawEntry,
    RawFeed,
    minutes_kept,
    summary_and_content,
)
from monitor.parse.repair import one_by_one

Fields = Mapping[str, Any]


def read_syndication(text: str) -> RawFeed:
    """Read XML text as a feed; raises ParseError if there is no feed in it.

    Relative links follow ``xml:base`` only: against the feed's own address guids would be resolved too,
    and change with it.
    """
    results, unreadable = _results(text)
    entries: list[Fields] = [entry for result in results for entry in _field(result, "entries", ())]
    has_version = any(_field(result, "version", "") for result in results)
    if not results or not (entries or has_version or root_of(text) in FEED_ROOTS):
        raise no_feed(text)
    feed: Fields = _field(results[0], "feed", {})
    return RawFeed(
        title=_string(feed, "title"),
        link=_string(feed, "link"),
        language=_string(feed, "language")
        or _detail_language(feed, "title_detail", "subtitle_detail"),
        minutes=minutes_kept(
            _string(feed, "ttl"),
            _string(feed, "sy_updateperiod"),
            _string(feed, "sy_updatefrequency"),
        ),
        entries=tuple(_raw_entry(entry) for entry in entries),
        unreadable=unreadable,
    )


def _results(text: str) -> tuple[list[Fields], int]:
    """Read the text at once; if feedparser fails, entry by entry, and count those it fails on (F30)."""
    whole = _find_parsed(text)
    if whole is not None:
        return [whole], 0
    apart = [_find_parsed(document) for document in one_by_one(text)]
    results = [result for result in apart if result is not None]
    return results, len(apart) - len(results)


def _find_parsed(text: str) -> Fields | None:
    try:
        return _parsed(text)
    except FAILURES:
        return None


def _parsed(text: str) -> Fields:
    """Call feedparser on a stream: bytes alone it would first try as the name of a file (X13)."""
    result: Fields = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,  # of links inside markup, which we drop
        sanitize_html=False,  # all markup becomes plain text (X14)
    )
    return result


def _raw_entry(entry: Fields) -> RawEntry:
    summary, content = _passages(entry)
    return RawEntry(
        guid=_string(entry, "id"),
        links=tuple(_links(entry)),
        original_link=_string(entry, "feedburner_origlink"),
        title=_string(entry, "title"),
        summary=summary,
        content=content,
        published=_string(entry, "published") or _string(entry, "created"),
        updated=_string(entry, "updated"),
        authors=tuple(_authors(entry)),
        tags=tuple(_tags(entry)),
        language=_entry_language(entry),
    )


def _field(fields: Fields, name: str, default: Any) -> Any:
    """Read a key as a plain dict does: feedparser's own look-up puts other fields in its place."""
    value = dict.get(fields, name) if isinstance(fields, dict) else None
    return default if value is None else value


def _string(fields: Fields, name: str) -> str:
    value = _field(fields, name, "")
    return value if isinstance(value, str) else ""


def _links(entry: Fields) -> Iterator[str]:
    yield _string(entry, "link")
    links: Sequence[Fields] = _field(entry, "links", ())
    yield from (_string(link, "href") for link in links if _string(link, "rel") == "alternate")
    yield from (_string(link, "href") for link in links if _string(link, "rel") == "enclosure")


def _passages(entry: Fields) -> tuple[Passage, Passage]:
    summary = _passage(_string(entry, "summary"), _field(entry, "summary_detail", {}))
    contents = [_passage(_string(item, "value"), item) for item in _field(entry, "content", ())]
    return summary_and_content(summary, contents)


def _passage(text: str, detail: Fields) -> Passage:
    is_plain = _string(detail, "type") == "text/plain"
    return Passage(text, "plain" if is_plain else "html")


def _authors(entry: Fields) -> Iterator[str]:
    people: Sequence[Fields] = _field(entry, "authors", ())
    names = [_string(person, "name") or _string(person, "email") for person in people]
    yield from (name for name in names if name)
    if not any(names):
        yield _string(entry, "author")


def _tags(entry: Fields) -> Iterator[str]:
    tags: Iterable[Fields] = _field(entry, "tags", ())
    yield from (_string(tag, "label") or _string(tag, "term") for tag in tags)


def _entry_language(entry: Fields) -> str:
    contents: Sequence[Fields] = _field(entry, "content", ())
    of_content = _string(contents[0], "language") if contents else ""
    return (
        _string(entry, "language")
        or of_content
        or _detail_language(entry, "summary_detail", "title_detail")
    )


def _detail_language(fields: Fields, *names: str) -> str:
    return next(
        (found for name in names if (found := _string(_field(fields, name, {}), "language"))), ""
    )
