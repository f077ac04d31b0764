"""What polling costs: ``monitor run --once`` against a bare loop of httpx and feedparser.

    python -m bench.poll [--feeds 200] [--entries 25] [--repeat 1] [--json out.json]

Feeds are made up and served on 127.0.0.1 by this process; each round runs in a process of its own,
whose CPU time (with that of its children) and peak memory (of its largest process) the kernel counts. Rounds: ``cold`` (an
empty state: every entry is parsed, matched and stored), ``not modified`` (304 to each request) and
``unchanged`` (whole bodies without validators, the same as before). ``start`` is a round over one feed.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.servers.feeds import FeedServer

ROOT = Path(__file__).parent.parent
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
_BARE = """
import asyncio, sys, httpx, feedparser
async def ask(client, places, url):
    async with places:
        answer = await client.get(url, headers=HEADERS)
    return len(feedparser.parse(answer.content).entries) if answer.status_code == 200 else 0
async def main(urls):
    places = asyncio.Semaphore(20)
    async with httpx.AsyncClient() as client:
        print(sum(await asyncio.gather(*(ask(client, places, url) for url in urls))))
HEADERS = {"If-None-Match": sys.argv[1]} if sys.argv[1] else {}
asyncio.run(main(open(sys.argv[2]).read().split()))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process cost."""

    cpu_seconds: float
    wall_seconds: float
    peak_mib: float


def feed(number: int, entries: int) -> bytes:
    """Write a feed whose every fifth entry matches."""
    now = datetime.now(UTC) - timedelta(hours=1)
    return "".join(
        [
            f"<rss version='2.0'><channel><title>Feed {number}</title>",
            *(
                _item(number, n, format_datetime(now - timedelta(minutes=n)))
                for n in range(entries)
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


def measure(feeds: int, entries: int, room: Path) -> dict[str, dict[str, Cost]]:
    """Run every round once, monitor and bare loop in turn."""
    with FeedServer() as server:
        bodies = [feed(number, entries) for number in range(feeds)]
        urls = [server.url(f"/{number}") for number in range(feeds)]
        _serve(server, bodies, etag='"1"')
        rounds = {
            "start": _pair(room / "start", urls[:1], ""),
            "cold": _pair(room / "all", urls, ""),
            "not modified": _pair(room / "all", urls, '"1"'),
        }
        _serve(server, bodies, etag=None)
        _pair(room / "all", urls, "")  # lets the state forget the validators
        rounds["unchanged"] = _pair(room / "all", urls, "")
    return rounds


def _serve(server: FeedServer, bodies: Sequence[bytes], etag: str | None) -> None:
    for number, body in enumerate(bodies):
        server.serve(f"/{number}", body, etag=etag)


def _pair(room: Path, urls: Sequence[str], etag: str) -> dict[str, Cost]:
    room.mkdir(parents=True, exist_ok=True)
    (room / "urls").write_text("\n".join(urls), encoding="utf-8")
    (room / "feeds.yaml").write_text(_config(urls), encoding="utf-8")
    return {
        "monitor": _cost([sys.executable, "-m", "monitor", "run", "--once"], room),
        "bare": _cost([sys.executable, "-c", _BARE, etag, str(room / "urls")], room),
    }


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


def _cost(command: Sequence[str], room: Path) -> Cost:
    began = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (room / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=room, env=environment, stdout=subprocess.DEVNULL, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"{command[1:4]} failed:\n{(room / 'log').read_text()[-2000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(cpu, time.perf_counter() - began, usage.ru_maxrss / 1024)


def table(runs: Sequence[Mapping[str, Mapping[str, Cost]]], feeds: int) -> list[dict[str, object]]:
    """Give the medians of all runs, a row a round; CPU per feed is without the start."""
    rows = []
    for name in runs[0]:
        monitor, bare = (_medians([run[name][who] for run in runs]) for who in ("monitor", "bare"))
        row: dict[str, object] = {"round": name, "monitor": asdict(monitor), "bare": asdict(bare)}
        if name != "start":
            for who, cost in (("monitor", monitor), ("bare", bare)):
                start = _medians([run["start"][who] for run in runs]).cpu_seconds
                row[f"{who}_ms_a_feed"] = round(1000 * (cost.cpu_seconds - start) / feeds, 2)
            row["ratio"] = round(monitor.cpu_seconds / bare.cpu_seconds, 2)
        rows.append(row)
    return rows


def _medians(costs: Sequence[Cost]) -> Cost:
    def median(of: Callable[[Cost], float]) -> float:
        return round(statistics.median(map(of, costs)), 3)

    return Cost(
        median(lambda c: c.cpu_seconds),
        median(lambda c: c.wall_seconds),
        median(lambda c: c.peak_mib),
    )


def main() -> None:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name, default in (("--feeds", 200), ("--entries", 25), ("--repeat", 1)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    runs = []
    for _ in range(asked.repeat):
        with tempfile.TemporaryDirectory() as room:
            runs.append(measure(asked.feeds, asked.entries, Path(room)))
    machine = f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.machine()}"
    result = {"machine": machine, "feeds": asked.feeds, "entries": asked.entries,
              "runs": asked.repeat, "rounds": table(runs, asked.feeds)}  # fmt: skip
    print(json.dumps(result, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
