"""What polling costs, against other programs: cold, not modified, unchanged and changed by one entry.

    python -m bench.poll [--feeds 1000] [--entries 25] [--peers DIR] [--peer-feeds 200] [--json out.json]
    python -m bench.poll --feeds 100 --flat 1000 10000

Feeds are made up and served on 127.0.0.1 by this process. Each round of each program runs in a
process of its own; the kernel counts its CPU time, that of its children too, and the peak memory of
the largest of them. From that the same round over one feed is taken off (for ``monitor`` with all
feeds configured, so that reading the configuration is not counted), and the rest divided by the
feeds. ``monitor`` is ``monitor poll``: fetch, parse, match and store. Rounds: ``cold`` (an empty state),
``304``, ``unchanged`` (whole bodies without validators, as before) and ``changed`` (likewise, one
entry of each feed is new). ``--peers`` installs reader and rss2email into DIR; what cannot be had is
left out with a line. ``--flat`` repeats monitor's rounds with other numbers of feeds.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from bench.peers import Peer, peers
from tests.servers.feeds import FeedServer

ROOT = Path(__file__).parent.parent
ROUNDS = ("cold", "304", "unchanged", "changed")
_WORDS = [
    "river",
    "railway",
    "summit",
    "council",
    "trade",
    "water",
    "minister",
    "region",
    "energy",
    "corridor",
    "bank",
    "school",
]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process cost."""

    cpu_seconds: float
    wall_seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Row:
    """One round of one program."""

    program: str
    feeds: int
    round: str
    cpu_ms_a_feed: float
    wall_seconds: float
    peak_mib: float


def feed(number: int, entries: int, *, first: int = 0) -> bytes:
    """Write a feed whose every fifth entry matches; ``first`` numbers its newest entry."""
    now = datetime.now(UTC) - timedelta(hours=1)
    return "".join(
        [
            f"<rss version='2.0'><channel><title>Feed {number}</title>",
            *(
                _item(number, n, format_datetime(now - timedelta(minutes=n)))
                for n in range(first, first + entries)
            ),
            "</channel></rss>",
        ]
    ).encode()


def _item(feed_number: int, number: int, date: str) -> str:
    seed = feed_number * 31 + number
    words = [_WORDS[(seed * step + step) % len(_WORDS)] for step in range(1, 60)]
    subject = "Kazakhstan" if number % 5 == 0 else "The town"
    address = f"https://site{feed_number}.example/{number}"
    return (
        f"<item><guid>{address}</guid><link>{address}</link><pubDate>{date}</pubDate>"
        f"<title>{subject}: {' '.join(words[:7])} {seed}</title>"
        f"<description>&lt;p&gt;{subject} {' '.join(words)} {seed}.&lt;/p&gt;</description></item>"
    )


def measure(program: Peer, feeds: int, entries: int, room: Path) -> Iterator[Row]:
    """Run a program through all rounds, each over all feeds and over one."""
    with FeedServer() as server:
        urls = [server.url(f"/{number}") for number in range(feeds)]
        rooms = {name: _room(room / name, urls) for name in ("all", "one")}
        (rooms["one"] / "asked").write_text(urls[0], encoding="utf-8")
        for name in ROUNDS:
            first = -1 if name == "changed" else 0
            for number in range(feeds):
                body = feed(number, entries, first=first)
                etag = '"1"' if name in {"cold", "304"} else None
                server.serve(f"/{number}", body, etag=etag)
            if name == "unchanged":  # lets all forget the validators
                for each in rooms.values():
                    _cost(program, each)
            one, every = _cost(program, rooms["one"]), _cost(program, rooms["all"])
            spent = 1000 * (every.cpu_seconds - one.cpu_seconds) / (feeds - 1)
            yield Row(
                program.name, feeds, name, round(spent, 2), every.wall_seconds, every.peak_mib
            )


def _room(room: Path, urls: Sequence[str]) -> Path:
    room.mkdir(parents=True)
    (room / "asked").write_text("\n".join(urls), encoding="utf-8")
    (room / "feeds.yaml").write_text(_config(urls), encoding="utf-8")
    return room


def _config(urls: Sequence[str]) -> str:
    rows = "\n".join(f"  - {{title: Feed {n}, url: {url}}}" for n, url in enumerate(urls))
    return f"""contact: mailto:bench@bench.example
polling: {{host_gap: 0s}}
network: {{allow: [127.0.0.0/8]}}
channels: {{page: {{type: file, folder: digests}}}}
feeds:
{rows}
watches: {{kazakhstan: {{title: Kazakhstan, query: "Kazakhstan* AND NOT football"}}}}
"""


def _cost(program: Peer, room: Path) -> Cost:
    command = [
        part.replace("{room}", str(room)).replace("{urls}", str(room / "asked"))
        for part in program.command
    ]
    began = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (room / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=room, env=environment, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"{program.name} failed:\n{(room / 'log').read_text()[-2000:]}")
    wall = round(time.perf_counter() - began, 2)
    return Cost(usage.ru_utime + usage.ru_stime, wall, round(usage.ru_maxrss / 1024, 1))


MONITOR = Peer(
    "monitor", ["sh", "-c", f"exec {sys.executable} -m monitor poll --json $(cat {{urls}})"]
)


def main() -> None:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name, default in (("--feeds", 1000), ("--entries", 25), ("--peer-feeds", 200)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--flat", type=int, nargs="*", default=[])
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--alone", action="store_true", help="monitor only")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    runs = [(MONITOR, feeds) for feeds in (asked.feeds, *asked.flat)]
    if not asked.alone:
        runs += [(peer, min(asked.feeds, asked.peer_feeds)) for peer in peers(asked.peers)]
    rows = []
    for program, feeds in runs:
        with tempfile.TemporaryDirectory() as room:
            for row in measure(program, feeds, asked.entries, Path(room)):
                rows.append(row)
                print(f"{row.program:24} {row.feeds:6} feeds {row.round:10} {row.cpu_ms_a_feed:8.2f} ms "
                      f"CPU a feed {row.wall_seconds:7.1f} s {row.peak_mib:6.1f} MiB", flush=True)  # fmt: skip
    machine = f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.machine()}"
    if asked.json:
        result = {
            "machine": machine,
            "entries": asked.entries,
            "rows": [asdict(row) for row in rows],
        }
        asked.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
