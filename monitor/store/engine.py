"""One thread that writes, a few that read; no error of a driver gets past this file."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from monitor.store.connect import READERS, postgres_engine, sqlite_engine
from monitor.store.faults import explain
from monitor.store.migrate import upgrade
from monitor.store.place import Place, make_ready
from monitor.store.soundness import check_quickly, use_wal

T = TypeVar("T")
_SERIAL = 0x6D6F6E69746F72  # "monitor": the advisory lock around what must not run twice at once
# What a patient write waits for others to share a commit with.
_COMPANY = timedelta(milliseconds=50)
_GROUP = 50  # writes in one transaction


@dataclass(frozen=True, slots=True)
class _Write:
    """Work that waits for the writing thread, and who waits for it."""

    work: Callable[[Connection], Any]
    serial: bool
    answer: asyncio.Future[Any]


class Database:
    """Runs functions of a connection, each in one transaction and off the event loop."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.writer = _engine(place, readonly=False)
        self.reader = _engine(place, readonly=True)
        self._waiting: deque[_Write] = deque()
        self._timer: asyncio.TimerHandle | None = None  # of the patient among them
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")

    async def open(self, *, create: bool) -> None:
        """Make ready, check and migrate. Raises StoreError."""
        await self._run(self._writing, lambda: self._prepare(create=create))

    async def write(
        self, work: Callable[[Connection], T], *, serial: bool = False, patient: bool = False
    ) -> T:
        """Run ``work`` in a write transaction. Raises StoreError, and then nothing is changed.

        Writes that wait at the same time share one transaction, and so one commit; if that fails
        each is tried again alone. ``patient`` waits a moment for such company. ``serial`` keeps
        every other serial write of all processes waiting until this one ends; SQLite has one writer
        at a time anyway. A caller that is cancelled does not undo the write.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Write(work, serial, answer))
        if not patient:
            self._writing.submit(self._write_waiting, loop)
        elif self._timer is None:
            self._timer = loop.call_later(_COMPANY.total_seconds(), self._end_patience, loop)
        try:
            return await answer
        except DBAPIError as error:
            raise explain(error, str(self.place)) from error

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` over one unchanging view of the state. Raises StoreError."""
        return await self._run(self._reading, lambda: self._view(work))

    async def close(self) -> None:
        """Let what runs end, then close; the writer last, so that SQLite can clear its log."""
        if self._timer is not None:
            self._timer.cancel()
        self._writing.submit(self._write_waiting, asyncio.get_running_loop())
        await asyncio.to_thread(self._close)

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, work)
        except DBAPIError as error:
            raise explain(error, str(self.place)) from error

    def _prepare(self, *, create: bool) -> None:
        if self.place.path is not None:
            make_ready(self.place.path, create=create)
            check_quickly(self.place.path)
            use_wal(self.place.path)
        upgrade(self.reader, self.writer, str(self.place), lock=_lock)

    def _end_patience(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._writing.submit(self._write_waiting, loop)

    def _write_waiting(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(_GROUP, len(self._waiting)))]
            loop.call_soon_threadsafe(_answer, group, self._outcomes(group))

    def _outcomes(self, group: Sequence[_Write]) -> list[Any]:
        """Do all in one transaction; what a failed one leaves undone is done one by one."""
        try:
            return self._transact(group)
        except Exception as error:  # noqa: BLE001  # carried to whoever asked, who raises it
            if len(group) == 1:
                return [error]
            return [outcome for write in group for outcome in self._outcomes([write])]

    def _transact(self, group: Sequence[_Write]) -> list[Any]:
        with self.writer.begin() as connection:
            if any(write.serial for write in group):
                _lock(connection)
            return [write.work(connection) for write in group]

    def _view(self, work: Callable[[Connection], T]) -> T:
        with self.reader.begin() as connection:
            return work(connection)

    def _close(self) -> None:
        self._reading.shutdown()
        self.reader.dispose()
        self._writing.shutdown()
        self.writer.dispose()


def _answer(group: Sequence[_Write], outcomes: Sequence[Any]) -> None:
    for write, outcome in zip(group, outcomes, strict=True):
        if write.answer.done():
            continue  # its caller was cancelled
        if isinstance(outcome, Exception):
            write.answer.set_exception(outcome)
        else:
            write.answer.set_result(outcome)


def _engine(place: Place, *, readonly: bool) -> Engine:
    if place.server is not None:
        return postgres_engine(place.server, readonly=readonly)
    assert place.path is not None  # noqa: S101  # a place is one or the other
    return sqlite_engine(place.path, readonly=readonly)


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SERIAL)))
