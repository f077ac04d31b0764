"""A feed as its format gives it, before it is made plain: what every reader of a format returns."""

from dataclasses import dataclass
from typing import Literal

# What libraries are known to let out of odd input: bad numbers, unbalanced tags, deep nesting.
FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """Text with its kind: ``html`` is markup, ``plain`` is not unless it looks so."""

    text: str = ""
    kind: Literal["html", "plain"] = "html"


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One item, strings as published; nothing is checked yet."""

    guid: str = ""
    links: tuple[str, ...] = ()  # best first; enclosures last (F16)
    original_link: str = ""  # of the publisher, where ``links`` go through a counting redirector
    title: str = ""
    summary: Passage = Passage()
    content: Passage = Passage()
    published: str = ""
    updated: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A body read by its format."""

    title: str = ""
    link: str = ""
    language: str = ""
    minutes: str = ""  # how long it may be kept, as published
    entries: tuple[RawEntry, ...] = ()
    unreadable: int = 0  # entries that had to be left out (F30)
