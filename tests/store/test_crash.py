"""Killed writers and failing statements: all of a write, or none of it (D1, Q12)."""

import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select

from monitor.ports import Edit, Lease
from monitor.store import Store, open_store
from monitor.store.schema import told
from tests.store import busy_writer
from tests.store.samples import (
    HOUR,
    LEASE,
    NOW,
    by_keys,
    channel,
    digest_of,
    entry,
    feed,
    new_hit,
    poll_hits,
    save,
)

ROOT = Path(__file__).parents[2]


def start(url: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start a process that writes to the state."""
    command = [sys.executable, "-m", busy_writer.__name__, url, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


async def check_whole(url: str, saved: int) -> None:
    """Check that every poll and digest stands whole, and that none that was reported is missing."""
    async with open_store(url) as store:
        status = await store.status()
        assert status.entries == status.hits
        assert status.entries % busy_writer.ENTRIES == 0
        assert status.stories == status.entries // busy_writer.ENTRIES >= saved
        rows = await store.deliveries(limit=10_000)
        digests = {row.digest_key for row in rows}
        assert len(rows) == len(digests) * len(busy_writer.RECIPIENTS)
        owed = await store.owed(channel(), ["w"], NOW)
        # a digest after a kill tells two stories: that of the killed run too
        told_stories = await store.database.read(
            lambda c: c.scalar(select(func.count(told.c.story_id.distinct())))
        )
        assert len(owed) == status.stories - int(told_stories or 0)
        assert len(digests) >= saved


@pytest.mark.slow
async def test_killed_writer_leaves_whole_writes(sqlite_url: str, tmp_path: Path) -> None:
    """After kill -9 the file is sound, nothing reported is lost and nothing is half there."""
    saved = 0
    for number in range(5):
        with start(sqlite_url, "write") as process:
            assert process.stdout is not None
            for _ in range(2 + 3 * number):
                line = process.stdout.readline().strip()
                saved = int(line) + 1 if line.isdigit() else saved
            process.kill()
        await check_whole(sqlite_url, saved)
    with closing(sqlite3.connect(tmp_path / "state" / "monitor.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.slow
def test_concurrent_starters_all_open_one_state(url: str) -> None:
    """Four programs started at once on an empty state migrate it once, and none fails (Q10)."""
    starters = [start(url) for _ in range(4)]
    answers = [process.communicate(timeout=50)[0] for process in starters]
    assert answers == ["open\n"] * 4
    assert [process.returncode for process in starters] == [0] * 4


class PowerCutError(Exception):
    """Raised in place of a statement."""


@contextmanager
def failing(store: Store, at: int) -> Iterator[None]:
    """Let the statement of this number fail, the commit counting as the last one."""
    numbers = count(1)
    engine = store.database.writer

    def before(connection: Connection, *_: object) -> None:
        if next(numbers) == at:
            raise PowerCutError

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "commit", before)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "commit", before)


async def snapshot(store: Store) -> object:
    """Read all that a poll or a digest changes."""
    return (
        replace(await store.status(), size_bytes=None),
        await store.feeds(),
        await store.deliveries(),
        await store.owed(channel(), ["w"], NOW + 9 * HOUR),
        await store.last_slot("daily", "desk"),
        await store.known("a", ["1", "2", "3"]),
    )


async def fail_each(store: Store, work: Callable[[], Awaitable[object]]) -> int:
    """Fail each statement of some work in turn until it goes through; gives how many failed."""
    before = await snapshot(store)
    for number in count(1):
        try:
            with failing(store, number):
                await work()
        except PowerCutError:
            assert await snapshot(store) == before
        else:
            assert await snapshot(store) != before
            return number - 1
    raise AssertionError("not reached")


@pytest.fixture
async def lease(store: Store) -> Lease:
    """Give the lease of a feed that has one hit."""
    await store.sync_feeds([feed("a")], NOW)
    await save(store, poll_hits(new_hit(entry("1"), keys=[5])))
    (lease,) = await store.lease_feeds(["a"], NOW, lease=LEASE)
    return lease


async def test_no_statement_of_a_poll_can_fail_alone(store: Store, lease: Lease) -> None:
    """Whichever statement of a poll fails, nothing of it is kept; then it goes through (Q12)."""
    known = (await store.known("a", ["1"]))["1"]
    edit = Edit(known.entry_id, entry("1", title="New"), new_hit(entry("1", title="New")))
    hits = [new_hit(entry("2"), keys=[5]), new_hit(entry("3"), keys=[9])]
    record = poll_hits(*hits, at=NOW + HOUR, edits=(edit,))
    failed = await fail_each(store, lambda: store.record(record, lease, by_keys))
    assert failed >= 12


async def test_no_statement_of_a_digest_can_fail_alone(store: Store, lease: Lease) -> None:
    """Marks and deliveries stand together or not at all (D1)."""
    stories = await store.owed(channel(), ["w"], NOW)
    failed = await fail_each(store, lambda: store.save_digest(digest_of(stories)))
    assert failed >= 6
