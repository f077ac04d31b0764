"""The other names of stored entries, and which entries bear them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from monitor.model.source import Entry
from monitor.ports import Known
from monitor.store.schema import alias, entry
from monitor.store.statements import chunks, insert_missing
from monitor.story.aliases import aliases

_BATCH = 500
_BEARERS = 20  # of one name: the newest; a column such as "Rates for today" has one a day
_NAMES = (entry.c.id, entry.c.feed_id, entry.c.title, entry.c.canonical_url, entry.c.guid)
KNOWN = (
    entry.c.key, entry.c.revision, entry.c.published_at, entry.c.first_seen_at, *_NAMES,
)  # fmt: skip


def name_entries(connection: Connection, entries: Mapping[int, Entry]) -> None:
    """Note under which names entries may come back; names that they had before stay."""
    _insert(connection, ((number, one.feed_id, one) for number, one in entries.items()))


def name_all(connection: Connection) -> None:
    """Note the names of every stored entry."""
    done = 0
    while True:
        query = select(*_NAMES).where(entry.c.id > done).order_by(entry.c.id).limit(_BATCH)
        rows = connection.execute(query).all()
        if not rows:
            return
        _insert(connection, ((row.id, row.feed_id, row) for row in rows))
        done = rows[-1].id


def namesakes(connection: Connection, names: Collection[int]) -> Mapping[int, Sequence[Known]]:
    """Find the entries that bear some names, of each name the newest."""
    found: dict[int, list[Known]] = defaultdict(list)
    for chunk in chunks(sorted(names)):
        place = func.row_number().over(partition_by=alias.c.hash, order_by=alias.c.entry_id.desc())
        numbered = (
            select(alias.c.hash, alias.c.entry_id, place.label("place"))
            .where(alias.c.hash.in_(chunk))
            .subquery()
        )
        rows = connection.execute(
            select(numbered.c.hash, *KNOWN)
            .join_from(numbered, entry, numbered.c.entry_id == entry.c.id)
            .where(numbered.c.place <= _BEARERS)
        )
        for row in rows:
            found[row.hash].append(known_of(row))
    return found


def known_of(row: Any) -> Known:
    """Read what is remembered of an entry."""
    return Known(
        entry_id=row.id,
        key=row.key,
        revision=row.revision,
        title=row.title,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        canonical_url=row.canonical_url,
        guid=row.guid,
    )


def _insert(connection: Connection, named: Iterable[tuple[int, str, Any]]) -> None:
    rows = [
        {"hash": name, "entry_id": number}
        for number, feed_id, one in named
        for name in sorted(aliases(feed_id, one))
    ]
    insert_missing(connection, alias, rows)
