"""What a poll leaves remembered of its feed: pure steps from one FeedState to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.cadence import Due, is_doubtful, learn, probed
from monitor.errors import FetchError, ParseError
from monitor.model.rhythm import FIRST_TRUST, Rhythm
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

_LATE = timedelta(hours=1)  # that an entry may appear after the time it bears

_CONFIRMED = 2  # sightings that make a permanent redirect permanent (P28)


@dataclass(frozen=True, slots=True)
class Body:
    """A new body, read."""

    fetched: Fetched
    digest: str
    parsed: ParsedFeed


def request_for(feed: Feed, state: FeedState, now: datetime) -> FetchRequest:
    """Make the conditional request that the state allows; now and then a bare one, as a probe.

    Some servers answer "not modified" for ever, whatever they publish (N11).
    """
    url = feed_url(feed, state)
    if state.validators != Validators() and is_doubtful(state.rhythm, now):
        return FetchRequest(url)
    return FetchRequest(url, state.validators, state.validators_url)


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
    state = _succeeded(_after_move(state, result.moved_to, same=True), now, due)
    if isinstance(result, Fetched):
        state = replace(state, rhythm=probed(state.rhythm, now))
        return replace(state, validators=result.validators, validators_url=result.url)
    fresh, held = result.validators, state.validators
    merged = Validators(fresh.etag or held.etag, fresh.last_modified or held.last_modified)
    return replace(state, validators=merged)


def rhythm_after(
    state: FeedState, request: FetchRequest, body: Body, new: Sequence[Entry], now: datetime
) -> Rhythm:
    """Learn from a body, from which of its entries are new, and from whether it was a probe."""
    parsed, before = body.parsed, state.rhythm
    published = (entry.published_at or entry.updated_at for entry in new)
    learned = learn(before, published, now, listed=len(parsed.entries))
    learned = replace(learned, ttl=parsed.ttl, quiet=parsed.quiet)
    if request.validators != state.validators:
        deceived = _was_deceived(body.fetched, new, state)
        return replace(learned, trust=probed(before, now, deceived=deceived).trust)
    return replace(learned, trust=min(before.trust, FIRST_TRUST)) if new else learned


def _was_deceived(body: Fetched, new: Sequence[Entry], state: FeedState) -> bool:
    """Tell whether news that a probe found should have come before, instead of a 304."""
    looked = state.last_success_at
    hidden = any(
        looked and entry.published_at and entry.published_at < looked - _LATE for entry in new
    )
    return hidden or (bool(new) and body.validators == state.validators)


def after_body(
    state: FeedState, body: Body, now: datetime, due: Due, rhythm: Rhythm, *, same: bool
) -> FeedState:
    """Keep what the next request needs; no validators of a body that was cut short (P8, F24).

    ``same`` tells whether the body is the feed's that was asked for, judged by its entries.
    """
    state = _succeeded(_after_move(state, body.fetched.moved_to, same=same), now, due)
    state = replace(state, rhythm=rhythm)
    if body.parsed.truncated:
        return state
    return replace(
        state,
        validators=body.fetched.validators,
        validators_url=body.fetched.url,
        body_hash=body.digest,
        listed=len(body.parsed.entries),
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


def _after_move(state: FeedState, target: str | None, *, same: bool) -> FeedState:
    """Count a sighting of a permanent redirect; one that led to another feed at first never counts."""
    if target is None:
        return state if _has_moved(state) else replace(state, moved_to=None, moved_seen=0)
    if target == state.moved_to:
        seen = state.moved_seen + 1 if state.moved_seen else 0
    else:
        seen = int(same)
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
