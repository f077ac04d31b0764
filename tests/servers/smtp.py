"""A mail server on loopback that answers as told and keeps what it accepts.

    with SmtpServer() as server:
        server.replies["rcpt"] = ["451 4.3.0 try later"]   # for the next RCPT, then normal again
        ...
        assert server.mails[0].content.startswith(b"From:")

Runs in a thread of its own, so that it serves tests, event loops and other processes alike.
"""

import asyncio
import ssl
import threading
from collections import defaultdict
from dataclasses import dataclass
from types import TracebackType
from typing import Any, AnyStr, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Stage = Literal["connect", "ehlo", "auth", "mail", "rcpt", "data"]
DROP = "drop"  # as a reply: take what was sent and break the connection off


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it came in; ``accepted`` is False where the server broke off after taking it."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    accepted: bool
    encrypted: bool


class SmtpServer:
    """Context manager; ``host`` and ``port`` say where it listens."""

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        starttls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
        users: dict[str, str] | None = None,
        size_limit: int = 33_554_432,
        utf8: bool = False,
    ) -> None:
        self.port = 0
        self.mails: list[Mail] = []
        self.logins: list[str] = []
        self.replies: defaultdict[Stage, list[str]] = defaultdict(list)
        self._tls = tls
        self._users = users or {}
        self._options: dict[str, Any] = {
            "tls_context": starttls,
            "data_size_limit": size_limit,
            "enable_SMTPUTF8": utf8,
            "hostname": "mail.example.org",
            "authenticator": self._authenticate,
            "auth_require_tls": starttls is not None,
        }
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def next_reply(self, stage: Stage) -> str | None:
        """Take the next scripted reply of a stage; None answers normally."""
        return self.replies[stage].pop(0) if self.replies[stage] else None

    def keep(self, session: Session, envelope: Envelope, *, accepted: bool) -> None:
        """Keep a mail whose last line came in."""
        self.mails.append(
            Mail(
                sender=str(envelope.mail_from),
                recipients=tuple(str(each) for each in envelope.rcpt_tos),
                content=bytes(envelope.original_content or b""),
                accepted=accepted,
                encrypted=session.ssl is not None or self._tls is not None,
            )
        )

    async def _open(self) -> None:
        self._server = await self._loop.create_server(
            lambda: _Conversation(self, self._loop, self._options), self.host, 0, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        user, password = data.login.decode(), data.password.decode()
        self.logins.append(user)
        reply = self.next_reply("auth")
        if reply is not None:
            return AuthResult(success=False, handled=False, message=reply)
        return AuthResult(success=self._users.get(user) == password, handled=False)


class _Conversation(SMTP):
    """One connection; the server's script comes before what SMTP would answer."""

    def __init__(
        self, server: SmtpServer, loop: asyncio.AbstractEventLoop, options: dict[str, Any]
    ) -> None:
        super().__init__(_Script(server), loop=loop, **options)
        self._script_server = server
        self._greeted = False

    async def push(self, status: AnyStr) -> None:
        scripted = None if self._greeted else self._script_server.next_reply("connect")
        self._greeted = True
        if scripted is None:
            await super().push(status)
        else:
            await super().push(scripted)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 -- aiosmtpd looks for this name
        reply = self._script_server.next_reply("ehlo")
        if reply is None:
            await super().smtp_EHLO(hostname)
        elif reply == DROP:
            _break_off(self)
        else:
            await self.push(reply)


class _Script:
    """aiosmtpd's handler: asks the server what to answer."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd looks for these names
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._server.next_reply("mail")
        if reply is None:
            envelope.mail_from = address
        return _said(smtp, reply)

    async def handle_RCPT(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._server.next_reply("rcpt")
        if reply is None:
            envelope.rcpt_tos.append(address)
        return _said(smtp, reply)

    async def handle_DATA(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope
    ) -> str:
        reply = self._server.next_reply("data")
        if reply in (None, DROP):
            self._server.keep(session, envelope, accepted=reply is None)
        return _said(smtp, reply)


def _said(smtp: SMTP, reply: str | None) -> str:
    if reply == DROP:
        _break_off(smtp)
    return reply or "250 2.0.0 OK"


def _break_off(smtp: SMTP) -> None:
    assert isinstance(smtp.transport, asyncio.Transport)
    smtp.transport.abort()
