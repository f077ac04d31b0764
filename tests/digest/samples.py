"""Short ways to make hits, stories, lines and digests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.model.outbox import (
    Channel,
    Digest,
    DigestKind,
    FeedHealth,
    FileSettings,
    Fragment,
    Line,
    Section,
    Source,
)
from monitor.model.source import Entry
from monitor.model.story import Hit, Story
from monitor.model.watch import Match, Span, Spelling, Term, Watch

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TEMPLATES = Path(__file__).parents[2] / "templates"
PAGE = Channel("page", "file", FileSettings(Path("digests")))
SCO = Watch("sco", "SCO", "@sco")
KAZAKHSTAN = Watch("kazakhstan", "Kazakhstan", "@kazakhstan")
TERMS = (
    Term("sco", "Shanghai Cooperation Organisation", (Spelling("SCO"),)),
    Term("kazakhstan", "Kazakhstan", (Spelling("Kazakhstan"),)),
)
HEALTH = FeedHealth(polled=60, failing=("Example Herald", "Sample Times"), entries=312)


def span(text: str, word: str, *, term: str | None = None, field: str = "text") -> Span:
    """Find the first place of a word."""
    start = text.index(word)
    return Span(field, start, start + len(word), word, term or word)


def match(watch: str = "sco", score: float = 1.0, spans: Sequence[Span] = ()) -> Match:
    """Make a match whose terms are those of its spans, or the watch's own name."""
    terms = tuple(dict.fromkeys(each.term for each in spans)) or (watch,)
    return Match(watch, score, terms, tuple(spans))


def hit(
    title: str = "Leaders meet",
    *,
    feed: str = "herald",
    text: str = "",
    matches: Sequence[Match] | None = None,
    at: datetime = NOW - timedelta(hours=1),
    language: str | None = "en",
    url: str | None = "https://example.org/1",
    edited: bool = False,
) -> Hit:
    """Make a hit of a feed whose title is its id in capitals."""
    entry = Entry(
        feed_id=feed,
        key=title,
        title=title,
        url=url,
        summary=text,
        language=language,
        published_at=at,
    )
    found = tuple(matches) if matches is not None else (match(),)
    return Hit(1, "s", entry, found, NOW, source=feed.upper(), country="KZ", edited=edited)


def story(name: str, *hits: Hit) -> Story:
    """Make a story; the first hit leads."""
    return Story(name, hits or (hit(),))


def line(number: int = 1, title: str | None = None, *, language: str = "en", **more: Any) -> Line:
    """Make a line; its address and id bear the number."""
    values: dict[str, Any] = {
        "story_id": f"story-{number}",
        "title": (Fragment(title if title is not None else f"Headline number {number}"),),
        "url": f"https://example.org/news/{number}",
        "source": "The Example Herald",
        "language": language,
        "country": "KZ",
        "published_at": NOW - timedelta(minutes=number),
        "snippet": (
            Fragment("The "),
            Fragment("SCO", mark=True),
            Fragment(f" met for the {number}th time. " + "Nothing else was said. " * 9),
        ),
        "terms": ("SCO", "Kazakhstan"),
        "watches": ("SCO",),
        "score": 1.0,
        **more,
    }
    return Line(**values)


def cyrillic_line(number: int) -> Line:
    """Make a line as long as lines get, in letters that mail carries as six bytes each."""
    words = "Министры иностранных дел стран ШОС обсудили транзитные коридоры. "
    return line(
        number,
        f"{number}: " + words * 2,
        language="ru",
        snippet=(Fragment((words * 5)[:280]),),
        also=tuple(
            Source(f"Газета {i}", f"https://example.org/ru/{number}/{i}", "ru", "KZ", NOW)
            for i in range(4)
        ),
    )


def digest(*lines: Line, kind: DigestKind = "digest", **more: Any) -> Digest:
    """Make a digest of one section, or of two where there are many lines."""
    half = len(lines) // 2 if len(lines) > 3 else 0
    sections = [
        Section("kazakhstan", "Kazakhstan", lines[:half]),
        Section("sco", "SCO", lines[half:]),
    ]
    values: dict[str, Any] = {
        "key": "morning:desk:20261122T030000Z",
        "kind": kind,
        "channel_id": "desk",
        "title": "SCO and Kazakhstan" if kind == "digest" else "",
        "slot_at": NOW,
        "until": NOW + timedelta(seconds=4),
        "timezone": "Asia/Almaty",
        "sections": tuple(section for section in sections if section.lines),
        "health": HEALTH,
        **more,
    }
    return Digest(**values)
