"""The outbox: deliveries leased, settled, and put right by hand."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from monitor.model.outbox import Delivery, Message
from monitor.ports import Attempt
from monitor.store.schema import delivery, message
from monitor.store.statements import bound, chunks
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


def settle(connection: Connection, attempts: Sequence[Attempt], now: datetime) -> int:
    """Record how attempts ended; tells of how many: not of those whose lease another has by now.

    A delivery dropped while it was under way is recorded as sent if it was, else it stays dropped.
    """
    sent = [_ended(each, now) for each in attempts if each.settlement.state == "sent"]
    failed = [_ended(each, now) for each in attempts if each.settlement.state != "sent"]
    recorded = 0
    if sent:
        recorded += connection.execute(_settled("pending", "dropped"), sent).rowcount
    if failed:
        recorded += connection.execute(_settled("pending"), failed).rowcount
    for each in attempts:
        if each.rest_until is not None:
            _put_off(connection, each.delivery.channel_id, each.rest_until)
    return recorded


def give_back(connection: Connection, leased: Sequence[Delivery]) -> None:
    """End leases of deliveries that were not tried after all; the attempt does not count."""
    if leased:
        connection.execute(
            update(delivery)
            .where(_held())
            .values(attempts=delivery.c.attempts - 1, lease_until=None),
            [{"held": each.id, "token": each.attempts} for each in leased],
        )


def _settled(*open_states: str) -> Update:
    names = ("state", "next_at", "sent_at", "error")
    return (
        update(delivery)
        .where(_held(), or_(*(delivery.c.state == state for state in open_states)))
        .values(**bound(names), lease_until=None)
    )


def _held() -> ColumnElement[bool]:
    """Tell whether a delivery is still under the lease it was sent under."""
    return and_(
        delivery.c.id == bindparam("held"),
        delivery.c.attempts == bindparam("token"),
        delivery.c.lease_until.is_not(None),
    )


def _ended(attempt: Attempt, now: datetime) -> Values:
    settlement = attempt.settlement
    sent = settlement.state == "sent"
    return {
        "held": attempt.delivery.id,
        "token": attempt.delivery.attempts,
        "state": settlement.state,
        "next_at": settlement.retry_at or now,
        "sent_at": now if sent else None,
        "error": None if sent else settlement.error,
    }


def _put_off(connection: Connection, channel_id: str, until: datetime) -> None:
    """Let all of a channel's messages wait as long, so that they keep their order (D8, D9).

    Those leased are meant too: they are about to be given back, or settled, which sets them anew.
    """
    connection.execute(
        update(delivery)
        .where(delivery.c.channel_id == channel_id, delivery.c.state == "pending")
        .where(delivery.c.next_at < until)
        .values(next_at=until)
    )


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
    """Read deliveries; a message that many recipients are owed is read once, and is one object."""
    rows = connection.execute(select(delivery).where(delivery.c.id.in_(ids))).mappings().all()
    wanted = {(row["digest_key"], row["part"]) for row in rows}
    messages = _messages(connection, wanted)
    return {
        row["id"]: Delivery(
            id=row["id"],
            channel_id=row["channel_id"],
            recipient=row["recipient"],
            digest_key=row["digest_key"],
            message=messages[row["digest_key"], row["part"]],
            attempts=row["attempts"],
            created_at=row["created_at"],
            late=row["late"],
        )
        for row in rows
    }


def _messages(
    connection: Connection, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], Message]:
    keys = {digest_key for digest_key, _ in wanted}
    parts = {part for _, part in wanted}
    rows = connection.execute(
        select(message).where(message.c.digest_key.in_(keys), message.c.part.in_(parts))
    ).mappings()
    return {(row["digest_key"], row["part"]): message_of(row) for row in rows}
