"""When a feed is due again. Servers' hints lengthen the wait, never shorten it (P17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.cadence.rhythm import is_learned, patience
from monitor.errors import FetchError, ParseError
from monitor.model.rhythm import DAYS, UNKNOWN, Quiet, Rhythm
from monitor.model.source import Feed, PollPolicy

BROKEN_AFTER = 5  # failures in a row until the operator is told (P22)

_NETWORK = frozenset({"dns", "connect", "timeout"})  # often our own side: try again soon
_SHUT_OUT = frozenset({"refused", "challenge"})
_SHUT_OUT_WAIT = timedelta(hours=4)  # P16, P31
_NO_VALIDATORS = 4  # P13
_QUIET = 2  # times the interval, at hours at which a feed hardly publishes
_QUIET_PROMPT = 4  # likewise, where busy hours make up for it
_LOOKS = 3  # at a list, before all it held is gone
_JITTER = 0.1  # P19
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The next poll, and what set it, in words for the operator."""

    at: datetime
    why: str


def after_success(
    feed: Feed,
    policy: PollPolicy,
    now: datetime,
    *,
    rhythm: Rhythm = UNKNOWN,
    max_age: timedelta | None = None,
    wasted: bool = False,
) -> Due:
    """Give the next poll after a body or a 304.

    ``max_age`` is the server's hint. ``wasted`` marks a whole body sent for nothing new by a server
    that offers no validators: such a feed is asked less often (P13).
    """
    usual = max(feed.interval, policy.floor)
    wait, why = _learned(rhythm, policy, now, usual)
    if wasted:
        wait, why = usual * _NO_VALIDATORS, "the server sends whole bodies for nothing new"
    elif policy.pace != "steady" and rhythm.turnover and rhythm.turnover / _LOOKS < wait:
        wait = max(rhythm.turnover / _LOOKS, policy.floor)
        why = f"its list of {rhythm.listed} may turn over in {_spell(rhythm.turnover)}"
    for hint, name in ((rhythm.ttl, "the feed's ttl"), (max_age, "the server's max-age")):
        if hint is not None and hint > wait:
            wait, why = hint, name
    wait = min(wait, max(policy.ceiling, feed.interval))
    due = now + _spread(wait, feed.id, now)
    open_at = _first_open(due, rhythm.quiet)
    return Due(due, why) if open_at == due else Due(open_at, "the feed's skipHours or skipDays")


def after_failure(
    feed: Feed, policy: PollPolicy, now: datetime, error: FetchError | ParseError, failures: int
) -> Due | None:
    """Give the next poll after the nth failure in a row; None after 410: never again (P30)."""
    if error.kind == "gone":
        return None
    first = policy.floor if error.kind in _NETWORK else max(feed.interval, policy.floor)
    wait = min(first * 2 ** min(failures - 1, 16), policy.ceiling)
    why = f"failed {failures} times in a row" if failures > 1 else "failed"
    if error.kind in _SHUT_OUT:
        wait = max(wait, _SHUT_OUT_WAIT)
    if (imposed := _imposed(error, wait)) > wait:
        wait, why = imposed, "the server asked to wait"
    return Due(now + _spread(wait, feed.id, now), why)


def _learned(
    rhythm: Rhythm, policy: PollPolicy, now: datetime, usual: timedelta
) -> tuple[timedelta, str]:
    """Give the wait by what the feed does at these hours."""
    if policy.pace == "steady" or not is_learned(rhythm):
        return usual, "its interval"
    if policy.pace == "prompt":
        wait = patience(rhythm, now, usual, policy.floor, usual * _QUIET_PROMPT)
    else:
        wait = patience(rhythm, now, usual, usual, usual * _QUIET)
    if wait == usual:
        return usual, "its interval"
    return wait, "quiet hours" if wait > usual else "busy hours"


def _first_open(at: datetime, quiet: Quiet) -> datetime:
    """Move a moment to the first hour not skipped (P18); all hours skipped is a mistake."""
    if not quiet.hours and not quiet.days:
        return at
    for hours in range(DAYS * 24 + 1):
        moment = at if not hours else _start_of_hour(at) + hours * _HOUR
        if moment.hour not in quiet.hours and moment.weekday() not in quiet.days:
            return moment
    return at


def _start_of_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _imposed(error: FetchError | ParseError, wait: timedelta) -> timedelta:
    if isinstance(error, FetchError) and error.retry_after is not None:
        return error.retry_after  # capped at 31 days where it is read (P15)
    if error.kind == "rate-limited":
        return max(2 * wait, _SHUT_OUT_WAIT)
    return timedelta()


def _spread(wait: timedelta, feed_id: str, now: datetime) -> timedelta:
    """Lengthen a wait by up to a tenth, so that feeds of one interval do not march in step."""
    seed = blake2b(f"{feed_id} {now:%Y%m%d%H%M}".encode(), digest_size=2).digest()
    return wait * (1 + _JITTER * int.from_bytes(seed, "big") / 0xFFFF)


def _spell(wait: timedelta) -> str:
    hours = wait / _HOUR
    return f"{hours:.0f} h" if hours >= 2 else f"{hours * 60:.0f} min"  # reads best
