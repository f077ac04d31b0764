"""Values of the model to rows, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import RowMapping

from monitor.model.outbox import Digest, Message
from monitor.model.rhythm import FIRST_TRUST, UNKNOWN, Quiet, Rhythm
from monitor.model.source import Entry, Feed, FeedState, Validators
from monitor.model.story import Hit, NewHit
from monitor.model.telling import Telling
from monitor.model.watch import Match, Span
from monitor.story.packing import pack, unpack

Values = dict[str, Any]
_ENTRY_AS_IS = (
    "title",
    "url",
    "canonical_url",
    "summary",
    "content",
    "author",
    "language",
    "published_at",
    "updated_at",
    "guid",
)
_STATE_AS_IS = (
    "validators_url",
    "body_hash",
    "failures",
    "last_polled_at",
    "last_success_at",
    "first_success_at",
    "error_kind",
    "error",
    "gone",
    "moved_to",
    "moved_seen",
    "listed",
    "burst",
)

_STATE_ELSE = ("etag", "last_modified", "next_poll_at", "rhythm", "due_why")
POLLED = (*_STATE_AS_IS, *_STATE_ELSE)  # columns that polling decides


def feed_values(feed: Feed, position: int) -> Values:
    """Give the columns that the configuration decides."""
    return {
        "url": feed.url,
        "title": feed.title,
        "interval_seconds": feed.interval.total_seconds(),
        "language": feed.language,
        "country": feed.country,
        "rank": feed.rank,
        "timezone": feed.timezone,
        "position": position,
        "enabled": True,
    }


def feed_of(row: RowMapping | Values) -> Feed:
    """Read a feed as configured."""
    return Feed(
        id=row["id"],
        url=row["url"],
        title=row["title"],
        interval=timedelta(seconds=row["interval_seconds"]),
        language=row["language"],
        country=row["country"],
        rank=row["rank"],
        timezone=row["timezone"],
    )


def state_values(state: FeedState, at: datetime) -> Values:
    """Give the columns that polling decides; a state that names no next poll is due at once."""
    values: Values = {name: getattr(state, name) for name in _STATE_AS_IS}
    return values | {
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "next_poll_at": state.next_poll_at or at,
        "habits": sorted(state.habits),
        "rhythm": rhythm_json(state.rhythm),
        "due_why": state.due_why,
    }


def state_of(row: RowMapping) -> FeedState:
    """Read what polling remembers; a feed that is gone has no next poll."""
    return FeedState(
        feed_id=row["id"],
        validators=Validators(row["etag"], row["last_modified"]),
        next_poll_at=None if row["gone"] else row["next_poll_at"],
        habits=frozenset(row["habits"]),
        rhythm=rhythm_of(row["rhythm"]),
        due_why=row["due_why"] or "",
        **{name: row[name] for name in _STATE_AS_IS},
    )


def entry_values(entry: Entry, revision: str) -> Values:
    """Give the columns that a publisher decides, but for the key."""
    values: Values = {name: getattr(entry, name) for name in _ENTRY_AS_IS}
    return values | {"tags": entry.tags, "revision": revision}


def entry_of(row: RowMapping) -> Entry:
    """Read an entry."""
    return Entry(
        feed_id=row["feed_id"],
        key=row["key"],
        tags=tuple(row["tags"]),
        **{name: row[name] for name in _ENTRY_AS_IS},
    )


def matches_json(matches: Sequence[Match]) -> list[Values]:
    """Lay matches out for JSON; a span is a list, as there are many."""
    return [
        {
            "watch": match.watch,
            "score": match.score,
            "terms": match.terms,
            "spans": [(s.field, s.start, s.end, s.text, s.term) for s in match.spans],
        }
        for match in matches
    ]


def matches_of(values: Sequence[Mapping[str, Any]]) -> tuple[Match, ...]:
    """Read matches from their JSON."""
    return tuple(
        Match(
            watch=value["watch"],
            score=value["score"],
            terms=tuple(value["terms"]),
            spans=tuple(Span(*span) for span in value["spans"]),
        )
        for value in values
    )


def hit_values(new: NewHit) -> Values:
    """Give the columns that matching and reading decide."""
    return {
        "telling": pack(new.telling),
        "matches": matches_json(new.matches),
    }


def telling_of(packed: bytes | None) -> Telling | None:
    """Read what a hit tells; None if it was written in a form of another version."""
    try:
        return unpack(packed or b"")
    except ValueError:
        return None


def hit_of(row: RowMapping) -> Hit:
    """Read a hit joined with its entry and feed."""
    return Hit(
        id=row["hit_id"],
        story_id=row["story_id"],
        entry=entry_of(row),
        matches=matches_of(row["matches"]),
        seen_at=row["seen_at"],
        source=row["source"],
        country=row["country"],
        rank=row["rank"],
        edited=row["edited_at"] is not None,
    )


def rhythm_json(rhythm: Rhythm) -> Values | None:
    """Lay a rhythm out for JSON; None for one that knows nothing."""
    if rhythm == UNKNOWN:
        return None
    return {
        "hours": [round(value, 3) for value in rhythm.hours],
        "days": [round(value, 3) for value in rhythm.days],
        "times": [time and time.isoformat() for time in _times(rhythm)],
        "counts": (rhythm.listed, rhythm.fresh),
        "spans": [_seconds(rhythm.turnover), _seconds(rhythm.ttl), _seconds(rhythm.trust)],
        "quiet": (sorted(rhythm.quiet.hours), sorted(rhythm.quiet.days)),
    }


def rhythm_of(value: Mapping[str, Any] | None) -> Rhythm:
    """Read a rhythm from its JSON."""
    if value is None:
        return UNKNOWN
    begun, counted, looked = (time and datetime.fromisoformat(time) for time in value["times"])
    turnover, ttl, trust = (None if s is None else timedelta(seconds=s) for s in value["spans"])
    quiet_hours, quiet_days = map(frozenset, value["quiet"])
    listed, fresh = value["counts"]
    return Rhythm(
        hours=tuple(value["hours"]),
        days=tuple(value["days"]),
        begun_at=begun,
        counted_at=counted,
        looked_at=looked,
        listed=listed,
        fresh=fresh,
        turnover=turnover,
        trust=trust or FIRST_TRUST,
        ttl=ttl,
        quiet=Quiet(quiet_hours, quiet_days),
    )


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _times(rhythm: Rhythm) -> tuple[datetime | None, ...]:
    return rhythm.begun_at, rhythm.counted_at, rhythm.looked_at


def digest_json(digest: Digest) -> Any:
    """Lay a digest out for JSON, field by field, moments in ISO 8601, spans in seconds."""
    return _plain(digest)


def message_of(row: RowMapping) -> Message:
    """Read a message."""
    return Message(
        subject=row["subject"],
        text=row["text"],
        html=row["html"],
        payload=row["payload"],
        part=row["part"],
        parts=row["parts"],
    )


def stable_id(*parts: str, size: int = 16) -> str:
    """Digest names to hex, the same in each process and after a replay."""
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=size).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, datetime) else value
