"""Where the reader of well-formed feeds is in its document, and what it has collected."""

import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urljoin
from xml.parsers.expat import XMLParserType

from monitor.parse.item import Item, Text
from monitor.parse.raw import RawEntry, UnfitError
from monitor.parse.repair import mended
from monitor.text.html import looks_like_html

Attributes = dict[str, str]

_XHTML = "application/xhtml+xml"
_MEDIA = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": _XHTML}
_MEDIA |= {kind: kind for kind in ("text/plain", "text/html", _XHTML)}
_SLASHES = re.compile(r"([A-Za-z][A-Za-z0-9+,.-]*://)/+")
_MAYBE_HTML = re.compile(r"</\w+>|&#?\w+;")


@dataclass(slots=True)
class State:
    """One pass over a document."""

    parser: XMLParserType
    feed: Item = field(default_factory=Item)  # what the feed says of itself
    item: Item | None = None  # the open one
    entries: list[RawEntry] = field(default_factory=list)
    depth: int = 0
    is_atom: bool = False
    in_feed: bool = False
    aside: str = (
        ""  # what is open and tells nothing of the entry: ``source``, ``image``, ``textinput``
    )
    aside_depth: int = 0
    in_author: bool = False
    in_publisher: bool = False
    title_depth: int = -1  # of the title that stands; deeper and later ones do not count
    has_content: bool = False
    repeats: bool = False  # the open description is a second one, so it counts as content
    id_is_link: bool = False
    language: str | None = None
    base: str = ""
    leaf: int = 0  # depth of the open element whose text is wanted
    kind: str = ""  # media type of that text
    _pieces: list[str] = field(default_factory=list)
    _author: list[str] = field(default_factory=list)

    @property
    def target(self) -> Item:
        """Whose fields the open element belongs to."""
        return self.item or self.feed

    def put(self, name: str, text: str) -> None:
        """Keep a field of the open entry, else of the feed."""
        if self.item:
            self.item.put(name, text, self.depth)
        elif self.in_feed:
            self.feed.fields[name] = text

    def collect(self) -> None:
        """Begin to collect the text of an element that holds nothing else."""
        self.leaf = self.depth
        self.kind = ""
        self._pieces = []
        self.parser.CharacterDataHandler = self._pieces.append

    def collect_passage(self, attributes: Attributes, default: str) -> None:
        """Begin to collect text that may be markup, as its type says."""
        kind = _MEDIA.get(attributes.get("type", default).lower())
        if kind is None or "mode" in attributes:
            raise UnfitError("content of another type")
        self.collect()
        self.kind = kind
        if kind == _XHTML:
            self.parser.CharacterDataHandler = self._add_escaped

    def collect_author(self) -> None:
        """Begin to collect an author, who is text or elements."""
        self.in_author = True
        self._author = []
        self.parser.CharacterDataHandler = self._author.append

    def begin_aside(self, name: str) -> None:
        """Begin an element whose parts tell of something else than the entry."""
        self.aside = name
        self.aside_depth = self.depth
        self.title_depth = -1

    def add_tag(self, tag: str) -> None:
        """Keep a tag inside what is collected; its attributes say nothing to a reader."""
        if self.kind != _XHTML:
            raise UnfitError("an element inside text")
        self._pieces.append(tag)

    def raw_text(self) -> str:
        """End the collection and give its text."""
        self.leaf = 0
        self.parser.CharacterDataHandler = self._author.append if self.in_author else None
        return "".join(self._pieces).strip()

    def text(self) -> str:
        """End the collection and give its text, mended."""
        text = self.raw_text()
        return text if text.isascii() else mended(text)

    def labelled(self) -> Text:
        """End the collection and give its text with its kind and language."""
        language = self.language
        return Text(self.text(), self.kind, language.replace("_", "-") if language else None)

    def passage(self) -> Text:
        """End the collection of a summary or content."""
        passage = self.labelled()
        if passage.kind == "text/plain" and not self.is_atom and _is_ambiguous(passage.text):
            raise UnfitError("plain text that may be markup")
        return passage

    def author_text(self) -> str:
        """End an author and give the text beside its elements."""
        self.in_author = False
        self.parser.CharacterDataHandler = None
        return mended("".join(self._author).strip())

    def resolved(self, address: str) -> str:
        """Resolve an address against the ``xml:base`` that is in force."""
        if "://" in address:
            address = _SLASHES.sub(r"\1", address, count=1)
        try:
            return urljoin(self.base, address) if self.base else address
        except ValueError:
            return ""

    def _add_escaped(self, text: str) -> None:
        self._pieces.append(escape(text, quote=False))


def _is_ambiguous(text: str) -> bool:
    """Tell whether feedparser may take text for markup that we take for text."""
    if "<" not in text and "&" not in text:
        return False
    return bool(_MAYBE_HTML.search(text)) and not looks_like_html(text)
