"""A whole round from the outbox to servers: who is refused, and who must not suffer for it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from monitor.app import retry_by_chance
from monitor.deliver.email import EmailNotifier
from monitor.deliver.slack import SlackNotifier
from monitor.fetch import make_client
from monitor.model.outbox import (
    Channel,
    EmailSettings,
    Message,
    Secret,
    SlackSettings,
)
from monitor.pipeline.deliver import Deliverer
from monitor.ports import DigestRecord, Notifier
from monitor.store import Store, open_store
from tests.digest.samples import digest
from tests.servers.hooks import HookReply, HookServer
from tests.servers.smtp import SmtpServer

PEOPLE = tuple(f"reader{n}@example.org" for n in range(5))


class Hours:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hours:
    return Hours()


@pytest.fixture
async def store(tmp_path: Any) -> Any:
    async with open_store(f"sqlite:///{tmp_path}/monitor.db") as opened:
        yield opened


async def owe(store: Store, to: Channel, *messages: Message, number: int = 0) -> None:
    """Put a digest into the outbox."""
    told = replace(digest(), key=f"daily:{number}", channel_id=to.id)
    at = datetime(2026, 11, 22, 7, number, tzinfo=UTC)
    await store.save_digest(DigestRecord(told, messages, to, at, "daily"))


def deliverer(store: Store, to: Channel, notifier: Notifier, clock: Hours) -> Deliverer:
    return Deliverer(
        outbox=store,
        notifiers={to.id: notifier},
        kinds={to.id: to.kind},
        retry=retry_by_chance,
        clock=clock,
    )


@pytest.mark.parametrize("refusal", ["550 5.1.1 no such user", "450 4.2.1 try again later"])
async def test_one_of_five_is_refused(store: Store, clock: Hours, refusal: str) -> None:
    """The other four get their copy at once, and one only, however long the fifth is tried (E27)."""
    with SmtpServer() as server:
        settings = EmailSettings(
            server.host, "m@example.org", PEOPLE, port=server.port, security="none"
        )
        to = Channel("desk", "email", settings, recipients=PEOPLE)
        await owe(store, to, Message("News", "News\n"))
        sender = deliverer(store, to, EmailNotifier(settings, clock=clock), clock)
        for _ in range(12):
            server.replies["rcpt"] = [refusal]
            await sender.deliver("desk")
            clock.now += timedelta(hours=12)
        assert len(server.mails) == 4
        assert len({mail.recipients for mail in server.mails}) == 4
    states = sorted(row.state for row in await store.deliveries())
    assert states == ["dead", *["sent"] * 4]


async def test_a_refused_message_holds_up_none_behind_it(store: Store, clock: Hours) -> None:
    """A message refused with its blocks and as text is buried; the next ones arrive in order (S15, D9)."""
    with HookServer.slack() as server:
        settings = SlackSettings(Secret(server.url))
        to = Channel("chat", "slack", settings)
        for number in range(3):
            payload = json.dumps({"text": f"n{number}", "blocks": [{"type": "divider"}]})
            await owe(store, to, Message("s", f"n{number}", "", payload), number=number)
        server.replies.extend([HookReply(400, "invalid_blocks"), HookReply(400, "invalid_payload")])
        async with make_client(
            [ip_network("127.0.0.0/8")], user_agent="m", timeout=timedelta(seconds=5)
        ) as client:
            notifier = SlackNotifier(settings, client=client, clock=clock, gap=timedelta())
            await deliverer(store, to, notifier, clock).deliver("chat")
        texts = [json.loads(request.body)["text"] for request in server.requests]
        assert texts == ["n0", "n0", "n1", "n2"]
    assert [row.state for row in await store.deliveries()] == ["sent", "sent", "dead"]
