"""The bytes of a mail."""

import contextlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.mail import MailWriter, header_text
from monitor.errors import DeliveryError
from monitor.model.outbox import Delivery, EmailSettings, Message
from tests.deliver.samples import delivery
from tests.digest.hostile import TITLES

SETTINGS = EmailSettings("mail.example.org", "Монитор <m@example.org>", ("reader@example.org",))
NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "List-Id",
    "MIME-Version",
    "Content-Type",
]


def mail_bytes(owed: Delivery, settings: EmailSettings, now: datetime) -> bytes:
    """Write one mail."""
    return MailWriter(settings).write(owed, now)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part(raw: bytes, kind: str) -> str:
    body = parsed(raw).get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def assert_sound(raw: bytes) -> None:
    """Hold a mail to E1, E4, E5 and E6."""
    assert raw.isascii()
    assert b"\x00" not in raw
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert not [line for line in lines if b"\r" in line or b"\n" in line]
    message = parsed(raw)
    assert message.keys() == HEADERS
    assert [each.defects for each in message.walk() if each.defects] == []


def test_headers() -> None:
    """A mail has each header once, and says that a program sent it (E1, E16-E18).

    Without an address to leave at, it names none (E20).
    """
    message = parsed(mail_bytes(delivery(), SETTINGS, NOW))
    assert dict(message.items()) | {"Content-Type": ""} == {
        "From": "Монитор <m@example.org>",
        "To": "reader@example.org",
        "Subject": "SCO and Kazakhstan: 2 stories · Tokayev proposes a water fund",
        "Date": "Sun, 22 Nov 2026 03:30:00 +0000",
        "Message-ID": "<00000000000000000000000000000001@example.org>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": "<desk.example.org>",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }


@pytest.mark.parametrize(
    ("address", "written", "by_click"),
    [
        (f"https://e.org/{'a' * 150}", f"<https://e.org/{'a' * 150}>", True),
        ("https://e.org/?who={recipient}", "<https://e.org/?who=reader%40example.org>", True),
        ("mailto:leave@e.org", "<mailto:leave@e.org>", False),
    ],
)
def test_readers_can_leave(address: str, written: str, by_click: bool) -> None:
    """The address stays whole; one click is offered only where a page takes it (E8, E19, E20)."""
    raw = mail_bytes(delivery(), replace(SETTINGS, unsubscribe=address), NOW)
    assert f"\r\nList-Unsubscribe: {written}\r\n".encode() in raw
    assert (b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw) is by_click


def test_text_comes_first() -> None:
    """Text and HTML are alternatives, the text first, both quoted-printable and whole (E3, E4)."""
    owed = delivery()
    message = parsed(mail_bytes(owed, SETTINGS, NOW))
    parts = list(message.iter_parts())
    assert [each.get_content_type() for each in parts] == ["text/plain", "text/html"]
    assert {each["Content-Transfer-Encoding"] for each in parts} == {"quoted-printable"}
    raw = mail_bytes(owed, SETTINGS, NOW)
    assert part(raw, "plain") == owed.message.text
    assert part(raw, "html").strip() == owed.message.html.strip()


def test_attempts_differ_only_in_date() -> None:
    """Each attempt bears the same Message-ID and body; the Date is its own (E1, E2)."""
    first, second = (mail_bytes(delivery(), SETTINGS, NOW.replace(hour=hour)) for hour in (4, 5))
    assert re.sub(rb"\r\nDate: [^\r]+", b"", first) == re.sub(rb"\r\nDate: [^\r]+", b"", second)
    assert first != second


@pytest.mark.parametrize("title", TITLES)
def test_hostile_titles(title: str) -> None:
    """A hostile title adds no header and breaks no line (E5, E6)."""
    assert_sound(mail_bytes(delivery(title=title), SETTINGS, NOW))
    raw = mail_bytes(delivery(message=Message(title, title, f"<p>{title}")), SETTINGS, NOW)
    assert_sound(raw)
    assert "Bcc" not in parsed(raw)
    assert len(str(parsed(raw)["Subject"])) <= 200


@pytest.mark.parametrize("name", TITLES)
def test_hostile_names(name: str) -> None:
    """Display names are held to the same (E7)."""
    settings = EmailSettings("h", f'"{name}" <m@example.org>', ())
    with contextlib.suppress(DeliveryError):  # refused as no address at all
        assert_sound(mail_bytes(delivery(), settings, NOW))


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    """Whatever a message holds, the mail is sound (E5)."""
    assert_sound(mail_bytes(delivery(message=Message(text, text, text + "<p>")), SETTINGS, NOW))


def test_long_word_survives() -> None:
    """A word of 5,000 letters comes back whole (E4)."""
    word = "сло́во" * 1000
    raw = mail_bytes(delivery(message=Message("s", word, f"<p>{word}</p>")), SETTINGS, NOW)
    assert_sound(raw)
    assert part(raw, "plain").strip() == word


@pytest.mark.parametrize("channel", ["desk", "a" * 200, "Отдел новостей", "a.b <c>"])
@pytest.mark.parametrize("domain", ["example.org", f"{'x' * 60}.example.org"])
def test_tokens_are_never_encoded(channel: str, domain: str) -> None:
    """Message-ID and List-Id stay plain tokens, however long their parts (E8)."""
    settings = EmailSettings("h", f"m@{domain}", ())
    raw = mail_bytes(replace(delivery(), channel_id=channel), settings, NOW)
    head = raw.split(b"\r\n\r\n")[0].replace(b"\r\n ", b"")
    for name in (b"Message-ID", b"List-Id"):
        (value,) = re.findall(rb"^" + name + rb":\s*(.*)$", head, re.MULTILINE)
        assert re.fullmatch(rb"<[A-Za-z0-9.@-]+>\r?", value)


@pytest.mark.parametrize(
    ("recipient", "written"),
    [("u@exämple.org", "u@xn--exmple-cua.org"), ("Ann <a@b.org>", "Ann <a@b.org>")],
)
def test_international_domain(recipient: str, written: str) -> None:
    """A domain in other letters is written in ASCII (E9)."""
    assert f"\r\nTo: {written}\r\n".encode() in mail_bytes(
        delivery(recipient=recipient), SETTINGS, NOW
    )


@pytest.mark.parametrize("recipient", ["", "nobody", "@example.org", "a@", "a\r\nBcc: b@c.org"])
def test_no_address(recipient: str) -> None:
    """What is no address is a fault of the message; of the sender, one of the channel."""
    with pytest.raises(DeliveryError) as raised:
        mail_bytes(delivery(recipient=recipient), SETTINGS, NOW)
    assert raised.value.scope == "message"
    with pytest.raises(DeliveryError) as raised:
        mail_bytes(delivery(), EmailSettings("h", recipient, ()), NOW)
    assert raised.value.scope == "channel"


def test_late_is_marked() -> None:
    """A mail sent late says so in its subject (E29)."""
    assert str(parsed(mail_bytes(delivery(late=True), SETTINGS, NOW))["Subject"]).startswith(
        "[late] "
    )


def test_text_only() -> None:
    """A message without HTML is a plain mail."""
    raw = mail_bytes(delivery(message=Message("s", "Hello\n")), SETTINGS, NOW)
    assert parsed(raw).get_content_type() == "text/plain"


def test_header_text_breaks_encoded_words() -> None:
    """No encoded word of a feed is ever decoded by a header (E6)."""
    assert header_text("a =?utf-8?q?x?= =?b") == "a = ?utf-8?q?x?= = ?b"
