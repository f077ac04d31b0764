"""News sitemaps: what publishers list for news searches, with titles and times, where they have no feed."""

from typing import NoReturn
from xml.parsers import expat

from monitor.errors import ParseError
from monitor.parse.raw import RawEntry, RawFeed

_NEWS = "sitemap-news"  # part of the namespace, of which versions are in use
_ENTRY_DEPTH = 2
_EXAMPLES = 5


def read_sitemap(text: str) -> RawFeed:
    """Read a news sitemap; raises ParseError for one without news and for an index of sitemaps.

    Of a body that is broken or cut short the pages before the break are given.
    """
    reader = _Reader()
    truncated = not reader.read(text)
    if reader.is_index:
        raise ParseError("not-a-feed", _index_message(reader.places))
    news = tuple(entry for entry in reader.entries if entry.title)
    if not news:
        raise ParseError(
            "not-a-feed",
            "The body is a sitemap without news: it names pages, but neither titles nor times. "
            "Look for the site's feed or its news sitemap.",
        )
    return RawFeed(title=reader.publication, entries=news, truncated=truncated)


class _Reader:
    """Collects the pages of one sitemap from expat's events."""

    def __init__(self) -> None:
        self.entries: list[RawEntry] = []
        self.places: list[str] = []
        self.publication = ""
        self.is_index = False
        self._fields: dict[str, str] = {}
        self._pieces: list[str] = []
        self._depth = 0

    def read(self, text: str) -> bool:
        """Read until the end, which gives True, or until the first fault."""
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add
        try:
            parser.Parse(text.encode("utf-8", "replace"), True)
        except expat.ExpatError:
            return False
        return True

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._pieces = []
        if self._depth == 1:
            self.is_index = name.endswith("sitemapindex")
        elif self._depth == _ENTRY_DEPTH:
            self._fields = {}

    def _add(self, text: str) -> None:
        self._pieces.append(text)

    def _end(self, name: str) -> None:
        namespace, _, local = name.rpartition(" ")
        if self._depth == _ENTRY_DEPTH:
            self._keep_page()
        elif _NEWS in namespace or self._depth == _ENTRY_DEPTH + 1:
            self._fields[local] = "".join(self._pieces).strip()
        self._pieces = []
        self._depth -= 1

    def _keep_page(self) -> None:
        fields = self._fields
        place = fields.get("loc", "")
        self.places.append(place)
        self.publication = self.publication or fields.get("name", "")
        words = (word.strip() for word in fields.get("keywords", "").split(","))
        self.entries.append(
            RawEntry(
                links=(place,),
                title=fields.get("title", ""),
                published=fields.get("publication_date", ""),
                updated=fields.get("lastmod", ""),
                language=fields.get("language", ""),
                tags=tuple(words),
            )
        )


def _index_message(places: list[str]) -> str:
    """Name the sitemaps to look at; those that have news in their name first."""
    likely = sorted(filter(None, places), key=lambda place: "news" not in _path(place))
    return (
        "The body is an index of sitemaps. Configure the one that has the news instead; "
        f"it names: {', '.join(likely[:_EXAMPLES]) or 'none'}."
    )


def _path(place: str) -> str:
    return place.lower().partition("://")[2].partition("/")[2]


def _refuse_doctype(*_: object) -> NoReturn:
    raise ParseError("not-a-feed", "The body is a sitemap with a document type, which none needs.")
