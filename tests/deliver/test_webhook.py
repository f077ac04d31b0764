"""Webhooks on the wire, against a server that answers as told."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from monitor.deliver.post import BODY_LIMIT
from monitor.deliver.webhook import WebhookNotifier, signatures
from monitor.errors import DeliveryScope
from monitor.model.outbox import Secret, WebhookSettings
from tests.deliver.samples import again, clock, delivery, failure, ticking
from tests.digest.samples import NOW
from tests.servers.hooks import HookReply, HookServer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_dGhlIG90aGVyIHNlY3JldCBvZiB0aGlydHk="


@pytest.fixture
def server() -> Iterator[HookServer]:
    """Give a receiver that answers 204."""
    with HookServer() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Give a client as the program makes it."""
    async with httpx.AsyncClient(trust_env=False) as made:
        yield made


def notifier(server: HookServer, client: httpx.AsyncClient, **more: Any) -> WebhookNotifier:
    settings = WebhookSettings(
        Secret(server.url),
        tuple(Secret(each) for each in more.pop("secrets", (SECRET,))),
        more.pop("headers", {}),
    )
    values = {"clock": clock, "deadline": timedelta(seconds=5), **more}
    return WebhookNotifier(settings, client=client, **values)


async def test_sent(server: HookServer, client: httpx.AsyncClient) -> None:
    """The exact bytes of the payload go out with id and the attempt's time (W1, W4)."""
    owed = delivery("webhook")
    await notifier(server, client).send(owed)
    (request,) = server.requests
    assert request.body == owed.message.payload.encode()
    assert request.headers["webhook-id"] == owed.id
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body)["data"]["stories"][0]["watch"] == "sco"


async def test_attempts(server: HookServer, client: httpx.AsyncClient) -> None:
    """The id stays over attempts, under both its names; timestamp and signature are fresh (W1, W13)."""
    owed = delivery("webhook")
    server.replies.append(HookReply(503))
    retrying = notifier(server, client, clock=ticking(3, 4))
    await failure(retrying, owed)
    await retrying.send(again(owed))
    first, second = (request.headers for request in server.requests)
    assert first["webhook-id"] == second["webhook-id"] == second["idempotency-key"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 3600
    assert first["webhook-signature"] != second["webhook-signature"]


def _checked(secret: str, body: bytes, signature: str) -> object:
    """Check a signature as a receiver does, without the check of its age."""
    receiver = Webhook(secret)
    expected = receiver.sign("msg_1", NOW, body.decode())
    if expected not in signature.split():
        raise WebhookVerificationError("no signature fits")
    return json.loads(body)


def test_signature() -> None:
    """The standard's own library makes the same signature, for each secret during rotation (W2)."""
    body = delivery("webhook").message.payload.encode()
    secrets = (Secret(SECRET), Secret(OTHER))
    signature = signatures(secrets, "msg_1", int(NOW.timestamp()), body)
    assert _checked(SECRET, body, signature) == _checked(OTHER, body, signature)
    with pytest.raises(WebhookVerificationError):
        _checked(SECRET, body.replace(b"water", b"waters"), signature)


def test_known_signature() -> None:
    """A fixed input gives a fixed signature, computed with openssl dgst -hmac (W2)."""
    assert (
        signatures(
            (Secret("plain text secret of 32 letters!"),), "msg_1", 1614265330, b'{"test": 2}'
        )
        == "v1,REUUnEHScMuRxqwpQpctFhEV0YTAofVZHblJY5BG87o="
    )


async def test_verified_by_a_receiver(server: HookServer, client: httpx.AsyncClient) -> None:
    """A receiver that runs the standard's library takes the request as it came in (W2, W18)."""
    now = notifier(server, client, clock=_today)
    await now.send(delivery("webhook"))
    request = server.requests[0]
    told = Webhook(SECRET).verify(request.body, dict(request.headers))
    assert told["type"] == "monitor.digest.created"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body + b" ", dict(request.headers))


