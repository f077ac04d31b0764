"""Floods that the operator is asked about, and what else he has to know of a feed (F4)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, insert, select, true, update

from monitor.model.outbox import FeedNotice
from monitor.model.source import Notice
from monitor.store.schema import entry, feed, held, hit, match, notice
from monitor.store.statements import chunks
from monitor.store.subscriptions import owe_again

_FIRST_LOOK = timedelta(days=7)  # how far back the first digest of a channel looks


def hold(connection: Connection, entry_ids: Sequence[int]) -> None:
    """Hold entries of a flood until the operator decides; their hits must be stale."""
    if entry_ids:
        connection.execute(insert(held), [{"entry_id": entry_id} for entry_id in entry_ids])


def approve(connection: Connection, feed_id: str) -> int:
    """Owe what of a feed is held, and let as many new entries at once pass from now on."""
    entry_ids = _held_of(connection, feed_id)
    for chunk in chunks(entry_ids):
        hits = connection.scalars(select(hit.c.id).where(hit.c.entry_id.in_(chunk))).all()
        connection.execute(update(hit).where(hit.c.id.in_(hits)).values(stale=False))
        connection.execute(update(match).where(match.c.hit_id.in_(hits)).values(stale=False))
        owe_again(connection, hits)
    passed = and_(feed.c.id == feed_id, feed.c.burst < len(entry_ids))
    connection.execute(update(feed).where(passed).values(burst=len(entry_ids)))
    return _let_go(connection, entry_ids)


def mute(connection: Connection, feed_id: str) -> int:
    """Let go of what of a feed is held without telling it, ever."""
    return _let_go(connection, _held_of(connection, feed_id))


def held_figures(connection: Connection) -> dict[str, int]:
    """Count what is held of each feed."""
    rows = connection.execute(
        select(entry.c.feed_id, func.count()).join_from(held, entry).group_by(entry.c.feed_id)
    )
    return {row[0]: row[1] for row in rows}


def save_notices(connection: Connection, notices: Collection[Notice], at: datetime) -> None:
    """Note what the next digests have to say of a feed."""
    rows = [{"feed_id": n.feed_id, "at": at, "kind": n.kind, "entries": n.entries} for n in notices]
    if rows:
        connection.execute(insert(notice), rows)


def notices(
    connection: Connection, since: datetime | None, until: datetime
) -> tuple[FeedNotice, ...]:
    """List what happened to configured feeds after ``since`` and up to ``until``, oldest first."""
    begin = until - _FIRST_LOOK if since is None else since
    during = and_(notice.c.at > begin, notice.c.at <= until)
    rows = connection.execute(
        select(feed.c.id, feed.c.title, notice.c.kind, notice.c.entries, notice.c.at)
        .join_from(notice, feed)
        .where(feed.c.enabled == true(), during)
        .order_by(notice.c.at, notice.c.id)
    )
    return tuple(FeedNotice(*row) for row in rows)


def _held_of(connection: Connection, feed_id: str) -> Sequence[int]:
    query = select(held.c.entry_id).join_from(held, entry).where(entry.c.feed_id == feed_id)
    return connection.scalars(query.order_by(held.c.entry_id)).all()


def _let_go(connection: Connection, entry_ids: Sequence[int]) -> int:
    for chunk in chunks(entry_ids):
        connection.execute(delete(held).where(held.c.entry_id.in_(chunk)))
    return len(entry_ids)
