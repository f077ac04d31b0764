"""``monitor outbox``: messages owed, sent and given up."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from rich.text import Text

from monitor.app import utc_now
from monitor.cli.options import Options, command_app, options_of
from monitor.cli.output import ago, emit, fail, note, result, said, table
from monitor.ports import DeliveryRow, OutboxState
from monitor.store import Store, open_store
from monitor.text.clean import screen_text

app = command_app("List, show, retry or drop messages.")

T = TypeVar("T")

_STYLES: dict[str, str] = {"pending": "yellow", "dead": "red", "sent": "green", "dropped": "dim"}

Ids = Annotated[list[str], typer.Argument(help="Ids, as `outbox list` shows; a beginning will do.")]


@app.callback()
def outbox() -> None:
    """List, show, retry or drop messages."""


@app.command("list")
def list_deliveries(
    context: typer.Context,
    show_all: Annotated[bool, typer.Option("--all", help="Sent and dropped ones too.")] = False,
    limit: Annotated[int, typer.Option(help="How many at the most.")] = 100,
) -> None:
    """List messages that wait or were given up."""
    states: tuple[OutboxState, ...] = () if show_all else ("pending", "dead")
    options = options_of(context)
    rows = _with_store(options, lambda store: store.deliveries(states=states, limit=limit))
    if options.json:
        for row in rows:
            emit(_record(row))
        return
    if not rows:
        note("Nothing waits and nothing failed." if not show_all else "The outbox is empty.")
        return
    now = utc_now()
    table(_COLUMNS, [_cells(row, now) for row in rows])
    failed = [(row.id[:12], row.error) for row in rows if row.error]
    if failed:
        result.print()
        said(failed)


_COLUMNS = ("id", "state", "channel", "to", "tries", "made", "next try", "subject")


def _cells(row: DeliveryRow, now: datetime) -> list[str | Text]:
    waits = row.state == "pending"
    return [
        row.id[:12],
        Text(row.state, _STYLES[row.state]),
        row.channel_id,
        row.recipient,
        str(row.attempts),
        ago(row.created_at, now),
        ago(row.next_at, now) if waits else "",
        row.subject,
    ]


@app.command()
def show(
    context: typer.Context, delivery_id: Annotated[str, typer.Argument(help="An id.")]
) -> None:
    """Show one message in full."""
    options = options_of(context)
    found = _with_store(options, lambda store: store.delivery(delivery_id))
    if found is None:
        fail(f"No delivery has the id {delivery_id!r}, or several begin with it.")
        raise typer.Exit(1)
    row, message = found
    if options.json:
        emit(
            {**_record(row), "text": message.text, "html": message.html, "payload": message.payload}
        )
        return
    for name, value in _record(row).items():
        result.print(f"{name}: {value}", markup=False)
    result.print("\n" + screen_text(message.text or message.payload), markup=False)


@app.command()
def retry(context: typer.Context, delivery_ids: Ids) -> None:
    """Send messages again, under the same ids."""
    done = _with_store(options_of(context), lambda store: store.retry(delivery_ids, utc_now()))
    _tell(done, len(delivery_ids), "made due; the daemon or `monitor run --once` sends them")


@app.command()
def drop(context: typer.Context, delivery_ids: Ids) -> None:
    """Give messages up; they stay listed as dropped."""
    done = _with_store(options_of(context), lambda store: store.drop(delivery_ids, utc_now()))
    _tell(done, len(delivery_ids), "dropped")


def _tell(done: int, asked: int, what: str) -> None:
    note(f"{done} of {asked} {what}.")
    if done < asked:
        raise typer.Exit(1)


def _with_store(options: Options, use: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_store(options.state, create=False) as store:
            return await use(store)

    return asyncio.run(run())


def _record(row: DeliveryRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
