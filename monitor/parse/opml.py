"""Lists of feeds as other readers write and read them (OPML 2.0)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.errors import ParseError
from monitor.model.source import Feed
from monitor.text.clean import one_line

_CODE = 2  # letters of a country


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed as a list names it."""

    url: str
    title: str = ""
    language: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2


def read_opml(body: bytes) -> tuple[Listed, ...]:
    """Read the feeds of a list, those in folders too; raises ParseError.

    A folder, or a category, that is a country's code gives the country. Entities of its own and
    outside files are refused (X7).
    """
    reader = _Reader()
    try:
        reader.expat.Parse(body, True)  # the whole of it
    except expat.ExpatError as error:
        raise ParseError("not-a-feed", f"This is no OPML: {error}.") from error
    if not reader.is_opml:
        raise ParseError("not-a-feed", "This is no OPML: its root is another element.")
    return tuple(reader.found)


def write_opml(feeds: Iterable[Feed]) -> str:
    """Write feeds as a list, in folders by country."""
    by_country = sorted(feeds, key=lambda feed: feed.country or "")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "<head><title>monitor</title></head>",
        "<body>",
    ]
    for country, group in groupby(by_country, key=lambda feed: feed.country or ""):
        outlines = ["  " + _outline(feed) for feed in group]
        lines += (
            [f"<outline text={quoteattr(country)}>", *outlines, "</outline>"]
            if country
            else outlines
        )
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _outline(feed: Feed) -> str:
    attributes = {"type": "rss", "text": feed.title, "title": feed.title, "xmlUrl": feed.url}
    if feed.language:
        attributes["language"] = feed.language
    if feed.country:
        attributes["category"] = f"/{feed.country}"
    return (
        f"<outline {' '.join(f'{name}={quoteattr(value)}' for name, value in attributes.items())}/>"
    )


class _Reader:
    """Collects outlines as they open and close."""

    def __init__(self) -> None:
        self.found: list[Listed] = []
        self.is_opml = False
        self._folders: list[str] = []
        self.expat = expat.ParserCreate()
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.EntityDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.is_opml = self.is_opml or name.lower() == "opml"
        if name.lower() != "outline":
            return
        given = {key.lower(): one_line(value) for key, value in attributes.items()}
        text = given.get("title") or given.get("text", "")
        if url := given.get("xmlurl"):
            country = next(_codes([given.get("category", ""), *reversed(self._folders)]), None)
            self.found.append(Listed(url, text, given.get("language") or None, country))
        self._folders.append(given.get("text", ""))

    def _end(self, name: str) -> None:
        if name.lower() == "outline":
            self._folders.pop()

    def _refuse(self, *_: object) -> None:
        raise ParseError("not-a-feed", "This OPML declares entities of its own; take them out.")


def _codes(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for part in name.replace(",", "/").split("/"):
            if len(part) == _CODE and part.isascii() and part.isupper():
                yield part
