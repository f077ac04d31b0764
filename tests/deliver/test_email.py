"""Mail on the wire, against a server that answers as told."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.deliver.email import EmailNotifier
from monitor.errors import DeliveryScope
from monitor.model.outbox import Delivery, EmailSettings, Secret
from tests.deliver.samples import again, clock, delivery, failure, ticking
from tests.servers.certificates import self_signed
from tests.servers.smtp import DROP, SmtpServer, Stage

PASSWORD = "canary-password"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """Make one certificate for all tests."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(certificate: tuple[Path, Any]) -> Iterator[SmtpServer]:
    """Give a server with STARTTLS and one user."""
    with SmtpServer(starttls=certificate[1], users={"user": PASSWORD}) as running:
        yield running


@pytest.fixture
async def notifier(
    server: SmtpServer, certificate: tuple[Path, Any]
) -> AsyncIterator[EmailNotifier]:
    """Give a notifier that trusts the server."""
    made = EmailNotifier(settings(server, ca_file=certificate[0]), clock=clock)
    yield made
    await made.rest()


async def send(notifier: EmailNotifier, *owed: Delivery) -> None:
    """Send one mail after the other, as in one round."""
    for each in owed:
        await notifier.send(each)
    await notifier.rest()


def settings(server: SmtpServer, **more: Any) -> EmailSettings:
    values: dict[str, Any] = {
        "host": server.host,
        "port": server.port,
        "sender": "Monitor <m@example.org>",
        "to": ("reader@example.org",),
        "user": "user",
        "password": Secret(PASSWORD),
        **more,
    }
    return EmailSettings(**values)


async def test_sent(server: SmtpServer, notifier: EmailNotifier) -> None:
    """A mail goes out encrypted, after login, to one recipient, from the sender's address (E22-E31)."""
    await notifier.send(delivery())
    (mail,) = server.mails
    assert (mail.sender, mail.recipients) == ("m@example.org", ("reader@example.org",))
    assert mail.encrypted
    assert server.logins == ["user"]
    assert b"Message-ID: <00000000000000000000000000000001@example.org>\r\n" in mail.content


@pytest.mark.parametrize(
    ("stage", "reply", "scope"),
    [
        ("connect", "554 5.3.2 not now", "moment"),
        ("connect", "421 4.3.2 too busy", "moment"),
        ("ehlo", "502 5.5.1 no", "moment"),
        ("auth", "535 5.7.8 bad credentials", "channel"),
        ("auth", "454 4.7.0 later", "moment"),
        ("mail", "451 4.3.0 later", "moment"),
        ("mail", "530 5.7.0 authentication required", "channel"),
        ("mail", "550 5.7.1 sender not allowed", "channel"),
        ("mail", "552 5.3.4 too large", "message"),
        ("rcpt", "450 4.2.1 greylisted", "recipient"),
        ("rcpt", "421 4.3.2 closing", "moment"),
        ("rcpt", "550 5.1.1 no such user", "message"),
        ("rcpt", "552 5.2.2 mailbox full", "recipient"),
        ("rcpt", "554 5.7.1 relaying denied", "message"),
        ("data", "451 4.3.0 later", "moment"),
        ("data", "552 5.3.4 too large", "message"),
        ("data", "554 5.7.1 spam", "message"),
        ("data", "550 5.7.26 unauthenticated", "message"),
        ("data", "550 5.7.515 access denied", "message"),
    ],
)
async def test_refusals(
    server: SmtpServer, notifier: EmailNotifier, stage: Stage, reply: str, scope: DeliveryScope
) -> None:
    """Each refusal has its scope, and its text tells what the server said (E26)."""
    server.replies[stage] = [reply] * 4
    error = await failure(notifier, delivery())
    assert (error.scope, error.unknown) == (scope, False)
    assert reply in str(error)
    assert not server.mails


@pytest.mark.parametrize(
    ("stage", "unknown"), [("ehlo", False), ("mail", False), ("rcpt", False), ("data", True)]
)
async def test_broken_off(
    server: SmtpServer, notifier: EmailNotifier, stage: Stage, unknown: bool
) -> None:
    """A connection lost is worth another try; only once the mail has left is the outcome unknown (E28)."""
    server.replies[stage] = [DROP]
    error = await failure(notifier, delivery())
    assert (error.scope, error.unknown) == ("moment", unknown)


async def test_second_attempt_bears_the_same_id(server: SmtpServer, certificate: Any) -> None:
    """After an unknown outcome the next attempt is the same mail with a new Date (E2, E28)."""
    notifier = EmailNotifier(settings(server, ca_file=certificate[0]), clock=ticking(3, 4))
    server.replies["data"] = [DROP]
    owed = delivery()
    assert (await failure(notifier, owed)).unknown
    await send(notifier, again(owed))
    first, second = (mail.content.splitlines() for mail in server.mails)
    assert [a for a, b in zip(first, second, strict=True) if a != b] == [
        b"Date: Sun, 22 Nov 2026 03:00:00 +0000"
    ]


