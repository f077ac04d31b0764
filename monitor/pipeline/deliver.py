"""Send what the outbox owes to one channel, one message after the other."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from monitor.errors import DeliveryError
from monitor.model.outbox import ChannelKind, Delivery, Settlement
from monitor.ports import Attempt, Clock, Notifier, Outbox

# An attempt may take 12 minutes (a mail server that waits before each answer). A message is begun only in
# the first minutes of its lease, so that nobody else begins it too; a crash frees it after the lease.
LEASE = timedelta(minutes=15)
_BEGIN_WITHIN = timedelta(minutes=2)
_BATCH = 50  # leased at once: one write for many messages
_UNRECORDED = 16  # at most so many were accepted and are not recorded yet: what a kill may repeat
_GATHER = 0.02  # seconds that a note may wait for others; a write for each took half of the time
_LONGEST_REST = timedelta(minutes=5)  # of a channel that is down, between two tries (D8)


class RetryPolicy(Protocol):
    """Decides when to try again; None gives up."""

    def __call__(
        self, kind: ChannelKind, delivery: Delivery, error: DeliveryError, now: datetime, /
    ) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended."""

    delivery: Delivery
    error: DeliveryError | None = None
    retry_at: datetime | None = None

    @property
    def channel_is_down(self) -> bool:
        """Tell whether the next message would fare no better."""
        return self.error is not None and self.error.scope in ("channel", "moment")


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """The collaborators of delivering, bound once."""

    outbox: Outbox
    notifiers: Mapping[str, Notifier]
    kinds: Mapping[str, ChannelKind]
    retry: RetryPolicy
    clock: Clock

    async def deliver(
        self, channel_id: str, *, stopping: Callable[[], bool] = _never
    ) -> list[Outcome]:
        """Send what is due on a channel, in order; end between two messages if it is down or ``stopping``.

        At least once, never lost: a crash between the other side's yes and our record of it sends
        the message again, under the same id (D2, D3).
        """
        outcomes: list[Outcome] = []
        try:
            while not stopping():
                now = self.clock()
                leased = await self.outbox.lease_deliveries(
                    channel_id, now, lease=LEASE, limit=_BATCH
                )
                sent = await self._send(leased, now + _BEGIN_WITHIN, stopping)
                outcomes += sent
                if not sent or sent[-1].channel_is_down:
                    break
        finally:
            await self.notifiers[channel_id].rest()
        return outcomes

    async def _send(
        self, leased: Sequence[Delivery], begin_by: datetime, stopping: Callable[[], bool]
    ) -> list[Outcome]:
        """Send leased deliveries until one shows that the channel is down; give back the others."""
        outcomes: list[Outcome] = []
        begun = 0
        book = _Book(self.outbox, self.clock)
        try:
            for delivery in leased:
                if stopping() or self.clock() > begin_by:
                    break
                begun += 1
                outcome = await self._attempt(delivery)
                outcomes.append(outcome)
                await book.enter(_attempt(outcome, self.clock()))
                if outcome.channel_is_down:
                    break
        finally:
            await book.close()
            await self.outbox.give_back(leased[begun:])
        return outcomes

    async def _attempt(self, delivery: Delivery) -> Outcome:
        try:
            await self.notifiers[delivery.channel_id].send(delivery)
        except DeliveryError as error:
            return self._failed(delivery, error)
        except Exception as bug:  # noqa: BLE001  # a message that trips us up must not stop the others (D10)
            what = f"This program failed on the message: {bug!r}. It is kept: see `monitor outbox`."
            return self._failed(delivery, DeliveryError(what, scope="message"))
        return Outcome(delivery)

    def _failed(self, delivery: Delivery, error: DeliveryError) -> Outcome:
        retry_at = self.retry(self.kinds[delivery.channel_id], delivery, error, self.clock())
        return Outcome(delivery, error, retry_at)


def _attempt(outcome: Outcome, now: datetime) -> Attempt:
    """Say what is to be recorded of an outcome; a channel that is down rests until its next try (D8)."""
    if outcome.error is None:
        return Attempt(outcome.delivery, Settlement("sent"))
    state = Settlement(
        "dead" if outcome.retry_at is None else "pending", outcome.retry_at, str(outcome.error)
    )
    rest = None
    if outcome.channel_is_down and outcome.retry_at is not None:
        rest = min(outcome.retry_at, now + _LONGEST_REST)
    return Attempt(outcome.delivery, state, rest)


@dataclass(slots=True)
class _Book:
    """Records attempts while the next message is on its way: one write for all that ended meanwhile."""

    outbox: Outbox
    clock: Clock
    ended: list[Attempt] = field(default_factory=list)
    writing: asyncio.Task[None] | None = None
    hurry: asyncio.Event = field(default_factory=asyncio.Event)

    async def enter(self, attempt: Attempt) -> None:
        """Take an attempt; waits if too many are not recorded yet. Raises what the outbox raised."""
        self.ended.append(attempt)
        if self.writing is not None and self.writing.done():
            await self.writing
            self.writing = None
        if len(self.ended) >= _UNRECORDED:
            await self.close()
        elif self.writing is None:
            self.writing = asyncio.create_task(self._write_soon())

    async def close(self) -> None:
        """Wait until all is recorded."""
        self.hurry.set()
        if self.writing is not None:
            await self.writing
            self.writing = None
        await self._write()
        self.hurry.clear()

    async def _write_soon(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.hurry.wait(), _GATHER)
        await self._write()

    async def _write(self) -> None:
        ended, self.ended = self.ended, []
        if ended:
            await self.outbox.settle(ended, self.clock())
