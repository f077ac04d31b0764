"""What the database complains of, in words that tell the mend (Q4, Q5)."""

import sqlite3

from sqlalchemy.exc import DBAPIError

from monitor.errors import StoreError

_RESTORE = (
    "Nothing was changed or deleted. To restore: stop monitor; move the file and those beside it that "
    "end in -wal and -shm away together, and keep them; copy the newest backup into its place; "
    "start again. Without a backup start without the file: feeds are read anew, and entries older "
    "than a day are not sent again."
)
_SQLITE = {
    sqlite3.SQLITE_BUSY: "Another process keeps the state locked. See whether a second monitor, a backup or a "
    "database browser has it open, and close that; nothing is lost, the next try may do.",
    sqlite3.SQLITE_FULL: "The disk is full, so nothing more can be saved. Free some space; what was saved is safe.",
    sqlite3.SQLITE_READONLY: "The state cannot be written to. Give the user who runs monitor write permission for the "
    "file and its folder, or mount the disk writable.",
    sqlite3.SQLITE_IOERR: "The disk cannot be read or written to. Look at the system's log for errors of "
    "the disk, and at the space left.",
    sqlite3.SQLITE_CANTOPEN: "The state cannot be opened. See that the folder exists and that the user who runs "
    "monitor may read and write it.",
    sqlite3.SQLITE_PERM: "The state cannot be opened. Give the user who runs monitor permission for it.",
}
_SQLITE[sqlite3.SQLITE_LOCKED] = _SQLITE[sqlite3.SQLITE_BUSY]
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# PostgreSQL's codes, longest beginning first where two fit
_POSTGRES = {
    "53100": "The disk of the database server is full. Free some space there; what was saved is safe.",
    "53300": "The database server takes no more connections. Close some, or raise max_connections.",
    "25006": "The database server takes no writes (a standby?). Point monitor at the primary.",
    "28": "The database server refuses the user or the password. Mend the URL of the state.",
    "3D000": "The database does not exist. Create it (createdb), or mend the URL of the state.",
    "42501": "The database user lacks a permission. Make it the owner of the database.",
    "57014": "The database server took too long. See what else keeps it busy or holds its locks.",
    "40": "Two writers met in the database; the next try may do.",
    "55P03": "Two writers met in the database; the next try may do.",
}
_UNREACHED = "The database server cannot be reached. See that it runs and that the URL of the state is right."


def damaged(place: str, detail: str) -> StoreError:
    """Make the error for state that cannot be trusted any more, with the steps to restore it."""
    return StoreError(f"The state {place} is damaged ({detail}). {_RESTORE}", damaged=True)


def explain(error: Exception, place: str) -> StoreError:
    """Turn a driver's error, bare or wrapped by SQLAlchemy, into ours; ``place`` bears no password."""
    origin = error.orig if isinstance(error, DBAPIError) and error.orig else error
    detail = " ".join(str(origin).split())
    if isinstance(origin, sqlite3.Error):
        return _explain_sqlite(origin, place, detail)
    code = getattr(origin, "sqlstate", None)
    if code is None or code.startswith(("08", "57P")):
        return StoreError(f"{_UNREACHED} {place}: {detail}")
    if code.startswith("XX00") and code != "XX000":
        return StoreError(
            f"The database {place} is damaged ({detail}). Stop monitor and restore the server's backup.",
            damaged=True,
        )
    mend = next((mend for start, mend in _POSTGRES.items() if code.startswith(start)), "")
    return StoreError(f"{mend or 'The database refuses a statement.'} {place}: {detail}")


def _explain_sqlite(error: sqlite3.Error, place: str, detail: str) -> StoreError:
    # the low byte is the kind, the rest says more about it
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _DAMAGED:
        return damaged(place, detail)
    return StoreError(f"{_SQLITE.get(code, 'The state refuses a statement.')} {place}: {detail}")
