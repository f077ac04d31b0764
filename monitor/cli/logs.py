"""Log lines on stderr: for a person on a terminal, JSON otherwise (R16)."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from rich.text import Text
from structlog.typing import Processor

from monitor.cli.output import notice
from monitor.text.clean import one_line

_STYLES = {"warning": "yellow", "error": "red", "critical": "red"}


def start_logging() -> None:
    """Log from now on; one form a run, chosen by whether stderr is a terminal."""
    for name in ("httpx", "apscheduler"):  # they write whole URLs, or one line a tick
        logging.getLogger(name).setLevel(logging.WARNING)
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
    ]
    if notice.is_terminal:
        stamp = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False, key="ts")
        structlog.configure([*shared, stamp, _as_text], logger_factory=lambda *_: _Screen())
    else:
        stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts")
        lines = structlog.processors.JSONRenderer(ensure_ascii=False)
        structlog.configure(
            [*shared, stamp, lines],
            logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        )


class _Screen:
    """Prints above a progress bar, if one is drawn."""

    def msg(self, message: Text) -> None:
        notice.print(message)

    debug = info = warning = error = critical = msg


def _as_text(
    _logger: Any, _method: str, event: Mapping[str, Any]
) -> tuple[tuple[Text], dict[str, Any]]:
    """Lay out one event: time, what, and its fields."""
    fields = dict(event)
    trace = fields.pop("exception", "")
    style = _STYLES.get(fields.pop("level", ""), "")
    line = Text(f"{fields.pop('ts')} {fields.pop('event')}", style)
    for name, value in fields.items():
        if value not in (None, [], ""):
            line.append(f"  {name} {_shown(value)}", "dim")
    if trace:
        line.append(f"\n{trace}", "dim")
    return (line,), {}


def _shown(value: object) -> str:
    return one_line(", ".join(map(str, value)) if isinstance(value, list) else str(value))
