"""Where templates run: sandboxed, one environment a medium, faults told by file and line (X16-X18)."""

import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.digest import slack
from monitor.digest.words import (
    direction,
    flag,
    language_name,
    moment,
    plural,
    short_time,
    zone_label,
)
from monitor.errors import TemplateError
from monitor.text.clean import one_line
from monitor.text.urls import safe_url

Medium = Literal["html", "text", "slack"]
_OUTPUT_LIMIT = 8 * 1024 * 1024  # characters; 400 stories of HTML need one
_REPEAT_LIMIT = 10_000
# What a template's own expressions can raise besides Jinja's errors; a fault of ours is none of them
# only by chance, but it too is better told than left to stop the digest.
_FAULTS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
    OSError,
)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Refuses what the stock sandbox lets through: ``'a' * 10**9`` (X18)."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        numbers = [side for side in (left, right) if isinstance(side, int)]
        if operator == "**" or (len(numbers) == 1 and numbers[0] > _REPEAT_LIMIT):
            raise SecurityError(f"{operator} with so large a number is not allowed")
        return super().call_binop(context, operator, left, right)


class Templates:
    """The templates of some folders, the first folder first."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._environments: dict[Medium, jinja2.Environment] = {
            "html": _environment(folders, autoescape=True),
            "text": _environment(folders, autoescape=False),
            "slack": _environment(folders, autoescape=False),
        }
        self._environments["slack"].filters.update(mrkdwn=slack.mrkdwn, marked=slack.marked)
        self._environments["slack"].globals.update(
            header=slack.header,
            section=slack.section,
            context=slack.context,
            divider=slack.divider,
            link=slack.link,
        )

    def write(self, name: str, medium: Medium, variables: Mapping[str, object]) -> str:
        """Render one template. Raises TemplateError with the file and line at fault."""
        try:
            template = self._environments[medium].get_template(name)
            return self._bounded(name, template, variables)
        except _FAULTS as error:
            raise self.fault(name, error) from error

    def fault(self, name: str, error: BaseException) -> TemplateError:
        """Describe an error that came out of a template, with the place nearest to it."""
        if isinstance(error, jinja2.TemplateSyntaxError):
            return TemplateError(error.filename or name, error.lineno, error.message or "is broken")
        if isinstance(error, jinja2.TemplateNotFound):
            return TemplateError(name, 0, f"there is no template {error}")
        file, line = self._place(name, error.__traceback__)
        return TemplateError(file, line, one_line(str(error) or type(error).__name__, 300))

    def _bounded(
        self, name: str, template: jinja2.Template, variables: Mapping[str, object]
    ) -> str:
        pieces: list[str] = []
        room = _OUTPUT_LIMIT
        for piece in template.generate(variables):
            room -= len(piece)
            if room < 0:
                raise TemplateError(name, 0, f"writes more than {_OUTPUT_LIMIT:,} characters")
            pieces.append(piece)
        return "".join(pieces)

    def _place(self, name: str, trace: TracebackType | None) -> tuple[str, int]:
        """Find the last line of a template in a traceback; Jinja puts its files into it."""
        for frame in reversed(traceback.extract_tb(trace)):
            if any(Path(frame.filename).is_relative_to(folder) for folder in self._folders):
                return frame.filename, frame.lineno or 0
        return name, 0


def _environment(folders: Sequence[Path], *, autoescape: bool) -> jinja2.Environment:
    # S701: by suffix, as Jinja offers it, *.html.j2 would not be escaped at all (X16)
    environment = _Sandbox(
        loader=jinja2.FileSystemLoader(list(folders)),
        autoescape=autoescape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        safe_url=safe_url,
        moment=moment,
        zone_label=zone_label,
        short_time=short_time,
        flag=flag,
        language=language_name,
        plural=plural,
        direction=direction,
        clip=one_line,
    )
    return environment
