"""One thread that writes, a few that read; no error of a driver gets past this file."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from monitor.store.connect import READERS, postgres_engine, sqlite_engine
from monitor.store.faults import explain
from monitor.store.migrate import upgrade
from monitor.store.place import Place, make_ready
from monitor.store.soundness import check_quickly, use_wal

T = TypeVar("T")
_SERIAL = 0x6D6F6E69746F72  # "monitor": the advisory lock around what must not run twice at once


class Database:
    """Runs functions of a connection, each in one transaction and off the event loop."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.writer = _engine(place, readonly=False)
        self.reader = _engine(place, readonly=True)
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")

    async def open(self, *, create: bool) -> None:
        """Make ready, check and migrate. Raises StoreError."""
        await self._run(self._writing, lambda: self._prepare(create=create))

    async def write(self, work: Callable[[Connection], T], *, serial: bool = False) -> T:
        """Run ``work`` in one write transaction. Raises StoreError, and then nothing is changed.

        ``serial`` keeps every other serial write of all processes waiting until this one ends.
        SQLite has one writer at a time anyway. A caller that is cancelled does not undo the write.
        """
        return await self._run(self._writing, lambda: self._transact(work, serial=serial))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` over one unchanging view of the state. Raises StoreError."""
        return await self._run(self._reading, lambda: self._view(work))

    async def close(self) -> None:
        """Let what runs end, then close; the writer last, so that SQLite can clear its log."""
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

    def _transact(self, work: Callable[[Connection], T], *, serial: bool) -> T:
        with self.writer.begin() as connection:
            if serial:
                _lock(connection)
            return work(connection)

    def _view(self, work: Callable[[Connection], T]) -> T:
        with self.reader.begin() as connection:
            return work(connection)

    def _close(self) -> None:
        self._reading.shutdown()
        self.reader.dispose()
        self._writing.shutdown()
        self.writer.dispose()


def _engine(place: Place, *, readonly: bool) -> Engine:
    if place.server is not None:
        return postgres_engine(place.server, readonly=readonly)
    assert place.path is not None  # noqa: S101  # a place is one or the other
    return sqlite_engine(place.path, readonly=readonly)


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SERIAL)))
