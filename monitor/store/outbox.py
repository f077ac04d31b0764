"""The outbox: deliveries leased, settled, and put right by hand."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, func, or_, select, update

from monitor.model.outbox import Delivery, Settlement
from monitor.store.schema import delivery, message
from monitor.store.statements import chunks
from monitor.store.values import Values, message_of


def lease_deliveries(
    connection: Connection, channel_id: str, now: datetime, lease: timedelta, limit: int
) -> Sequence[Delivery]:
    """Lease what is due on a channel, oldest first; the attempt counted is the lease's token."""
    free = or_(delivery.c.lease_until.is_(None), delivery.c.lease_until <= now)
    chosen = connection.scalars(
        select(delivery.c.id)
        .where(delivery.c.channel_id == channel_id, delivery.c.state == "pending")
        .where(delivery.c.next_at <= now, free)
        .order_by(delivery.c.created_at, delivery.c.digest_key, delivery.c.part, delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not chosen:
        return []
    connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(chosen))
        .values(attempts=delivery.c.attempts + 1, lease_until=now + lease)
    )
    leased = _load(connection, chosen)
    return [leased[delivery_id] for delivery_id in chosen]


def settle(connection: Connection, leased: Delivery, settlement: Settlement, now: datetime) -> bool:
    """Record how an attempt ended; False if another attempt has begun.

    A delivery dropped while it was under way is recorded as sent if it was, else it stays dropped.
    """
    sent = settlement.state == "sent"
    values: Values = {
        "state": settlement.state,
        "next_at": settlement.retry_at or now,
        "lease_until": None,
        "sent_at": now if sent else None,
        "error": None if sent else settlement.error,
    }
    open_states = ("pending", "dropped") if sent else ("pending",)
    settled = connection.execute(
        update(delivery)
        .where(delivery.c.id == leased.id, delivery.c.attempts == leased.attempts)
        .where(delivery.c.lease_until.is_not(None), delivery.c.state.in_(open_states))
        .values(values)
    )
    return bool(settled.rowcount)


def next_due(connection: Connection, channel_ids: Collection[str]) -> datetime | None:
    """Find when the next pending delivery of these channels is due; a lease counts at its end."""
    due = case(
        (delivery.c.lease_until > delivery.c.next_at, delivery.c.lease_until),
        else_=delivery.c.next_at,
    )
    first: datetime | None = connection.scalar(
        select(func.min(due, type_=delivery.c.next_at.type)).where(
            delivery.c.channel_id.in_(sorted(channel_ids)), delivery.c.state == "pending"
        )
    )
    return first


def retry(connection: Connection, delivery_ids: Collection[str], now: datetime) -> int:
    """Make deliveries that were not sent due now; one under way stays with who sends it.

    An id may be given by a beginning that only it has, as lists show it.
    """
    revived = delivery.c.state.in_(("pending", "dead", "dropped"))
    return _change(connection, delivery_ids, revived, {"state": "pending", "next_at": now})


def drop(connection: Connection, delivery_ids: Collection[str]) -> int:
    """Give deliveries up; they stay listed."""
    open_ = delivery.c.state.in_(("pending", "dead"))
    return _change(connection, delivery_ids, open_, {"state": "dropped"})


def _change(
    connection: Connection,
    delivery_ids: Collection[str],
    allowed: ColumnElement[bool],
    values: Values,
) -> int:
    meant = {found for given in delivery_ids if (found := _meant(connection, given))}
    return sum(
        connection.execute(
            update(delivery).where(delivery.c.id.in_(chunk), allowed).values(values)
        ).rowcount
        for chunk in chunks(sorted(meant))
    )


def _meant(connection: Connection, beginning: str) -> str | None:
    begins = delivery.c.id.startswith(beginning, autoescape=True)
    found = connection.scalars(select(delivery.c.id).where(begins).limit(2)).all()
    return found[0] if beginning and len(found) == 1 else None


def _load(connection: Connection, ids: Sequence[str]) -> dict[str, Delivery]:
    rows = connection.execute(
        select(delivery, message.c.subject, message.c.text, message.c.html)
        .add_columns(message.c.payload, message.c.parts)
        .join_from(delivery, message)
        .where(delivery.c.id.in_(ids))
    ).mappings()
    return {
        row["id"]: Delivery(
            id=row["id"],
            channel_id=row["channel_id"],
            recipient=row["recipient"],
            digest_key=row["digest_key"],
            message=message_of(row),
            attempts=row["attempts"],
            created_at=row["created_at"],
            late=row["late"],
        )
        for row in rows
    }
