"""``monitor db``: the state as a whole."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from monitor.app import utc_now
from monitor.cli.archive import span_of
from monitor.cli.options import command_app, options_of
from monitor.cli.output import emit, fail, note
from monitor.cli.report import count
from monitor.model.retention import Pruned, Retention
from monitor.store import open_store

app = command_app("Look after the state.")

_DEFAULT = Retention()


@app.callback()
def db() -> None:
    """Look after the state."""


@app.command()
def prune(
    context: typer.Context,
    entries: Annotated[
        str, typer.Option(help="How long entries that no watch wanted are kept.")
    ] = "90d",
    hits: Annotated[
        str, typer.Option(help="How long hits, stories, digests and messages are kept.")
    ] = "400d",
) -> None:
    """Let go of what is old; never of what is still listed or owed."""
    retention = Retention(_span(entries), _span(hits))
    state = options_of(context).state

    async def run() -> Pruned:
        async with open_store(state, create=False) as store:
            return await store.prune(retention, utc_now())

    gone = asyncio.run(run())
    if options_of(context).json:
        emit({name: getattr(gone, name) for name in gone.__dataclass_fields__})
        return
    note(
        f"Let go of {count(gone.entries, 'entry', 'entries')}, {count(gone.hits, 'hit', 'hits')} in "
        f"{count(gone.stories, 'story', 'stories')}, {count(gone.digests, 'digest', 'digests')}."
    )


def _span(text: str) -> timedelta:
    span = span_of(text)
    if span is None or span < _DEFAULT.entries:
        fail(f"{text!r} is too short: what a feed may list again is kept for 90 days at least.")
        raise typer.Exit(2)
    return span
