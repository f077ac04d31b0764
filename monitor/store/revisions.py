"""What entries said before they were edited (F6)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from monitor.model.outbox import Update
from monitor.ports import Edit
from monitor.store.schema import digest, entry, feed, hit, revision, told
from monitor.store.statements import chunks

_MOST = 20  # revisions kept of an entry: one with a clock in it changes at each poll
_MOST_TOLD = 3  # of them material, so that no entry is followed up for ever
_WORDS = (entry.c.title, entry.c.summary, entry.c.content)


def save_revisions(connection: Connection, edits: Sequence[Edit], at: datetime) -> None:
    """Keep the words that edits are about to replace; must come before these are updated.

    A change is kept as material unless the entry goes back to what it said once before.
    """
    former = _former(connection, [edit.entry_id for edit in edits])
    stored = _stored(connection, [edit.entry_id for edit in edits])
    rows = []
    for edit in edits:
        earlier = former[edit.entry_id]
        told = sum(row.kind is not None for row in earlier)
        returns = any(_words(row) == _words(edit.entry) for row in earlier)
        change = None if returns or told >= _MOST_TOLD else edit.change
        if change is None and len(earlier) >= _MOST:
            continue
        rows.append(
            {"entry_id": edit.entry_id, "edited_at": at, **stored[edit.entry_id]}
            | {"kind": change and change.kind}
            | {"before": change.before if change else "", "after": change.after if change else ""}
        )
    if rows:
        connection.execute(insert(revision), rows)


def told_updates(
    connection: Connection, channel_id: str, since: datetime, until: datetime
) -> list[Update]:
    """Find the material edits of hits that a channel was told before; of an entry the last."""
    of_entry = (entry.c.title, entry.c.url, feed.c.title.label("source"), hit.c.story_id)
    change = (revision.c.entry_id, revision.c.kind, revision.c.before, revision.c.after)
    rows = connection.execute(
        select(*of_entry, *change, revision.c.edited_at)
        .join_from(revision, entry)
        .join(feed)
        .join(hit, hit.c.entry_id == entry.c.id)
        .join(told, (told.c.hit_id == hit.c.id) & (told.c.channel_id == channel_id))
        .join(digest, (digest.c.key == told.c.digest_key))
        .where(revision.c.kind.is_not(None), digest.c.created_at < revision.c.edited_at)
        .where(revision.c.edited_at > since, revision.c.edited_at <= until)
        .order_by(revision.c.edited_at, revision.c.id)
    )
    last = {row.entry_id: row for row in rows}
    return [
        Update(
            row.story_id,
            row.title,
            row.url,
            row.source,
            row.kind,
            row.before,
            row.after,
            row.edited_at,
        )
        for row in last.values()
    ]


def _former(connection: Connection, entry_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    words = (revision.c.title, revision.c.summary, revision.c.content)
    for chunk in chunks(entry_ids):
        query = select(revision.c.entry_id, revision.c.kind, *words)
        for row in connection.execute(query.where(revision.c.entry_id.in_(chunk))):
            found[row.entry_id].append(row)
    return found


def _stored(connection: Connection, entry_ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    found: dict[int, Mapping[str, Any]] = {}
    for chunk in chunks(entry_ids):
        rows = connection.execute(select(entry.c.id, *_WORDS).where(entry.c.id.in_(chunk)))
        found |= {row.id: {c.name: getattr(row, c.name) for c in _WORDS} for row in rows}
    return found


def _words(said: Any) -> tuple[str, str, str]:
    return said.title, said.summary, said.content
