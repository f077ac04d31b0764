"""A digest as templates see it: plain dictionaries, every string clean (X18)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.digest.snippet import tidy_fragments
from monitor.digest.words import direction, growth_words
from monitor.model.outbox import Digest, FeedHealth, Fragment, Line, Section, Source, Update
from monitor.text.clean import one_line
from monitor.text.urls import safe_url

ALSO_SHOWN = 5  # other sources named in a mail or chat; the rest are counted
FAILING_SHOWN = 8
UPDATES_SHOWN = 20  # changes to what was told; each is news to few
NOTICES_SHOWN = 5
_URL_LIMIT = 2048  # longer ones are no addresses of articles, and one could fill a message
_NAME_LIMIT = 80
_PASSAGE_LIMIT = 240
_TERMS_SHOWN = 8
_UNTITLED = "Without title"  # a link needs words to be pressed and read out

View = dict[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """A digest, or a numbered piece of one that was too large for its channel (E15, S9)."""

    digest: Digest
    number: int = 1
    count: int = 1
    first: int = 1  # number of its first story in the whole
    total: int = 0  # stories told in the whole


def view(part: Part) -> View:
    """Give the variables of a template."""
    digest = part.digest
    headlines = [one_line(line.headline, 300) for line in digest.lines]
    sections = _sections(digest.sections, part.first)
    return {
        "kind": digest.kind,
        "key": digest.key,
        "title": digest_title(digest),
        "channel": digest.channel_id,
        "timezone": digest.timezone,
        "slot_at": digest.slot_at,
        "until": digest.until,
        "late": digest.late,
        "part": part.number,
        "parts": part.count,
        "total": part.total,
        "sections": sections,
        "headlines": headlines,
        "top": headlines[0] if headlines else "",
        "urgent": sum(line.urgent for line in digest.lines),
        "omitted": digest.omitted,
        "updates": [_update(update) for update in digest.updates[:UPDATES_SHOWN]],
        "breaking": growth_words(digest.growth) if digest.growth else "",
        "health": _health(digest.health),
    }


def digest_title(digest: Digest) -> str:
    """Return the digest's title, or those of its sections where it has none, as alerts do."""
    titles = [digest.title] if digest.title else [section.title for section in digest.sections]
    return one_line(", ".join(titles), 120) or "Monitor"


def _sections(sections: Sequence[Section], first: int) -> list[View]:
    shown: list[View] = []
    for section in sections:
        lines = [_line(line, first + i) for i, line in enumerate(section.lines)]
        shown.append({"title": one_line(section.title, _NAME_LIMIT), "lines": lines})
        first += len(lines)
    return shown


def _line(line: Line, number: int) -> View:
    headline = one_line(line.headline, 300) or _UNTITLED
    return {
        "number": number,
        "id": one_line(line.story_id),
        "headline": headline,
        "title": _fragments(line.title if headline != _UNTITLED else (Fragment(_UNTITLED),)),
        "url": short_url(line.url),
        "source": one_line(line.source, _NAME_LIMIT),
        "language": _tag(line.language),
        "country": _tag(line.country),
        "published_at": line.published_at,
        "snippet": _fragments(line.snippet),
        "terms": _names(line.terms[:_TERMS_SHOWN]),
        "watches": _names(line.watches[:_TERMS_SHOWN]),
        "also": _also(line),
        "edited": line.edited,
        "urgent": line.urgent,
        "dir": direction(line.headline),
        "snippet_dir": direction("".join(fragment.text for fragment in line.snippet)),
    }


def _fragments(fragments: Sequence[Fragment]) -> list[View]:
    return [{"text": piece.text, "mark": piece.mark} for piece in tidy_fragments(fragments)]


def _also(line: Line) -> View:
    languages = dict.fromkeys(tag for source in line.also if (tag := _tag(source.language)))
    return {
        "count": len(line.also),
        "languages": list(languages),
        "sources": [_source(source) for source in line.also[:ALSO_SHOWN]],
        "more": max(0, len(line.also) - ALSO_SHOWN),
    }


def _update(update: Update) -> View:
    return {
        "headline": one_line(update.headline, 200),
        "url": short_url(update.url),
        "source": one_line(update.source, _NAME_LIMIT),
        "kind": update.kind,
        "before": one_line(update.before, _PASSAGE_LIMIT),
        "after": one_line(update.after, _PASSAGE_LIMIT),
    }


def _source(source: Source) -> View:
    return {
        "title": one_line(source.title, _NAME_LIMIT) or "another source",
        "url": short_url(source.url),
        "language": _tag(source.language),
        "country": _tag(source.country),
        "published_at": source.published_at,
    }


def _health(health: FeedHealth) -> View:
    failing = _names(health.failing)
    return {
        "polled": health.polled,
        "answered": max(0, health.polled - len(health.failing)),
        "failed": len(failing),
        "failing": failing[:FAILING_SHOWN],
        "more": max(0, len(failing) - FAILING_SHOWN),
        "entries": health.entries,
        "notices": [
            {
                "feed": notice.feed_id,
                "title": one_line(notice.title, _NAME_LIMIT),
                "kind": notice.kind,
                "entries": notice.entries,
            }
            for notice in health.notices[:NOTICES_SHOWN]
        ],
    }


def short_url(url: str | None) -> str | None:
    """Return the address if it may be shown, else None."""
    safe = safe_url(url) if url else None
    return safe if safe and len(safe) <= _URL_LIMIT else None


def _tag(code: str | None) -> str:
    return one_line(code or "", 20)


def _names(names: Iterable[str]) -> list[str]:
    return [one_line(name, _NAME_LIMIT) for name in names]


def utc(at: datetime) -> str:
    """Write a moment for machines: RFC 3339, UTC, whole seconds."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
