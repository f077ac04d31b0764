"""One daemon a state (R5)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, func, select
from sqlalchemy.exc import DBAPIError

from monitor.errors import StoreError
from monitor.store.connect import postgres_engine
from monitor.store.faults import explain
from monitor.store.place import Place, make_folder, place_of

_LOCK = 0x6D6F6E31  # any fixed number but that of serial writes


@contextmanager
def sole_instance(url: str) -> Iterator[None]:
    """Hold the state for this process until the end of the block. Raises StoreError if another does.

    A lock of the operating system or of the server, so a killed process leaves nothing behind.
    """
    place = place_of(url)
    if place.path is not None:
        with _file_lock(place.path):
            yield
    elif place.server is not None:
        with _server_lock(place.server, place):
            yield


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    make_folder(path.parent)
    lock = path.with_name(f"{path.name}.lock")
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"The lock file {lock} cannot be opened: {error.strerror}. See that the user who runs "
            "monitor may write to its folder."
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _taken(str(path)) from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _server_lock(server: URL, place: Place) -> Iterator[None]:
    engine = postgres_engine(server, readonly=False)
    try:
        with engine.connect() as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(_LOCK))):
                raise _taken(str(place))
            connection.commit()  # the lock is the session's, not the transaction's
            yield
    except DBAPIError as error:
        raise explain(error, str(place)) from error
    finally:
        engine.dispose()


def _taken(place: str) -> StoreError:
    return StoreError(
        f"Another monitor runs on {place} already. Stop it first, or look at it with monitor status."
    )
