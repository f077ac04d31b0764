"""``monitor init``: a configuration to start from."""

from typing import Annotated

import typer

from monitor.cli.options import command_app, options_of
from monitor.cli.output import fail, note
from monitor.config.starter import starter

app = command_app()


@app.command()
def init(
    context: typer.Context,
    minimal: Annotated[bool, typer.Option("--minimal", help="Only what must be there.")] = False,
) -> None:
    """Write a feeds.yaml to start from; overwrites nothing."""
    path = options_of(context).config
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(starter(minimal=minimal))
    except FileExistsError:
        fail(f"{path} is there already; nothing was written. Choose another with --config.")
        raise typer.Exit(1) from None
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
        raise typer.Exit(1) from error
    note(f"Wrote {path}. Next: edit `contact` in it, then `monitor check` and `monitor run`.")
