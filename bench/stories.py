"""Speed of joining stories: one poll after the other on a state that holds many entries.

    nice python -m bench.stories [--sizes 10000,30000,100000,300000,1000000] [--days 365] [--json out.json]

A state on SQLite is filled with hits (their words those of made-up news, five in a hundred told
again), then 40 polls of 25 new entries take the way of production, each in one transaction: hit,
prints, look-up, weighing, links, grouping. Each size is measured in a fresh process. Read beside it:

    tell      reading an entry into what it tells, before the transaction
    peak      memory of the whole process
    rensa, datasketch   MinHash of words by threes and look-up in an LSH of 16 bands, in memory,
              up to the size that memory allows; they find copies, no events

Needs the group ``bench`` of the dependencies (datasketch, rensa, wordfreq).
"""

import argparse
import asyncio
import json
import pickle
import platform
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, func, insert, select

from bench.story_texts import FEEDS, Newsroom
from monitor.model.source import Entry, Feed
from monitor.model.story import NewHit
from monitor.model.telling import Telling
from monitor.model.watch import Match
from monitor.store import open_store
from monitor.store.hits import Finding, save_hits
from monitor.store.schema import entry as entry_table
from monitor.store.schema import link
from monitor.store.values import entry_values
from monitor.story.evidence import weigh
from monitor.story.features import tell
from monitor.story.packing import pack
from monitor.story.vicinity import crowd_of

_SIZES = "10000,30000,100000,300000,1000000"
_POLLS, _POLL = 40, 25
_POOL = 10_000  # texts whose words fill the state
_BATCH = 50_000
_START = datetime(2026, 1, 1, tzinfo=UTC)
_WANTED = timedelta(milliseconds=1)
_WANTED_MB = 200
_RIVALS_TO = {"rensa": 300_000, "datasketch": 30_000}
_MASK = (1 << 63) - 1

Row = dict[str, float]


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default=_SIZES)
    parser.add_argument("--days", type=int, default=365, help="over which the entries came")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(asyncio.run(_measure(options.measure))))
        return
    sizes = [int(size) for size in options.sizes.split(",")]
    rows = list(_curve(sizes, options.days))
    _report(rows, options.days)
    if options.json:
        options.json.write_text(json.dumps({"days": options.days, "rows": rows}, indent=2))
    last = rows[-1]
    if last["save_ms"] > _WANTED / timedelta(milliseconds=1) or last["peak_mb"] > _WANTED_MB:
        sys.exit(f"falls short of {_WANTED_MB} MB and 1 ms an entry")


