"""What entries said before they were edited (F6)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from monitor.ports import Edit
from monitor.store.schema import entry, revision
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
