"""``monitor schema``: the JSON Schema of feeds.yaml, for editors."""

import json

import typer

from monitor.cli.options import command_app
from monitor.config.json_schema import json_schema

app = command_app()


@app.command()
def schema() -> None:
    """Print the JSON Schema of feeds.yaml, for editors."""
    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
