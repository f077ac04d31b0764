"""``monitor check``: is the configuration right, down to secrets and templates?"""

from dataclasses import asdict

import typer

from monitor.app import make_renderer
from monitor.cli.options import Options, options_of
from monitor.cli.output import EXIT_CONFIG, emit, fail, note
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Problem

app = typer.Typer()


@app.command()
def check(context: typer.Context) -> None:
    """Name every problem as file:line:column: what, and the mend; exit 78 if there is one."""
    options = options_of(context)
    problems, settings = _problems(options)
    warnings = settings.warnings if settings else ()
    if options.json:
        emit({"problems": [asdict(p) for p in problems], "warnings": [asdict(w) for w in warnings]})
    else:
        _print(problems, warnings, settings)
    if problems:
        raise typer.Exit(EXIT_CONFIG)


def _problems(options: Options) -> tuple[tuple[Problem, ...], Settings | None]:
    try:
        settings = options.settings()
    except ConfigError as error:
        return error.problems, None
    faults = make_renderer(settings).check()
    return tuple(
        Problem(str(fault.template), fault.line, 1, fault.what) for fault in faults
    ), settings


def _print(
    problems: tuple[Problem, ...], warnings: tuple[Problem, ...], settings: Settings | None
) -> None:
    for problem in problems:
        fail(str(problem))
    for warning in warnings:
        note(f"{warning} (a warning)", "yellow")
    if settings and not problems:
        note(
            f"{settings.source}: right. {len(settings.feeds)} feeds, {len(settings.terms)} terms, "
            f"{len(settings.watches)} watches, {len(settings.channels)} channels, "
            f"{len(settings.schedules)} digests.",
            "green",
        )
