"""When to poll a feed next; pure. Servers' hints lengthen the wait, never shorten it (P17)."""

from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.errors import FetchError, ParseError
from monitor.model.source import Feed, PollPolicy

BROKEN_AFTER = 5  # failures in a row until the operator is told (P22)

_NETWORK = frozenset({"dns", "connect", "timeout"})  # often our own side: try again soon
_SHUT_OUT = frozenset({"refused", "challenge"})
_SHUT_OUT_WAIT = timedelta(hours=4)  # P16, P31
_NO_VALIDATORS = 4  # P13
_JITTER = 0.1  # P19


def after_success(
    feed: Feed,
    policy: PollPolicy,
    now: datetime,
    *,
    hints: tuple[timedelta | None, ...] = (),
    wasted: bool = False,
) -> datetime:
    """Give the next poll after a body or a 304.

    ``hints`` are the server's (max-age, ttl). ``wasted`` marks a whole body sent for nothing new by
    a server that offers no validators: such a feed is asked less often (P13).
    """
    wait = max(feed.interval, policy.floor)
    if wasted:
        wait *= _NO_VALIDATORS
    longest = max([wait, *(hint for hint in hints if hint is not None)])
    wait = max(min(longest, policy.ceiling), feed.interval)
    return now + _spread(wait, feed.id, now)


def after_failure(
    feed: Feed, policy: PollPolicy, now: datetime, error: FetchError | ParseError, failures: int
) -> datetime | None:
    """Give the next poll after the nth failure in a row; None after 410: never again (P30)."""
    if error.kind == "gone":
        return None
    first = policy.floor if error.kind in _NETWORK else max(feed.interval, policy.floor)
    wait = min(first * 2 ** min(failures - 1, 16), policy.ceiling)
    if error.kind in _SHUT_OUT:
        wait = max(wait, _SHUT_OUT_WAIT)
    return now + _spread(max(wait, _imposed(error, wait)), feed.id, now)


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
