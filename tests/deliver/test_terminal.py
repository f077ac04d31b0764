"""Digests on a terminal."""

import io
import re

import pytest

from monitor.deliver.terminal import TerminalNotifier
from monitor.model.outbox import Message
from tests.deliver.samples import delivery, failure
from tests.digest.hostile import TITLES

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


async def test_plain_where_a_program_reads() -> None:
    """Without a terminal the text comes as it is."""
    stream = io.StringIO()
    owed = delivery("terminal")
    await TerminalNotifier(stream).send(owed)
    assert stream.getvalue() == owed.message.text + "\n"


async def test_coloured_where_someone_looks() -> None:
    """On a terminal the same text has colours, the words that matched too."""
    stream = io.StringIO()
    owed = delivery("terminal")
    await TerminalNotifier(stream, colour=True).send(owed)
    shown = stream.getvalue()
    assert _COLOURS.sub("", shown).rstrip() == owed.message.text.rstrip()
    assert "\x1b[1;33mSCO\x1b[0m met" in shown


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("colour", [True, False])
async def test_controls_are_stripped(title: str, colour: bool) -> None:
    """Nothing a feed says steers the terminal (X20)."""
    stream = io.StringIO()
    owed = delivery("terminal", message=Message("s", f"{title}\nnext line"))
    await TerminalNotifier(stream, colour=colour).send(owed)
    shown = _COLOURS.sub("", stream.getvalue()) if colour else stream.getvalue()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\ud800-\udfff]", shown)
    assert "next line" in shown


async def test_poor_encoding() -> None:
    """Letters that the terminal cannot show are replaced; the digest is told all the same."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    await TerminalNotifier(stream).send(delivery("terminal", title="Казахстан meets"))
    assert b"????????? meets" in raw.getvalue()


async def test_closed_stream() -> None:
    """A stream that is closed is a failed delivery, no crash."""
    stream = io.StringIO()
    notifier = TerminalNotifier(stream)
    stream.close()
    assert (await failure(notifier, delivery("terminal"))).scope == "moment"
