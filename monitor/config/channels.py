"""Channels: the settings of each kind, with secrets read and dangers named."""

import re
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import assert_never

from monitor.config.addresses import is_loopback
from monitor.config.draft import Draft
from monitor.config.places import Path
from monitor.config.schema import (
    ChannelModel,
    EmailModel,
    FileModel,
    SecretRef,
    SlackModel,
    TerminalModel,
    WebhookModel,
)
from monitor.config.secrets import Vault
from monitor.model.outbox import (
    Channel,
    ChannelKind,
    ChannelSettings,
    EmailSettings,
    FileSettings,
    Quiet,
    Secret,
    SlackSettings,
    TerminalSettings,
    WebhookSettings,
)

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LEAVING = re.compile(r"(?:https://|mailto:)[!-;=?-~]{3,700}")
_TELLING_HEADERS = ("authorization", "cookie", "token", "api-key", "apikey", "secret")


def read_channels(draft: Draft, vault: Vault) -> tuple[Channel, ...]:
    """Check and build the channels; with none configured, a page and the terminal serve."""
    if not draft.model.channels and "channels" not in draft.faulty:
        return _default_channels(draft)
    builder = _Builder(draft, vault)
    return tuple(builder.channel(name, model) for name, model in draft.model.channels.items())


def _default_channels(draft: Draft) -> tuple[Channel, ...]:
    zone = draft.model.timezone
    folder = FileSettings(draft.folder / "state" / "digests")
    return (
        Channel("page", "file", folder, timezone=zone),
        Channel("terminal", "terminal", TerminalSettings(), timezone=zone),
    )


@dataclass(frozen=True, slots=True)
class _Builder:
    draft: Draft
    vault: Vault

    def channel(self, name: str, model: ChannelModel) -> Channel:
        path: Path = ("channels", name)
        kind: ChannelKind = model.type
        return Channel(
            id=name,
            kind=kind,
            settings=self._settings(path, model),
            watches=frozenset(model.watches),
            timezone=model.timezone or self.draft.model.timezone,
            recipients=tuple(model.to) if isinstance(model, EmailModel) else ("",),
            quiet=Quiet(*model.quiet, urgent=model.urgent_in_quiet) if model.quiet else None,
        )

    def _settings(self, path: Path, model: ChannelModel) -> ChannelSettings:
        match model:
            case EmailModel():
                return self._email(path, model)
            case SlackModel():
                return SlackSettings(self.vault.url((*path, "url"), model.url))
            case WebhookModel():
                return self._webhook(path, model)
            case FileModel():
                return FileSettings(self.draft.folder / FilePath(model.folder).expanduser())
            case TerminalModel():
                return TerminalSettings()
            case _:
                assert_never(model)

    def _email(self, path: Path, model: EmailModel) -> EmailSettings:
        self._check_account(path, model)
        self._check_port(path, model)
        self._check_recipients(path, model)
        password = None
        if model.password:
            password = self.vault.secret((*path, "password"), model.password)
        return EmailSettings(
            host=model.host,
            sender=model.sender,
            to=tuple(model.to),
            port=_port(model),
            security=model.security,
            user=model.user,
            password=password,
            ca_file=self._ca_file(path, model),
            unsubscribe=self._unsubscribe(path, model),
        )

    def _check_account(self, path: Path, model: EmailModel) -> None:
        if model.user and not model.password:
            mend = "Add `password: {env: SMTP_PASSWORD}`, or delete user."
            self.draft.refuse((*path, "user"), "user: there is no password to it.", mend)
        if model.password and not model.user:
            what = "password: there is no user to it."
            self.draft.refuse((*path, "password"), what, "Add `user: …`.", at_key=True)
        if model.password and model.security == "none" and not is_loopback(model.host):
            what = "security: without it the password would travel readable to all on the way."
            mend = "Write starttls (port 587) or tls (port 465)."
            self.draft.refuse((*path, "security"), what, mend)

    def _check_port(self, path: Path, model: EmailModel) -> None:
        pairs = {465: "tls", 587: "starttls"}
        usual = pairs.get(_port(model))
        if usual and model.security not in (usual, "none"):
            what = f"port: {model.port} is usually spoken to with security {usual}."
            self.draft.warn((*path, "port"), what, f"Write security: {usual}.")

    def _check_recipients(self, path: Path, model: EmailModel) -> None:
        seen: set[str] = set()
        for number, address in enumerate(model.to):
            if address.casefold() in seen:
                what = f"to: {address} stands in the list twice."
                self.draft.refuse((*path, "to", number), what, "Delete one of the two.")
            seen.add(address.casefold())

    def _unsubscribe(self, path: Path, model: EmailModel) -> str | None:
        if model.unsubscribe and not _LEAVING.fullmatch(model.unsubscribe):
            what = "unsubscribe: mail programs take only an https: or mailto: address, in ASCII."
            mend = "Write one such as https://desk.example/leave?who={recipient}, or delete it."
            self.draft.refuse((*path, "unsubscribe"), what, mend)
        return model.unsubscribe

    def _ca_file(self, path: Path, model: EmailModel) -> FilePath | None:
        if model.ca_file is None:
            return None
        file = self.draft.folder / FilePath(model.ca_file).expanduser()
        if not file.is_file():
            what = f"ca_file: there is no file {file}."
            self.draft.refuse((*path, "ca_file"), what, "Write the path of a PEM file.")
        return file

    def _webhook(self, path: Path, model: WebhookModel) -> WebhookSettings:
        for header in model.headers:
            if any(sign in header.casefold() for sign in _TELLING_HEADERS):
                what = f"headers: {header} looks like a secret, and whoever reads this file has it."
                mend = "Keep the file readable to monitor's user only."
                self.draft.warn((*path, "headers", header), what, mend, at_key=True)
        return WebhookSettings(
            url=self._webhook_url((*path, "url"), model.url),
            secrets=tuple(
                self.vault.signing_secret((*path, "secrets", number), ref)
                for number, ref in enumerate(model.secrets)
            ),
            headers=dict(model.headers),
        )

    def _webhook_url(self, path: Path, url: SecretRef | str) -> Secret:
        if isinstance(url, SecretRef):
            return self.vault.url(path, url)
        self.vault.check_https(path, url)
        return Secret(url)


def _port(model: EmailModel) -> int:
    return model.port or _PORTS[model.security]
