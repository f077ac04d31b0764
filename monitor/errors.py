"""Every error the program raises on purpose.

    MonitorError
    ├── ConfigError         problems, each with file, line, column and mend      (exit 78)
    ├── QueryError          a watch's query cannot be read: start, end, hint
    ├── FetchError          a feed gave no body: kind, retry_after, status
    ├── ParseError          a body is not a feed: kind
    ├── DeliveryError       a message was not accepted: scope, retry_after, unknown
    ├── TemplateError       a template cannot be rendered: template, line
    └── StoreError          the state cannot be used: damaged (exit 74) or not

A leaf exists only where a caller acts on it; what it needs to act on is an attribute.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

FetchKind = Literal[
    "dns",  # the name does not resolve, or there is no network at all
    "connect",  # nobody answers, or the connection broke
    "tls",  # the certificate is not acceptable
    "timeout",  # the total deadline passed
    "too-large",  # more bytes than we take, on the wire or decoded
    "encoding",  # content-encoding unknown, stacked, broken or cut short
    "redirect",  # loop, too many hops, downgrade, odd scheme
    "blocked",  # our own guard refuses the address
    "challenge",  # an anti-bot page instead of the feed
    "gone",  # 410
    "rate-limited",  # 429, or 503 with Retry-After
    "refused",  # 401, 403
    "missing",  # 404
    "http",  # any other status that is no success
    "protocol",  # an answer that breaks HTTP, such as an unasked-for 304
]
ParseKind = Literal["empty", "html-page", "not-a-feed", "timeout"]
DeliveryScope = Literal[
    "message",  # this message will never be accepted as it is
    "recipient",  # worth another try later, and no sign that others fare the same
    "channel",  # the channel's own settings or access are wrong: no message gets through
    "moment",  # worth another try later
]


class MonitorError(Exception):
    """Base of all errors that are meant to be shown to a person."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with the configuration: where, what, and how to mend it.

    ``line`` and ``column`` count from 1, as editors do; 0 where the place is the whole file.
    """

    file: str
    line: int
    column: int
    what: str
    mend: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.what} {self.mend}".rstrip()


class ConfigError(MonitorError):
    """The configuration cannot be used; all problems found are in ``problems``."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class QueryError(MonitorError):
    """A query cannot be read; ``start`` and ``end`` are offsets into its text.

    ``watch`` and ``part`` say whose query it is, where that is known.
    """

    def __init__(
        self,
        what: str,
        *,
        start: int = 0,
        end: int = 0,
        hint: str = "",
        watch: str | None = None,
        part: Literal["query", "exclude"] = "query",
    ) -> None:
        super().__init__(f"{what} {hint}".rstrip())
        self.what = what
        self.start = start
        self.end = end
        self.hint = hint
        self.watch = watch
        self.part = part


class FetchError(MonitorError):
    """A feed's body could not be had; ``kind`` decides the next poll."""

    def __init__(
        self,
        kind: FetchKind,
        what: str,
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(what)
        self.kind = kind
        self.status = status
        self.retry_after = retry_after


class ParseError(MonitorError):
    """A body is not a feed."""

    def __init__(self, kind: ParseKind, what: str) -> None:
        super().__init__(what)
        self.kind = kind

    def __reduce__(self) -> tuple[type["ParseError"], tuple[ParseKind, str]]:
        """Survive the pipe from the process that parses."""
        return ParseError, (self.kind, str(self))


class DeliveryError(MonitorError):
    """A message was not accepted.

    ``unknown`` marks the case where the other side may have accepted it after all (D4):
    the next attempt goes out under the same id.
    """

    def __init__(
        self,
        what: str,
        *,
        scope: DeliveryScope = "moment",
        retry_after: timedelta | None = None,
        unknown: bool = False,
    ) -> None:
        super().__init__(what)
        self.scope = scope
        self.retry_after = retry_after
        self.unknown = unknown


class TemplateError(MonitorError):
    """A template cannot be loaded or rendered."""

    def __init__(self, template: str, line: int, what: str) -> None:
        super().__init__(f"{template}:{line}: {what}")
        self.template = template
        self.line = line
        self.what = what


class StoreError(MonitorError):
    """The state cannot be used; ``damaged`` if the file itself is at fault."""

    def __init__(self, what: str, *, damaged: bool = False) -> None:
        super().__init__(what)
        self.damaged = damaged
