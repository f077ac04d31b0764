"""Mail: one recipient and one answer for each delivery, over a verified connection (E22-E31)."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable
from datetime import timedelta

import aiosmtplib

from monitor.deliver.mail import MailWriter, mailbox
from monitor.deliver.smtp_replies import Stage, refusal
from monitor.errors import DeliveryError
from monitor.model.outbox import Delivery, EmailSettings
from monitor.ports import Clock
from monitor.text.clean import one_line

_STEP = timedelta(seconds=60)  # for one command and its reply
_GOODBYE = 2.0  # seconds for QUIT; the mail's fate is settled by then
_DATA = timedelta(minutes=5)  # servers may scan a mail before they accept it (RFC 5321 4.5.3.2.6)


class EmailNotifier:
    """Sends deliveries of one channel by SMTP."""

    def __init__(
        self,
        settings: EmailSettings,
        *,
        clock: Clock,
        step: timedelta = _STEP,
        data: timedelta = _DATA,
    ) -> None:
        """Take the channel's settings; ``step`` and ``data`` bound the wait for one reply."""
        self._settings = settings
        self._clock = clock
        self._step = step
        self._data = data
        self._writer = MailWriter(settings)
        self._kept: aiosmtplib.SMTP | None = None

    async def send(self, delivery: Delivery) -> None:
        """Hand one mail over to the server. Raises DeliveryError.

        Once the mail's last line may have left, a broken connection is an unknown outcome: the
        next attempt bears the same Message-ID (E28).
        """
        mail = self._writer.write(delivery, self._clock())
        try:
            await self._hand_over(await self._connected(), delivery.recipient, mail)
        except BaseException:
            await self.rest()
            raise

    async def rest(self) -> None:
        """Take leave of the server."""
        client, self._kept = self._kept, None
        if client is not None:
            await _hang_up(client)

    async def _connected(self) -> aiosmtplib.SMTP:
        """Give the connection that the mail before came by, or a new one."""
        if self._kept is not None and self._kept.is_connected:
            return self._kept
        await self.rest()
        client = self._kept = self._client()
        await self._say("connect", client.connect())
        await self._say("ehlo", client.ehlo())
        await self._secure(client)
        await self._login(client)
        return client

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.security == "tls",
            start_tls=False,  # done by hand: aiosmtplib would go on in the clear if it may
            tls_context=self._context() if settings.security != "none" else None,
            timeout=self._data.total_seconds(),
        )

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._settings.ca_file)
        except (OSError, ValueError) as error:
            raise DeliveryError(
                f"The file of certificates {self._settings.ca_file} cannot be used: {error}.",
                scope="channel",
            ) from error

    async def _secure(self, client: aiosmtplib.SMTP) -> None:
        if self._settings.security != "starttls":
            return
        if not client.supports_extension("starttls"):
            raise DeliveryError(
                f"{self._settings.host} offers no encryption (STARTTLS), so nothing was sent. "
                "Use port 465 with `security: tls`, or ask who runs the server."
            )
        await self._say("tls", client.starttls(tls_context=self._context()))
        await self._say("ehlo", client.ehlo())

    async def _login(self, client: aiosmtplib.SMTP) -> None:
        settings = self._settings
        if settings.user is None or settings.password is None:
            return
        if settings.security == "none":
            raise DeliveryError(
                "A password is never sent unencrypted: set `security: starttls` or `tls`, "
                "or leave out user and password.",
                scope="channel",
            )
        login = client.login(settings.user, settings.password.reveal())
        await self._say("auth", login)

    async def _hand_over(self, client: aiosmtplib.SMTP, recipient: str, mail: bytes) -> None:
        self._require_room(client, len(mail))
        sender = mailbox(self._settings.sender, whose="sender").addr_spec
        to = mailbox(recipient, whose="recipient").addr_spec
        options = [f"SIZE={len(mail)}"] if client.supports_extension("size") else []
        encoding = "ascii"
        if not (sender + to).isascii():
            self._require_utf8(client, sender if not sender.isascii() else to)
            options, encoding = [*options, "SMTPUTF8"], "utf-8"
        await self._say("mail", client.mail(sender, options=options, encoding=encoding))
        await self._say("rcpt", client.rcpt(to, encoding=encoding))
        await self._say("data", client.data(mail))

    def _require_room(self, client: aiosmtplib.SMTP, size: int) -> None:
        """Raise before the mail is sent if the server has said that it is too large (E30)."""
        limit = client.esmtp_extensions.get("size", "").strip()
        if limit.isdecimal() and 0 < int(limit) < size:
            raise DeliveryError(
                f"The mail has {size:,} bytes, {self._settings.host} takes {int(limit):,}. "
                "Lower the digest's limit.",
                scope="message",
            )

    def _require_utf8(self, client: aiosmtplib.SMTP, address: str) -> None:
        """Raise if an address needs an extension that the server lacks (E10)."""
        if not client.supports_extension("smtputf8"):
            raise DeliveryError(
                f"{self._settings.host} takes no address with other than ASCII letters "
                f"before the @: {one_line(address, 80)}.",
                scope="message",
            )

    async def _say(self, stage: Stage, command: Awaitable[object]) -> None:
        """Await one command and turn whatever goes wrong into a DeliveryError."""
        host = self._settings.host
        limit = self._data if stage == "data" else self._step
        try:
            await asyncio.wait_for(command, limit.total_seconds())
        except aiosmtplib.SMTPResponseException as error:
            if error.code > 0:
                raise refusal(stage, error.code, error.message, host=host) from error
            raise self._broken(stage, error) from error
        except aiosmtplib.SMTPNotSupported as error:
            raise DeliveryError(f"{host}: {one_line(str(error), 200)}.", scope="channel") from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            raise self._broken(stage, error) from error

    def _broken(self, stage: Stage, error: Exception) -> DeliveryError:
        where = f"{self._settings.host}:{self._settings.port}"
        if certificate := _certificate_fault(error):
            return DeliveryError(
                f"The certificate of {where} is not acceptable: {certificate}. Nothing was sent. "
                "If the server has its own authority, give `ca_file`."
            )
        why = one_line(str(error), 200) or "no answer in time"
        if stage == "data":
            return DeliveryError(
                f"{where} may have taken the mail, but did not say so: {why}.", unknown=True
            )
        if stage == "connect":
            return DeliveryError(f"{where} cannot be reached: {why}.")
        return DeliveryError(f"{where} broke off at {stage.upper()}: {why}.")


async def _hang_up(client: aiosmtplib.SMTP) -> None:
    """Take leave as far as the server still listens, and close the socket before anything else is done."""
    transport = client.transport
    if client.is_connected:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            await asyncio.wait_for(client.quit(), _GOODBYE)
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()  # TLS would wait for the server's own farewell, up to 30 s
        await asyncio.sleep(0)


def _certificate_fault(error: BaseException | None) -> str:
    """Find a certificate's fault in a chain of causes."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""
