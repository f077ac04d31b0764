"""Terms, watches and what they find."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "text", "author", "tag", "source", "feed", "lang", "url"]


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a term; may hold ``*`` and ``?``; several words are a phrase."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A named concept with its spellings; an occurrence inside one of ``unless`` does not count."""

    name: str
    title: str
    spellings: tuple[Spelling, ...]
    unless: tuple[Spelling, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A named query over terms."""

    name: str
    title: str
    query: str
    exclude: str | None = None  # a query too: the watch does not match where this one does
    urgent: bool = False  # its stories go out as alerts, at once
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """What a query is put to: the fields of one entry. Only title and text are shown in spans' order."""

    id: str = ""
    title: str = ""
    text: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""  # the feed's title
    feed: str = ""  # the feed's id
    lang: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place that earned a match: ``text == document.<field>[start:end]``, in code points."""

    field: str
    start: int
    end: int
    text: str
    term: str  # the term's name, or the query's own word


@dataclass(frozen=True, slots=True)
class Match:
    """Watch × entry."""

    watch: str
    score: float
    terms: tuple[str, ...]  # distinct, by first place
    spans: tuple[Span, ...]  # sorted; title before text before the rest


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A folded word to look up in the index; ``begins``: one that only begins so will do."""

    text: str
    begins: bool = False


# Of these groups one at least must be in a document, with all of its words.
Narrowing = Collection[tuple[Piece, ...]]
