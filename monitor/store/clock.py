"""Moments that lie ahead of the clock: it was wrong before, and was put right (R13)."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Table, update

from monitor.store.schema import delivery, entry, feed, hit, match, print_, slot, subscription

_TOLERANCE = timedelta(minutes=1)
# A slot told before the clock went back less than a day must not be told again.
_SLOT_TOLERANCE = timedelta(days=1)


def bring_back(connection: Connection, now: datetime) -> int:
    """Make moments that cannot have been yet be now; gives how many rows had one.

    Else a feed would not be asked, and a story not be told, until the clock gets there again.
    """
    polled = feed.c.last_polled_at > now + _TOLERANCE
    made = delivery.c.created_at > now + _TOLERANCE
    changed = connection.execute(
        update(feed).where(polled).values(next_poll_at=now, lease_until=None)
    ).rowcount
    changed += connection.execute(
        update(delivery).where(made).values(next_at=now, lease_until=None)
    ).rowcount
    for table, name, tolerance in _WITNESSED:
        changed += _clamp(connection, table, table.c[name], now, tolerance)
    return changed


# What is noted as it happens, so that it is never ahead of a clock that is right.
_WITNESSED: tuple[tuple[Table, str, timedelta], ...] = (
    (feed, "last_polled_at", _TOLERANCE),
    (feed, "last_success_at", _TOLERANCE),
    (feed, "first_success_at", _TOLERANCE),
    (entry, "first_seen_at", _TOLERANCE),
    (entry, "last_seen_at", _TOLERANCE),
    (hit, "seen_at", _TOLERANCE),
    (match, "seen_at", _TOLERANCE),
    (print_, "told_at", _TOLERANCE),
    (subscription, "since", _TOLERANCE),
    (delivery, "created_at", _TOLERANCE),
    (slot, "slot_at", _SLOT_TOLERANCE),
)


def _clamp(
    connection: Connection, table: Table, column: Column[datetime], now: datetime, by: timedelta
) -> int:
    late = column > now + by
    return connection.execute(update(table).where(late).values({column.name: now})).rowcount
