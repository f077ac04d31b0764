"""``monitor check``: is the configuration right, down to secrets and templates?"""

import os
from dataclasses import asdict, replace

import typer

from monitor.app import make_renderer
from monitor.cli.options import Options, command_app, options_of
from monitor.cli.output import EXIT_CONFIG, emit, fail, note
from monitor.config.load import Report
from monitor.config.load import check as check_file
from monitor.config.settings import Settings
from monitor.errors import Problem

app = command_app()


@app.command()
def check(context: typer.Context) -> None:
    """Check feeds.yaml, its secrets and its templates.

    Names every problem as file:line:column, what it is and the mend; exit 78 if there is one.
    """
    options = options_of(context)
    report = _examine(options)
    if options.json:
        emit({"problems": list(map(asdict, report.problems)),
              "warnings": list(map(asdict, report.warnings))})  # fmt: skip
    else:
        _print(report)
    if report.problems:
        raise typer.Exit(EXIT_CONFIG)


def _examine(options: Options) -> Report:
    """Check the file, and if it is right the templates that it names."""
    report = check_file(options.config, environ=os.environ)
    if report.settings is None:
        return report
    faults = make_renderer(report.settings).check()
    problems = tuple(Problem(fault.template, fault.line, 1, fault.what) for fault in faults)
    return replace(report, problems=problems)


def _print(report: Report) -> None:
    for problem in report.problems:
        fail(str(problem))
    for warning in report.warnings:
        note(f"{warning} (a warning)", "yellow")
    if report.settings is not None and not report.problems:
        note(_inventory(report.settings), "green")


def _inventory(settings: Settings) -> str:
    return (
        f"{settings.source}: right. {len(settings.feeds)} feeds, {len(settings.terms)} terms, "
        f"{len(settings.watches)} watches, {len(settings.channels)} channels, "
        f"{len(settings.schedules)} digests."
    )
