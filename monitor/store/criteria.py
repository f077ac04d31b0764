"""Criteria of watches that changed, and what the new ones found in the archive."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from monitor.model.watch import Match
from monitor.ports import CriteriaRecord, FoundHit, Recorded
from monitor.store.hits import Finding, save_hits
from monitor.store.schema import criteria, hit, match
from monitor.store.statements import chunks
from monitor.store.subscriptions import owe_again
from monitor.store.values import matches_json, matches_of
from monitor.story.vicinity import Weigh


def known_criteria(connection: Connection) -> Mapping[str, str]:
    """Read the criteria by which each watch was applied last."""
    return {row.watch: row.digest for row in connection.execute(select(criteria))}


def reapply(connection: Connection, record: CriteriaRecord, weigh: Weigh) -> Recorded | None:
    """Save what new criteria found; None, and nothing changed, if they were applied meanwhile."""
    if known_criteria(connection) != record.before:
        return None
    connection.execute(delete(criteria))
    rows = [{"watch": watch, "digest": digest} for watch, digest in record.after.items()]
    if rows:
        connection.execute(insert(criteria), rows)
    hits = _hits_of(connection, [found.entry_id for found in record.hits])
    for found in record.hits:
        if found.entry_id in hits:
            _add_matches(connection, hits[found.entry_id], found, record.at)
    findings = [
        Finding(found.entry_id, found.hit, stale=found.stale, reapplied=True)
        for found in record.hits
        if found.entry_id not in hits
    ]
    new_hits, new_stories = save_hits(connection, findings, record.at, weigh)
    return Recorded(new_hits=new_hits, new_stories=new_stories)


def _hits_of(
    connection: Connection, entry_ids: Sequence[int]
) -> dict[int, tuple[int, str, bool, tuple[Match, ...]]]:
    found = {}
    columns = (hit.c.entry_id, hit.c.id, hit.c.story_id, hit.c.stale, hit.c.matches)
    for chunk in chunks(entry_ids):
        for row in connection.execute(select(*columns).where(hit.c.entry_id.in_(chunk))):
            found[row.entry_id] = (row.id, row.story_id, row.stale, matches_of(row.matches))
    return found


def _add_matches(
    connection: Connection,
    stored: tuple[int, str, bool, tuple[Match, ...]],
    found: FoundHit,
    at: datetime,
) -> None:
    """Give a stored hit the watches that want it now; those that it had stay as they are."""
    hit_id, story_id, stale, matches = stored
    had = {one.watch for one in matches}
    new = [one for one in found.hit.matches if one.watch not in had]
    if not new:
        return
    joined = matches_json([*matches, *new])
    connection.execute(update(hit).where(hit.c.id == hit_id).values(matches=joined))
    rows = [
        {"hit_id": hit_id, "watch": one.watch, "story_id": story_id, "seen_at": at}
        | {"stale": stale or found.stale, "reapplied": True}
        for one in new
    ]
    connection.execute(insert(match), rows)
    owe_again(connection, [hit_id])
