"""Feeds: as configured, who polls them, what polling remembers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    bindparam,
    case,
    false,
    or_,
    select,
    true,
    update,
)

from monitor.errors import StoreError
from monitor.model.source import Feed, FeedState
from monitor.ports import Lease, PollRecord
from monitor.store.schema import delivery, feed
from monitor.store.statements import bound, insert_missing
from monitor.store.values import POLLED, Values, feed_values, state_of, state_values

_FORGOTTEN: Values = {  # of a feed whose URL changed
    "etag": None,
    "last_modified": None,
    "validators_url": None,
    "body_hash": None,
    "failures": 0,
    "error_kind": None,
    "error": None,
    "gone": False,
    "moved_to": None,
    "moved_seen": 0,
    "rhythm": None,
    "due_why": None,
}


def sync_feeds(connection: Connection, feeds: Sequence[Feed], now: datetime) -> None:
    """Make the stored feeds those configured; a new feed, or a new URL, is due now.

    A poll of the old URL that is under way loses its lease: its result says nothing of the new one.
    """
    connection.execute(update(feed).values(enabled=False))
    if not feeds:
        return
    rows = [{"id": f.id} | feed_values(f, position) for position, f in enumerate(feeds)]
    unpolled = {"own_title": "", "next_poll_at": now, "lease_token": 0} | _FORGOTTEN
    insert_missing(connection, feed, [row | unpolled for row in rows], "id")
    moved = update(feed).where(feed.c.id == bindparam("of"), feed.c.url != bindparam("new_url"))
    connection.execute(
        moved.values(
            next_poll_at=now, lease_token=feed.c.lease_token + 1, lease_until=None, **_FORGOTTEN
        ),
        [{"of": f.id, "new_url": f.url} for f in feeds],
    )
    configured = bound(rows[0].keys() - {"id"})
    connection.execute(
        update(feed).where(feed.c.id == bindparam("of")).values(configured),
        [{"of": row.pop("id")} | row for row in rows],
    )


def lease_due(
    connection: Connection, now: datetime, limit: int, lease: timedelta
) -> Sequence[Lease]:
    """Lease feeds that are due, longest overdue first."""
    return _lease(connection, now, lease, feed.c.next_poll_at <= now, limit)


def lease_feeds(
    connection: Connection, feed_ids: Collection[str], now: datetime, lease: timedelta
) -> Sequence[Lease]:
    """Lease these feeds, due or not."""
    wanted = feed.c.id.in_(feed_ids)
    return _lease(connection, now, lease, wanted, len(feed_ids))


def release(connection: Connection, lease: Lease) -> None:
    """Give a lease back."""
    connection.execute(_RELEASE, {"of": lease.feed_id, "token": lease.token})


def forget_leases(connection: Connection) -> None:
    """End all leases of feeds and deliveries, which a killed run left behind."""
    for table in (feed, delivery):
        held = table.c.lease_until.is_not(None)
        connection.execute(update(table).where(held).values(lease_until=None))


def feed_state(connection: Connection, feed_id: str) -> FeedState:
    """Read what polling remembers of a feed. Raises StoreError for one that is unknown."""
    row = connection.execute(select(feed).where(feed.c.id == feed_id)).mappings().first()
    if row is None:
        raise _unknown(feed_id)
    return state_of(row)


def states(connection: Connection, feed_ids: Collection[str]) -> Mapping[str, FeedState]:
    """Read what polling remembers of some feeds, those that are unknown left out."""
    rows = connection.execute(select(feed).where(feed.c.id.in_(feed_ids))).mappings()
    return {row["id"]: state_of(row) for row in rows}


def hold_back(connection: Connection, held: Mapping[str, datetime]) -> None:
    """Put off the next polls of these feeds until then; none is brought forward."""
    rows = [{"of": feed_id, "until": until} for feed_id, until in sorted(held.items())]
    if rows:
        connection.execute(_HOLD, rows)


def save_state(connection: Connection, record: PollRecord, lease: Lease | None) -> bool:
    """Save what a poll leaves remembered and end the lease; False if the lease was lost.

    An expired lease that nobody took over still holds. Comes first in its transaction: from here
    on the row is locked, so that nobody else records the feed meanwhile.
    """
    feed_id = record.state.feed_id
    values = state_values(record.state, record.at) | {"of": feed_id, "new_title": record.title}
    if lease is not None:
        return bool(connection.execute(_SAVE_LEASED, values | {"token": lease.token}).rowcount)
    if not connection.execute(_SAVE, values).rowcount:
        raise _unknown(feed_id)
    return True


def _lease(
    connection: Connection,
    now: datetime,
    lease: timedelta,
    wanted: ColumnElement[bool],
    limit: int,
) -> Sequence[Lease]:
    free = or_(feed.c.lease_until.is_(None), feed.c.lease_until <= now)
    chosen = connection.scalars(
        select(feed.c.id)
        .where(feed.c.enabled == true(), feed.c.gone == false(), wanted, free)
        .order_by(feed.c.next_poll_at, feed.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not chosen:
        return []
    leased = connection.execute(
        update(feed)
        .where(feed.c.id.in_(chosen))
        .values(lease_token=feed.c.lease_token + 1, lease_until=now + lease)
        .returning(feed)
    ).mappings()
    leases = {row["id"]: Lease(row["id"], row["lease_token"], state_of(row)) for row in leased}
    return [leases[feed_id] for feed_id in chosen]


# Statements that each poll makes are built once: building takes longer than executing.
_OF: BindParameter[str] = bindparam("of")
_TOKEN: BindParameter[int] = bindparam("token")
_HELD = (feed.c.id == _OF) & (feed.c.lease_token == _TOKEN) & feed.c.lease_until.is_not(None)
_RELEASE = update(feed).where(_HELD).values(lease_until=None)
_UNTIL: BindParameter[datetime] = bindparam("until", type_=feed.c.next_poll_at.type)
_HOLD = (
    update(feed).where(feed.c.id == _OF, feed.c.next_poll_at < _UNTIL).values(next_poll_at=_UNTIL)
)
_OWN_TITLE: BindParameter[str] = bindparam("new_title")
_SAVED = bound(POLLED) | {
    "lease_until": None,
    "own_title": case((_OWN_TITLE != "", _OWN_TITLE), else_=feed.c.own_title),
}
_SAVE_LEASED = update(feed).where(_HELD).values(_SAVED)
_SAVE = update(feed).where(feed.c.id == _OF).values(_SAVED)


def _unknown(feed_id: str) -> StoreError:
    return StoreError(f"The state knows no feed {feed_id!r}. Is it in feeds.yaml, and enabled?")
