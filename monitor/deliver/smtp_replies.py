"""What a mail server's refusal means for the mail, the channel and the next attempt (E26)."""

import re
from typing import Literal

from monitor.errors import DeliveryError, DeliveryScope
from monitor.text.clean import one_line

Stage = Literal["connect", "ehlo", "tls", "auth", "mail", "rcpt", "data"]

_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_AUTH_CODES = frozenset({530, 534, 535, 538})
_TOO_LARGE = "it is larger than the server takes: lower the digest's limit."
_SAID = {
    "connect": "greeted us with a refusal",
    "ehlo": "refused our greeting",
    "tls": "refused encryption",
    "auth": "refused the login",
    "mail": "refused the sender",
    "rcpt": "refused the recipient",
    "data": "refused the mail",
}


def refusal(stage: Stage, code: int, text: str, *, host: str) -> DeliveryError:
    """Classify a reply that is no success."""
    reply = f"{code} {one_line(text, 200)}".strip()
    mend = _mend(stage, code, enhanced_code(text))
    return DeliveryError(
        f"{host} {_SAID[stage]}: {reply}{'' if reply.endswith('.') else '.'}{mend}",
        scope=scope_of(stage, code, text),
    )


def scope_of(stage: Stage, code: int, text: str = "") -> DeliveryScope:
    """Tell whom a refusal concerns: this moment, this message or recipient, or the whole channel.

    A server that turns us away before it has seen a mail says nothing about the mail, so even its
    5xx is worth another try; a full mailbox (5.2.2) may be emptied.
    """
    enhanced = enhanced_code(text)
    if stage == "rcpt" and code != 421 and (code < 500 or enhanced == "5.2.2"):
        return "recipient"
    if code < 500 or stage in ("connect", "ehlo", "tls") or enhanced == "5.2.2":
        return "moment"
    if stage == "auth" or code in _AUTH_CODES:
        return "channel"
    if stage == "mail" and code != 552 and enhanced != "5.3.4":
        return "channel"
    return "message"


def enhanced_code(text: str) -> str:
    """Find an RFC 3463 code such as "5.1.1"; empty if there is none."""
    found = _ENHANCED.search(text[:80])
    return found[1] if found else ""


def _mend(stage: Stage, code: int, enhanced: str) -> str:
    if code < 500:
        return " It will be tried again."
    if stage == "auth" or code in _AUTH_CODES:
        return " Check user and password of the channel."
    if code == 552 or enhanced == "5.3.4":
        return f" If {_TOO_LARGE}" if enhanced != "5.2.2" else " The mailbox is full."
    if enhanced.startswith("5.7."):
        return " This is a policy of the server: check SPF, DKIM and DMARC of the sender's domain."
    if stage == "rcpt":
        return " Check the address."
    return ""
