"""A delivery as the bytes of a mail: pure ASCII, short lines, no header that we did not mean (E1-E9)."""

import hashlib
import re
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from monitor.errors import DeliveryError
from monitor.model.outbox import Delivery, EmailSettings
from monitor.text.clean import one_line

# 76 rather than 78: the body's quoted-printable lines are folded by the same number (E4).
_POLICY = SMTP.clone(max_line_length=76)
_SUBJECT_LIMIT = 200
_TOKEN_LIMIT = 70  # a longer token would be turned into an encoded word, which breaks it (E8)
_ENCODED_WORD = re.compile(r"=(?=\?)")
_NOT_LABEL = re.compile(r"[^A-Za-z0-9-]+")


def mail_bytes(delivery: Delivery, settings: EmailSettings, now: datetime) -> bytes:
    """Write the mail of a delivery; ``now`` is the attempt's time and becomes its Date.

    The Message-ID comes from the delivery's id alone, so every attempt bears the same (E2).
    Raises DeliveryError if an address cannot be written in a header.
    """
    sender = mailbox(settings.sender, whose="sender")
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = mailbox(delivery.recipient, whose="recipient")
    message["Subject"] = _subject(delivery)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{_label(delivery.id)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = _list_id(delivery.channel_id, sender.domain)
    _add_bodies(message, delivery)
    return message.as_bytes()


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


def _add_bodies(message: EmailMessage, delivery: Delivery) -> None:
    text, html = delivery.message.text, delivery.message.html
    message.set_content(_encodable(text), cte="quoted-printable")
    if html:
        message.add_alternative(_encodable(html), subtype="html", cte="quoted-printable")
        # Python would draw a boundary by chance; the same delivery shall be the same bytes.
        digest = hashlib.sha256(delivery.id.encode()).hexdigest()[:24]
        message.set_boundary(f"=_monitor_{digest}")


def _encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which no encoding can write."""
    return text.encode("utf-8", "replace").decode("utf-8")
