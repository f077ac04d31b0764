"""One item while its elements come in, and the raw entry they come to.

The rules are those of feedparser, whose results this must equal: what stands higher in the tree or comes
later wins, save for titles, where the first does.
"""

import re
from dataclasses import dataclass, field

from monitor.parse.raw import Passage, RawEntry, UnfitError, summary_and_content

_ADDRESS = re.compile(
    r"[\w.+-]+@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,4}(?![a-zA-Z\]?-]|\.[a-zA-Z])", re.ASCII
)
_MOST_TAGS = 200


@dataclass(slots=True)
class Text:
    """The text of one element, with what its attributes say about it."""

    text: str
    kind: str = ""  # a media type; none: an element that has none
    language: str | None = None

    def passage(self) -> Passage:
        """Give the text as the passage of an entry."""
        return Passage(self.text, "plain" if self.kind == "text/plain" else "html")


_NO_TEXT = Text("")


@dataclass(slots=True)
class Person:
    """An author: what is known of one."""

    name: str = ""
    address: str = ""


@dataclass(slots=True)
class Item:
    """Collects the elements of one entry."""

    fields: dict[str, str] = field(default_factory=dict)
    details: dict[str, Text] = field(default_factory=dict)  # the last text of a name, kept or not
    contents: list[Text] = field(default_factory=list)
    links: list[list[str]] = field(default_factory=list)  # relation and address
    people: list[Person] = field(default_factory=list)
    tags: list[list[str | None]] = field(default_factory=list)  # term, scheme, label
    _depths: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, text: str, depth: int) -> None:
        """Keep a text, unless one that stands higher in the tree has the name already."""
        kept = self._depths.get(name)
        if kept is None or depth <= kept:
            self._depths[name] = depth
            self.fields[name] = text

    def add_content(self, content: Text) -> None:
        """Add content; of several the longest counts, which markup without its attributes cannot tell."""
        if self.contents and "application/xhtml+xml" in (content.kind, self.contents[-1].kind):
            raise UnfitError("several contents as elements")
        self.contents.append(content)

    def add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """Add a tag that is not there yet; thousands of them are no tags."""
        tag = [term, scheme, label]
        if any(tag) and len(self.tags) < _MOST_TAGS and tag not in self.tags:
            self.tags.append(tag)

    def name_tag(self, text: str) -> None:
        """Take an element's text as the term of a tag that has none, else as a tag of its own."""
        if text and self.tags and not self.tags[-1][0]:
            self.tags[-1][0] = text
        elif text:
            self.add_tag(text, None, None)

    def name_author(self) -> None:
        """Part what stands for the last author into name and address."""
        person = self.people[-1]
        author = self.fields.get("author", "")
        if person.name or person.address or not author:
            return
        if "@" in author:
            person.name, person.address = _parted(author)
        else:
            person.name = author

    def entry(self) -> RawEntry:
        """Make the raw entry."""
        fields = self.fields
        kind = self.details.get("summary", _NO_TEXT).kind
        summary = Text(fields.get("summary", ""), kind).passage()
        summary, content = summary_and_content(summary, [part.passage() for part in self.contents])
        return RawEntry(
            guid=fields.get("id", ""),
            links=self._all_links(),
            original_link=fields.get("feedburner_origlink", ""),
            title=fields.get("title", ""),
            summary=summary,
            content=content,
            published=fields.get("published") or fields.get("created", ""),
            updated=fields.get("updated", ""),
            authors=self._authors(),
            tags=tuple(str(label or term or "") for term, _, label in self.tags),
            language=self._language(),
        )

    def _all_links(self) -> tuple[str, ...]:
        alternates = [href for relation, href in self.links if relation == "alternate"]
        enclosures = [href for relation, href in self.links if relation == "enclosure"]
        return (self.fields.get("link", ""), *alternates, *enclosures)

    def _authors(self) -> tuple[str, ...]:
        if not self.people:
            return ()
        names = [person.name or person.address for person in self.people]
        return tuple(filter(None, names)) or (self.fields.get("author", ""),)

    def _language(self) -> str:
        of_content = self.contents[0].language if self.contents else None
        return (
            self.fields.get("language")
            or of_content
            or self.details.get("summary", _NO_TEXT).language
            or self.details.get("title", _NO_TEXT).language
            or ""
        )


def _parted(author: str) -> tuple[str, str]:
    """Part ``ann@news.example (Ann)`` into name and address."""
    found = _ADDRESS.search(author)
    if not found:
        raise UnfitError("an unusual mail address")
    rest = author.replace(found.group(), "")
    for empty in ("()", "<>", "&lt;&gt;"):
        rest = rest.replace(empty, "")
    return rest.strip().removeprefix("(").removesuffix(")").strip(), found.group()
