"""Engines: how each connection is opened and what it is told at once (Q1, Q3, Q13)."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from monitor.errors import StoreError

READERS = 4
_WAIT_SECONDS = 10  # for another process's write to end
_COMMON = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA mmap_size=0",
    f"PRAGMA busy_timeout={_WAIT_SECONDS * 1000}",
    "PRAGMA synchronous=FULL",  # NORMAL may lose the last commits when the power goes
)
_READER = (
    "PRAGMA query_only=ON",
    "PRAGMA wal_autocheckpoint=0",  # old SQLite is unsafe where several connections checkpoint
)
_SESSION = "-c timezone=UTC -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000"
_WRITES = "-c default_transaction_isolation=read\\ committed"
_READS = "-c default_transaction_isolation=repeatable\\ read -c default_transaction_read_only=on"


def sqlite_connection(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """Open the file; transactions are begun by us alone, never by the driver."""
    mode = "ro" if readonly else "rw"
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=_WAIT_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    for pragma in _COMMON + (_READER if readonly else ()):
        connection.execute(pragma)
    return connection


def sqlite_engine(path: Path, *, readonly: bool) -> Engine:
    """Make an engine over the file: one connection to write, or a few that only read."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite_connection(path, readonly=readonly),
        poolclass=QueuePool,
        pool_size=READERS if readonly else 1,
        max_overflow=0,
    )
    # a read that turns into a write fails at once where others write: say so at the beginning
    begin = "BEGIN" if readonly else "BEGIN IMMEDIATE"

    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", begin_transaction)
    return engine


def postgres_engine(url: URL, *, readonly: bool) -> Engine:
    """Make an engine over the server; a connection that broke meanwhile is replaced unseen."""
    options = f"{_SESSION} {_READS if readonly else _WRITES}"
    arguments: dict[str, Any] = {
        "options": f"{url.query.get('options', '')} {options}".strip(),
        "application_name": "monitor",
        "connect_timeout": _WAIT_SECONDS,
    }
    try:
        return create_engine(
            url.difference_update_query(["options"]),
            connect_args=arguments,
            pool_size=READERS if readonly else 1,
            max_overflow=0,
            pool_pre_ping=True,
        )
    except ImportError as error:
        raise StoreError(
            "The state is in PostgreSQL, but its driver is not installed. Mend: pip install 'monitor[postgres]'"
        ) from error
