"""``monitor feeds``: the sources, their health, and the list of them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import typer
from rich.table import Column
from rich.text import Text

from monitor.app import utc_now
from monitor.cadence import BROKEN_AFTER, is_learned, rate
from monitor.cli import feed_list
from monitor.cli.options import command_app, options_of
from monitor.cli.output import ago, emit, result, said, table
from monitor.ports import FeedRow
from monitor.store import open_store

app = command_app("List the feeds and how each is doing; add, remove, find and exchange them.")


@app.callback()
def feeds() -> None:
    """List the feeds and how each is doing; add, remove, find and exchange them."""


app.command("add")(feed_list.add)
app.command("remove")(feed_list.remove)
app.command("discover")(feed_list.discover)
app.command("import")(feed_list.import_opml)
app.command("export")(feed_list.export)


@app.command("list")
def list_feeds(context: typer.Context) -> None:
    """List feeds, the failing ones first, and what these said."""
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
    failing = [(row.feed.id, row.state.error) for row in rows if row.state.error]
    if failing:
        result.print()
        said(failing)


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
        "newest_at": row.newest_at,
        "last_polled_at": state.last_polled_at,
        "last_success_at": state.last_success_at,
        "next_poll_at": state.next_poll_at,
        "next_poll_why": state.due_why,
        "entries_a_day": round(rate(state.rhythm, now), 2),
        "listed": state.rhythm.listed,
        "turnover_seconds": turnover and turnover.total_seconds(),
    }
