"""Kills the sender, again and again, and counts what the receivers got: nothing lost, repeats only where named.

    python -m bench.crash [--kills 1000] [--deliveries 5000] [--seed 1] [--only email] [--json out.json]

For each kind of channel an outbox of its own is sent by short-lived processes, forked from this one. Half are
killed (SIGKILL) at a random moment, start included; half just before a random step, a step being any call to the
outbox or the channel. The receivers break off 2 % of the conversations after they have taken the message. After
each life its receivers' inbox is compared with the outbox: a message that was recorded as sent before must not
come again. At last one process sends what is left. Then each database operation of a round fails in turn, once.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args

from sqlalchemy import Engine, event

from bench.sinks import receivers
from monitor.deliver.notifiers import notifier_for
from monitor.deliver.slack import SlackNotifier
from monitor.errors import StoreError
from monitor.fetch import make_client, trusted_tls
from monitor.model.outbox import (
    Channel,
    EmailSettings,
    Message,
    Secret,
    SlackSettings,
    WebhookSettings,
)
from monitor.pipeline.deliver import Deliverer
from monitor.ports import DigestRecord
from monitor.store import Store, open_store
from tests.digest.samples import digest

Kind = Literal["email", "slack", "webhook"]
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
WINDOW = (
    34  # accepted and not recorded yet, at the most: two writes' worth, one on its way, one begun
)
_READERS = 10
_STEPS = 40
_BREAK_OFF = 0.02
_START = 0.1  # seconds within which a fifth of the random kills fall, counted from the start
_WORK = 0.15  # for the others, counted from the first lease
_WAIT = timedelta(seconds=20)
_TLS = trusted_tls()  # made before the forks: it takes as long as sending twenty messages
_SECRET = Secret("whsec_" + "c2VjcmV0" * 5)


@dataclass(slots=True)
class Count:
    """What became of the deliveries of one kind."""

    kind: str
    owed: int = 0
    kills: int = 0
    broken_off: float = _BREAK_OFF
    received: int = 0
    lost: int = 0
    repeated: int = 0
    outside_window: int = 0
    widest_window: int = 0
    failed_operations: int = 0
    seconds: float = 0.0
    came: Counter[str] = field(default_factory=Counter)

    def sound(self) -> bool:
        """Tell whether the promise was kept."""
        return self.lost == 0 and self.outside_window == 0 and self.widest_window <= WINDOW


class Steps:
    """Counts calls and ends the process before the one that was asked for."""

    def __init__(self, kill_at: int) -> None:
        self._left = kill_at

    def before(self, part: object) -> Any:
        """Give a part of the program whose every call is a step."""
        return _Counted(part, self)

    def take(self) -> None:
        """Take a step."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class _Counted:
    def __init__(self, part: object, steps: Steps) -> None:
        self._part = part
        self._steps = steps

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        call = getattr(self._part, name)

        async def counted(*args: object, **kwargs: object) -> Any:
            self._steps.take()
            return await call(*args, **kwargs)

        return counted


def channel(kind: Kind, ports: list[int]) -> Channel:
    """Make the channel."""
    url = Secret(f"http://127.0.0.1:{ports[1]}/hook")
    match kind:
        case "email":
            people = tuple(f"reader{n}@example.org" for n in range(_READERS))
            mail = EmailSettings(
                "127.0.0.1", "m@example.org", people, port=ports[0], security="none"
            )
            return Channel("bench", "email", mail, recipients=people)
        case "slack":
            return Channel("bench", "slack", SlackSettings(url))
        case "webhook":
            return Channel("bench", "webhook", WebhookSettings(url, (_SECRET,)))


async def fill(state: str, to: Channel, first: int, digests: int) -> None:
    """Put digests into the outbox; each names itself in its message."""
    async with open_store(state) as store:
        for number in range(first, first + digests):
            at = NOW + timedelta(seconds=number)
            told = replace(digest(), key=f"bench-{number}", until=at, channel_id="bench")
            body = json.dumps({"type": "t", "text": f"#bench-{number}#", "blocks": []})
            message = Message(f"Digest {number}", f"Digest {number}\n", "", body)
            await store.save_digest(DigestRecord(told, (message,), to, at, "bench"))


def again_at_once(_kind: object, _delivery: object, _error: object, now: datetime) -> datetime:
    """Never give up, and do not wait: what is tested is whether it arrives, not when."""
    return now


async def send(store: Store, to: Channel, steps: Steps) -> None:
    """Send what the outbox owes, until nothing is due."""
    clock = lambda: NOW + timedelta(days=1)  # noqa: E731
    async with make_client(
        [ip_network("127.0.0.0/8")], user_agent="bench", timeout=_WAIT, tls=_TLS
    ) as client:
        notifier: Any = (
            SlackNotifier(to.settings, client=client, clock=clock, gap=timedelta())
            if isinstance(to.settings, SlackSettings)
            else notifier_for(to, client=client, clock=clock, stream=sys.stdout)
        )
        deliverer = Deliverer(
            outbox=steps.before(store),
            notifiers={"bench": steps.before(notifier)},
            kinds={"bench": to.kind},
            retry=again_at_once,
            clock=clock,
        )
        while await deliverer.deliver("bench"):
            pass


