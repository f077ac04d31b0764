"""``monitor digest``: look at a digest before it leaves, or send it now."""

import asyncio
import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from monitor.app import App, open_app
from monitor.cli.options import options_of
from monitor.cli.output import fail, note, result
from monitor.cli.report import Once
from monitor.model.outbox import Channel, Message, Schedule

app = typer.Typer(help="Look at digests.", no_args_is_help=True)

ChannelName = Annotated[str | None, typer.Option("--channel", help="As named in feeds.yaml.")]


@app.callback()
def digest() -> None:
    """Look at a digest before it leaves, or send it now."""


@app.command()
def preview(
    context: typer.Context,
    channel: ChannelName = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Show what is owed now, without sending or settling anything."""
    options = options_of(context)
    settings = options.settings(secrets=False)

    async def compose() -> tuple[Message, ...]:
        async with open_app(settings, options.state) as opened:
            return await _preview(opened, channel)

    messages = asyncio.run(compose())
    for message in messages:
        result.print(message.text, markup=False)
    if show:
        page = Path(tempfile.mkdtemp(prefix="monitor-")) / "preview.html"
        page.write_text(messages[0].html, encoding="utf-8")
        note(f"The page is at {page}.")
        webbrowser.open(page.as_uri())


@app.command()
def send(
    context: typer.Context, channel: Annotated[str, typer.Argument(help="A channel.")]
) -> None:
    """Compose a channel's digest now and send it; its next slot tells only what is new."""
    options = options_of(context)
    settings = options.settings()

    async def compose_and_send() -> Once:
        async with open_app(settings, options.state) as opened:
            return await _send(opened, channel)

    report = asyncio.run(compose_and_send())
    note(report.summary() if report.digests else f"Nothing is owed to {channel}.")
    if any(outcome.error for outcome in report.outcomes):
        raise typer.Exit(1)


async def _preview(opened: App, name: str | None) -> tuple[Message, ...]:
    schedule, channel = _pairs(opened, name)[0]
    composed = await opened.composer.preview(schedule, channel)
    return opened.composer.renderer.render(composed, "file")


async def _send(opened: App, name: str) -> Once:
    with Once(total=0) as report:
        for schedule, channel in _pairs(opened, name):
            composed = await opened.composer.send_now(schedule, channel)
            if composed is not None:
                report.digest(composed)
        for outcome in await opened.deliverer.deliver(name):
            report.delivery(outcome)
    return report


def _pairs(opened: App, name: str | None) -> list[tuple[Schedule, Channel]]:
    pairs = [pair for pair in opened.pairs() if name is None or pair[1].id == name]
    if not pairs:
        known = ", ".join(channel.id for channel in opened.channels)
        fail(f"No digest goes to a channel called {name!r}. There are: {known}.")
        raise typer.Exit(2)
    return pairs
