"""Hits and the stories they join or found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from monitor.model.source import Entry
from monitor.model.story import NewHit
from monitor.model.telling import Telling
from monitor.model.watch import Match
from monitor.ports import Edit
from monitor.store.links import link_hits, unindex
from monitor.store.schema import hit, match, story
from monitor.store.statements import chunks
from monitor.store.stories import group_anew
from monitor.store.values import hit_values, matches_json, matches_of, stable_id, telling_of
from monitor.story.vicinity import Weigh

_NONE: Mapping[int, Telling] = {}

# Built once: building a statement takes longer than executing it.
_INSERT_HITS = insert(hit).returning(hit.c.entry_id, hit.c.id)
_INSERT_MATCHES = insert(match)


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit that an entry, stored already, is to get."""

    entry_id: int
    new: NewHit
    stale: bool
    reapplied: bool = False  # found in the archive by new criteria


@dataclass(frozen=True, slots=True)
class _Row:
    """What of a stored hit its matches repeat."""

    hit_id: int
    story_id: str
    seen_at: datetime
    stale: bool
    reapplied: bool = False


def save_hits(
    connection: Connection,
    findings: Sequence[Finding],
    at: datetime,
    weigh: Weigh,
    *,
    edited: Mapping[int, Telling] = _NONE,
) -> tuple[int, int]:
    """Save hits, and group anew the stories that they and ``edited`` ones touch; counts what is new.

    Must run inside a serial write, or two polls of one event would each found a story.
    """
    names = _found_stories(connection, findings, at)
    rows = [
        {"entry_id": finding.entry_id, "story_id": name, "seen_at": at}
        | {"stale": finding.stale, **hit_values(finding.new)}
        for finding, name in zip(findings, names, strict=True)
    ]
    ids: dict[int, int] = {}
    if rows:
        ids = {row.entry_id: row.id for row in connection.execute(_INSERT_HITS, rows)}
    _owe(
        connection,
        [
            (_Row(ids[one.entry_id], name, at, one.stale, one.reapplied), one.new)
            for one, name in zip(findings, names, strict=True)
        ],
    )
    arrivals = {ids[finding.entry_id]: finding.new.telling for finding in findings}
    changed = link_hits(connection, {**arrivals, **edited}, weigh)
    if changed:
        group_anew(connection, changed, weigh)
    return len(ids), _count(connection, names)


def freshen_hits(
    connection: Connection, edits: Sequence[Edit], stale_keys: Collection[str]
) -> tuple[list[Finding], dict[int, Telling]]:
    """Bring the stored hits of edited entries up to date.

    Gives the hits that edits newly earned, to be saved, and by number what the others tell now.
    """
    stored = _stored(connection, [edit.entry_id for edit in edits])
    edited: dict[int, Telling] = {}
    for edit in edits:
        if edit.entry_id in stored:
            row, matches = stored[edit.entry_id]
            _freshen(connection, row, edit, matches)
            if edit.hit is not None:
                edited[row.hit_id] = edit.hit.telling
    found = [
        Finding(edit.entry_id, edit.hit, stale=edit.entry.key in stale_keys)
        for edit in edits
        if edit.hit is not None and edit.entry_id not in stored
    ]
    return found, edited


def _found_stories(connection: Connection, findings: Sequence[Finding], at: datetime) -> list[str]:
    """Found a story for each hit; those that join another end again when they are grouped."""
    names = [_founded_by(finding.new.entry) for finding in findings]
    taken = {
        name
        for chunk in chunks(names)
        for name in connection.scalars(select(story.c.id).where(story.c.id.in_(chunk)))
    }
    names = [
        stable_id(name, str(finding.entry_id), size=8) if name in taken else name
        for name, finding in zip(names, findings, strict=True)
    ]
    if names:
        connection.execute(insert(story), [{"id": name, "founded_at": at} for name in names])
    return names


def _founded_by(entry: Entry) -> str:
    # with the title, as a feed may use a key again for other news
    return stable_id(entry.feed_id, entry.key, entry.title, size=8)


def _count(connection: Connection, stories: Sequence[str]) -> int:
    """Count those of the stories that stand."""
    return sum(
        connection.scalar(select(func.count()).select_from(story).where(story.c.id.in_(chunk))) or 0
        for chunk in chunks(stories)
    )


def _owe(connection: Connection, hits: Sequence[tuple[_Row, NewHit]]) -> None:
    """Write the rows by which what is owed is found."""
    rows = [
        {"hit_id": row.hit_id, "watch": watch, "story_id": row.story_id}
        | {"seen_at": row.seen_at, "stale": row.stale, "reapplied": row.reapplied}
        for row, new in hits
        for watch in dict.fromkeys(match.watch for match in new.matches)
    ]
    if rows:
        connection.execute(_INSERT_MATCHES, rows)


def _stored(
    connection: Connection, entry_ids: Sequence[int]
) -> dict[int, tuple[_Row, tuple[Match, ...]]]:
    columns = (hit.c.id, hit.c.story_id, hit.c.seen_at, hit.c.stale)
    stored = {}
    for chunk in chunks(entry_ids):
        rows = connection.execute(
            select(hit.c.entry_id, hit.c.matches, *columns).where(hit.c.entry_id.in_(chunk))
        )
        for row in rows:
            kept = _Row(row.id, row.story_id, row.seen_at, row.stale)
            stored[row.entry_id] = (kept, matches_of(row.matches))
    return stored


def _freshen(connection: Connection, row: _Row, edit: Edit, matches: Sequence[Match]) -> None:
    if edit.hit is None:
        kept = [_still_there(match, edit.entry) for match in matches]
        values = {"matches": matches_json(kept)}
    else:
        values = hit_values(edit.hit)
        before = telling_of(connection.scalar(select(hit.c.telling).where(hit.c.id == row.hit_id)))
        if before is not None:
            unindex(connection, row.hit_id, before)
        connection.execute(delete(match).where(match.c.hit_id == row.hit_id))
        _owe(connection, [(row, edit.hit)])
    connection.execute(update(hit).where(hit.c.id == row.hit_id).values(values))


def _still_there(match: Match, entry: Entry) -> Match:
    """Drop the places of a match at which the edited entry no longer says so."""
    texts = {"title": entry.title, "text": entry.text}
    spans = tuple(
        span
        for span in match.spans
        if span.field not in texts or texts[span.field][span.start : span.end] == span.text
    )
    return replace(match, spans=spans)
