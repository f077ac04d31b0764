"""What is owed to channels, and what was told to them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    Integer,
    cast,
    exists,
    false,
    func,
    insert,
    select,
)

from monitor.model.outbox import Channel
from monitor.model.story import Hit, Story
from monitor.ports import DigestRecord
from monitor.store.schema import (
    delivery,
    digest,
    entry,
    feed,
    hit,
    match,
    message,
    told,
)
from monitor.store.slots import note_slot
from monitor.store.statements import chunks, insert_missing
from monitor.store.subscriptions import move_on, subscribed
from monitor.store.values import Values, digest_json, hit_of, stable_id
from monitor.story.lead import lead_first


def owed(
    connection: Connection,
    channel: Channel,
    watches: Collection[str],
    until: datetime,
    limit: int | None,
    *,
    reapplied: bool,
) -> Sequence[Story]:
    """Find the stories owed, those seen first before the others. No watches, nothing owed.

    A story that only new criteria found in the archive is one of the ``reapplied``.
    """
    only_reapplied = func.min(cast(match.c.reapplied, Integer)) == int(reapplied)
    already = exists().where(told.c.channel_id == channel.id, told.c.story_id == match.c.story_id)
    ids = connection.scalars(
        select(match.c.story_id)
        .where(subscribed(connection, channel.id, watches), match.c.stale == false())
        .where(match.c.seen_at <= until, ~already)
        .group_by(match.c.story_id)
        .having(only_reapplied)
        .order_by(func.min(match.c.seen_at), match.c.story_id)
        .limit(limit)
    ).all()
    hits = hits_of(connection, ids)
    return [Story(story_id, lead_first(hits[story_id])) for story_id in ids]


def save_digest(connection: Connection, record: DigestRecord) -> bool:
    """Save a digest with its deliveries; False, and nothing changed, if it was told already.

    Must run inside a serial write, as no hit may change its story meanwhile.
    """
    with connection.begin_nested() as savepoint:
        if not (_save_head(connection, record) and _mark_told(connection, record)):
            savepoint.rollback()
            return False
        _save_messages(connection, record)
        move_on(connection, record.channel.id)
        note_slot(connection, record.schedule, record.channel.id, record.digest.slot_at)
    return True


def hits_of(connection: Connection, story_ids: Sequence[str]) -> dict[str, list[Hit]]:
    """Read the hits of stories."""
    hits: dict[str, list[Hit]] = defaultdict(list)
    columns = (hit.c.id.label("hit_id"), hit.c.story_id, hit.c.seen_at, hit.c.matches)
    source = (feed.c.title.label("source"), feed.c.country, feed.c.rank)
    for chunk in chunks(story_ids):
        rows = connection.execute(
            select(entry, *columns, *source)
            .join_from(hit, entry)
            .join(feed)
            .where(hit.c.story_id.in_(chunk))
        ).mappings()
        for row in rows:
            hits[row["story_id"]].append(hit_of(row))
    return hits


def _save_head(connection: Connection, record: DigestRecord) -> bool:
    saved = record.digest
    row = {
        "key": saved.key,
        "schedule": record.schedule,
        "channel_id": record.channel.id,
        "kind": saved.kind,
        "slot_at": saved.slot_at,
        "until": saved.until,
        "created_at": record.created_at,
        "late": saved.late,
        "payload": digest_json(saved),
    }
    return bool(insert_missing(connection, digest, [row], "key"))


def _mark_told(connection: Connection, record: DigestRecord) -> bool:
    """Mark the hits shown; False if one is gone, or in a story that is told already by now.

    With ``again`` the stories may be told, but not every hit of them.
    """
    hit_ids = sorted({number for line in record.digest.lines for number in line.hit_ids})
    homes: dict[int, str] = {}
    for chunk in chunks(hit_ids):
        now_in = select(hit.c.id, hit.c.story_id).where(hit.c.id.in_(chunk))
        homes |= {row.id: row.story_id for row in connection.execute(now_in)}
    if len(homes) < len(hit_ids):
        return False
    if not record.again and _is_told(connection, record.channel.id, set(homes.values())):
        return False
    rows = [
        {"hit_id": number, "channel_id": record.channel.id, "story_id": story_id}
        | {"digest_key": record.digest.key}
        for number, story_id in homes.items()
    ]
    return not rows or bool(insert_missing(connection, told, rows, "hit_id"))


def _is_told(connection: Connection, channel_id: str, stories: Collection[str]) -> bool:
    known = select(told.c.hit_id).where(told.c.channel_id == channel_id).limit(1)
    return any(
        connection.scalar(known.where(told.c.story_id.in_(chunk))) is not None
        for chunk in chunks(sorted(stories))
    )


def _save_messages(connection: Connection, record: DigestRecord) -> None:
    key = record.digest.key
    messages = [
        {
            "digest_key": key,
            "part": part.part,
            "parts": part.parts,
            "subject": part.subject,
            "text": part.text,
            "html": part.html,
            "payload": part.payload,
        }
        for part in record.messages
    ]
    deliveries = [
        _delivery_row(record, part.part, recipient)
        for part in record.messages
        for recipient in dict.fromkeys(record.channel.recipients)
    ]
    for table, rows in ((message, messages), (delivery, deliveries)):
        if rows:
            connection.execute(insert(table), rows)


def _delivery_row(record: DigestRecord, part: int, recipient: str) -> Values:
    key, channel_id = record.digest.key, record.channel.id
    return {
        "id": stable_id(key, channel_id, recipient, str(part)),
        "digest_key": key,
        "part": part,
        "channel_id": channel_id,
        "recipient": recipient,
        "late": record.digest.late,
        "created_at": record.created_at,
        "state": "pending",
        "attempts": 0,
        "next_at": record.created_at,
    }
