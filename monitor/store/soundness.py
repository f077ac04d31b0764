"""Is the file whole? A quick look at the start, and write-ahead logging switched on."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from monitor.store.connect import sqlite_connection
from monitor.store.faults import damaged, explain

_LOOK_SECONDS = 1.0  # of a quick check; what it has not reached by then is taken as sound (Q6)
_STEPS = 10_000  # of SQLite's machine between two looks at the time
_SWITCH_SECONDS = 10.0
_PAUSE_SECONDS = 0.02


def check_quickly(path: Path) -> None:
    """Look for damage within a bounded time. Raises StoreError, ``damaged`` if there is some (Q5)."""
    end = time.monotonic() + _LOOK_SECONDS
    try:
        with closing(sqlite_connection(path, readonly=False)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            return
        raise explain(error, str(path)) from error
    if verdict != "ok":
        raise damaged(str(path), " ".join(verdict.split()))


def use_wal(path: Path) -> None:
    """Switch write-ahead logging on, which stays with the file. Raises StoreError.

    The switch needs the file for itself and does not wait by itself, so starters take turns.
    """
    end = time.monotonic() + _SWITCH_SECONDS
    try:
        with closing(sqlite_connection(path, readonly=False)) as connection:
            while not _switched(connection, final=time.monotonic() > end):
                time.sleep(_PAUSE_SECONDS)
    except sqlite3.Error as error:
        raise explain(error, str(path)) from error


def _switched(connection: sqlite3.Connection, *, final: bool) -> bool:
    try:
        return bool(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] == "wal")
    except sqlite3.OperationalError as error:
        if final or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
