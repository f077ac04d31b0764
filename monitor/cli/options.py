"""What every command shares: where the configuration and the state are, and for whom to print."""

import os
from dataclasses import dataclass
from pathlib import Path

import typer

from monitor.config.load import load
from monitor.config.settings import Settings

DEFAULT_CONFIG = "feeds.yaml"
DEFAULT_STATE = "sqlite:///state/monitor.db"

_VALUED = frozenset({"--config", "--state"})
_FLAGS = frozenset({"--json"})


@dataclass(frozen=True, slots=True)
class Options:
    """The options that stand before or after any command."""

    config: Path = Path(DEFAULT_CONFIG)
    state: str = DEFAULT_STATE
    json: bool = False

    def settings(self, *, secrets: bool = True) -> Settings:
        """Load the configuration; raises ConfigError. Without ``secrets`` none is read."""
        return load(self.config, environ=os.environ, secrets=secrets)


def command_app(group: str | None = None) -> typer.Typer:
    """Make the app of one command, or of a ``group`` of commands with this line of help."""
    return typer.Typer(
        help=group,
        no_args_is_help=group is not None,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # help stays plain: it is read by pipes and on narrow screens
    )


def options_of(context: typer.Context) -> Options:
    """Give the options of the running command."""
    return context.find_object(Options) or Options()


def hoist(arguments: list[str]) -> list[str]:
    """Move the shared options to the front, where the command line is parsed for them.

    What follows a lone ``--`` stays where it is.
    """
    shared: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name = argument.partition("=")[0]
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in _VALUED:
            value = next(waiting, None)
            if value is None:
                return [*shared, argument]  # alone, so that what is missing is named
            shared += [argument, value]
        elif name in _VALUED or argument in _FLAGS:
            shared.append(argument)
        else:
            rest.append(argument)
    return shared + rest
