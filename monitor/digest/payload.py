"""The body of a webhook: every field of every story (W5)."""

import json
from collections.abc import Iterable, Sequence
from typing import Literal

from monitor.digest.snippet import tidy_fragments
from monitor.digest.view import Part, View, digest_title, short_url, utc
from monitor.model.growth import Growth
from monitor.model.outbox import (
    Digest,
    DigestKind,
    FeedHealth,
    Fragment,
    Line,
    Section,
    Source,
    Update,
)
from monitor.text.clean import one_line

EVENTS: dict[DigestKind, Literal["monitor.digest.created", "monitor.alert.created"]] = {
    "digest": "monitor.digest.created",
    "alert": "monitor.alert.created",
}
_SOURCES = 50


def payload(part: Part) -> str:
    """Write ``{type, timestamp, data}`` as minified JSON; the same part always gives the same bytes."""
    digest = part.digest
    body = {
        "type": EVENTS[digest.kind],
        "timestamp": utc(digest.until),
        "data": _data(part, digest),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _data(part: Part, digest: Digest) -> View:
    return {
        "key": one_line(digest.key),
        "channel": digest.channel_id,
        "title": digest_title(digest),
        "slot_at": utc(digest.slot_at),
        "until": utc(digest.until),
        "timezone": digest.timezone,
        "late": digest.late,
        "part": part.number,
        "parts": part.count,
        "total": part.total,
        "stories": [_story(section, line) for section in digest.sections for line in section.lines],
        "omitted": digest.omitted,
        "updates": [_update(update) for update in digest.updates],
        "health": _health(digest.health),
        "growth": _growth(digest.growth),
    }


def _story(section: Section, line: Line) -> View:
    title, snippet = tidy_fragments(line.title), tidy_fragments(line.snippet)
    return {
        "id": one_line(line.story_id),
        "watch": section.watch,
        "watches": _clean(line.watches),
        "terms": _clean(line.terms),
        "score": line.score,
        "urgent": line.urgent,
        "edited": line.edited,
        "title": _joined(title),
        "url": short_url(line.url),
        "source": one_line(line.source),
        "language": _code(line.language),
        "country": _code(line.country),
        "published_at": utc(line.published_at),
        "snippet": _joined(snippet),
        "marks": {"title": _marks(title), "snippet": _marks(snippet)},
        "also": [_source(source) for source in line.also[:_SOURCES]],
        "also_count": len(line.also),
    }


def _update(update: Update) -> View:
    return {
        "id": one_line(update.story_id),
        "title": one_line(update.headline),
        "url": short_url(update.url),
        "source": one_line(update.source),
        "kind": update.kind,
        "before": one_line(update.before),
        "after": one_line(update.after),
        "at": utc(update.at),
    }


def _source(source: Source) -> View:
    return {
        "source": one_line(source.title),
        "url": short_url(source.url),
        "language": _code(source.language),
        "country": _code(source.country),
        "published_at": utc(source.published_at),
    }


def _health(health: FeedHealth) -> View:
    return {
        "polled": health.polled,
        "failing": _clean(health.failing),
        "entries": health.entries,
        "notices": [
            {"feed": one.feed_id, "title": one_line(one.title), "kind": one.kind}
            | {"entries": one.entries, "at": utc(one.at)}
            for one in health.notices
        ],
    }


def _growth(growth: Growth | None) -> View | None:
    if growth is None:
        return None
    return {
        "of": growth.of,
        "sources": growth.sources,
        "reports": growth.reports,
        "hours": growth.window.total_seconds() / 3600,
        "usual": round(growth.usual, 3),
    }


def _joined(fragments: Sequence[Fragment]) -> str:
    return "".join(fragment.text for fragment in fragments)


def _marks(fragments: Sequence[Fragment]) -> list[list[int]]:
    """Give [start, end] of each marked place, in code points."""
    marks: list[list[int]] = []
    at = 0
    for fragment in fragments:
        if fragment.mark:
            marks.append([at, at + len(fragment.text)])
        at += len(fragment.text)
    return marks


def _code(tag: str | None) -> str | None:
    return one_line(tag, 20) if tag else None


def _clean(names: Iterable[str]) -> list[str]:
    return [one_line(name) for name in names]
