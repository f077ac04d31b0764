"""How commands talk: results to stdout, all else to stderr."""

import json
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.text.clean import one_line

EXIT_FAILED = 1
EXIT_DAMAGED = 74
EXIT_CONFIG = 78

result = Console(highlight=False, soft_wrap=True)
notice = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str) -> None:
    """Say on stderr what went wrong."""
    notice.print(Text(message, style="red"))


def note(message: str, style: str = "") -> None:
    """Say on stderr what happens."""
    notice.print(Text(message, style=style))


def emit(value: object) -> None:
    """Write one JSON value as a line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows for a person; untrusted text loses its control characters (X20)."""
    drawn = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        drawn.add_row(*(one_line(cell) if isinstance(cell, str) else cell for cell in row))
    Console(highlight=False).print(drawn)


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


def start_logging() -> None:
    """Log to stderr: lines for a person on a terminal, JSON lines otherwise (R16)."""
    terminal = sys.stderr.isatty()
    for name in ("httpx", "httpcore", "apscheduler"):  # they write whole URLs, or one line a tick
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(pad_event_to=12)
            if terminal
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    return str(value)
