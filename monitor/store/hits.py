"""Hits and the stories they join or found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from monitor.model.source import Entry
from monitor.model.story import NewHit
from monitor.model.watch import Match
from monitor.ports import Edit, FindStory
from monitor.store.neighbours import Neighbourhood, hashes_of
from monitor.store.schema import hit, match, print_, story
from monitor.store.statements import chunks, insert_missing
from monitor.store.values import hit_values, matches_json, matches_of, stable_id

# Built once: building a statement takes longer than executing it.
_INSERT_HITS = insert(hit).returning(hit.c.entry_id, hit.c.id)
_INSERT_MATCHES, _INSERT_PRINTS = insert(match), insert(print_)


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit that an entry, stored already, is to get."""

    entry_id: int
    new: NewHit
    stale: bool
    reapplied: bool = False  # found in the archive by new criteria


@dataclass(frozen=True, slots=True)
class _Row:
    """What of a stored hit its matches and prints repeat."""

    hit_id: int
    story_id: str
    seen_at: datetime
    stale: bool
    reapplied: bool = False


def save_hits(
    connection: Connection, findings: Sequence[Finding], at: datetime, find_story: FindStory
) -> tuple[int, int]:
    """Save hits, each in the story ``find_story`` names or in one of its own; counts both.

    Must run inside a serial write, or two polls of one event would each found a story.
    """
    if not findings:
        return 0, 0
    stories = _choose_stories(connection, findings, at, find_story)
    founded = [{"id": new, "founded_at": at} for new in dict.fromkeys(stories) if new]
    new_stories = insert_missing(connection, story, founded, "id")
    rows = [
        {"entry_id": finding.entry_id, "story_id": story_id, "seen_at": at}
        | {"stale": finding.stale, **hit_values(finding.new)}
        for finding, story_id in zip(findings, stories, strict=True)
    ]
    ids = {row.entry_id: row.id for row in connection.execute(_INSERT_HITS, rows)}
    _index(
        connection,
        [
            (
                _Row(ids[finding.entry_id], story_id, at, finding.stale, finding.reapplied),
                finding.new,
            )
            for finding, story_id in zip(findings, stories, strict=True)
        ],
    )
    return len(ids), len(new_stories)


def freshen_hits(
    connection: Connection, edits: Sequence[Edit], stale_keys: Collection[str]
) -> list[Finding]:
    """Bring the stored hits of edited entries up to date; they stay in their stories.

    Gives the hits that edits newly earned, to be saved.
    """
    stored = _stored(connection, [edit.entry_id for edit in edits])
    for edit in edits:
        if edit.entry_id in stored:
            row, matches = stored[edit.entry_id]
            _freshen(connection, row, edit, matches)
    return [
        Finding(edit.entry_id, edit.hit, stale=edit.entry.key in stale_keys)
        for edit in edits
        if edit.hit is not None and edit.entry_id not in stored
    ]


def _choose_stories(
    connection: Connection, findings: Sequence[Finding], at: datetime, find_story: FindStory
) -> list[str]:
    around = Neighbourhood(connection, [finding.new for finding in findings], at)
    stories = []
    for finding in findings:
        new = finding.new
        story_id = find_story(new, around.of(new)) or _founded_by(new.entry)
        around.move_in(new, story_id, at)
        stories.append(story_id)
    return stories


def _founded_by(entry: Entry) -> str:
    # with the title, as a feed may use a key again for other news
    return stable_id(entry.feed_id, entry.key, entry.title, size=8)


def _index(connection: Connection, hits: Sequence[tuple[_Row, NewHit]]) -> None:
    """Write the rows by which a hit is found: by its watches, and by its prints."""
    watches = [
        {"hit_id": row.hit_id, "watch": watch, "story_id": row.story_id}
        | {"seen_at": row.seen_at, "stale": row.stale, "reapplied": row.reapplied}
        for row, new in hits
        for watch in dict.fromkeys(match.watch for match in new.matches)
    ]
    prints = [
        {"hash": value, "seen_at": row.seen_at, "hit_id": row.hit_id}
        for row, new in hits
        for value in hashes_of(new)
    ]
    for statement, rows in ((_INSERT_MATCHES, watches), (_INSERT_PRINTS, prints)):
        if rows:
            connection.execute(statement, rows)


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
        for table in (match, print_):
            connection.execute(delete(table).where(table.c.hit_id == row.hit_id))
        _index(connection, [(row, edit.hit)])
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
