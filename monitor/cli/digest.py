"""``monitor digest``: look at a digest before it leaves, or send it now."""

import asyncio
import json
import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from monitor.app import App, open_app
from monitor.cli.options import command_app, options_of
from monitor.cli.output import emit, fail, note, result
from monitor.cli.report import Once
from monitor.model.outbox import Channel, Message, Schedule
from monitor.text.clean import screen_text

app = command_app("Preview a digest, or send one now.")

ChannelName = Annotated[str | None, typer.Option("--channel", help="As named in feeds.yaml.")]


@app.callback()
def digest() -> None:
    """Preview a digest, or send one now."""


@app.command()
def preview(
    context: typer.Context,
    channel: ChannelName = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Show what is owed now; sends and settles nothing."""
    options = options_of(context)
    settings = options.settings(secrets=False)

    async def compose() -> list[Message]:
        async with open_app(settings, options.state, adopt=False) as opened:
            return await _preview(opened, channel)

    for number, message in enumerate(asyncio.run(compose()), start=1):
        if options.json:
            emit(json.loads(message.payload))
        else:
            result.print(screen_text(message.text), markup=False)
        if show:
            _open(message, number)


@app.command()
def send(
    context: typer.Context, channel: Annotated[str, typer.Argument(help="A channel.")]
) -> None:
    """Send a channel's digest now.

    The next digest tells only what is new since.
    """
    options = options_of(context)
    settings = options.settings()

    async def compose_and_send() -> Once:
        async with open_app(settings, options.state) as opened:
            return await _send(opened, channel)

    report = asyncio.run(compose_and_send())
    if report.digests or report.outcomes:
        note(report.told(), "bold")
    else:
        note(f"Nothing is owed to {channel}.")
    if any(outcome.error for outcome in report.outcomes):
        raise typer.Exit(1)


async def _preview(opened: App, name: str | None) -> list[Message]:
    """Render every digest of a channel, by default the first channel, as a page."""
    pairs = _pairs(opened, name)
    messages: list[Message] = []
    for schedule, channel in pairs:
        if channel.id == pairs[0][1].id:
            composed = await opened.composer.preview(schedule, channel)
            found = await opened.composer.preview_criteria(schedule, channel)
            for each in filter(None, (composed, found)):
                messages += opened.composer.renderer.render(each, "file")
    return messages


def _open(message: Message, number: int) -> None:
    page = Path(tempfile.mkdtemp(prefix="monitor-")) / f"preview-{number}.html"
    page.write_text(message.html, encoding="utf-8")
    note(f"The page is at {page}")
    webbrowser.open(page.as_uri())


async def _send(opened: App, name: str) -> Once:
    report = Once()
    for schedule, channel in _pairs(opened, name):
        found = await opened.composer.criteria_now(schedule, channel)
        composed = await opened.composer.send_now(schedule, channel)
        for each in filter(None, (composed, found)):
            report.digest(each)
    for outcome in await opened.deliverer.deliver(name):
        report.delivery(outcome)
    for page in report.pages(opened.channels):
        note(f"The digest as a page: {page}")
    return report


def _pairs(opened: App, name: str | None) -> list[tuple[Schedule, Channel]]:
    pairs = [pair for pair in opened.pairs() if name is None or pair[1].id == name]
    if not pairs:
        known = ", ".join(channel.id for channel in opened.channels)
        fail(f"No digest goes to a channel called {name!r}. There are: {known}.")
        raise typer.Exit(2)
    return pairs
