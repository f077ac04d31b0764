"""What came of watches lately, and which stories were raised as breaking."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, false, select

from monitor.model.growth import Mention
from monitor.model.story import Story
from monitor.store.digests import hits_of
from monitor.store.schema import digest, entry, hit, match, subscription, told
from monitor.store.statements import chunks
from monitor.story.lead import lead_first
from monitor.text.urls import host_of


def mentions(
    connection: Connection, watches: Collection[str], since: datetime
) -> Sequence[Mention]:
    """Find what was seen of watches since then; nothing stale, nothing from the archive."""
    # by number, as hits are numbered as they come: an index by watch and time would tempt what
    # looks for the hits owed
    came = select(hit.c.id).where(hit.c.seen_at >= since).order_by(hit.c.seen_at, hit.c.id)
    first = connection.scalar(came.limit(1))
    if first is None:
        return []
    columns = (match.c.watch, match.c.story_id, match.c.seen_at)
    told_by = (entry.c.feed_id, entry.c.canonical_url, entry.c.published_at)
    rows = connection.execute(
        select(*columns, *told_by)
        .join_from(match, hit, match.c.hit_id == hit.c.id)
        .join(entry, entry.c.id == hit.c.entry_id)
        .where(match.c.watch.in_(sorted(watches)), match.c.stale == false())
        .where(match.c.hit_id >= first, match.c.reapplied == false())
    )
    return [
        Mention(
            row.watch,
            row.story_id,
            (host_of(row.canonical_url) if row.canonical_url else "") or row.feed_id,
            min(row.published_at or row.seen_at, row.seen_at),
        )
        for row in rows
    ]


def watched_since(connection: Connection, channel_id: str) -> dict[str, datetime]:
    """Tell since when a channel is owed each of its watches."""
    own = select(subscription.c.watch, subscription.c.since)
    rows = connection.execute(own.where(subscription.c.channel_id == channel_id))
    return {row.watch: row.since for row in rows}


def raised(
    connection: Connection, channel_id: str, schedule: str, since: datetime
) -> frozenset[str]:
    """Find the stories that digests under names with this beginning told to a channel."""
    rows = connection.scalars(
        select(told.c.story_id)
        .join_from(digest, told, told.c.digest_key == digest.c.key)
        .where(digest.c.created_at >= since, digest.c.channel_id == channel_id)
        .where(digest.c.schedule.startswith(schedule, autoescape=True))
    )
    return frozenset(rows)


def stories_by_id(connection: Connection, story_ids: Collection[str]) -> Sequence[Story]:
    """Read stories; those that ended meanwhile are left out."""
    names = sorted(story_ids)
    hits = {
        name: each for chunk in chunks(names) for name, each in hits_of(connection, chunk).items()
    }
    return [Story(name, lead_first(hits[name])) for name in names if name in hits]
