"""Lets go of what is old: never a key that may show up again, never what is still owed (F8, F9)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, exists, false, func, or_, select, true

from monitor.model.retention import Pruned, Retention
from monitor.store.schema import (
    alias,
    delivery,
    digest,
    entry,
    feed,
    held,
    hit,
    link,
    match,
    message,
    notice,
    print_,
    revision,
    story,
    subscription,
    told,
)
from monitor.store.search import forget_entries
from monitor.store.statements import chunks

_BATCH = 500  # entries looked at in one transaction, so that polls need not wait long
_WINDOWS = 4  # times as long as a feed lists an entry, its key is remembered (F8)
_PRINTS = timedelta(days=60)  # much longer than stories are joined


@dataclass(frozen=True, slots=True)
class Ends:
    """Until when an entry of each feed must have been listed last, to be let go of."""

    of_entries: Mapping[str, datetime]
    of_hits: Mapping[str, datetime]


def find_ends(connection: Connection, retention: Retention, now: datetime) -> Ends:
    """Find how far back each feed must be remembered.

    Counted from when the feed was read last, as one that was silent for a year comes back as it was;
    a feed out of configuration is counted from now. What the last body listed always stays.
    """
    read_at = select(entry.c.feed_id, func.max(entry.c.last_seen_at)).group_by(entry.c.feed_id)
    newest = {row[0]: row[1] for row in connection.execute(read_at)}
    asked = set(connection.scalars(select(feed.c.id).where(feed.c.enabled == true())))
    entries, hits = {}, {}
    for feed_id, last in newest.items():
        since = last if feed_id in asked else now
        memory = _WINDOWS * _window(connection, feed_id, last)
        entries[feed_id] = since - max(retention.entries, memory)
        hits[feed_id] = since - max(retention.hits, memory)
    return Ends(entries, hits)


def prune_entries(connection: Connection, ends: Ends, after: int) -> tuple[Pruned, int | None]:
    """Look at the next entries after a number; gives up to which, None if there are no more.

    A hit goes only with its whole story: what is left of one that was told would be told again.
    """
    query = select(entry.c.id, entry.c.feed_id, entry.c.last_seen_at, hit.c.story_id)
    rows = connection.execute(
        query.join_from(entry, hit, isouter=True)
        .where(entry.c.id > after)
        .order_by(entry.c.id)
        .limit(_BATCH)
    ).all()
    plain = [
        row.id
        for row in rows
        if row.story_id is None and row.last_seen_at < ends.of_entries[row.feed_id]
    ]
    stories = _done(connection, sorted({row.story_id for row in rows if row.story_id}), ends)
    gone = _delete_stories(connection, stories)
    plain = _not_held(connection, plain)
    _delete_entries(connection, plain)
    return gone + Pruned(entries=len(plain)), rows[-1].id if len(rows) == _BATCH else None


def prune_rest(connection: Connection, retention: Retention, now: datetime) -> Pruned:
    """Let go of digests that tell nothing stored any more, and of what pointed to entries."""
    connection.execute(delete(print_).where(print_.c.told_at < now - _PRINTS))
    connection.execute(delete(alias).where(alias.c.entry_id.not_in(select(entry.c.id))))
    connection.execute(delete(notice).where(notice.c.at < now - retention.entries))
    waits = exists().where(delivery.c.digest_key == digest.c.key, delivery.c.state == "pending")
    tells = exists().where(told.c.digest_key == digest.c.key)
    old = digest.c.created_at < now - retention.hits
    keys = connection.scalars(select(digest.c.key).where(old, ~waits, ~tells)).all()
    for chunk in chunks(keys):
        for table in (delivery, message):
            connection.execute(delete(table).where(table.c.digest_key.in_(chunk)))
        connection.execute(delete(digest).where(digest.c.key.in_(chunk)))
    return Pruned(digests=len(keys))


def _window(connection: Connection, feed_id: str, last: datetime) -> timedelta:
    """Tell how long the feed has listed the oldest entry of its last body."""
    listed = and_(entry.c.feed_id == feed_id, entry.c.last_seen_at == last)
    first = connection.scalar(select(func.min(entry.c.first_seen_at)).where(listed))
    return last - first if first is not None else timedelta()


def _done(connection: Connection, story_ids: Sequence[str], ends: Ends) -> list[str]:
    """Keep the stories of which every hit is old, and none is held or owed."""
    done: list[str] = []
    for chunk in chunks(story_ids):
        rows = connection.execute(
            select(hit.c.story_id, entry.c.feed_id, entry.c.last_seen_at, held.c.entry_id)
            .join_from(hit, entry)
            .join(held, held.c.entry_id == entry.c.id, isouter=True)
            .where(hit.c.story_id.in_(chunk))
        )
        kept = {
            row.story_id
            for row in rows
            if row.entry_id is not None or row.last_seen_at >= ends.of_hits[row.feed_id]
        }
        kept |= _owed(connection, chunk)
        done += [story_id for story_id in chunk if story_id not in kept]
    return done


def _owed(connection: Connection, story_ids: Collection[str]) -> set[str]:
    """Find the stories that a channel has still to be told."""
    known = exists().where(
        told.c.channel_id == subscription.c.channel_id, told.c.story_id == match.c.story_id
    )
    wanted = and_(
        subscription.c.watch == match.c.watch,
        subscription.c.since <= match.c.seen_at,
        subscription.c.settled_hit < match.c.hit_id,
    )
    rows = connection.scalars(
        select(match.c.story_id)
        .join_from(match, hit, match.c.hit_id == hit.c.id)
        .join(subscription, wanted)
        .where(hit.c.story_id.in_(story_ids), match.c.stale == false(), ~known)
    )
    return set(rows)


def _not_held(connection: Connection, entry_ids: Sequence[int]) -> list[int]:
    waiting = set(connection.scalars(select(held.c.entry_id).where(held.c.entry_id.in_(entry_ids))))
    return [entry_id for entry_id in entry_ids if entry_id not in waiting]


def _delete_stories(connection: Connection, story_ids: Sequence[str]) -> Pruned:
    entries: list[int] = []
    for chunk in chunks(story_ids):
        rows = connection.execute(select(hit.c.id, hit.c.entry_id).where(hit.c.story_id.in_(chunk)))
        entry_of = {row.id: row.entry_id for row in rows}
        for numbers in chunks(list(entry_of)):
            _delete_hits(connection, numbers)
        connection.execute(delete(story).where(story.c.id.in_(chunk)))
        entries += entry_of.values()
    _delete_entries(connection, entries)
    return Pruned(entries=len(entries), hits=len(entries), stories=len(story_ids))


def _delete_hits(connection: Connection, numbers: Sequence[int]) -> None:
    for table in (match, told):
        connection.execute(delete(table).where(table.c.hit_id.in_(numbers)))
    either = or_(link.c.one.in_(numbers), link.c.other.in_(numbers))
    connection.execute(delete(link).where(either))
    connection.execute(delete(hit).where(hit.c.id.in_(numbers)))


def _delete_entries(connection: Connection, entry_ids: Sequence[int]) -> None:
    for chunk in chunks(entry_ids):
        connection.execute(delete(revision).where(revision.c.entry_id.in_(chunk)))
        forget_entries(connection, chunk)
        connection.execute(delete(entry).where(entry.c.id.in_(chunk)))
