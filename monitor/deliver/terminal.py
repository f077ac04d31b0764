"""Digests on a terminal: in colour where someone looks, plain text where a program reads."""

import json
import re
from collections.abc import Iterator
from typing import TextIO

from rich.console import Console
from rich.text import Text

from monitor.errors import DeliveryError
from monitor.model.outbox import Delivery
from monitor.text.clean import screen_text

_STYLES = (
    (r"^\d+\. .*$", "bold"),
    (r"\[(?:urgent|updated)\]", "bold red"),
    (r"https?://\S+", "blue underline"),
    (r"^   why: .*$", "green"),
    (r"^   also in .*$", "dim"),
    (r"^.+\n-+$", "bold cyan"),
)


class TerminalNotifier:
    """Writes deliveries to a stream."""

    def __init__(self, stream: TextIO, *, colour: bool | None = None) -> None:
        """Take the stream; ``colour`` None asks the stream whether it is a terminal."""
        self._stream = stream
        self._colour = stream.isatty() if colour is None else colour

    async def send(self, delivery: Delivery) -> None:
        """Write the digest's text; a stream that was closed meanwhile is a DeliveryError."""
        text = screen_text(delivery.message.text)
        try:
            self._write(text, delivery)
        except (OSError, ValueError) as error:
            raise DeliveryError(f"Standard output cannot be written: {error}.") from error

    async def rest(self) -> None:
        """Nothing is kept between messages."""

    def _write(self, text: str, delivery: Delivery) -> None:
        if not self._colour:
            self._stream.write(_encodable(text, self._stream) + "\n")
            self._stream.flush()
            return
        shown = Text(_encodable(text, self._stream))
        for pattern, style in _STYLES:
            shown.highlight_regex(re.compile(pattern, re.MULTILINE), style)
        for word in sorted(_marked(delivery)):
            shown.highlight_regex(re.compile(re.escape(word)), "bold yellow")
        console = Console(file=self._stream, force_terminal=True, highlight=False, markup=False)
        console.print(shown, soft_wrap=True)


def _marked(delivery: Delivery) -> frozenset[str]:
    """Collect the words that earned the digest's matches."""
    try:
        stories = json.loads(delivery.message.payload)["data"]["stories"]
        return frozenset(word for story in stories for word in _story_marks(story))
    except (ValueError, LookupError, TypeError):
        return frozenset()


def _story_marks(story: dict[str, object]) -> Iterator[str]:
    marks = story["marks"]
    if isinstance(marks, dict):
        for field in ("title", "snippet"):
            for start, end in marks[field]:
                yield str(story[field])[start:end]


def _encodable(text: str, stream: TextIO) -> str:
    """Replace what the stream's encoding lacks, so that one letter does not stop a digest."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