async def test_each_recipient_has_an_envelope(server: SmtpServer, notifier: EmailNotifier) -> None:
    """One refused address keeps no other from its mail, and none sees the other's (E22, E27)."""
    people = ["a@example.org", "b@example.org", "c@example.org"]
    server.replies["rcpt"] = []
    for number, person in enumerate(people):
        owed = delivery(recipient=person, number=number + 1)
        if person == "b@example.org":
            server.replies["rcpt"] = ["550 5.1.1 no such user"]
            assert (await failure(notifier, owed)).scope == "message"
        else:
            await notifier.send(owed)
    assert [mail.recipients for mail in server.mails] == [("a@example.org",), ("c@example.org",)]
    assert all(b"c@example.org" not in mail.content for mail in server.mails[:1])


async def test_mails_of_a_round_share_a_connection(
    server: SmtpServer, notifier: EmailNotifier
) -> None:
    """A round logs in once; after a refusal the next mail has a connection of its own."""
    await notifier.send(delivery())
    await notifier.send(delivery(number=2))
    assert server.logins == ["user"]
    server.replies["rcpt"] = ["550 5.1.1 no such user"]
    await failure(notifier, delivery(number=3))
    await notifier.send(delivery(number=4))
    assert server.logins == ["user"] * 2
    assert len(server.mails) == 3


async def test_unknown_certificate(server: SmtpServer) -> None:
    """A certificate that nobody vouches for: nothing is sent, the mail waits (E23)."""
    error = await failure(EmailNotifier(settings(server), clock=clock), delivery())
    assert error.scope == "moment"
    assert "certificate" in str(error)
    assert "self-signed" in str(error)
    assert not server.mails
    assert not server.logins


@pytest.mark.parametrize(
    ("security", "user", "scope"),
    [("starttls", "user", "moment"), ("starttls", None, "moment"), ("none", "user", "channel")],
)
async def test_never_in_the_clear(security: Any, user: str | None, scope: DeliveryScope) -> None:
    """Without STARTTLS nothing goes out, least of all a password (E24, E25)."""
    with SmtpServer(users={"user": PASSWORD}) as server:
        notifier = EmailNotifier(settings(server, security=security, user=user), clock=clock)
        error = await failure(notifier, delivery())
        assert error.scope == scope
        assert not server.mails
        assert not server.logins


async def test_open_relay_on_request() -> None:
    """`security: none` without a password sends unencrypted, as the operator asked."""
    with SmtpServer() as server:
        plain = settings(server, security="none", user=None, password=None)
        await send(EmailNotifier(plain, clock=clock), delivery())
        assert [mail.encrypted for mail in server.mails] == [False]


async def test_implicit_tls(certificate: tuple[Path, Any]) -> None:
    """`security: tls` is encrypted from the first byte (E23)."""
    with SmtpServer(tls=certificate[1]) as server:
        given = settings(server, security="tls", user=None, ca_file=certificate[0])
        await send(EmailNotifier(given, clock=clock), delivery())
        assert [mail.encrypted for mail in server.mails] == [True]


async def test_too_large() -> None:
    """A mail beyond the server's SIZE is not begun (E30)."""
    with SmtpServer(size_limit=2_000) as server:
        plain = settings(server, security="none", user=None)
        error = await failure(EmailNotifier(plain, clock=clock), delivery())
        assert error.scope == "message"
        assert "2,000" in str(error)


@pytest.mark.parametrize("supported", [True, False])
async def test_address_in_other_letters(supported: bool) -> None:
    """Letters before the @ need the server's consent (E10)."""
    with SmtpServer(utf8=supported) as server:
        notifier = EmailNotifier(settings(server, security="none", user=None), clock=clock)
        owed = delivery(recipient="читатель@example.org")
        if supported:
            await send(notifier, owed)
            assert server.mails[0].recipients == ("читатель@example.org",)
        else:
            assert (await failure(notifier, owed)).scope == "message"


async def test_nobody_there() -> None:
    """A server that does not answer is worth another try."""
    with SmtpServer() as server:
        pass
    error = await failure(EmailNotifier(settings(server), clock=clock), delivery())
    assert (error.scope, error.unknown) == ("moment", False)
    assert f"{server.host}:{server.port} cannot be reached" in str(error)


async def test_missing_authority_file(server: SmtpServer, tmp_path: Path) -> None:
    """A `ca_file` that cannot be read is a fault of the channel."""
    given = settings(server, ca_file=tmp_path / "none.pem")
    assert (await failure(EmailNotifier(given, clock=clock), delivery())).scope == "channel"


async def test_password_is_never_told(
    server: SmtpServer, notifier: EmailNotifier, caplog: pytest.LogCaptureFixture
) -> None:
    """The password shows in no error and no log (E25, X23)."""
    caplog.set_level("DEBUG")
    server.replies["auth"] = ["535 5.7.8 bad"] * 4
    error = await failure(notifier, delivery())
    assert PASSWORD not in f"{error!r}{error}{error.__cause__!r}{caplog.text}"


async def test_slow_server(server: SmtpServer, certificate: Any) -> None:
    """A step that takes too long ends as no answer."""
    given = settings(server, ca_file=certificate[0])
    error = await failure(EmailNotifier(given, clock=clock, step=timedelta()), delivery())
    assert (error.scope, error.unknown) == ("moment", False)
