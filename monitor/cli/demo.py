"""``monitor demo``: see it work, offline and without configuration."""

import asyncio
import shutil
from pathlib import Path

from monitor.cli.logs import start_logging
from monitor.cli.options import command_app
from monitor.cli.output import note
from monitor.cli.report import Once
from monitor.demo.run import ROUNDS, Shown, demonstrate

app = command_app()

FOLDER = Path("state/demo")  # begun anew each time


@app.command()
def demo() -> None:
    """Show a digest now: offline, with sample feeds.

    Serves the samples from this machine, runs the real pipeline on them, prints the digest and
    writes it as a page. Leaves nothing but state/demo, which it begins anew each time.
    """
    start_logging()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    report = Once()

    async def show() -> Shown:
        with report:
            return await demonstrate(FOLDER, report)

    shown = asyncio.run(show())
    note(f"{shown.feeds} sample feeds, polled {ROUNDS} times. {report.summary()}", "bold")
    note(f"The same digest as a page: {shown.page.resolve()}", "bold")
