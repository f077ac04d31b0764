"""Digests as files: a page, a text and JSON for each, and ``latest.html`` (the newest page)."""

import asyncio
import hashlib
import json
import os
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.errors import DeliveryError
from monitor.model.outbox import Delivery, FileSettings
from monitor.text.clean import one_line

LATEST = "latest.html"
_NOT_SLUG = re.compile(r"[^\w]+")
_SLUG_LIMIT = 60
_PAGES = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-*.html"


class FileNotifier:
    """Writes deliveries of one channel into its folder."""

    def __init__(self, settings: FileSettings) -> None:
        """Take the folder; it is made with the first delivery."""
        self._folder = settings.folder

    async def send(self, delivery: Delivery) -> None:
        """Write ``<date>-<time>-<slug>.{html,txt,json}``; the same delivery always writes the same files.

        Each file appears whole or not at all, and is on the disk when this returns. Raises DeliveryError.
        """
        try:
            await asyncio.to_thread(write_digest, self._folder, delivery)
        except (PermissionError, NotADirectoryError, FileExistsError, IsADirectoryError) as error:
            raise DeliveryError(
                f"{self._folder} cannot be written: {error.strerror}. "
                "Give the monitor's user the right to write there, or set another `folder`.",
                scope="channel",
            ) from error
        except OSError as error:
            raise DeliveryError(f"{self._folder} cannot be written: {error.strerror}.") from error

    async def rest(self) -> None:
        """Nothing is kept between messages."""


def write_digest(folder: Path, delivery: Delivery) -> None:
    """Write the files of a delivery. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = file_stem(delivery)
    message = delivery.message
    for suffix, body in (("txt", message.text), ("json", message.payload), ("html", message.html)):
        if body:
            _replace(folder / f"{stem}.{suffix}", body)
    newest = max(folder.glob(_PAGES), default=None)
    if newest is not None:
        _replace(folder / LATEST, newest.read_text(encoding="utf-8"))
    _sync_folder(folder)


def file_stem(delivery: Delivery) -> str:
    """Name the files: local date and time of the digest, its title, six characters of the delivery's id.

    Names sort by time, so the newest page is the last.
    """
    title, at = _title_and_time(delivery)
    slug = _NOT_SLUG.sub("-", one_line(title).casefold())[:_SLUG_LIMIT].strip("-_")
    print_ = hashlib.sha256(delivery.id.encode()).hexdigest()[:6]
    return "-".join(part for part in (at, slug, print_) if part)


def _title_and_time(delivery: Delivery) -> tuple[str, str]:
    """Read title and moment from the digest's JSON, or from the delivery where there is none."""
    created = f"{delivery.created_at:%Y-%m-%d-%H%M}"
    try:
        data = json.loads(delivery.message.payload)["data"]
        at = datetime.fromisoformat(data["slot_at"])
        local = at.astimezone(ZoneInfo(data["timezone"]))
        return str(data["title"]), f"{local:%Y-%m-%d-%H%M}"
    except (ValueError, LookupError, TypeError):
        return delivery.message.subject, created


def _replace(path: Path, text: str) -> None:
    """Write a file beside its place, put it on the disk, then move it there in one step."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _sync_folder(folder: Path) -> None:
    """Put the names on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
