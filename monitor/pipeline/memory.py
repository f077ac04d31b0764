"""What a poll leaves remembered of its feed: pure steps from one FeedState to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.cadence import Due, learn
from monitor.errors import FetchError, ParseError
from monitor.model.rhythm import Rhythm
from monitor.model.source import (
    Entry,
    Feed,
    FeedState,
    Fetched,
    FetchRequest,
    NotModified,
    ParsedFeed,
    PollPolicy,
    Validators,
)

# An entry that appears although it was published this long before our last good look is an old
# one listed again, not news (a migrated site, a re-sorted archive).
_RELISTED = timedelta(days=7)

_CONFIRMED = 2  # sightings that make a permanent redirect permanent (P28)


@dataclass(frozen=True, slots=True)
class Body:
    """A new body, read."""

    fetched: Fetched
    digest: str
    parsed: ParsedFeed


def request_for(feed: Feed, state: FeedState) -> FetchRequest:
    """Make the conditional request that the state allows."""
    return FetchRequest(feed_url(feed, state), state.validators, state.validators_url)


def feed_url(feed: Feed, state: FeedState) -> str:
    """Give the URL to ask: the configured one, or a permanent redirect that proved itself (P28)."""
    return state.moved_to if state.moved_to and _has_moved(state) else feed.url


def after_error(
    state: FeedState, error: FetchError | ParseError, now: datetime, due: Due | None
) -> FeedState:
    """Count a failure; an adopted new address that fails is given up for the configured one."""
    moved = _has_moved(state)
    return replace(
        state,
        validators=Validators() if error.kind == "protocol" else state.validators,
        failures=state.failures + 1,
        next_poll_at=due.at if due else now if moved else None,
        due_why=due.why if due else "",
        last_polled_at=now,
        error_kind=error.kind,
        error=str(error),
        gone=error.kind == "gone" and not moved,
        moved_to=None if moved else state.moved_to,
        moved_seen=0 if moved else state.moved_seen,
    )


def after_unchanged(
    state: FeedState, result: Fetched | NotModified, now: datetime, due: Due
) -> FeedState:
    """Keep the newest validators, also of a body that did not change (P4, P5)."""
    state = _succeeded(_after_move(state, result.moved_to), now, due)
    if isinstance(result, Fetched):
        return replace(state, validators=result.validators, validators_url=result.url)
    fresh, held = result.validators, state.validators
    merged = Validators(fresh.etag or held.etag, fresh.last_modified or held.last_modified)
    return replace(state, validators=merged)


def rhythm_after(rhythm: Rhythm, parsed: ParsedFeed, new: Sequence[Entry], now: datetime) -> Rhythm:
    """Learn from a body, and from which of its entries are new."""
    published = (entry.published_at or entry.updated_at for entry in new)
    learned = learn(rhythm, published, now, listed=len(parsed.entries))
    return replace(learned, ttl=parsed.ttl, quiet=parsed.quiet)


def after_body(state: FeedState, body: Body, now: datetime, due: Due, rhythm: Rhythm) -> FeedState:
    """Keep what the next request needs; no validators of a body that was cut short (P8, F24)."""
    state = _succeeded(_after_move(state, body.fetched.moved_to), now, due)
    state = replace(state, rhythm=rhythm)
    if body.parsed.truncated:
        return state
    return replace(
        state,
        validators=body.fetched.validators,
        validators_url=body.fetched.url,
        body_hash=body.digest,
    )


def oldest_news(state: FeedState, policy: PollPolicy, now: datetime) -> datetime:
    """Give the publication time before which an unseen entry is old, not news (F5)."""
    if state.first_success_at is None or state.last_success_at is None:
        return now - policy.baseline
    return state.last_success_at - max(_RELISTED, policy.baseline)


def is_news(entry: Entry, oldest: datetime, state: FeedState) -> bool:
    """Tell whether an unseen entry is owed to readers; an undated one is if it came while we watched."""
    published = entry.published_at or entry.updated_at
    return state.first_success_at is not None if published is None else published >= oldest


def _has_moved(state: FeedState) -> bool:
    return state.moved_to is not None and state.moved_seen >= _CONFIRMED


def _after_move(state: FeedState, target: str | None) -> FeedState:
    if target is None:
        return state if _has_moved(state) else replace(state, moved_to=None, moved_seen=0)
    seen = state.moved_seen + 1 if target == state.moved_to else 1
    return replace(state, moved_to=target, moved_seen=seen)


def _succeeded(state: FeedState, now: datetime, due: Due) -> FeedState:
    return replace(
        state,
        failures=0,
        next_poll_at=due.at,
        due_why=due.why,
        last_polled_at=now,
        last_success_at=now,
        first_success_at=state.first_success_at or now,
        error_kind=None,
        error=None,
        gone=False,
    )
