"""JSON Feed 1.0 and 1.1 (F26)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.errors import ParseError
from monitor.parse.raw import Passage, RawEntry, RawFeed

Fields = Mapping[str, Any]


def read_json_feed(text: str) -> RawFeed:
    """Read JSON text as a feed; raises ParseError if it is broken or something else.

    A member of a wrong type counts as absent; an item that is no object is left out.
    """
    feed = _loaded(text)
    items = feed.get("items")
    is_feed = isinstance(items, list) and ("version" in feed or "title" in feed or bool(items))
    if not is_feed or not isinstance(items, list):
        raise ParseError(
            "not-a-feed", "The body is JSON, but no JSON Feed: it has no list of items."
        )
    entries = tuple(_raw_entry(item, feed) for item in items if isinstance(item, dict))
    return RawFeed(
        title=_string(feed, "title"),
        link=_string(feed, "home_page_url"),
        language=_string(feed, "language"),
        entries=entries,
        unreadable=len(items) - len(entries),
    )


def _loaded(text: str) -> Fields:
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise ParseError(
            "not-a-feed", "The body begins as JSON but is broken or cut short."
        ) from error
    if not isinstance(value, dict):
        raise ParseError("not-a-feed", "The body is JSON, but no JSON Feed: it is not an object.")
    return value


def _raw_entry(item: Fields, feed: Fields) -> RawEntry:
    markup, plain = _string(item, "content_html"), _string(item, "content_text")
    return RawEntry(
        guid=_string(item, "id"),
        links=tuple(_links(item)),
        title=_string(item, "title"),
        summary=Passage(_string(item, "summary"), "plain"),
        content=Passage(markup) if markup else Passage(plain, "plain"),
        published=_string(item, "date_published"),
        updated=_string(item, "date_modified"),
        authors=tuple(_authors(item)) or tuple(_authors(feed)),
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        language=_string(item, "language"),
    )


def _links(item: Fields) -> Iterator[str]:
    yield _string(item, "url")
    yield _string(item, "external_url")
    yield from (
        _string(part, "url") for part in _list(item, "attachments") if isinstance(part, dict)
    )


def _authors(owner: Fields) -> Iterator[str]:
    people = [*_list(owner, "authors"), owner.get("author")]  # the latter is version 1.0
    names = (_string(person, "name") for person in people if isinstance(person, dict))
    yield from (name for name in names if name)


def _string(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if isinstance(value, (int, float)) and not isinstance(
        value, bool
    ):  # ids are numbers in the wild
        return str(value)
    return value if isinstance(value, str) else ""


def _list(fields: Fields, name: str) -> list[Any]:
    value = fields.get(name)
    return value if isinstance(value, list) else []