async def live(state: str, to: Channel, steps: Steps, begun: int) -> None:
    """Live one life: open the outbox, take back the dead one's leases, send."""
    async with open_store(state) as store:
        await store.forget_leases()
        os.write(begun, b"!")
        await send(store, to, steps)


def life(state: str, to: Channel, dice: random.Random | None) -> bool:
    """Fork a sender and kill it by the dice, or let it live; tells whether it was killed."""
    kill_at = dice.randint(1, _STEPS) if dice is not None and dice.random() < 0.5 else 0
    begun, begins = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(live(state, to, Steps(kill_at), begins))
            code = 0
        finally:
            os._exit(code)
    os.close(begins)
    if dice is not None and not kill_at:
        if dice.random() < 0.2:
            time.sleep(dice.random() * _START)
        else:
            os.read(begun, 1)
            time.sleep(dice.random() * _WORK)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(begun)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        sys.exit("a sender failed by itself")
    return os.WIFSIGNALED(status)


def sent(path: Path, kind: Kind) -> tuple[set[str], set[str]]:
    """Read what is owed, and what of it is recorded as sent, by the names that receivers see."""
    name = "digest_key" if kind == "slack" else "id"
    with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10) as connection:
        rows = connection.execute(f"SELECT {name}, state FROM delivery").fetchall()  # noqa: S608
    connection.close()
    return {each for each, _ in rows}, {each for each, state in rows if state == "sent"}


def crash(kind: Kind, kills: int, deliveries: int, seed: int, room: Path) -> Count:
    """Run one kind to its end."""
    count, dice, began = Count(kind), random.Random(seed), time.perf_counter()
    path = room / f"{kind}.db"
    state = f"sqlite:///{path}"
    with receivers(_BREAK_OFF) as (ports, taken):
        to = channel(kind, ports)
        each = len(to.recipients)
        asyncio.run(fill(state, to, 0, -(-deliveries // each)))
        count.owed = len(sent(path, kind)[0])
        settled: set[str] = set()
        while True:
            dying = count.kills < kills
            if dying and count.owed - len(settled) < 100:
                asyncio.run(fill(state, to, count.owed // each, 200))
                count.owed = len(sent(path, kind)[0])
            count.kills += life(state, to, dice if dying else None)
            came = taken()[0 if kind == "email" else 1]
            count.outside_window += len(settled & set(came))
            count.came.update(came)
            settled = sent(path, kind)[1]
            count.widest_window = max(count.widest_window, len(set(came) - settled))
            if not dying:
                break
        owed = sent(path, kind)[0]
    count.received = sum(count.came.values())
    count.lost = len(owed - count.came.keys()) + len(owed - settled)
    count.repeated = sum(times - 1 for times in count.came.values())
    count.seconds = time.perf_counter() - began
    return count


def fail_operations(kind: Kind, room: Path, count: Count) -> None:
    """Let the Nth operation of a round fail, for every N, and look whether all arrives in the end."""
    with receivers() as (ports, taken):
        to = channel(kind, ports)
        failed = True
        while failed:
            path = room / f"{kind}-{count.failed_operations}.db"
            failed = asyncio.run(_round(f"sqlite:///{path}", to, count.failed_operations + 1))
            owed, settled = sent(path, kind)
            came = set(taken()[0 if kind == "email" else 1])
            count.lost += len(owed - came) + len(owed - settled)
            count.failed_operations += failed


async def _round(state: str, to: Channel, failing: int) -> bool:
    await fill(state, to, 0, max(2, 20 // len(to.recipients)))
    async with open_store(state) as store:
        failed = await _fail_one(store, to, failing)
        await store.forget_leases()
        await send(store, to, Steps(0))
    return failed


async def _fail_one(store: Store, to: Channel, failing: int) -> bool:
    left = failing

    def operate(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise sqlite3.OperationalError("disk I/O error")

    writer: Engine = store.database.writer
    operations = ("before_cursor_execute", "commit")
    for operation in operations:
        event.listen(writer, operation, operate)
    try:
        await send(store, to, Steps(0))
    except (StoreError, sqlite3.OperationalError):
        pass
    finally:
        for operation in operations:
            event.remove(writer, operation, operate)
    return left <= 0


def main() -> None:
    """Run all kinds and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--deliveries", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=get_args(Kind))
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(
        "kind      owed  kills  received  lost  repeated  outside window  widest  failed ops  seconds"
    )
    counts = []
    for kind in get_args(Kind):
        if asked.only in (None, kind):
            with tempfile.TemporaryDirectory() as room:
                c = crash(kind, asked.kills, asked.deliveries, asked.seed, Path(room))
                fail_operations(kind, Path(room), c)
            counts.append(c)
            print(
                f"{kind:8}{c.owed:6}{c.kills:7}{c.received:10}{c.lost:6}{c.repeated:10}"
                f"{c.outside_window:16}{c.widest_window:8}{c.failed_operations:12}{c.seconds:9.0f}",
                flush=True,
            )
    if asked.json:
        rows = [{k: v for k, v in asdict(c).items() if k != "came"} for c in counts]
        asked.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")
    if not all(c.sound() for c in counts):
        sys.exit("The promise was not kept.")


if __name__ == "__main__":
    main()
