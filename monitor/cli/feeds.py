"""``monitor feeds``: the sources, their health, and the list of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Column
from rich.text import Text

from monitor.app import utc_now
from monitor.cadence import BROKEN_AFTER, is_learned, rate
from monitor.cli import feed_list
from monitor.cli.options import command_app, options_of
from monitor.cli.output import ago, emit, fail, note, result, said, table
from monitor.cli.report import count
from monitor.ports import FeedRow
from monitor.store import Store, open_store

app = command_app("List feeds and how each is doing; change the list or floods.")


@app.callback()
def feeds() -> None:
    """List feeds and how each is doing; change the list or floods."""


app.command("add")(feed_list.add)
app.command("remove")(feed_list.remove)
app.command("discover")(feed_list.discover)
app.command("import")(feed_list.import_opml)
app.command("export")(feed_list.export)


@app.command("list")
def list_feeds(context: typer.Context) -> None:
    """List feeds, the failing ones first, and what is to know of them."""
    options = options_of(context)
    settings = options.settings(secrets=False)

    async def read() -> Sequence[FeedRow]:
        async with open_store(options.state) as store:
            await store.sync_feeds(settings.feeds, utc_now())
            return await store.feeds()

    rows = sorted(asyncio.run(read()), key=lambda row: (-row.state.failures, row.feed.id))
    now = utc_now()
    if options.json:
        for row in rows:
            emit(_record(row, now))
        return
    table(_COLUMNS, [_cells(row, now) for row in rows])
    noted = [(row.feed.id, notes) for row in rows if (notes := _notes(row))]
    if noted:
        result.print()
        said(noted)


Held = Annotated[str, typer.Argument(help="The id of a feed, as `feeds list` shows.")]


@app.command()
def approve(context: typer.Context, feed: Held) -> None:
    """Tell what is held of a feed that listed much at once."""
    _decide(context, feed, lambda store: store.approve_held(feed), "will be told")


@app.command()
def mute(context: typer.Context, feed: Held) -> None:
    """Drop what is held of a feed; it is never told."""
    _decide(context, feed, lambda store: store.mute_held(feed), "will not be told")


def _decide(
    context: typer.Context, feed: str, decide: Callable[[Store], Awaitable[int]], what: str
) -> None:
    async def run() -> int:
        async with open_store(options_of(context).state, create=False) as store:
            return await decide(store)

    done = asyncio.run(run())
    if not done:
        fail(f"Nothing is held of a feed {feed!r}. `monitor feeds list` shows what is.")
        raise typer.Exit(1)
    note(f"{count(done, 'entry', 'entries')} of {feed} {what}.")


_COLUMNS: tuple[str | Column, ...] = (
    "health", Column("feed", max_width=28), "lang", Column("entries", justify="right"),
    Column("hits", justify="right"), Column("a day", justify="right"),
    "newest", "next poll", "because",
)  # fmt: skip


def _cells(row: FeedRow, now: datetime) -> list[str | Text]:
    state = row.state
    return [
        _health(row),
        row.feed.id,
        row.feed.language or "",
        str(row.entries),
        str(row.hits),
        _rate(row, now),
        ago(row.newest_at, now),
        "never" if state.gone else ago(state.next_poll_at or now, now),
        "gone" if state.gone else state.due_why,
    ]


def _notes(row: FeedRow) -> str:
    """Say what a feed answered, what waits for the operator, and how it treats its ids."""
    held = f"held {row.held}: `monitor feeds approve {row.feed.id}` tells them, `mute` drops them"
    notes = [row.state.error or "", held if row.held else "", *sorted(row.state.habits)]
    return "; ".join(one for one in notes if one)


def _rate(row: FeedRow, now: datetime) -> str:
    known = is_learned(row.state.rhythm)
    return f"{rate(row.state.rhythm, now):.1f}" if known else ""


def _health(row: FeedRow) -> Text:
    state = row.state
    if state.last_polled_at is None:
        return Text("○ new", "dim")
    if state.gone:
        return Text("● gone", "red")
    if state.failures >= BROKEN_AFTER:
        return Text("● broken", "red")
    return Text("● failing", "yellow") if state.failures else Text("● ok", "green")


def _record(row: FeedRow, now: datetime) -> dict[str, object]:
    state, turnover = row.state, row.state.rhythm.turnover
    return {
        "id": row.feed.id,
        "title": row.feed.title,
        "url": row.feed.url,
        "language": row.feed.language,
        "country": row.feed.country,
        "interval_seconds": row.feed.interval.total_seconds(),
        "health": _health(row).plain.split()[-1],
        "failures": state.failures,
        "error_kind": state.error_kind,
        "error": state.error,
        "entries": row.entries,
        "hits": row.hits,
        "held": row.held,
        "habits": sorted(state.habits),
        "newest_at": row.newest_at,
        "last_polled_at": state.last_polled_at,
        "last_success_at": state.last_success_at,
        "next_poll_at": state.next_poll_at,
        "next_poll_why": state.due_why,
        "entries_a_day": round(rate(state.rhythm, now), 2),
        "listed": state.rhythm.listed,
        "turnover_seconds": turnover and turnover.total_seconds(),
    }
