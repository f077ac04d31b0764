"""Which notifier serves which kind of channel."""

from typing import TextIO

import httpx

from monitor.deliver.email import EmailNotifier
from monitor.deliver.file import FileNotifier
from monitor.deliver.slack import SlackNotifier
from monitor.deliver.terminal import TerminalNotifier
from monitor.deliver.webhook import WebhookNotifier
from monitor.model.outbox import (
    Channel,
    EmailSettings,
    FileSettings,
    SlackSettings,
    TerminalSettings,
    WebhookSettings,
)
from monitor.ports import Clock, Notifier


def notifier_for(
    channel: Channel, *, client: httpx.AsyncClient, clock: Clock, stream: TextIO
) -> Notifier:
    """Make the notifier of a channel; ``client`` follows no redirects, ``stream`` serves terminals."""
    match channel.settings:
        case EmailSettings() as settings:
            return EmailNotifier(settings, clock=clock)
        case SlackSettings() as settings:
            return SlackNotifier(settings, client=client, clock=clock)
        case WebhookSettings() as settings:
            return WebhookNotifier(settings, client=client, clock=clock)
        case FileSettings() as settings:
            return FileNotifier(settings)
        case TerminalSettings():
            return TerminalNotifier(stream)
