"""RSS, RDF and Atom that are well-formed, read at a small part of feedparser's cost and to the same entries.

``elements`` has the rules, which are feedparser's for what well-formed feeds contain; a document in which
anything else is met is left to feedparser (UnfitError). Expat keeps it linear in the size of the text.
"""

from typing import NoReturn
from xml.parsers import expat

from monitor.parse.elements import RULES, Begin, End
from monitor.parse.names import ATOM, RSS_1, Names
from monitor.parse.raw import RawFeed, UnfitError, minutes_kept
from monitor.parse.state import Attributes, State

_ROOTS = frozenset({"rss", "feed", "rdf_rdf"})
_PERSON = frozenset({"name", "itunes_name", "email", "itunes_email", "url", "uri", "homepage"})
_OF_ASIDES = {
    "source": frozenset({
        "id", "guid", "title", "updated", "link", "subtitle", "author", "name", "uri", "url", "email", "rights",
        "category", "published", "pubdate", "contributor", "dc_creator", "dc_date", "dc_rights",
    }),
    "image": frozenset({"title", "link", "description", "url", "href", "width", "height"}),
    "textinput": frozenset({"title", "link", "description", "name"}),
}  # fmt: skip
# Elements of XHTML that mean nothing to a feed, as ``summary``, ``source`` or ``title`` do.
_MARKUP = frozenset({
    "a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "bdi", "bdo", "big", "blockquote", "br",
    "button", "caption", "center", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "embed",
    "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i",
    "iframe", "img", "input", "ins", "kbd", "label", "li", "main", "mark", "nav", "nobr", "noscript", "object", "ol",
    "p", "param", "picture", "pre", "q", "s", "samp", "script", "section", "small", "span", "strike", "strong",
    "style", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var",
    "video", "wbr",
})  # fmt: skip


def read_wellformed(text: str) -> RawFeed:
    """Read XML text as a feed; raises UnfitError unless it is well-formed and holds nothing unusual."""
    reader = _Reader()
    try:
        reader.parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise UnfitError("not well-formed") from error
    return reader.feed()


class _Reader:
    """Expat's events, handed to the rules of their elements."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.namespace_prefixes = True
        self.parser.buffer_text = True
        self._names = Names()
        self._state = State(self.parser)
        self._rules: dict[str, tuple[str, Begin | None, End | None]] = {}
        self._scopes: list[tuple[int, str | None, str]] = []  # depth, language and base outside
        self.parser.StartNamespaceDeclHandler = self._names.declare
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def feed(self) -> RawFeed:
        """Give what has been read."""
        feed = self._state.feed
        title, subtitle = (feed.details.get(name) for name in ("title", "subtitle"))
        labels = (part.language for part in (title, subtitle) if part)
        return RawFeed(
            title=feed.fields.get("title", ""),
            link=feed.fields.get("link", ""),
            language=feed.fields.get("language") or next(filter(None, labels), ""),
            minutes=minutes_kept(
                feed.fields.get("ttl", ""),
                feed.fields.get("sy_updateperiod", ""),
                feed.fields.get("sy_updatefrequency", ""),
            ),
            entries=tuple(self._state.entries),
        )

    def _start(self, raw: str, attributes: Attributes) -> None:
        state = self._state
        state.depth += 1
        if state.leaf:
            state.add_tag(f"<{_markup(raw)}>")
            return
        name, begin, _ = self._rules.get(raw) or self._learn(raw)
        if attributes:
            attributes = self._names.attributes(attributes)
            self._enter(name, attributes)
        if state.aside:
            self._start_aside(name, attributes)
        elif state.in_author and name not in _PERSON:
            if begin or not attributes:
                raise UnfitError("an element inside an author")
        elif begin:
            begin(state, attributes)

    def _end(self, raw: str) -> None:
        state = self._state
        if state.leaf and state.leaf < state.depth:
            state.add_tag(f"</{_markup(raw)}>")
        else:
            _, _, end = self._rules[raw]
            if state.aside:
                self._end_aside()
            elif end:
                end(state)
            if self._scopes and self._scopes[-1][0] == state.depth:
                self._leave()
        state.depth -= 1

    def _learn(self, raw: str) -> tuple[str, Begin | None, End | None]:
        name = self._names.element(raw)
        if not self._rules:
            self._see_root(name)
        begin, end = RULES.get(name, (None, None))
        self._rules[raw] = (name, begin, end)
        return self._rules[raw]

    def _see_root(self, name: str) -> None:
        """Take only what is sure to be RSS, RDF or Atom; feedparser has other rules for mixtures."""
        self._state.is_atom = name == "feed"
        odd = {"feed": RSS_1, "rdf_rdf": ATOM}.get(name)
        if name not in _ROOTS or odd in self._names.declared:
            raise UnfitError("an unusual root")

    def _enter(self, name: str, attributes: Attributes) -> None:
        """Note the language and the base address that an element sets."""
        state = self._state
        language = attributes.get("xml:lang", attributes.get("lang"))
        base = attributes.get("xml:base", attributes.get("base"))
        if language is None and not base:
            return
        self._scopes.append((state.depth, state.language, state.base))
        if language is not None:
            state.language = language or None
            if language and name in ("feed", "rss"):
                state.feed.fields["language"] = language.replace("_", "-")
        if base:
            state.base = state.resolved(base)
            if not state.base.startswith(("http://", "https://")):
                raise UnfitError("a base that is no address")

    def _leave(self) -> None:
        _, self._state.language, outer = self._scopes.pop()
        self._state.base = outer or self._state.base  # as feedparser does: a first base stays

    def _start_aside(self, name: str, attributes: Attributes) -> None:
        state = self._state
        is_part = name in _OF_ASIDES[state.aside]
        is_foreign = name not in RULES and (state.aside == "source" or "_" in name)
        if not (is_part or is_foreign) or (state.item and state.aside != "source"):
            raise UnfitError(f"an unusual {state.aside}")
        if name == "title":
            state.collect_passage(attributes, "text/plain")

    def _end_aside(self) -> None:
        state = self._state
        if state.leaf and state.raw_text():
            state.title_depth = state.depth
        elif state.depth == state.aside_depth:
            state.aside = ""


def _markup(raw: str) -> str:
    name = raw.split(" ")[1 if " " in raw else 0].lower()
    if name not in _MARKUP:
        raise UnfitError("unusual markup")
    return name


def _refuse_doctype(*_: object) -> NoReturn:
    raise UnfitError("a document type")
