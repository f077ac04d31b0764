"""Each complaint of a database names its mend."""

import sqlite3
import sys

import pytest

from monitor.errors import StoreError
from monitor.store import open_store
from monitor.store.faults import explain


class ServerError(Exception):
    """An error as PostgreSQL's driver raises it."""

    def __init__(self, code: str | None) -> None:
        super().__init__("the server's words\nin two lines")
        self.sqlstate = code


def sqlite_error(code: int) -> sqlite3.Error:
    """Make an error as SQLite's driver raises it."""
    error = sqlite3.OperationalError("the driver's words")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "keeps the state locked"),
        (sqlite3.SQLITE_LOCKED, "keeps the state locked"),
        (sqlite3.SQLITE_FULL, "Free some space"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "write permission"),
        (sqlite3.SQLITE_IOERR_FSYNC, "system's log"),
        (sqlite3.SQLITE_CANTOPEN, "folder exists"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, "refuses a statement"),
    ],
)
def test_sqlite_complaints(code: int, mend: str) -> None:
    """What SQLite says, extended codes included, is told with the place and the mend (Q4)."""
    error = explain(sqlite_error(code), "/x/monitor.db")
    assert mend in str(error)
    assert str(error).endswith("/x/monitor.db: the driver's words")
    assert not error.damaged


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT_INDEX, sqlite3.SQLITE_NOTADB])
def test_sqlite_damage(code: int) -> None:
    """Damage is told as such, with the steps (Q5)."""
    error = explain(sqlite_error(code), "/x/monitor.db")
    assert error.damaged
    assert "To restore" in str(error)


@pytest.mark.parametrize(
    ("code", "mend", "is_damage"),
    [
        (None, "cannot be reached", False),
        ("08006", "cannot be reached", False),
        ("57P01", "cannot be reached", False),
        ("28P01", "password", False),
        ("3D000", "createdb", False),
        ("53100", "disk of the database server", False),
        ("40P01", "next try", False),
        ("XX000", "refuses a statement", False),
        ("XX001", "restore the server's backup", True),
    ],
)
def test_server_complaints(code: str | None, mend: str, is_damage: bool) -> None:
    """What PostgreSQL says is told on one line with the mend (Q13)."""
    error = explain(ServerError(code), "postgresql://h/x")
    assert mend in str(error)
    assert "\n" not in str(error)
    assert error.damaged is is_damage


async def test_missing_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra a server's URL says what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'monitor\[postgres\]'"):
        async with open_store("postgresql://h/x"):
            pass
