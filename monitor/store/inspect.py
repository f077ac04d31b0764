"""Read-only views of the whole state, for the operator."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, false, func, or_, select, true
from sqlalchemy.sql.selectable import FromClause

from monitor.model.outbox import Message
from monitor.ports import DeliveryRow, FeedRow, OutboxState, Status
from monitor.store.floods import held_figures
from monitor.store.schema import delivery, entry, feed, hit, message, story
from monitor.store.values import feed_of, message_of, state_of


def feeds(connection: Connection) -> Sequence[FeedRow]:
    """List the configured feeds in the configuration's order."""
    entries, hits, newest = _entry_figures(connection)
    held = held_figures(connection)
    rows = connection.execute(
        select(feed).where(feed.c.enabled == true()).order_by(feed.c.position, feed.c.id)
    ).mappings()
    return [
        FeedRow(
            feed=feed_of(row),
            state=state_of(row),
            entries=entries.get(row["id"], 0),
            hits=hits.get(row["id"], 0),
            newest_at=newest.get(row["id"]),
            title=row["own_title"],
            held=held.get(row["id"], 0),
        )
        for row in rows
    ]


def deliveries(
    connection: Connection, states: Collection[OutboxState], limit: int
) -> Sequence[DeliveryRow]:
    """List deliveries, newest first; no states means all."""
    query = delivery_rows().order_by(delivery.c.created_at.desc(), delivery.c.id).limit(limit)
    if states:
        query = query.where(delivery.c.state.in_(sorted(states)))
    return [delivery_row(row) for row in connection.execute(query).mappings()]


def find_delivery(connection: Connection, delivery_id: str) -> tuple[DeliveryRow, Message] | None:
    """Find a delivery by its id or a beginning that only it has."""
    query = delivery_rows().add_columns(
        message.c.text, message.c.html, message.c.payload, message.c.part, message.c.parts
    )
    begins = delivery.c.id.startswith(delivery_id, autoescape=True)
    rows = connection.execute(query.where(begins).limit(2)).mappings().all()
    if len(rows) != 1 or not delivery_id:
        return None
    return delivery_row(rows[0]), message_of(rows[0])


def status(connection: Connection, path: Path | None) -> Status:
    """Count everything."""
    enabled = feed.c.enabled == true()
    failing = enabled & or_(feed.c.failures > 0, feed.c.gone == true())
    pollable = enabled & (feed.c.gone == false())
    states = _by(connection, delivery.c.state)
    return Status(
        feeds=_count(connection, feed, enabled),
        feeds_failing=_count(connection, feed, failing),
        feeds_never_polled=_count(connection, feed, enabled & feed.c.last_polled_at.is_(None)),
        entries=_count(connection, entry),
        hits=_count(connection, hit),
        stories=_count(connection, story),
        pending=states.get("pending", 0),
        dead=states.get("dead", 0),
        sent=states.get("sent", 0),
        last_poll_at=connection.scalar(select(func.max(feed.c.last_polled_at))),
        next_poll_at=connection.scalar(select(func.min(feed.c.next_poll_at)).where(pollable)),
        last_sent_at=connection.scalar(select(func.max(delivery.c.sent_at))),
        size_bytes=_size(connection, path),
    )


def _entry_figures(
    connection: Connection,
) -> tuple[dict[str, int], dict[str, int], dict[str, datetime]]:
    # a date in the future is a mistake of the publisher (F11)
    dated = case(
        (entry.c.published_at <= entry.c.first_seen_at, entry.c.published_at),
        else_=entry.c.first_seen_at,
    )
    newest = func.max(dated, type_=entry.c.first_seen_at.type)
    rows = connection.execute(
        select(entry.c.feed_id, func.count().label("entries"), newest.label("newest")).group_by(
            entry.c.feed_id
        )
    ).all()
    hits = connection.execute(
        select(entry.c.feed_id, func.count().label("hits"))
        .join_from(hit, entry)
        .group_by(entry.c.feed_id)
    )
    return (
        {row.feed_id: row.entries for row in rows},
        {row.feed_id: row.hits for row in hits},
        {row.feed_id: row.newest for row in rows},
    )


def delivery_rows() -> Select[Any]:
    """Select deliveries with their subjects, as ``delivery_row`` reads them."""
    return select(delivery, message.c.subject).join_from(delivery, message)


def delivery_row(row: Any) -> DeliveryRow:
    """Read a delivery."""
    pending = row["state"] == "pending"
    return DeliveryRow(
        id=row["id"],
        channel_id=row["channel_id"],
        recipient=row["recipient"],
        digest_key=row["digest_key"],
        subject=row["subject"],
        state=row["state"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        next_at=row["next_at"] if pending else None,
        sent_at=row["sent_at"],
        error=row["error"],
    )


def _count(
    connection: Connection, table: FromClause, where: ColumnElement[bool] | None = None
) -> int:
    query = select(func.count()).select_from(table)
    return connection.scalar(query if where is None else query.where(where)) or 0


def _by(connection: Connection, column: ColumnElement[str]) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in rows}


def _size(connection: Connection, path: Path | None) -> int | None:
    if path is None:
        return connection.scalar(select(func.pg_database_size(func.current_database())))
    beside = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in beside if file.exists())
