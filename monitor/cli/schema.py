"""``monitor schema``: the JSON Schema of feeds.yaml, for editors."""

import json

import typer

from monitor.config.json_schema import json_schema

app = typer.Typer()


@app.command()
def schema() -> None:
    """Write the JSON Schema of the configuration to stdout."""
    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
