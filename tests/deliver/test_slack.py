"""Slack on the wire, against a server that answers as told."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import pytest

from monitor.deliver.slack import SlackNotifier
from monitor.errors import DeliveryScope
from monitor.model.outbox import Secret, SlackSettings
from tests.deliver.samples import clock, delivery, failure
from tests.digest.slack_rules import faults
from tests.servers.hooks import HookReply, HookServer


@pytest.fixture
def server() -> Iterator[HookServer]:
    """Give a receiver that answers as Slack does."""
    with HookServer.slack() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Give a client as the program makes it."""
    async with httpx.AsyncClient(trust_env=False) as made:
        yield made


def notifier(server: HookServer, client: httpx.AsyncClient, **more: timedelta) -> SlackNotifier:
    times = {"gap": timedelta(), "deadline": timedelta(seconds=5), **more}
    return SlackNotifier(SlackSettings(Secret(server.url)), client=client, clock=clock, **times)


async def test_sent(server: HookServer, client: httpx.AsyncClient) -> None:
    """What arrives is a sound payload, in UTF-8 JSON (S5, S6, S10)."""
    await notifier(server, client).send(delivery("slack"))
    (request,) = server.requests
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert faults(request.body.decode()) == []
    assert "Tokayev proposes a water fund" in json.loads(request.body)["text"]


@pytest.mark.parametrize(
    ("reply", "scope", "unknown", "wait"),
    [
        (HookReply(200, "no_text"), "message", False, None),
        (HookReply(200, "what?"), "moment", True, None),
        (HookReply(200, '{"ok":false,"error":"invalid_token"}'), "channel", False, None),
        (HookReply(400, "no_text"), "message", False, None),
        (HookReply(400, "too_many_attachments"), "message", False, None),
        (HookReply(400, "invalid_token"), "channel", False, None),
        (HookReply(403, "action_prohibited"), "channel", False, None),
        (HookReply(403, "team_disabled"), "channel", False, None),
        (HookReply(404, "no_service"), "channel", False, None),
        (HookReply(404, "channel_not_found"), "channel", False, None),
        (HookReply(410, "channel_is_archived"), "channel", False, None),
        (HookReply(302, headers={"Location": "/"}), "channel", False, None),
        (HookReply(429), "moment", False, timedelta(seconds=30)),
        (HookReply(429, headers={"Retry-After": "7"}), "moment", False, timedelta(seconds=7)),
        (HookReply(500, "rollup_error"), "moment", True, None),
        (HookReply(503, headers={"Retry-After": "90"}), "moment", True, timedelta(seconds=90)),
        (HookReply(drop=True), "moment", True, None),
    ],
    ids=lambda value: f"{value.status}-{value.body}" if isinstance(value, HookReply) else None,
)
async def test_answers(
    server: HookServer,
    client: httpx.AsyncClient,
    reply: HookReply,
    scope: DeliveryScope,
    unknown: bool,
    wait: timedelta | None,
) -> None:
    """Each answer has its scope; one attempt is one request (S12-S14, S17)."""
    server.replies.append(reply)
    error = await failure(notifier(server, client), delivery("slack"))
    assert (error.scope, error.unknown, error.retry_after) == (scope, unknown, wait)
    assert len(server.requests) == 1
    assert reply.body.strip('{"').split('"')[0] in str(error) or reply.body.startswith("{")


async def test_json_ok(server: HookServer, client: httpx.AsyncClient) -> None:
    """Compatible servers may say ok in JSON (S13)."""
    server.replies.append(HookReply(200, '{"ok":true}'))
    await notifier(server, client).send(delivery("slack"))


@pytest.mark.parametrize("fault", ["invalid_payload", "invalid_blocks", "msg_blocks_too_long"])
async def test_refused_blocks_go_as_text(
    server: HookServer, client: httpx.AsyncClient, fault: str
) -> None:
    """Blocks that Slack refuses are sent once more as inert plain text with every link (S15)."""
    server.replies.append(HookReply(400, fault))
    await notifier(server, client).send(delivery("slack", title="<!channel> & co"))
    blocks, text = (json.loads(request.body) for request in server.requests)
    assert "blocks" in blocks
    assert "blocks" not in text
    assert text["mrkdwn"] is False
    assert "&lt;!channel&gt; &amp; co" in text["text"]
    assert "https://example.org/news/2" in text["text"]


async def test_refused_twice(server: HookServer, client: httpx.AsyncClient) -> None:
    """What is refused as text too will never be taken (S15)."""
    server.replies.extend([HookReply(400, "invalid_blocks"), HookReply(400, "invalid_payload")])
    assert (await failure(notifier(server, client), delivery("slack"))).scope == "message"
    assert len(server.requests) == 2


async def test_silence(server: HookServer, client: httpx.AsyncClient) -> None:
    """No answer in time is an unknown outcome (D4)."""
    server.replies.append(HookReply(silent=True))
    hasty = notifier(server, client, deadline=timedelta(milliseconds=200))
    error = await failure(hasty, delivery("slack"))
    assert (error.scope, error.unknown) == ("moment", True)


async def test_nobody_there(client: httpx.AsyncClient) -> None:
    """A request that never left is no unknown outcome."""
    with HookServer.slack() as server:
        url = server.url
    settings = SlackSettings(Secret(url))
    error = await failure(SlackNotifier(settings, client=client, clock=clock), delivery("slack"))
    assert (error.scope, error.unknown) == ("moment", False)


@pytest.mark.parametrize(
    "reply", [HookReply(404, "no_service"), HookReply(drop=True), HookReply(200, "ok")]
)
async def test_address_is_never_told(
    server: HookServer,
    client: httpx.AsyncClient,
    reply: HookReply,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No error names the address; our own log lines neither (S16, X23)."""
    caplog.set_level("DEBUG", logger="monitor")
    server.normal = reply
    slack = notifier(server, client)
    if reply.body == "ok":
        await slack.send(delivery("slack"))
    else:
        error = await failure(slack, delivery("slack"))
        assert "secretsecret" not in f"{error!r} {error} {error.__cause__!r} {error.__cause__}"
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("monitor")]
    assert "secretsecret" not in " ".join(ours)


@pytest.mark.parametrize(
    "url", ["https://hooks.slack.com:99999/secretsecret", "nonsense-secretsecret"]
)
async def test_impossible_address(client: httpx.AsyncClient, url: str) -> None:
    """An address that is none is told without quoting it."""
    settings = SlackSettings(Secret(url))
    error = await failure(SlackNotifier(settings, client=client, clock=clock), delivery("slack"))
    assert "secretsecret" not in f"{error} {error.__cause__}"


async def test_late_note(server: HookServer, client: httpx.AsyncClient) -> None:
    """A message sent late says so, and stays sound."""
    await notifier(server, client).send(delivery("slack", late=True))
    body = server.requests[0].body.decode()
    assert json.loads(body)["blocks"][0]["elements"][0]["text"].startswith("Late: ")
    assert faults(body) == []


async def test_pace(server: HookServer, client: httpx.AsyncClient) -> None:
    """Two messages to one webhook keep their distance (S11)."""
    slow = notifier(server, client, gap=timedelta(days=1), deadline=timedelta(seconds=5))
    await slow.send(delivery("slack"))
    assert slow.pause() > 86_000
