"""Short ways to make deliveries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from monitor.digest.render import Renderer
from monitor.errors import DeliveryError
from monitor.model.outbox import ChannelKind, Delivery, Message
from monitor.ports import Notifier
from tests.digest.samples import NOW, TEMPLATES, digest, line

RENDERER = Renderer([TEMPLATES])


def clock() -> datetime:
    """Tell the same time always."""
    return NOW


def ticking(*hours: int) -> Callable[[], datetime]:
    """Make a clock that shows these hours one after the other."""
    moments = iter([datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in hours])
    return lambda: next(moments)


def delivery(
    kind: ChannelKind = "email",
    *,
    title: str = "Tokayev proposes a water fund",
    number: int = 1,
    recipient: str = "reader@example.org",
    late: bool = False,
    message: Message | None = None,
) -> Delivery:
    """Make a delivery of a digest of two stories."""
    return Delivery(
        id=f"{number:032x}",
        channel_id="desk",
        recipient=recipient,
        digest_key="morning:desk:20261122T030000Z",
        message=message or RENDERER.render(digest(line(1, title), line(2)), kind)[0],
        attempts=1,
        created_at=NOW,
        late=late,
    )


def again(first: Delivery) -> Delivery:
    """Make the next attempt of a delivery."""
    return replace(first, attempts=first.attempts + 1)


async def failure(notifier: Notifier, owed: Delivery) -> DeliveryError:
    """Send, and give the error that must come of it."""
    try:
        await notifier.send(owed)
    except DeliveryError as error:
        return error
    raise AssertionError("it was sent")
