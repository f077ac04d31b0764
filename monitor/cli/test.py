"""``monitor test``: does a channel work? Sends a sample and says what the other side answered."""

import asyncio
from typing import Annotated

import typer

from monitor.app import App, open_app, utc_now
from monitor.cli.options import command_app, options_of
from monitor.cli.output import fail, note
from monitor.digest.sample import sample_digest
from monitor.errors import DeliveryError
from monitor.model.outbox import Channel, Delivery

app = command_app()


@app.command()
def test(
    context: typer.Context, channel: Annotated[str, typer.Argument(help="As named in feeds.yaml.")]
) -> None:
    """Send a sample digest to a channel, tell the answer."""
    options = options_of(context)
    settings = options.settings()
    known = {each.id: each for each in settings.channels}
    if channel not in known:
        fail(f"There is no channel {channel!r}. There are: {', '.join(known)}.")
        raise typer.Exit(2)

    async def try_it() -> int:
        async with open_app(settings, options.state, adopt=False) as opened:
            return await _send(opened, known[channel])

    try:
        sent = asyncio.run(try_it())
    except DeliveryError as error:
        fail(f"{channel}: {error}")
        raise typer.Exit(1) from error
    note(f"{channel}: accepted, {sent} message{'s' if sent != 1 else ''}.", "green")


async def _send(opened: App, channel: Channel) -> int:
    """Send every part to every recipient; raises DeliveryError at the first refusal."""
    now = utc_now()
    digest = sample_digest(now, kind="digest", channel_id=channel.id, timezone=channel.timezone)
    messages = opened.composer.renderer.render(digest, channel.kind)
    deliveries = [
        Delivery(
            id=f"test{now:%Y%m%d%H%M%S%f}{number}{message.part}",
            channel_id=channel.id,
            recipient=recipient,
            digest_key=digest.key,
            message=message,
            attempts=1,
            created_at=now,
        )
        for number, recipient in enumerate(channel.recipients)
        for message in messages
    ]
    notifier = opened.deliverer.notifiers[channel.id]
    try:
        for delivery in deliveries:
            await notifier.send(delivery)
    finally:
        await notifier.rest()
    return len(deliveries)
