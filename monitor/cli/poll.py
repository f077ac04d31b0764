"""``monitor poll``: ask feeds now, conditionally."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from monitor.app import App, open_app
from monitor.cli.logs import start_logging
from monitor.cli.options import command_app, options_of
from monitor.cli.output import emit, fail, note, result
from monitor.cli.report import Once, line_of
from monitor.model.source import Feed
from monitor.pipeline.poll import Poll

app = command_app()


@app.command()
def poll(
    context: typer.Context,
    feeds: Annotated[list[str], typer.Argument(help="Ids, titles or URLs, as `feeds list` shows.")],
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell request, headers and verdict.")
    ] = False,
) -> None:
    """Ask feeds now; stores what matches, sends nothing."""
    options = options_of(context)
    settings = options.settings(secrets=False)
    start_logging()
    wanted = [_find(name, settings.feeds) for name in feeds]

    async def ask() -> list[Poll]:
        async with open_app(settings, options.state) as opened:
            return await _ask(opened, [feed.id for feed in wanted])

    polls = asyncio.run(ask())
    for done in polls:
        if options.json:
            emit(_record(done))
        else:
            result.print(line_of(done), markup=False)
            if verbose:
                result.print(_trace(done), markup=False)
    if len(polls) < len({feed.id for feed in wanted}):
        missing = {feed.id for feed in wanted} - {done.feed.id for done in polls}
        note(f"Not asked: {', '.join(sorted(missing))}. The daemon is asking just now, the server "
             "said to come back later, or the feed is gone for good: see `monitor feeds list`.")  # fmt: skip
    if any(done.verdict == "failed" for done in polls):
        raise typer.Exit(1)


async def _ask(opened: App, feed_ids: Sequence[str]) -> list[Poll]:
    with Once(len(feed_ids), quiet=True) as report:
        return await opened.poll(feed_ids, report)


def _find(name: str, feeds: Sequence[Feed]) -> Feed:
    for feed in feeds:
        if name in {feed.id, feed.title, feed.url}:
            return feed
    fail(f"No feed is called {name!r}. `monitor feeds list` shows the ids.")
    raise typer.Exit(2)


def _record(done: Poll) -> dict[str, object]:
    return {
        "feed": done.feed.id,
        "url": done.request.url,
        "verdict": done.verdict,
        "status": done.status,
        "entries": done.listed,
        "new": done.recorded.new_entries,
        "hits": done.recorded.new_hits,
        "error": str(done.error) if done.error else None,
        "error_kind": done.error.kind if done.error else None,
        "next_poll_at": done.next_poll_at,
        "warnings": list(done.warnings),
    }


def _trace(done: Poll) -> str:
    held = done.request.validators
    lines = [
        f"  GET {done.request.url}",
        f"  If-None-Match: {held.etag}" if held.etag else "  no ETag held",
        f"  If-Modified-Since: {held.last_modified}" if held.last_modified else "  no date held",
        f"  status {done.status or 'none'}, verdict: {done.verdict}",
        *(f"  warning: {warning}" for warning in done.warnings),
        f"  next poll {done.next_poll_at:%Y-%m-%d %H:%M} UTC"
        if done.next_poll_at
        else "  never again",
    ]
    return "\n".join(lines)
