"""A feed as its format gives it, before it is made plain: what every reader of a format returns."""

from collections.abc import Sequence
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
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}


class UnfitError(Exception):
    """The quick reader leaves this document to the tolerant one."""


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
    too_many: int = 0  # older entries that were not read at all (F25)
    truncated: bool = False  # the body was cut short, so that only whole entries are here (F24)


def summary_and_content(summary: Passage, contents: Sequence[Passage]) -> tuple[Passage, Passage]:
    """Give an entry's summary and its longest content, apart.

    feedparser repeats content as summary where the feed has none, and files a description that follows
    the content as more content.
    """
    longest = max(contents, key=lambda passage: len(passage.text), default=Passage())
    if longest.text and summary.text == longest.text:
        others = (passage for passage in contents if passage.text and passage.text != longest.text)
        summary = next(others, Passage())
    return summary, longest


def minutes_kept(ttl: str, period: str, frequency: str) -> str:
    """Give how long a feed asks to be kept: ``ttl``, else the period of the syndication module."""
    minutes = _PERIODS.get(period.strip().lower(), 0)
    digits = frequency.strip()
    often = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 1
    every = minutes // max(often, 1)
    return ttl or (str(every) if every else "")
