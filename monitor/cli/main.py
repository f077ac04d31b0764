"""The command line: one file a command, each imported only when it is asked for."""

import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from monitor import __version__
from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_STATE, Options, hoist
from monitor.cli.output import EXIT_CONFIG, EXIT_DAMAGED, EXIT_FAILED, fail, reader_gone
from monitor.errors import ConfigError, MonitorError, StoreError

_COMMANDS = (
    "demo", "init", "check", "run", "status", "feeds", "poll", "digest", "outbox", "test",
    "stories", "search", "explain", "backtest", "match", "parse", "db", "schema",
)  # fmt: skip


class _Commands(TyperGroup):
    """Finds a command in the module of its name."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base's signature
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - likewise
        if cmd_name not in _COMMANDS:
            return None
        command = get_command(import_module(f"monitor.cli.{cmd_name}").app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Watch news feeds; send each story once, with the reason why.",
    epilog="Start with: monitor demo. Exit codes: 0 ok, 1 failed, 2 wrong usage, "
    "74 state damaged, 78 wrong configuration.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def shared(
    context: typer.Context,
    config: Annotated[Path, typer.Option(help="The configuration file.")] = Path(DEFAULT_CONFIG),
    state: Annotated[
        str, typer.Option(help="The state: sqlite:///path or postgresql://…")
    ] = DEFAULT_STATE,
    json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Take the options that may stand before or after any command."""
    context.obj = Options(config=config, state=state, json=json)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; ends the process with one of the documented exit codes."""
    given = sys.argv[1:] if arguments is None else arguments
    _prepare_stdout()
    try:
        app(args=hoist(given), prog_name="monitor")
    except ConfigError as error:
        for problem in error.problems:
            fail(str(problem))
        sys.exit(EXIT_CONFIG)
    except StoreError as error:
        fail(str(error))
        sys.exit(EXIT_DAMAGED if error.damaged else EXIT_FAILED)
    except MonitorError as error:
        fail(str(error))
        sys.exit(EXIT_FAILED)
    finally:
        _flush()


def _prepare_stdout() -> None:
    """Write any letter: what UTF-8 lacks (half a surrogate pair) becomes an escape, as in JSON."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def _flush() -> None:
    """Write what is left, while a reader that has gone can still be told from a failure."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        reader_gone()