def _today() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_success(server: HookServer, client: httpx.AsyncClient, status: int) -> None:
    """Any 2xx is success, whatever the body (W7)."""
    server.replies.append(HookReply(status, "" if status == 204 else "anything"))
    await notifier(server, client).send(delivery("webhook"))


@pytest.mark.parametrize(
    ("reply", "scope", "wait"),
    [
        (HookReply(301, headers={"Location": "/other"}), "moment", None),
        (HookReply(307, headers={"Location": "/other"}), "moment", None),
        (HookReply(400, "bad"), "message", None),
        (HookReply(401), "moment", None),
        (HookReply(404), "message", None),
        (HookReply(410), "channel", None),
        (HookReply(413), "message", None),
        (HookReply(422), "message", None),
        (HookReply(429, headers={"Retry-After": "120"}), "moment", timedelta(minutes=2)),
        (HookReply(500, "\x1b[31moops"), "moment", None),
        (
            HookReply(503, headers={"Retry-After": "Sun, 22 Nov 2026 04:00:00 GMT"}),
            "moment",
            timedelta(hours=1),
        ),
    ],
    ids=lambda value: str(value.status) if isinstance(value, HookReply) else None,
)
async def test_answers(
    server: HookServer,
    client: httpx.AsyncClient,
    reply: HookReply,
    scope: DeliveryScope,
    wait: timedelta | None,
) -> None:
    """Each answer has its scope, no redirect is followed, and the text is safe to show (W7, W8, X20)."""
    server.replies.append(reply)
    error = await failure(notifier(server, client), delivery("webhook"))
    assert (error.scope, error.retry_after) == (scope, wait)
    assert len(server.requests) == 1
    assert str(reply.status) in str(error)
    assert str(error).isprintable()


@pytest.mark.parametrize("reply", [HookReply(drop=True), HookReply(silent=True)])
async def test_unknown_outcome(
    server: HookServer, client: httpx.AsyncClient, reply: HookReply
) -> None:
    """A request taken without an answer may have been accepted (D4, W10)."""
    server.replies.append(reply)
    hasty = notifier(server, client, deadline=timedelta(milliseconds=300))
    error = await failure(hasty, delivery("webhook"))
    assert (error.scope, error.unknown) == ("moment", True)
    assert len(server.requests) == 1


async def test_endless_answer(server: HookServer, client: httpx.AsyncClient) -> None:
    """An answer without end is read no further than 64 KB (W10)."""
    server.replies.append(HookReply(500, hang=True))
    error = await failure(notifier(server, client), delivery("webhook"))
    assert error.scope == "moment"
    assert len(str(error)) < 300
    assert BODY_LIMIT == 65_536


async def test_own_headers(server: HookServer, client: httpx.AsyncClient) -> None:
    """Headers of the operator go along; ours stay ours (W15)."""
    headers = {"X-Desk": "sco", "Webhook-Id": "forged", "Host": "evil", "Content-Length": "1"}
    await notifier(server, client, headers=headers).send(delivery("webhook"))
    request = server.requests[0]
    assert request.headers["x-desk"] == "sco"
    assert request.headers["webhook-id"] == delivery("webhook").id
    assert request.headers["host"].startswith("127.0.0.1")


async def test_without_secret(server: HookServer, client: httpx.AsyncClient) -> None:
    """A receiver without a secret is sent no signature."""
    await notifier(server, client, secrets=()).send(delivery("webhook"))
    assert "webhook-signature" not in server.requests[0].headers


async def test_broken_secret(server: HookServer, client: httpx.AsyncClient) -> None:
    """A secret that is no base64 is a fault of the channel, and is not quoted."""
    error = await failure(notifier(server, client, secrets=("whsec_???",)), delivery("webhook"))
    assert error.scope == "channel"
    assert "???" not in str(error)
    assert error.__cause__ is None
    assert not server.requests
