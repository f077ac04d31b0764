"""Sending from the outbox against the floor: bare bytes to the same receivers, in the same run.

    python -m bench.deliver [--deliveries 1000] [--stories 40] [--rounds 3] [--json out.json]

The outbox is a SQLite file; every message is leased, encoded, sent and settled on the disk. The receivers
are a process of their own. Rows: ``mail, one digest`` (a digest to 1,000 recipients), ``mail, many digests``
(each is encoded), ``webhook`` (signed). Floors: smtplib on one kept connection; a loop of httpx posts.
"""

import argparse
import asyncio
import json
import platform
import smtplib
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import httpx

from bench.sinks import receivers
from monitor.app import retry_by_chance
from monitor.config.defaults import default_templates
from monitor.deliver.mail import MailWriter
from monitor.deliver.notifiers import notifier_for
from monitor.digest.render import Renderer
from monitor.fetch import make_client
from monitor.model.outbox import (
    Channel,
    Delivery,
    EmailSettings,
    Message,
    Secret,
    WebhookSettings,
)
from monitor.pipeline.deliver import Deliverer
from monitor.ports import DigestRecord
from monitor.store import open_store
from tests.digest.samples import digest, line

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
_SECRET = Secret("whsec_" + "c2VjcmV0" * 5)
_LIMITS = {"mail, one digest": 2.0, "mail, many digests": 2.0, "webhook": 2.0}


def messages(stories: int, kind: str) -> tuple[Message, ...]:
    """Render one digest."""
    lines = [line(n, f"Story {n}: the council of ministers meets again") for n in range(stories)]
    renderer = Renderer([default_templates()])
    return renderer.render(digest(*lines), "email" if kind.startswith("mail") else "webhook")


def channel(kind: str, ports: list[int], recipients: int) -> Channel:
    """Make the channel of a row."""
    if kind == "webhook":
        url = Secret(f"http://127.0.0.1:{ports[1]}/hook")
        return Channel("bench", "webhook", WebhookSettings(url, (_SECRET,)))
    people = tuple(f"reader{n}@example.org" for n in range(recipients))
    settings = EmailSettings("127.0.0.1", "m@example.org", people, port=ports[0], security="none")
    return Channel("bench", "email", settings, recipients=people)


async def send_all(kind: str, ports: list[int], room: Path, owed: int, stories: int) -> float:
    """Fill an outbox, then send it; gives the seconds that the sending took."""
    one = kind == "mail, one digest"
    to = channel(kind, ports, owed if one else 1)
    parts = messages(stories, kind)
    async with open_store(f"sqlite:///{room}/{time.monotonic_ns()}.db") as store:
        for number in range(1 if one else -(-owed // len(parts))):
            at = NOW + timedelta(seconds=number)
            told = replace(digest(), key=f"bench:{number}", until=at, channel_id="bench")
            await store.save_digest(DigestRecord(told, parts, to, at, "bench"))
        async with make_client(
            [ip_network("127.0.0.0/8")], user_agent="bench", timeout=timedelta(seconds=20)
        ) as client:
            clock = lambda: NOW + timedelta(days=1)  # noqa: E731
            deliverer = Deliverer(
                outbox=store,
                notifiers={
                    "bench": notifier_for(to, client=client, clock=clock, stream=sys.stdout)
                },
                kinds={"bench": to.kind},
                retry=retry_by_chance,
                clock=clock,
            )
            began = time.perf_counter()
            outcomes = await deliverer.deliver("bench")
            seconds = time.perf_counter() - began
        status = await store.status()
    if status.pending or status.sent != len(outcomes) or len(outcomes) < owed:
        sys.exit(f"{kind}: {status.sent} of {owed} were sent, {status.pending} wait")
    return seconds / len(outcomes)


def bare_mails(ports: list[int], owed: int, stories: int) -> float:
    """Send the same bytes again and again with smtplib."""
    settings = EmailSettings("127.0.0.1", "m@example.org", (), port=ports[0], security="none")
    delivery = Delivery(
        "0" * 32, "bench", "r@example.org", "k", messages(stories, "mail")[0], 1, NOW
    )
    mail = MailWriter(settings).write(delivery, NOW)
    with smtplib.SMTP("127.0.0.1", ports[0]) as server:
        began = time.perf_counter()
        for _ in range(owed):
            server.sendmail("m@example.org", ["r@example.org"], mail)
        return (time.perf_counter() - began) / owed


async def bare_posts(ports: list[int], owed: int, stories: int) -> float:
    """Post the same bytes again and again with httpx."""
    body = messages(stories, "webhook")[0].payload.encode()
    async with httpx.AsyncClient() as client:
        began = time.perf_counter()
        for _ in range(owed):
            answer = await client.post(f"http://127.0.0.1:{ports[1]}/hook", content=body)
            answer.raise_for_status()
        return (time.perf_counter() - began) / owed


def measure(owed: int, stories: int, room: Path) -> dict[str, tuple[float, float]]:
    """Run each row once with its floor beside it; seconds a message, and the floor's."""
    rows = {}
    with receivers() as (ports, taken):
        for kind in _LIMITS:
            seconds = asyncio.run(send_all(kind, ports, room, owed, stories))
            came = [message_id for inbox in taken() for message_id in inbox]
            if len(came) < owed or len(set(came)) != len(came):
                sys.exit(f"{kind}: {len(came)} came in, {len(set(came))} of them different")
            if kind == "webhook":
                floor = asyncio.run(bare_posts(ports, owed, stories))
            else:
                floor = bare_mails(ports, owed, stories)
            taken()
            rows[kind] = (seconds, floor)
    return rows


def main() -> None:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--stories", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        rounds = [
            measure(arguments.deliveries, arguments.stories, Path(room))
            for _ in range(arguments.rounds)
        ]
    print(f"Python {platform.python_version()}, {arguments.deliveries} deliveries a row, ms each")
    result = {}
    for kind, limit in _LIMITS.items():
        ours = statistics.median(one[kind][0] for one in rounds) * 1000
        floor = statistics.median(one[kind][1] for one in rounds) * 1000
        ratio = statistics.median(one[kind][0] / one[kind][1] for one in rounds)
        result[kind] = {"ms": ours, "floor_ms": floor, "ratio": ratio}
        print(
            f"{kind:20} {ours:7.2f}   floor {floor:6.2f}   ratio {ratio:5.2f}   (at most {limit:g})"
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2), encoding="utf-8")
    if over := [kind for kind, limit in _LIMITS.items() if result[kind]["ratio"] > limit]:
        sys.exit("falls short: " + ", ".join(over))


if __name__ == "__main__":
    main()
