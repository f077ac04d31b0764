"""``monitor run``: the daemon, or one round of all it does."""

import asyncio
import signal
import sys
from typing import Annotated

import typer

from monitor.app import App, open_app
from monitor.cli.logs import start_logging
from monitor.cli.options import Options, command_app, options_of
from monitor.cli.output import emit, note, notice
from monitor.cli.report import Log, Once, count, pages_of
from monitor.cli.screen import Screen
from monitor.config.settings import Settings
from monitor.daemon import Daemon
from monitor.store import sole_instance

app = command_app()


@app.command()
def run(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every feed once, send what is owed, exit.")
    ] = False,
) -> None:
    """Run until told to stop (SIGTERM, Ctrl-C).

    Polls each feed when its turn comes, matches, and sends digests and alerts when they are due.
    """
    options = options_of(context)
    settings = options.settings()
    for warning in settings.warnings:
        note(str(warning), "yellow")
    start_logging()
    if once:
        asyncio.run(_once(options, settings))
    else:
        _end_on_sigterm()
        asyncio.run(_daemon(options, settings))


def _end_on_sigterm() -> None:
    """End well if told to while still starting: nothing has begun that could be lost."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


async def _daemon(options: Options, settings: Settings) -> None:
    with sole_instance(options.state):
        async with open_app(settings, options.state) as opened:
            await opened.store.forget_leases()  # of a run that was killed: nobody else holds any
            pages = pages_of(opened.channels)
            if not notice.is_terminal:
                await Daemon(opened, Log(pages)).run()
                return
            with Screen(await _due(opened), pages, opened.clock) as screen:
                await Daemon(opened, screen).run()


async def _due(opened: App) -> list[str]:
    """List the feeds that the first round asks."""
    now = opened.clock()
    rows = await opened.store.feeds()
    due = [row for row in rows if not row.state.gone and (row.state.next_poll_at or now) <= now]
    return [row.feed.id for row in due]


async def _once(options: Options, settings: Settings) -> None:
    with sole_instance(options.state):
        async with open_app(settings, options.state) as opened:
            await opened.store.forget_leases()
            report = await run_once(opened)
    if options.json:
        emit(figures(report))
    note(report.summary(), "bold")
    for page in report.pages(opened.channels):
        note(f"The digest as a page: {page}", "bold")


async def run_once(opened: App) -> Once:
    """Poll every feed, compose what is owed, send it."""
    if found := opened.reapplied:
        entries = count(found.entries, "entry", "entries")
        note(f"New criteria of {', '.join(found.watches)}: {entries} of the last 7 days found.")
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
