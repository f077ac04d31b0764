"""The stored entries, to be looked through again, one by one or each with all that came of it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    bindparam,
    or_,
    select,
)

from monitor.model.source import Entry
from monitor.model.watch import Narrowing
from monitor.ports import DeliveryRow, Dossier, StoredEntry, Told
from monitor.store.digests import hits_of
from monitor.store.inspect import delivery_row, delivery_rows
from monitor.store.schema import delivery, digest, entry, feed, hit, told
from monitor.store.search import narrowed
from monitor.store.values import entry_of, feed_of, matches_of
from monitor.text.urls import canonical_url


def entries(
    connection: Connection,
    since: datetime | None,
    narrowing: Narrowing | None,
    before: int | None,
    limit: int,
) -> Sequence[StoredEntry]:
    """Find entries that may be meant, newest first."""
    query = _stored().order_by(entry.c.id.desc()).limit(limit)
    if since is not None:
        query = query.where(entry.c.first_seen_at >= since)
    if before is not None:
        query = query.where(entry.c.id < before)
    if narrowing is not None:
        query = query.where(narrowed(connection.dialect.name, narrowing))
    return [_stored_entry(row) for row in connection.execute(query).mappings()]


_RECENT = (
    select(entry.c.key, entry.c.title, entry.c.summary, entry.c.content, entry.c.published_at)
    .where(entry.c.feed_id == bindparam("feed"))
    .order_by(entry.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def recent(connection: Connection, feed_id: str, limit: int) -> Sequence[Entry]:
    """Find title, text and date of the entries of a feed stored last, newest first."""
    rows = connection.execute(_RECENT, {"feed": feed_id, "most": limit}).mappings()
    return [Entry(feed_id, **row) for row in rows]


def _stored_entry(row: RowMapping) -> StoredEntry:
    """Read an entry joined with its feed and its hit, if it is one."""
    started = row["first_success_at"]
    configured = feed_of({name.removeprefix("feed_"): row[name] for name in _FEED_LABELS})
    return StoredEntry(
        id=row["id"],
        entry=entry_of(row),
        feed=configured,
        first_seen_at=row["first_seen_at"],
        edited_at=row["edited_at"],
        came_while_watched=started is not None and row["first_seen_at"] > started,
        matches=matches_of(row["matches"] or ()),
        story_id=row["story_id"],
        stale=bool(row["stale"]),
    )


_FEED = ("id", "url", "title", "interval_seconds", "language", "country", "rank", "timezone")
_FEED_LABELS = tuple(f"feed_{name}" for name in _FEED)


def _stored() -> Select[Any]:
    columns = (hit.c.matches, hit.c.story_id, hit.c.stale, feed.c.first_success_at)
    return (
        select(entry, *columns, *_feed_columns())
        .join_from(entry, feed)
        .join(hit, hit.c.entry_id == entry.c.id, isouter=True)
    )


def _feed_columns() -> list[ColumnElement[Any]]:
    return [
        feed.c[name].label(label)
        for name, label in zip(_FEED, _FEED_LABELS, strict=True)
        if label != "feed_id"  # the entry has it
    ]


def dossiers(connection: Connection, name: str, limit: int) -> Sequence[Dossier]:
    """Find entries by number, URL as published or canonical, GUID, key or story, newest first."""
    query = _stored().where(_named(name)).order_by(entry.c.id.desc()).limit(limit)
    rows = connection.execute(query).mappings().all()
    stories = sorted({row["story_id"] for row in rows if row["story_id"]})
    members = hits_of(connection, stories)
    tellings = _tellings(connection, stories)
    return [
        Dossier(
            stored=_stored_entry(row),
            last_seen_at=row["last_seen_at"],
            members=tuple(sorted(members[row["story_id"]], key=lambda one: one.id)),
            tellings=tuple(tellings[row["story_id"]]),
        )
        for row in rows
    ]


def _named(name: str) -> ColumnElement[bool]:
    canonical = canonical_url(name) or name
    ways = [
        entry.c.url == name,
        entry.c.canonical_url == canonical,
        entry.c.guid == name,
        entry.c.key == name,
        hit.c.story_id == name,
    ]
    if name.isascii() and name.isdigit() and len(name) < 10:
        ways.append(entry.c.id == int(name))
    return or_(*ways)


def _tellings(connection: Connection, story_ids: Sequence[str]) -> dict[str, list[Told]]:
    rows = connection.execute(
        select(
            told.c.story_id, digest.c.key, digest.c.channel_id, digest.c.kind, digest.c.created_at
        )
        .join_from(told, digest)
        .where(told.c.story_id.in_(story_ids))
        .distinct()
        .order_by(digest.c.created_at, digest.c.key)
    ).all()
    deliveries = _deliveries(connection, [row.key for row in rows])
    tellings: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        sent = tuple(deliveries[row.key])
        tellings[row.story_id].append(Told(row.key, row.channel_id, row.kind, row.created_at, sent))
    return tellings


def _deliveries(connection: Connection, keys: Sequence[str]) -> dict[str, list[DeliveryRow]]:
    found: dict[str, list[DeliveryRow]] = defaultdict(list)
    for row in connection.execute(
        delivery_rows().where(delivery.c.digest_key.in_(keys)).order_by(delivery.c.id)
    ).mappings():
        found[row["digest_key"]].append(delivery_row(row))
    return found
