"""A delivery as the bytes of a mail: pure ASCII, short lines, no header that we did not mean (E1-E9)."""

import hashlib
import re
from binascii import b2a_qp
from collections.abc import Iterator
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from urllib.parse import quote

from monitor.errors import DeliveryError
from monitor.model.outbox import Delivery, EmailSettings, Message
from monitor.text.clean import one_line

_POLICY = SMTP.clone(max_line_length=76)
# binascii writes a space at a line's end as =20 and forgets that this makes the line longer
_OVERLONG = re.compile(rb"^(?=.{77})(.{1,75})(=(?:20|09))$", re.MULTILINE)
_LINE_END = re.compile(r"\r\n?")
_PLAIN_LIMIT = 70
_SUBJECT_LIMIT = 200
_TOKEN_LIMIT = 70  # a longer token would be turned into an encoded word, which breaks it (E8)
_ENCODED_WORD = re.compile(r"=(?=\?)")
_NOT_LABEL = re.compile(r"[^A-Za-z0-9-]+")


class MailWriter:
    """Writes the mails of one channel; what the recipients of a message share is written once."""

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self._message: Message | None = None
        self._body = b""

    def write(self, delivery: Delivery, now: datetime) -> bytes:
        """Write the mail of a delivery; ``now`` is the attempt's time and becomes its Date.

        The Message-ID comes from the delivery's id alone, so every attempt bears the same (E2).
        Raises DeliveryError if an address cannot be written in a header.
        """
        sender = mailbox(self._settings.sender, whose="sender")
        recipient = mailbox(delivery.recipient, whose="recipient")
        head = (
            _folded("From", str(sender)),
            _folded("To", str(recipient)),
            _folded("Subject", _subject(delivery)),
            f"Date: {format_datetime(now)}\r\n",
            _folded("Message-ID", f"<{_label(delivery.id)}@{sender.domain}>"),
            "Auto-Submitted: auto-generated\r\n",
            "X-Auto-Response-Suppress: All\r\n",  # Exchange heeds this one (E17)
            _folded("List-Id", _list_id(delivery.channel_id, sender.domain)),
            *_leaving(self._settings.unsubscribe, recipient),
            "MIME-Version: 1.0\r\n",
        )
        return "".join(head).encode("ascii") + self._shared(delivery.message)

    def _shared(self, message: Message) -> bytes:
        """Write what follows the headers, or give it again: recipients of a message come in a row."""
        if message is not self._message:
            self._message, self._body = message, body_bytes(message)
        return self._body


def _leaving(address: str | None, recipient: Address) -> Iterator[str]:
    """Say where the reader leaves: by one click if it is a page, which then takes a POST (E19, E20).

    Not folded and not encoded, however long: that would break the address (E8).
    """
    if address is None:
        return
    yield f"List-Unsubscribe: <{address.replace('{recipient}', quote(recipient.addr_spec, safe=''))}>\r\n"
    if address.startswith("https:"):
        yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


@lru_cache(512)
def _folded(name: str, value: str) -> str:
    """Write a header; only one that is long or has to be encoded takes the library's slow way."""
    if value.isascii() and value.isprintable() and len(name) + len(value) < _PLAIN_LIMIT:
        return f"{name}: {value}\r\n"
    folded: str = _POLICY.fold(name, _POLICY.header_factory(name, value))
    return folded


def header_text(text: str, limit: int = _SUBJECT_LIMIT) -> str:
    """Make text safe for a header: one clean line in which nothing is an encoded word (E6, E7).

    CPython up to 3.12 decodes ``=?...?=`` on assignment and writes the line breaks inside it.
    """
    return one_line(_ENCODED_WORD.sub("= ", one_line(text)), limit)


def mailbox(text: str, *, whose: str) -> Address:
    """Read ``Name <user@domain>`` or an address; an international domain becomes ASCII (E9).

    Raises DeliveryError: for the whole channel if it is the sender's, else for the message.
    """
    try:
        return _address(text)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise DeliveryError(
            f"{one_line(text, 80)} is no address of a {whose}: {error}. Correct it in feeds.yaml.",
            scope="channel" if whose == "sender" else "message",
        ) from error


@lru_cache(512)
def _address(text: str) -> Address:
    name, address = parseaddr(text)
    user, _, domain = address.rpartition("@")
    ascii_domain = domain.encode("idna").decode("ascii")
    if not (user and ascii_domain and text.strip().isprintable()) or " " in address:
        raise ValueError("it needs the form user@domain")
    return Address(header_text(name), user, ascii_domain)


def _subject(delivery: Delivery) -> str:
    subject = delivery.message.subject or "Monitor"
    return header_text(f"[late] {subject}" if delivery.late else subject)


def _list_id(channel_id: str, domain: str) -> str:
    """Name the channel's list within the sender's domain: stable, and short enough to stay whole (E18)."""
    written = f"<{_label(channel_id)}.{domain}>"
    if len(written) <= _TOKEN_LIMIT:
        return written
    short = hashlib.sha256(channel_id.encode()).hexdigest()[:12]
    return f"<{short}.{'.'.join(domain.split('.')[-2:])}>"


def _label(text: str) -> str:
    return _NOT_LABEL.sub("-", text).strip("-") or "monitor"


def body_bytes(message: Message) -> bytes:
    """Write text and HTML as alternatives, the text first, with the header that says so (E3, E4).

    Only binascii is quick enough at quoted-printable; the boundary is no line of it, which has no "=_".
    """
    text = _part("plain", message.text)
    if not message.html:
        return text
    html = _part("html", message.html)
    boundary = f"=_monitor_{hashlib.sha256(text + html).hexdigest()[:24]}".encode()
    return b"".join(
        (
            b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n\r\n',
            *(b"--" + boundary + b"\r\n" + each + b"\r\n" for each in (text, html)),
            b"--" + boundary + b"--\r\n",
        )
    )


def _part(subtype: str, text: str) -> bytes:
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = _LINE_END.sub("\n", text).encode("utf-8", "replace")
    if not lines.endswith(b"\n"):
        lines += b"\n"
    encoded = _OVERLONG.sub(rb"\1=\n\2", b2a_qp(lines, istext=True))
    return head.encode() + encoded.replace(b"\n", b"\r\n")
