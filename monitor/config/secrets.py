"""Secrets from the environment or from files, never from feeds.yaml itself (X22)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from monitor.config.addresses import is_loopback, web_url
from monitor.config.draft import Draft
from monitor.config.places import Path
from monitor.config.schema import SecretRef
from monitor.config.values import shorten
from monitor.model.outbox import Secret
from monitor.text.urls import host_of

_MAX_BYTES = 64 * 1024
_HTTPS_MEND = "Use https, or a receiver on this machine."


@dataclass(frozen=True, slots=True)
class Vault:
    """Reads secrets and notes on the draft which cannot be had; gives empty ones when closed."""

    draft: Draft
    environ: Mapping[str, str]
    is_open: bool = True

    def secret(self, path: Path, ref: SecretRef) -> Secret:
        """Read one secret, without the line end a file has after it; empty where it is missing."""
        if (ref.env is None) == (ref.file is None):
            what = f"{_key(path)}: a secret has one source, env or file."
            self.draft.refuse(path, what, "Write {env: NAME} or {file: PATH}.")
            return Secret("")
        if not self.is_open:
            return Secret("")
        return Secret(self._from_env(path, ref.env) if ref.env else self._from_file(path, ref))

    def url(self, path: Path, ref: SecretRef) -> Secret:
        """Read a secret that is a URL; https, unless the host is this machine (W11)."""
        secret = self.secret(path, ref)
        if not secret.reveal():
            return secret
        try:
            self.check_https(path, web_url(secret.reveal()))
        except ValueError:  # its words may hold the URL, which is secret
            what = f"{_key(path)}: {_source(ref)} holds no web address."
            self.draft.refuse(path, what, "Put the whole URL there, from https:// on.")
        return secret

    def check_https(self, path: Path, url: str) -> None:
        """Refuse http to any other machine: what is sent there could be read on the way (W11)."""
        self.draft.warn_if_barred(path, url)
        if url.casefold().startswith("http:") and not is_loopback(host_of(url)):
            what = f"{_key(path)}: http would send the message readable to all on the way."
            self.draft.refuse(path, what, _HTTPS_MEND)

    def signing_secret(self, path: Path, ref: SecretRef) -> Secret:
        """Read a signing secret: ``whsec_`` and 24 to 64 bytes in base64 (W2)."""
        secret = self.secret(path, ref)
        value = secret.reveal()
        if value and not _is_signing_secret(value):
            what = f"{_key(path)}: {_source(ref)} holds no signing secret."
            mend = "It is whsec_ and 24 to 64 bytes in base64; make one with: "
            command = 'echo "whsec_$(openssl rand -base64 32)"'
            self.draft.refuse(path, what, mend + command)
        return secret

    def _from_env(self, path: Path, variable: str) -> str:
        value = self.environ.get(variable)
        if value is None:
            what = f"{_key(path)}: the environment variable {variable} is not set."
            self.draft.refuse(path, what, "Set it where monitor is started.")
        elif not value.strip():
            what = f"{_key(path)}: the environment variable {variable} is empty."
            self.draft.refuse(path, what, "Set it where monitor is started.")
        return (value or "").rstrip("\r\n")

    def _from_file(self, path: Path, ref: SecretRef) -> str:
        file = self._file(ref.file or "")
        try:
            with file.open("rb") as stream:
                value = stream.read(_MAX_BYTES + 1).decode("utf-8")
        except (OSError, ValueError) as error:
            reason = _reason(error)
            what = f"{_key(path)}: the secret's file {shorten(str(file))} {reason}."
            self.draft.refuse(path, what, "Create it, readable for monitor's user.")
            return ""
        if not value.strip() or len(value) > _MAX_BYTES:
            state = "is too long" if value.strip() else "is empty"
            what = f"{_key(path)}: the secret's file {shorten(str(file))} {state}."
            self.draft.refuse(path, what, "Put the secret alone into it.")
        return value.rstrip("\r\n")

    def _file(self, name: str) -> FilePath:
        """A relative name is systemd's credential of that name, if there is one."""
        credentials = self.environ.get("CREDENTIALS_DIRECTORY")
        if credentials and not FilePath(name).is_absolute():
            credential = FilePath(credentials) / name
            if credential.is_file():
                return credential
        return self.draft.folder / name


def _key(path: Path) -> str:
    return next(str(part) for part in reversed(path) if isinstance(part, str))


def _source(ref: SecretRef) -> str:
    return f"the environment variable {ref.env}" if ref.env else f"the file {ref.file}"


def _reason(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "does not exist"
        case PermissionError():
            return "may not be read"
        case OSError():
            return "cannot be read"
        case _:
            return "holds no UTF-8 text"


def _is_signing_secret(value: str) -> bool:
    try:
        raw = base64.b64decode(value.removeprefix("whsec_"), validate=True)
    except (ValueError, binascii.Error):
        return False
    return value.startswith("whsec_") and 24 <= len(raw) <= 64
