"""What a channel may be told of, since when, and up to where it is settled."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from monitor.store.schema import match, subscription, told
from monitor.store.statements import chunks, insert_missing


def sync_subscriptions(
    connection: Connection, wanted: Mapping[str, Collection[str]], since: datetime
) -> None:
    """Make the channels' watches those configured; a new pair is owed hits from ``since`` on."""
    pairs = {(channel_id, watch) for channel_id, watches in wanted.items() for watch in watches}
    stored = {(row.channel_id, row.watch) for row in connection.execute(select(subscription))}
    for channel_id, watch in stored - pairs:
        gone = (subscription.c.channel_id == channel_id) & (subscription.c.watch == watch)
        connection.execute(delete(subscription).where(gone))
    rows = [
        {"channel_id": c, "watch": w, "since": since, "settled_hit": 0}
        for c, w in sorted(pairs - stored)
    ]
    insert_missing(connection, subscription, rows, "watch")


def subscribed(
    connection: Connection, channel_id: str, watches: Collection[str]
) -> ColumnElement[bool]:
    """Bound a search for what is owed, so that it does not grow with the history told."""
    own = select(subscription).where(subscription.c.channel_id == channel_id)
    rows = {row.watch: row for row in connection.execute(own)}
    bounds = [match.c.watch == watch for watch in sorted(watches) if watch not in rows]
    bounds += [
        and_(
            match.c.watch == watch,
            match.c.hit_id > rows[watch].settled_hit,
            match.c.seen_at >= rows[watch].since,
        )
        for watch in sorted(watches)
        if watch in rows
    ]
    return or_(false(), *bounds)


def move_on(connection: Connection, channel_id: str) -> None:
    """Note up to which hit nothing is owed any more; by number, since clocks may step back.

    A hit's number is given when it is saved, and hits are saved one poll after the other: no lower
    one can appear later.
    """
    own = select(subscription).where(subscription.c.channel_id == channel_id)
    for row in connection.execute(own).all():
        found = _last_settled(connection, row)
        connection.execute(
            update(subscription)
            .where(subscription.c.channel_id == channel_id, subscription.c.watch == row.watch)
            .values(settled_hit=found)
        )


def _last_settled(connection: Connection, row: Row[Any]) -> int:
    later = (match.c.watch == row.watch) & (match.c.hit_id > row.settled_hit)
    known = exists().where(told.c.channel_id == row.channel_id, told.c.story_id == match.c.story_id)
    owed = later & (match.c.stale == false()) & (match.c.seen_at >= row.since) & ~known
    first = connection.scalar(select(func.min(match.c.hit_id)).where(owed))
    if first is not None:
        return int(first) - 1
    last = connection.scalar(select(func.max(match.c.hit_id)).where(later))
    return int(row.settled_hit if last is None else last)


def owe_again(connection: Connection, hit_ids: Collection[int]) -> None:
    """Let what is owed be searched from these hits on, although channels were settled past them.

    What was told is not owed again: a hit is told to a channel once.
    """
    first: dict[str, int] = {}
    for chunk in chunks(sorted(hit_ids)):
        rows = connection.execute(
            select(match.c.watch, func.min(match.c.hit_id))
            .where(match.c.hit_id.in_(chunk))
            .group_by(match.c.watch)
        )
        first |= {watch: number for watch, number in rows if number < first.get(watch, number + 1)}
    for watch, number in sorted(first.items()):
        past = (subscription.c.watch == watch) & (subscription.c.settled_hit >= number)
        connection.execute(update(subscription).where(past).values(settled_hit=number - 1))
