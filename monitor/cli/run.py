"""``monitor run``: the daemon, or one round of all it does."""

import asyncio
from typing import Annotated

import typer

from monitor.app import App, open_app
from monitor.cli.options import Options, options_of
from monitor.cli.output import emit, note, start_logging
from monitor.cli.report import Log, Once
from monitor.config.settings import Settings
from monitor.daemon import Daemon
from monitor.store import sole_instance

app = typer.Typer()


@app.command()
def run(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every feed once, send what is owed, exit.")
    ] = False,
) -> None:
    """Poll, match and deliver, until told to stop (SIGTERM, Ctrl-C)."""
    options = options_of(context)
    settings = options.settings()
    for warning in settings.warnings:
        note(str(warning), "yellow")
    start_logging()
    asyncio.run(_once(options, settings) if once else _daemon(options, settings))


async def _daemon(options: Options, settings: Settings) -> None:
    with sole_instance(options.state):
        async with open_app(settings, options.state) as opened:
            await opened.store.forget_leases()  # of a run that was killed: nobody else holds any
            await Daemon(opened, Log()).run()


async def _once(options: Options, settings: Settings) -> None:
    with sole_instance(options.state):
        async with open_app(settings, options.state) as opened:
            await opened.store.forget_leases()
            report = await run_once(opened)
    if options.json:
        emit(figures(report))
    note(report.summary(), "bold")


async def run_once(opened: App) -> Once:
    """Poll every feed, compose what is owed, send it."""
    with Once(total=len(opened.poller.feeds)) as report:
        await opened.poll(tuple(opened.poller.feeds), report)
    await opened.compose_now(report)
    await opened.deliver(report)
    return report


def figures(report: Once) -> dict[str, object]:
    """Give the summary for machines."""
    return {
        "feeds": len(report.polls),
        "failed": {
            poll.feed.id: {"kind": poll.error.kind, "error": str(poll.error)}
            for poll in report.polls
            if poll.error is not None
        },
        "unchanged": sum(poll.verdict == "unchanged" for poll in report.polls),
        "entries": sum(poll.listed for poll in report.polls),
        "new_entries": sum(poll.recorded.new_entries for poll in report.polls),
        "hits": sum(poll.recorded.new_hits for poll in report.polls),
        "stories": sum(poll.recorded.new_stories for poll in report.polls),
        "digests": [digest.key for digest in report.digests],
        "sent": sum(outcome.error is None for outcome in report.outcomes),
        "not_sent": sum(outcome.error is not None for outcome in report.outcomes),
    }
