"""Rules of the process pool: a call that hangs is killed, and only that one."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import AsyncIterator

import pytest

from monitor.errors import ParseError
from monitor.jobs.parser import PooledParser
from monitor.jobs.processes import CallTimeoutError, ProcessPool
from monitor.model.source import Feed, Fetched
from tests.desk import START, feed, rss


@pytest.fixture
async def pool() -> AsyncIterator[ProcessPool]:
    made = ProcessPool(2, timeout=5)
    yield made
    made.close()


async def test_a_call_runs_elsewhere_and_its_process_is_kept(pool: ProcessPool) -> None:
    """Work leaves this process, and the next call finds the worker warm."""
    first = await pool.call(os.getpid)
    assert first != os.getpid()
    assert await pool.call(os.getpid) == first


async def test_an_error_comes_back_as_it_was(pool: ProcessPool) -> None:
    """What the function raises is raised here."""
    with pytest.raises(ZeroDivisionError):
        await pool.call(divmod, 1, 0)


async def test_a_call_that_hangs_is_killed_and_others_go_on() -> None:
    """The time limit ends one call; a call beside it is not disturbed (X12)."""
    pool = ProcessPool(2, timeout=1.5)
    await asyncio.gather(pool.call(os.getpid), pool.call(os.getpid))  # both started
    hanging = asyncio.create_task(pool.call(time.sleep, 60))
    assert await pool.call(abs, -1) == 1
    with pytest.raises(CallTimeoutError):
        await hanging
    assert await pool.call(abs, -2) == 2
    pool.close()


async def test_a_process_that_dies_fails_its_call_only(pool: ProcessPool) -> None:
    """A crash of the interpreter itself is a failed call, not a failed program."""
    with pytest.raises(CallTimeoutError):
        await pool.call(os._exit, 3)
    assert await pool.call(abs, -1) == 1


async def test_a_feed_is_read_in_the_pool(pool: ProcessPool) -> None:
    """Entries, and the reason why there are none, come through the pipe."""
    parser = PooledParser(pool, clock=lambda: START, max_entries=10)
    source: Feed = feed("one")
    parsed = await parser.parse(Fetched(source.url, rss(("a", "A river"))), source)
    assert [entry.title for entry in parsed.entries] == ["A river"]
    with pytest.raises(ParseError) as caught:
        await parser.parse(Fetched(source.url, b"<!doctype html><html><p>x</p></html>"), source)
    assert caught.value.kind == "html-page"


async def test_closing_ends_calls_that_nobody_waits_for() -> None:
    """A call whose caller was cancelled does not keep the program from ending."""
    pool = ProcessPool(1, timeout=60)
    call = asyncio.create_task(pool.call(time.sleep, 50))
    await asyncio.sleep(0)
    [child] = multiprocessing.active_children()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    pool.close()
    await asyncio.to_thread(child.join, 5)
    assert not child.is_alive()


async def test_a_call_that_takes_too_much_memory_dies() -> None:
    """The memory limit ends one call, not the program (X12)."""
    pool = ProcessPool(1, timeout=20, memory=200 * 1024**2)
    with pytest.raises(CallTimeoutError):
        await pool.call(bytearray, 400 * 1024**2)
    assert await pool.call(abs, -1) == 1
    pool.close()


async def test_a_usual_feed_is_read_at_once() -> None:
    """A small, well-formed body costs no way to a process; one that needs feedparser goes there."""
    pool = ProcessPool(1, timeout=20)
    parser = PooledParser(pool, clock=lambda: START, max_entries=10)
    source: Feed = feed("one")
    await parser.parse(Fetched(source.url, rss(("a", "A river"))), source)
    assert not multiprocessing.active_children()
    broken = rss(("a", "A river")).replace(b"A river", b"A&nbsp;river")
    parsed = await parser.parse(Fetched(source.url, broken), source)
    assert [entry.title for entry in parsed.entries] == ["A river"]
    assert len(multiprocessing.active_children()) == 1
    pool.close()
