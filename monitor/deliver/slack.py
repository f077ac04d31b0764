"""Slack and compatible servers: incoming webhooks (S11-S17)."""

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta

import httpx

from monitor.deliver.post import Reply, post, redacted
from monitor.digest.slack import escape
from monitor.errors import DeliveryError, DeliveryScope
from monitor.model.outbox import Delivery, SlackSettings
from monitor.ports import Clock
from monitor.text.clean import one_line

_DEADLINE = timedelta(seconds=20)
_GAP = timedelta(seconds=1)  # between messages to one webhook (S11)
_WAIT = timedelta(seconds=30)  # after a 429 that names no time (S12)
_TEXT_LIMIT = 39_000  # Slack cuts at 40,000
_REFUSED_BLOCKS = frozenset({"invalid_payload", "invalid_blocks", "msg_blocks_too_long"})
_REFUSED_MESSAGE = frozenset(
    {*_REFUSED_BLOCKS, "no_text", "too_many_attachments", "invalid_attachments", "msg_too_long"}
)
_REFUSED_CHANNEL = frozenset(
    {
        "action_prohibited",
        "channel_is_archived",
        "channel_not_found",
        "invalid_token",
        "no_active_hooks",
        "no_service",
        "no_service_id",
        "no_team",
        "posting_to_general_channel_denied",
        "team_disabled",
        "user_not_found",
    }
)
_LATE = "Late: this message could not be delivered when it was due."


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What an answer other than success means."""

    scope: DeliveryScope
    retry_after: timedelta | None = None
    unknown: bool = False


class SlackNotifier:
    """Posts deliveries of one channel to its incoming webhook, at most one a second."""

    def __init__(
        self,
        settings: SlackSettings,
        *,
        client: httpx.AsyncClient,
        clock: Clock,
        deadline: timedelta = _DEADLINE,
        gap: timedelta = _GAP,
    ) -> None:
        """Take a client that follows no redirects and reads no proxies from the environment."""
        self._url = settings.url
        self._client = client
        self._clock = clock
        self._deadline = deadline
        self._gap = gap
        self._turn = asyncio.Lock()
        self._free_at = 0.0

    async def send(self, delivery: Delivery) -> None:
        """Post one message; blocks that Slack refuses are sent once more as plain text (S15).

        Raises DeliveryError. Slack knows no idempotency: after an unknown outcome a further attempt
        may show twice.
        """
        reply = await self._post(_with_blocks(delivery))
        if reply.status == 400 and _code(reply) in _REFUSED_BLOCKS:
            reply = await self._post(_as_text(delivery))
        if not is_accepted(reply):
            raise _error(reply, redacted(self._url))

    async def rest(self) -> None:
        """Nothing is kept between messages."""

    async def _post(self, body: dict[str, object]) -> Reply:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        async with self._turn:
            await asyncio.sleep(self.pause())
            try:
                return await post(
                    self._client,
                    self._url,
                    content.encode("utf-8", "replace"),
                    headers={"Content-Type": "application/json; charset=utf-8"},
                    deadline=self._deadline,
                    now=self._clock(),
                )
            finally:
                gap = self._gap.total_seconds()
                self._free_at = asyncio.get_running_loop().time() + gap

    def pause(self) -> float:
        """Tell how many seconds the next message has to wait for its turn."""
        return max(0.0, self._free_at - asyncio.get_running_loop().time())


def is_accepted(reply: Reply) -> bool:
    """Tell whether Slack took the message: 200 alone does not say so (S13)."""
    if reply.status != 200:
        return False
    body = reply.body.strip()
    if body == "ok":
        return True
    try:
        parsed = json.loads(body)
    except ValueError:
        return False
    return isinstance(parsed, dict) and parsed.get("ok") is True


def _with_blocks(delivery: Delivery) -> dict[str, object]:
    body: dict[str, object] = json.loads(delivery.message.payload)
    blocks = body.get("blocks")
    if delivery.late and isinstance(blocks, list):
        note = {"type": "context", "elements": [{"type": "plain_text", "text": _LATE}]}
        body["blocks"] = [note, *blocks]
    return body


def _as_text(delivery: Delivery) -> dict[str, object]:
    message = delivery.message
    text = f"{_LATE}\n{message.text}" if delivery.late else message.text
    shown = escape(text or message.subject)
    return {
        "text": shown if len(shown) <= _TEXT_LIMIT else escape(message.subject),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _code(reply: Reply) -> str:
    """Return Slack's word for the fault: the body, or the ``error`` of a JSON body."""
    body = reply.body.strip()
    if body.startswith("{"):
        try:
            return str(json.loads(body).get("error", ""))
        except (ValueError, AttributeError):
            return ""
    return body


def _error(reply: Reply, name: str) -> DeliveryError:
    verdict = _verdict(reply)
    mends: dict[DeliveryScope, str] = {
        "channel": " Check the webhook's address, and that it is still installed in Slack.",
        "message": " This message cannot be shown as it is.",
        "moment": "",
    }
    said = one_line(_code(reply), 120) or "nothing else"
    return DeliveryError(
        f"{name} answered {reply.status}: {said}.{mends[verdict.scope]}",
        scope=verdict.scope,
        retry_after=verdict.retry_after,
        unknown=verdict.unknown,
    )


def _verdict(reply: Reply) -> _Verdict:
    status, code = reply.status, _code(reply)
    if status == 429:
        return _Verdict("moment", reply.retry_after or _WAIT)
    if status >= 500:
        return _Verdict("moment", reply.retry_after, unknown=True)
    if code in _REFUSED_MESSAGE or status == 413:
        return _Verdict("message")
    if code in _REFUSED_CHANNEL or (status >= 300 and status != 408):
        return _Verdict("channel")
    return _Verdict("moment", unknown=status < 300)
