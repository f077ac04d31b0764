"""``monitor status``: what is stored, owed and failing right now."""

import asyncio

import typer
from rich.text import Text

from monitor.app import utc_now
from monitor.cli.options import command_app, options_of
from monitor.cli.output import ago, emit, facts
from monitor.ports import Status
from monitor.store import open_store

app = command_app()


@app.command()
def status(context: typer.Context) -> None:
    """Show figures of feeds, hits and messages, at any time."""
    options = options_of(context)

    async def read() -> Status:
        async with open_store(options.state, create=False) as store:
            return await store.status()

    found = asyncio.run(read())
    if options.json:
        emit({name: getattr(found, name) for name in found.__dataclass_fields__})
    else:
        facts(_rows(found))


def _rows(found: Status) -> dict[str, str | Text]:
    now = utc_now()
    failing = f"{found.feeds_failing} failing" if found.feeds_failing else "none failing"
    size = f"{found.size_bytes / 1_048_576:.1f} MiB" if found.size_bytes else "unknown"
    return {
        "feeds": Text(f"{found.feeds}, {failing}", "yellow" if found.feeds_failing else "green"),
        "never polled": str(found.feeds_never_polled),
        "last poll": ago(found.last_poll_at, now),
        "next poll": ago(found.next_poll_at, now),
        "entries": f"{found.entries:,}",
        "hits": f"{found.hits:,} in {found.stories:,} stories",
        "outbox": Text(
            f"{found.pending} pending, {found.dead} dead, {found.sent} sent",
            "red" if found.dead else "",
        ),
        "last sent": ago(found.last_sent_at, now),
        "state": size,
    }
