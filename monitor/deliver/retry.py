"""When a refused delivery is tried again: a pure table (W9, E29, S12, D5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.errors import DeliveryError
from monitor.model.outbox import ChannelKind

_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a kind of channel is tried again: the waits, and the age at which a delivery is given up."""

    steps: tuple[timedelta, ...]  # the last one repeats
    max_age: timedelta
    message_attempts: int = 1  # for a message that was refused as it is


PLANS: dict[ChannelKind, Plan] = {
    # Five minutes first, then growing to hours, for four days: a mail server may be down for a weekend.
    "email": Plan((5 * _M, 10 * _M, 20 * _M, 40 * _M, 1 * _H, 2 * _H, 4 * _H), timedelta(days=4)),
    "slack": Plan((30 * _S, 1 * _M, 5 * _M, 15 * _M, 1 * _H, 2 * _H, 4 * _H), timedelta(days=3)),
    # The schedule of Standard Webhooks; a 4xx may be a receiver in the middle of its deployment.
    "webhook": Plan(
        (5 * _S, 5 * _M, 30 * _M, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 24 * _H),
        timedelta(hours=96),
        message_attempts=3,
    ),
    "file": Plan((10 * _S, 1 * _M, 5 * _M, 30 * _M, 1 * _H), timedelta(days=7)),
    "terminal": Plan((10 * _S, 1 * _M), timedelta(minutes=10)),
}
_JITTER = 0.2  # of each wait, up or down: many rows refused at once do not come back at once
_BROKEN_CHANNEL = timedelta(hours=1)  # its owner has to act; until then each try is one too many
_FEWEST_ATTEMPTS = 3  # even of a delivery that was old when it was first tried (E29)
_WEBHOOK_ATTEMPTS = 10  # one at once and nine more (W9)


def retry_at(
    kind: ChannelKind,
    attempts: int,
    error: DeliveryError,
    now: datetime,
    created_at: datetime,
    random: Callable[[], float],
) -> datetime | None:
    """Decide when to try again after ``attempts`` attempts, the failed one included; None gives up.

    A Retry-After only ever puts the next try off. A channel that is broken keeps its deliveries and
    is tried no more than hourly. ``random`` gives numbers from 0 up to 1.
    """
    plan = PLANS[kind]
    if error.scope == "message" and attempts >= plan.message_attempts:
        return None
    if kind == "webhook" and attempts >= _WEBHOOK_ATTEMPTS:
        return None
    wait = plan.steps[min(attempts, len(plan.steps)) - 1] if attempts > 0 else timedelta()
    if error.scope == "channel":
        wait = max(wait, _BROKEN_CHANNEL)
    wait *= 1 + _JITTER * (2 * random() - 1)
    if error.retry_after is not None:
        wait = max(wait, error.retry_after)
    too_old = now + wait - created_at > plan.max_age
    return None if too_old and attempts >= _FEWEST_ATTEMPTS else now + wait
