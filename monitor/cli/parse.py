"""``monitor parse``: entries of saved feed bytes as JSON lines."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import command_app
from monitor.cli.output import emit, fail
from monitor.parse.record import feed_record

app = command_app()


@app.command()
def parse(
    files: Annotated[
        list[Path], typer.Argument(help="Saved feeds: RSS, Atom, RDF, JSON Feed, sitemaps.")
    ],
) -> None:
    """Read saved feeds, print their entries as JSON lines.

    One line a file: its feed, its entries, or the error that kept it from being read.
    """
    failed = False
    for file in files:
        try:
            body = file.read_bytes()
        except OSError as error:
            fail(f"{file}: {error.strerror}")
            failed = True
            continue
        emit(feed_record(str(file), body))
    if failed:
        raise typer.Exit(1)
