"""Rules of delivering: in order, again when refused, never silently given up."""

from datetime import datetime, timedelta

from monitor.errors import DeliveryError
from monitor.model.outbox import ChannelKind, Delivery
from monitor.pipeline.deliver import LEASE, Deliverer
from tests.desk import Desk, body, rss

ONE = "https://one.example/feed"


class Receiver:
    """The far side of a channel: takes messages, or answers as scripted."""

    def __init__(self, *script: DeliveryError | None) -> None:
        self.script = list(script)
        self.tried: list[str] = []
        self.taken: list[str] = []
        self.rests = 0

    async def send(self, delivery: Delivery) -> None:
        self.tried.append(delivery.id)
        answer = self.script.pop(0) if self.script else None
        if answer is not None:
            raise answer
        self.taken.append(delivery.id)

    async def rest(self) -> None:
        self.rests += 1


def retry(
    kind: ChannelKind, delivery: Delivery, error: DeliveryError, now: datetime
) -> datetime | None:
    return None if error.scope == "message" else now + timedelta(minutes=5)


def deliverer(desk: Desk, receiver: Receiver) -> Deliverer:
    return Deliverer(outbox=desk.store, notifiers={"page": receiver}, kinds={"page": "file"},
                     retry=retry, clock=desk.clock)  # fmt: skip


async def compose(desk: Desk, *titles: str) -> None:
    """Put one delivery a title into the outbox."""
    for number, title in enumerate(titles):
        desk.web.answers[ONE] = body(rss((title, f"River {title}")))
        await desk.poll()
        await desk.composer.send_now(desk.schedule, desk.channel)
        desk.clock.sleep(minutes=number + 1)


async def test_messages_leave_in_order_and_once(desk: Desk) -> None:
    """The oldest goes first; a second round finds nothing (D9)."""
    await compose(desk, "a", "b")
    receiver = Receiver()
    outcomes = await deliverer(desk, receiver).deliver("page")
    assert [outcome.delivery.message.parts for outcome in outcomes] == [1, 1]
    assert len(set(receiver.taken)) == 2
    assert outcomes[0].delivery.created_at < outcomes[1].delivery.created_at
    assert await deliverer(desk, receiver).deliver("page") == []


async def test_a_channel_that_is_down_is_asked_once_a_round(desk: Desk) -> None:
    """After a transient failure the round ends; the message comes back under its own id (D8)."""
    await compose(desk, "a", "b")
    receiver = Receiver(DeliveryError("busy"))
    await deliverer(desk, receiver).deliver("page")
    assert len(receiver.tried) == 1
    desk.clock.sleep(minutes=6)
    await deliverer(desk, receiver).deliver("page")
    assert len(receiver.taken) == 2
    assert receiver.tried[0] in receiver.taken


async def test_a_channel_that_is_down_keeps_its_order(desk: Desk) -> None:
    """The others wait with the message that met the trouble, uncounted, and leave after it (D8, D9)."""
    await compose(desk, "a", "b", "c")
    receiver = Receiver(DeliveryError("busy"))
    await deliverer(desk, receiver).deliver("page")
    desk.clock.sleep(minutes=4)
    assert await deliverer(desk, receiver).deliver("page") == []
    desk.clock.sleep(minutes=2)
    outcomes = await deliverer(desk, receiver).deliver("page")
    assert [outcome.delivery.attempts for outcome in outcomes] == [2, 1, 1]
    assert [o.delivery.created_at for o in outcomes] == sorted(
        o.delivery.created_at for o in outcomes
    )
    assert receiver.taken == [receiver.tried[0], *receiver.tried[2:]]


async def test_what_is_stopped_between_two_messages_goes_on_later(desk: Desk) -> None:
    """A stop loses and repeats nothing, and the channel lets go of its connection (R3)."""
    await compose(desk, "a", "b")
    receiver = Receiver()
    await deliverer(desk, receiver).deliver("page", stopping=lambda: bool(receiver.taken))
    assert (len(receiver.taken), receiver.rests) == (1, 1)
    await deliverer(desk, receiver).deliver("page")
    assert len(set(receiver.taken)) == len(receiver.taken) == 2


async def test_a_poison_message_is_buried_and_the_next_goes_on(desk: Desk) -> None:
    """A message nobody will take is dead and visible, and holds nothing up (D6, D9)."""
    await compose(desk, "a", "b")
    receiver = Receiver(DeliveryError("550 refused", scope="message"))
    await deliverer(desk, receiver).deliver("page")
    assert len(receiver.taken) == 1
    [dead] = await desk.store.deliveries(states=["dead"])
    assert (dead.id, dead.error) == (receiver.tried[0], "550 refused")


async def test_a_crash_while_sending_sends_again_under_the_same_id(desk: Desk) -> None:
    """A message whose outcome was never recorded comes back when its lease ends (D2)."""
    await compose(desk, "a")
    [lost] = await desk.store.lease_deliveries("page", desk.clock(), lease=LEASE, limit=1)
    receiver = Receiver()
    assert await deliverer(desk, receiver).deliver("page") == []
    desk.clock.sleep(minutes=16)
    [outcome] = await deliverer(desk, receiver).deliver("page")
    assert (outcome.delivery.id, outcome.delivery.attempts) == (lost.id, 2)


async def test_a_message_that_trips_the_program_stops_no_other(desk: Desk) -> None:
    """A bug met while sending is recorded on its message, which stays to be looked at (D10)."""
    await compose(desk, "a", "b")

    class Tripping(Receiver):
        async def send(self, delivery: Delivery) -> None:
            if not self.tried:
                self.tried.append(delivery.id)
                raise RuntimeError("bug")
            await super().send(delivery)

    receiver = Tripping()
    outcomes = await deliverer(desk, receiver).deliver("page")
    assert [outcome.error is None for outcome in outcomes] == [False, True]
    [dead] = await desk.store.deliveries(states=["dead"])
    assert dead.id == receiver.tried[0]
    assert "RuntimeError('bug')" in (dead.error or "")
