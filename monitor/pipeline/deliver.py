"""Send what the outbox owes to one channel, one message after the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.errors import DeliveryError
from monitor.model.outbox import ChannelKind, Delivery, Settlement
from monitor.ports import Clock, Notifier, Outbox

# Longer than any attempt may take; a crash in between frees the message after it.
LEASE = timedelta(minutes=5)


class RetryPolicy(Protocol):
    """Decides when to try again; None gives up."""

    def __call__(
        self, kind: ChannelKind, delivery: Delivery, error: DeliveryError, now: datetime
    ) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended."""

    delivery: Delivery
    error: DeliveryError | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """The collaborators of delivering, bound once."""

    outbox: Outbox
    notifiers: Mapping[str, Notifier]
    kinds: Mapping[str, ChannelKind]
    retry: RetryPolicy
    clock: Clock

    async def deliver(self, channel_id: str, *, limit: int = 100) -> list[Outcome]:
        """Send what is due on a channel, in order; stop at the first sign that it is down.

        At least once, never lost: a crash between the other side's yes and our record of it sends
        the message again, under the same id (D2, D3).
        """
        outcomes: list[Outcome] = []
        while len(outcomes) < limit:
            leased = await self.outbox.lease_deliveries(
                channel_id, self.clock(), lease=LEASE, limit=1
            )
            if not leased:
                break
            outcome = await self._attempt(leased[0])
            outcomes.append(outcome)
            if outcome.error is not None and outcome.error.scope != "message":
                break  # one attempt a round on a channel that is down (D8)
        return outcomes

    async def _attempt(self, delivery: Delivery) -> Outcome:
        try:
            await self.notifiers[delivery.channel_id].send(delivery)
        except DeliveryError as error:
            return await self._settle_failure(delivery, error)
        except Exception as bug:  # noqa: BLE001  # a message that trips us up must not stop the others (D10)
            what = f"This program failed on the message: {bug!r}. It is kept: see `monitor outbox`."
            return await self._settle_failure(delivery, DeliveryError(what, scope="message"))
        await self.outbox.settle(delivery, Settlement("sent"), self.clock())
        return Outcome(delivery)

    async def _settle_failure(self, delivery: Delivery, error: DeliveryError) -> Outcome:
        now = self.clock()
        retry_at = self.retry(self.kinds[delivery.channel_id], delivery, error, now)
        state = Settlement("dead" if retry_at is None else "pending", retry_at, str(error))
        await self.outbox.settle(delivery, state, now)
        return Outcome(delivery, error, retry_at)
