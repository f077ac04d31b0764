"""How commands talk: results to stdout, all else to stderr."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NoReturn

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from monitor.text.clean import one_line

EXIT_FAILED = 1
EXIT_DAMAGED = 74
EXIT_CONFIG = 78


class _Result(Console):
    """Standard output; a reader that left early is no failure."""

    def on_broken_pipe(self) -> NoReturn:
        reader_gone()


result = _Result(highlight=False, soft_wrap=True)
notice = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str) -> None:
    """Say on stderr what went wrong."""
    notice.print(Text(message, style="red"))


def note(message: str, style: str = "") -> None:
    """Say on stderr what happens."""
    notice.print(Text(message, style=style))


def emit(value: object) -> None:
    """Write one JSON value as a line of stdout."""
    line = json.dumps(value, ensure_ascii=False, default=_plain) + "\n"
    try:
        sys.stdout.write(line)
    except BrokenPipeError:
        reader_gone()


def reader_gone() -> NoReturn:
    """End quietly: whoever read our output has seen enough (`monitor … | head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(0)


def table(columns: Sequence[str | Column], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows for a person; untrusted text loses its control characters (X20).

    On a terminal cells too long for it end in "…"; a pipe gets them whole.
    """
    console = _Result(highlight=False, width=None if result.is_terminal else 1000)
    fresh = [
        each.copy() if isinstance(each, Column) else each for each in columns
    ]  # rich keeps cells in them
    drawn = Table(*fresh, box=None, header_style="bold", pad_edge=False)
    for column in drawn.columns:
        column.no_wrap, column.overflow = True, "ellipsis"
    for row in rows:
        drawn.add_row(*(one_line(cell) if isinstance(cell, str) else cell for cell in row))
    with console.capture() as capture:
        console.print(drawn)
    for line in capture.get().splitlines():
        result.out(line.rstrip())


def said(rows: Iterable[tuple[str, str]]) -> None:
    """Print what each of some things said, one sentence a line: too long for a table's column."""
    for name, sentence in rows:
        result.print(Text.assemble((one_line(name), "bold"), ": ", one_line(sentence)))


def facts(rows: Mapping[str, str | Text]) -> None:
    """Print names and values, one pair a line."""
    width = max(map(len, rows), default=0)
    for name, value in rows.items():
        result.print(Text(f"{name:<{width}}  ", style="bold"), value, sep="")


def ago(moment: datetime | None, now: datetime) -> str:
    """Say how far a moment is from now: "5 min ago", "in 3 h", "never"."""
    if moment is None:
        return "never"
    distance = abs(now - moment)
    if distance < timedelta(minutes=1):
        return "now"
    amount = _amount(distance)
    return f"{amount} ago" if moment < now else f"in {amount}"


def _amount(distance: timedelta) -> str:
    minutes = int(distance.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    return str(value)