def _curve(sizes: Sequence[int], days: int) -> Iterator[Row]:
    pool = _pool()
    apart = timedelta(days=days) / max(sizes)
    with TemporaryDirectory() as folder:
        state = Path(folder) / "monitor.db"
        asyncio.run(_make(state))
        filled = 0
        for size in sizes:
            _fill(state, pool, range(filled, size), apart)
            filled = size + _POLLS * _POLL
            _texts(state).write_bytes(pickle.dumps(_news(size)))
            done = subprocess.run(
                [sys.executable, "-m", "bench.stories", "--measure", str(state)],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            row = {"entries": size, **json.loads(done.stdout)}
            row |= {
                f"{name}_ms": _rival(name, size)
                for name, most in _RIVALS_TO.items()
                if size <= most
            }
            print(json.dumps(row), file=sys.stderr, flush=True)
            yield row


async def _make(state: Path) -> None:
    async with open_store(f"sqlite:///{state}") as store:
        feeds = [Feed(f"f{n}", f"https://f{n}.example/", f"F{n}", timedelta(hours=1)) for n in range(FEEDS)]  # fmt: skip
        await store.sync_feeds(feeds, _START)


def _pool() -> list[Telling]:
    room = Newsroom(1)
    return [tell(room.entry(_START), {}, _START) for _ in range(_POOL)]


def _texts(state: Path) -> Path:
    return state.with_name("texts")


def _news(seed: int) -> list[Entry]:
    """Write what is to be measured, beforehand: the writer's memory is none of the program's."""
    room = Newsroom(seed)
    return [replace(one, key=f"{seed}-{one.key}") for one in _some(room, _POLLS * _POLL)]


def _fill(state: Path, pool: Sequence[Telling], numbers: range, apart: timedelta) -> None:
    """Write hits as if they had come one by one; each has texts of its own, and words of the pool."""
    connection = sqlite3.connect(state)
    connection.execute("PRAGMA cache_size=-400000")
    crowds: Counter[int] = Counter()
    week = 0
    for first in range(0, len(numbers), _BATCH):
        batch = numbers[first : first + _BATCH]
        tellings = [_variant(pool[n % _POOL], n, _START + n * apart) for n in batch]
        prints = []
        for number, telling in zip(batch, tellings, strict=True):
            if (now := (telling.seen_at - _START).days // 7) != week:
                week, crowds = now, Counter()
            crowds.update(telling.keys)
            second = int(telling.told_at.timestamp())
            prints += [
                (key, second, number + 1) for key in telling.keys if crowds[key] <= crowd_of(key)
            ]
        _write(connection, batch, tellings, sorted(prints))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _variant(telling: Telling, number: int, at: datetime) -> Telling:
    twist = number * 0x9E3779B97F4A7C15 & _MASK

    def own(value: int) -> int:
        return value ^ twist if value else 0

    single = {telling.address, telling.title, telling.text, *telling.sentences} - {0}
    return replace(
        telling, seen_at=at, published_at=at, title=own(telling.title), text=own(telling.text),
        address=own(telling.address), headline=own(telling.headline),
        sentences=frozenset(map(own, telling.sentences)),
        keys=tuple(own(key) if key in single else key for key in telling.keys),
    )  # fmt: skip


def _write(
    connection: sqlite3.Connection,
    numbers: Sequence[int],
    tellings: Sequence[Telling],
    prints: Sequence[tuple[int, int, int]],
) -> None:
    matches = '[{"watch":"w","score":1.5,"terms":["sco"],"spans":[["title",0,5,"Title","sco"]]}]'
    seen = [at.seen_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for at in tellings]
    rows = list(zip(numbers, tellings, seen, strict=True))
    many = connection.executemany
    many("INSERT INTO entry (id, feed_id, key, first_seen_at, last_seen_at, published_at, revision, author, tags, "
         "title, summary, content) VALUES (?, ?, ?, ?, ?, ?, '', '', '[]', 'Title', '', '')",
         ((n + 1, t.feed_id, f"old-{n}", at, at, at) for n, t, at in rows))  # fmt: skip
    many("INSERT INTO story VALUES (?, ?)", ((f"{n:016x}", at) for n, _, at in rows))
    many("INSERT INTO hit (id, entry_id, story_id, seen_at, stale, telling, matches) VALUES (?, ?, ?, ?, 0, ?, ?)",
         ((n + 1, n + 1, f"{n:016x}", at, pack(t), matches) for n, t, at in rows))  # fmt: skip
    many("INSERT INTO match VALUES (?, 'w', ?, ?, 0, 0)", ((n + 1, f"{n:016x}", at) for n, _, at in rows))  # fmt: skip
    many("INSERT INTO print VALUES (?, ?, ?)", prints)
    connection.commit()


async def _measure(state: Path) -> Row:
    """Take polls of new entries the way of production."""
    async with open_store(f"sqlite:///{state}", create=False) as store:
        with store.database.writer.begin() as connection:
            newest = connection.scalar(select(func.max(entry_table.c.first_seen_at)))
        texts = pickle.loads(_texts(state).read_bytes())  # noqa: S301  # written above
        told, saved, waited = [], [], []
        for number in range(_POLLS):
            at = (newest or _START) + number * timedelta(minutes=1)
            some = texts[number * _POLL : (number + 1) * _POLL]
            entries = [replace(one, published_at=at) for one in some]
            began = time.process_time()
            tellings = [tell(one, {}, at) for one in entries]
            told.append(time.process_time() - began)
            with store.database.writer.begin() as connection:
                findings = _findings(connection, entries, tellings, at)
            began, clock = time.process_time(), time.perf_counter()
            with store.database.writer.begin() as connection:
                save_hits(connection, findings, at, weigh)
            saved.append(time.process_time() - began)
            waited.append(time.perf_counter() - clock)
        with store.database.writer.begin() as connection:
            links = connection.scalar(
                select(func.count()).select_from(link).where(link.c.other > 0)
            )
    per_entry = [1000 * statistics.mean(times) / _POLL for times in (told, saved, waited)]
    names = ("tell_ms", "save_ms", "save_wall_ms")
    size = sum(file.stat().st_size for file in state.parent.iterdir()) / 1e6
    worst = 1000 * max(saved) / _POLL
    return dict(zip(names, per_entry, strict=True)) | {
        "worst_poll_ms": worst, "links": links or 0, "peak_mb": _peak_mb(), "disk_mb": size,
    }  # fmt: skip


def _peak_mb() -> float:
    """Read the peak of this process alone; ``getrusage`` counts that of its parent too."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _some(room: Newsroom, many: int) -> list[Entry]:
    return [room.entry(_START) for _ in range(many)]


def _findings(
    connection: Connection, entries: Sequence[Entry], tellings: Sequence[Telling], at: datetime
) -> list[Finding]:
    """Store the entries, without their texts, and give the hits that they are to get."""
    rows = [
        {"feed_id": one.feed_id, "key": one.key, "first_seen_at": at, "last_seen_at": at}
        | entry_values(replace(one, summary=""), "")
        for one in entries
    ]
    ids = connection.scalars(insert(entry_table).returning(entry_table.c.id), rows).all()
    match = (Match("w", 1.5, ("sco",), ()),)
    return [
        Finding(number, NewHit(one, match, telling), stale=False)
        for number, one, telling in zip(ids, entries, tellings, strict=True)
    ]


def _rival(name: str, size: int) -> float:
    """Measure insert and look-up of a rival that holds so many; milliseconds of CPU an entry."""
    texts = [one.summary for one in _some(Newsroom(size), _POLLS * _POLL)]
    holding = {"rensa": _rensa, "datasketch": _datasketch}[name](size)
    began = time.process_time()
    for number, text in enumerate(texts):
        holding(size + number, _threes(text))
    return 1000 * (time.process_time() - began) / len(texts)


def _threes(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))]


def _rensa(size: int) -> Callable[[int, list[str]], None]:
    rensa = import_module("rensa")
    held = rensa.RMinHashLSH(threshold=0.5, num_perm=128, num_bands=16)

    def add(number: int, threes: list[str]) -> None:
        digest = rensa.RMinHash(num_perm=128, seed=1)
        digest.update(threes)
        held.query(digest)
        held.insert(number, digest)

    for number in range(size):
        _insert(rensa.RMinHash(num_perm=128, seed=1), held, number)
    return add


def _insert(digest: Any, held: Any, number: int) -> None:
    digest.update([f"{number}-{n}" for n in range(8)])
    held.insert(number, digest)


def _datasketch(size: int) -> Callable[[int, list[str]], None]:
    datasketch = import_module("datasketch")
    held = datasketch.MinHashLSH(num_perm=128, params=(16, 8))

    def add(number: int, threes: list[str]) -> None:
        digest = datasketch.MinHash(num_perm=128)
        digest.update_batch([three.encode() for three in threes])
        held.query(digest)
        held.insert(str(number), digest)

    for number in range(size):
        digest = datasketch.MinHash(num_perm=128)
        digest.update_batch([f"{number}-{n}".encode() for n in range(8)])
        held.insert(str(number), digest)
    return add


def _report(rows: Sequence[Row], days: int) -> None:
    print(f"{platform.machine()} Python {platform.python_version()} SQLite {sqlite3.sqlite_version}; "
          f"entries of {days} days, ms of CPU an entry (wall in brackets)")  # fmt: skip
    print(
        f"{'entries':>10} {'save':>14} {'tell':>6} {'peak MB':>8} {'disk MB':>8} {'rensa':>7} {'datasketch':>11}"
    )
    for row in rows:
        rivals = (
            f"{row[name]:.2f}" if name in row else "-" for name in ("rensa_ms", "datasketch_ms")
        )
        print("{:>10,.0f} {:>6.2f} ({:>5.2f}) {:>6.2f} {:>8.0f} {:>8.0f} {:>7} {:>11}".format(
            row["entries"], row["save_ms"], row["save_wall_ms"], row["tell_ms"], row["peak_mb"],
            row["disk_mb"], *rivals))  # fmt: skip


if __name__ == "__main__":
    main()
