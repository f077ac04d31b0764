"""What feeds.yaml says, typed and frozen; it ends at the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config.values import IpNetwork
from monitor.errors import Problem
from monitor.model.outbox import AlertPolicy, Channel, Schedule
from monitor.model.source import Feed, PollPolicy
from monitor.model.watch import Term, Watch


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator configured, defaults applied and names resolved."""

    source: Path
    contact: str  # mailto: or web URL; goes into the User-Agent (P23)
    timezone: str
    templates: Path | None
    polling: PollPolicy
    allow: tuple[IpNetwork, ...]  # private networks that may be reached all the same
    feeds: tuple[Feed, ...]  # enabled ones only
    terms: tuple[Term, ...]
    shorthands: Mapping[str, str]  # named pieces of queries, those they name written out
    watches: tuple[Watch, ...]
    channels: tuple[Channel, ...]
    schedules: tuple[Schedule, ...]
    alerts: AlertPolicy
    warnings: tuple[Problem, ...] = ()
