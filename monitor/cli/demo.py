"""``monitor demo``: see it work, offline and without configuration."""

import asyncio
import shutil
from pathlib import Path

import typer

from monitor.cli.output import note, start_logging
from monitor.cli.report import Once
from monitor.demo.run import ROUNDS, Shown, demonstrate

app = typer.Typer()

FOLDER = Path("state/demo")  # begun anew each time


@app.command()
def demo() -> None:
    """Serve sample feeds from this machine, run the real pipeline on them, show the digest."""
    start_logging()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    report = Once(total=0)

    async def show() -> Shown:
        with report:
            return await demonstrate(FOLDER, report)

    shown = asyncio.run(show())
    note(f"{shown.feeds} sample feeds, polled {ROUNDS} times. {report.summary()}", "bold")
    note(f"The same digest as a page: {shown.page.resolve()}", "bold")
