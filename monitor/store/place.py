"""Where the state is: the URL taken apart, and a private file made ready."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from monitor.errors import StoreError

_POSTGRES = {"postgresql", "postgres", "postgresql+psycopg"}
_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Place:
    """Either a file of SQLite or a server's URL; ``str`` shows it without the password."""

    path: Path | None = None
    server: URL | None = None

    def __str__(self) -> str:
        if self.server is not None:
            return self.server.set(drivername="postgresql").render_as_string(hide_password=True)
        return str(self.path)


def place_of(url: str) -> Place:
    """Read the URL of a state: ``sqlite:///path`` or ``postgresql://…``. Raises StoreError."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            "The URL of the state cannot be read. Write sqlite:///path/to/file or postgresql://user@host/name."
        ) from None  # the cause would show a password
    if parts.drivername in _POSTGRES:
        return Place(server=parts.set(drivername="postgresql+psycopg"))
    if parts.drivername != "sqlite":
        raise StoreError(
            f"No state can be kept in {parts.drivername}. Write sqlite:///path/to/file or postgresql://user@host/name."
        )
    if parts.database in {None, "", ":memory:"}:
        raise StoreError(
            "The URL of the state names no file. Write sqlite:///state/monitor.db, for example."
        )
    return Place(path=Path(str(parts.database)).expanduser().absolute())


def make_ready(path: Path, *, create: bool) -> None:
    """Make the file if need be, for its owner's eyes only (Q9).

    A folder made here gets 0700; one that was there keeps its mode, as it may be shared.
    SQLite gives the files beside it the modes of this one. Raises StoreError.
    """
    if not create and not path.exists():
        raise StoreError(f"There is no state yet at {path}. Start monitor run first.")
    try:
        make_folder(path.parent)
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        _close_to_others(path)
    except OSError as error:
        raise StoreError(
            f"The state {path} cannot be opened: {error.strerror}. See that the user who runs "
            "monitor may read and write the file and its folder."
        ) from error


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, unless it is there."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _close_to_others(path: Path) -> None:
    for suffix in _BESIDE:
        file = path.with_name(path.name + suffix)
        # one beside it may go away at any time; one of another owner is theirs to close
        with suppress(FileNotFoundError, PermissionError):
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & 0o077:
                file.chmod(mode & 0o700)
