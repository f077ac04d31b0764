"""Entries, and the one transaction in which a poll is recorded."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection, String, bindparam, cast, select, update

from monitor.model.source import Entry
from monitor.ports import Edit, Known, Lease, PollRecord, Recorded
from monitor.store.aliases import KNOWN, known_of, name_entries
from monitor.store.columns import storable
from monitor.store.feeds import hold_back, save_state
from monitor.store.floods import hold, save_notices
from monitor.store.hits import Finding, freshen_hits, save_hits
from monitor.store.revisions import save_revisions
from monitor.store.schema import entry
from monitor.store.search import index_entries, reindex_entries
from monitor.store.statements import bound, chunks, insert_missing
from monitor.store.values import entry_of, entry_values
from monitor.story.vicinity import Weigh

# Writing it at each poll would rewrite every listed entry, text and all, for nothing.
_NOTED_EVERY = timedelta(hours=6)

# Built once: building a statement takes longer than executing it.
_IN_BODY = (entry.c.feed_id == bindparam("feed")) & entry.c.key.in_(
    bindparam("keys", expanding=True)
)
_KNOWN = select(*KNOWN).where(_IN_BODY)
_TOUCH = (
    update(entry)
    .where(_IN_BODY, entry.c.last_seen_at < bindparam("noted_before"))
    .values(last_seen_at=bindparam("at"))
)


def known(connection: Connection, feed_id: str, keys: Collection[str]) -> Mapping[str, Known]:
    """Find which keys are stored for the feed."""
    asked = {storable(key): key for key in keys}
    found: dict[str, Known] = {}
    for chunk in chunks(list(asked)):
        rows = connection.execute(_KNOWN, {"feed": feed_id, "keys": chunk})
        found |= {asked[row.key]: known_of(row) for row in rows}
    return found


def entries_by_id(connection: Connection, entry_ids: Collection[int]) -> Mapping[int, Entry]:
    """Read stored entries."""
    found: dict[int, Entry] = {}
    for chunk in chunks(list(entry_ids)):
        rows = connection.execute(select(entry).where(entry.c.id.in_(chunk))).mappings()
        found |= {row["id"]: entry_of(row) for row in rows}
    return found


def contents(connection: Connection, entry_ids: Collection[int]) -> Mapping[int, str]:
    """Read the contents stored of some entries."""
    found: dict[int, str] = {}
    for chunk in chunks(list(entry_ids)):
        rows = connection.execute(select(entry.c.id, entry.c.content).where(entry.c.id.in_(chunk)))
        found |= {row.id: row.content for row in rows}
    return found


def record(
    connection: Connection, record: PollRecord, lease: Lease | None, weigh: Weigh
) -> Recorded | None:
    """Save one poll; None, and nothing changed, if the lease was lost."""
    if not save_state(connection, record, lease):
        return None
    hold_back(connection, record.held or {})
    _retire(connection, record)
    _rename(connection, record)
    ids = _insert(connection, record)
    edited = _update(connection, record)
    _touch(connection, record, ids)
    findings = [
        Finding(ids[key], new, stale=new.entry.key in record.stale_keys)
        for new in record.hits
        if (key := storable(new.entry.key)) in ids
    ]
    earned, freshened = freshen_hits(connection, edited, record.stale_keys)
    hold(connection, [ids[storable(key)] for key in record.held_keys if storable(key) in ids])
    save_notices(connection, record.notices, record.at)
    found = _distinct(findings + earned)
    hits, stories = save_hits(connection, found, record.at, weigh, edited=freshened)
    return Recorded(len(ids), hits, stories, len(edited))


def _retire(connection: Connection, record: PollRecord) -> None:
    """Give entries whose key is used again for other news a key that nobody asks for."""
    for chunk in chunks(record.retired):
        connection.execute(
            update(entry)
            .where(entry.c.feed_id == record.state.feed_id, entry.c.id.in_(chunk))
            .values(key=entry.c.key.concat("|" + cast(entry.c.id, String)))
        )


def _rename(connection: Connection, record: PollRecord) -> None:
    """Give entries that came back under another key that key, and their links as they are now."""
    ours = record.state.feed_id
    for entry_id, found in record.returned:
        connection.execute(
            update(entry)
            .where(entry.c.feed_id == ours, entry.c.id == entry_id)
            .values(
                key=found.key,
                guid=found.guid,
                url=found.url,
                canonical_url=found.canonical_url,
            )
        )
    name_entries(connection, dict(record.returned))


def _insert(connection: Connection, record: PollRecord) -> dict[str, int]:
    """Insert the new entries, the first of each key; gives the ids of those that are new indeed."""
    revisions = record.revisions or {}
    rows = {
        storable(new.key): {
            "feed_id": record.state.feed_id,
            "key": new.key,
            "first_seen_at": record.at,
            "last_seen_at": record.at,
            **entry_values(new, revisions.get(new.key, "")),
        }
        for new in reversed(record.new)
    }
    inserted = insert_missing(connection, entry, list(rows.values())[::-1], "key", "id")
    ids = {row["key"]: row["id"] for row in inserted}
    first = {storable(new.key): new for new in reversed(record.new)}
    stored = {number: first[key] for key, number in ids.items()}
    index_entries(connection, stored)
    name_entries(connection, stored)
    return ids


def _update(connection: Connection, record: PollRecord) -> list[Edit]:
    """Overwrite the entries that were edited; leaves out those that are not the feed's."""
    revisions = record.revisions or {}
    ours: set[int] = set()
    for chunk in chunks([edit.entry_id for edit in record.edits]):
        same_feed = entry.c.feed_id == record.state.feed_id
        ours |= set(connection.scalars(select(entry.c.id).where(same_feed, entry.c.id.in_(chunk))))
    edits = [edit for edit in record.edits if edit.entry_id in ours]
    if edits:
        rows = [
            {"of": edit.entry_id, "edited_at": record.at}
            | entry_values(edit.entry, revisions.get(edit.entry.key, ""))
            for edit in edits
        ]
        save_revisions(connection, edits, record.at)
        changed = bound(rows[0].keys() - {"of"})
        connection.execute(update(entry).where(entry.c.id == bindparam("of")).values(changed), rows)
        edited = {edit.entry_id: edit.entry for edit in edits}
        reindex_entries(connection, edited)
        name_entries(connection, edited)
    return edits


def _touch(connection: Connection, record: PollRecord, new: Collection[str]) -> None:
    """Note that entries stored before are still listed."""
    keys = [key for name in record.seen_keys if (key := storable(name)) not in new]
    for chunk in chunks(keys):
        feed_id = record.state.feed_id
        noted_before = record.at - _NOTED_EVERY
        values = {"feed": feed_id, "keys": chunk, "at": record.at, "noted_before": noted_before}
        connection.execute(_TOUCH, values)


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """Keep the first finding of an entry."""
    return list({finding.entry_id: finding for finding in reversed(findings)}.values())[::-1]
