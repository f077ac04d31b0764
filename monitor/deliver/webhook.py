"""Signed JSON to any receiver, as Standard Webhooks asks for (W1-W11)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

import httpx

from monitor.deliver.post import Reply, post, redacted
from monitor.errors import DeliveryError, DeliveryScope
from monitor.model.outbox import Delivery, Secret, WebhookSettings
from monitor.ports import Clock
from monitor.text.clean import one_line

_DEADLINE = timedelta(seconds=20)
_PREFIX = "whsec_"
_REFUSED_MESSAGE = frozenset({400, 404, 413, 415, 422})
_OURS = ("webhook-", "host", "content-length", "transfer-encoding")


class WebhookNotifier:
    """Posts deliveries of one channel to its receiver."""

    def __init__(
        self,
        settings: WebhookSettings,
        *,
        client: httpx.AsyncClient,
        clock: Clock,
        deadline: timedelta = _DEADLINE,
    ) -> None:
        """Take a client that follows no redirects and reads no proxies from the environment."""
        self._settings = settings
        self._client = client
        self._clock = clock
        self._deadline = deadline

    async def send(self, delivery: Delivery) -> None:
        """Post one event; the id is the delivery's, the timestamp and signature are the attempt's.

        Any 2xx is success; a redirect is not followed and is a failure (W7). Raises DeliveryError.
        """
        now = self._clock()
        body = delivery.message.payload.encode("utf-8", "replace")
        reply = await post(
            self._client,
            self._settings.url,
            body,
            headers=self._headers(delivery.id, int(now.timestamp()), body),
            deadline=self._deadline,
            now=now,
        )
        if not 200 <= reply.status < 300:
            raise _error(reply, redacted(self._settings.url))

    async def rest(self) -> None:
        """Nothing is kept between messages."""

    def _headers(self, delivery_id: str, timestamp: int, body: bytes) -> dict[str, str]:
        own = {
            name: value
            for name, value in self._settings.headers.items()
            if not name.lower().startswith(_OURS)
        }
        headers = {
            "Content-Type": "application/json",
            **own,
            "webhook-id": delivery_id,
            "Idempotency-Key": delivery_id,  # the name that gateways know (W13)
            "webhook-timestamp": str(timestamp),
        }
        if self._settings.secrets:
            headers["webhook-signature"] = signatures(
                self._settings.secrets, delivery_id, timestamp, body
            )
        return headers


def signatures(secrets: Sequence[Secret], event_id: str, timestamp: int, body: bytes) -> str:
    """Sign the exact bytes with each secret, so that receivers can rotate theirs (W2, W4)."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(key(secret), signed)}" for secret in secrets)


def _signature(secret: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode("ascii")


def key(secret: Secret) -> bytes:
    """Return the bytes of a secret: base64 after ``whsec_``, else the text itself.

    Raises DeliveryError if what follows the prefix is no base64.
    """
    text = secret.reveal().strip()
    if not text.startswith(_PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        # Not chained: nothing of a secret shall show in a trace.
        raise DeliveryError(
            "A webhook secret that begins with whsec_ must go on in base64.", scope="channel"
        ) from None


def _error(reply: Reply, name: str) -> DeliveryError:
    said = one_line(reply.body, 120)
    text = f"{name} answered {reply.status}{': ' + said if said else ''}."
    if 300 <= reply.status < 400:
        text += " Redirects are not followed: put the new address into feeds.yaml."
    if reply.status == 410:
        text += " The receiver is gone for good: remove the channel or correct its address."
    return DeliveryError(text, scope=_scope(reply.status), retry_after=reply.retry_after)


def _scope(status: int) -> DeliveryScope:
    if status == 410:
        return "channel"
    return "message" if status in _REFUSED_MESSAGE else "moment"
