"""Scheduled moments that passed, and what the feeds did meanwhile."""

from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model.outbox import FeedHealth
from monitor.store.floods import notices
from monitor.store.schema import entry, feed, slot


def last_slot(connection: Connection, schedule: str, channel_id: str) -> datetime | None:
    """Find the newest slot composed or noted."""
    return connection.scalar(
        select(slot.c.slot_at).where(slot.c.schedule == schedule, slot.c.channel_id == channel_id)
    )


def note_slot(connection: Connection, schedule: str, channel_id: str, slot_at: datetime) -> None:
    """Note that a slot passed; an older one than is noted changes nothing."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(slot).values(schedule=schedule, channel_id=channel_id, slot_at=slot_at)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[slot.c.schedule, slot.c.channel_id],
            set_={"slot_at": insert.excluded.slot_at},
            where=slot.c.slot_at < insert.excluded.slot_at,
        )
    )


def health(connection: Connection, since: datetime | None, until: datetime) -> FeedHealth:
    """Tell what the configured feeds did after ``since`` and up to ``until``; who fails, fails now."""
    enabled = feed.c.enabled == true()
    polled = and_(enabled, feed.c.last_polled_at <= until)
    fresh = entry.c.first_seen_at <= until
    if since is not None:
        polled &= feed.c.last_polled_at > since
        fresh &= entry.c.first_seen_at > since
    failing = select(feed.c.title).where(enabled, or_(feed.c.failures > 0, feed.c.gone == true()))
    return FeedHealth(
        polled=connection.scalar(select(func.count()).select_from(feed).where(polled)) or 0,
        failing=tuple(connection.scalars(failing.order_by(feed.c.title, feed.c.id))),
        entries=connection.scalar(select(func.count()).select_from(entry).where(fresh)) or 0,
        notices=notices(connection, since, until),
    )
