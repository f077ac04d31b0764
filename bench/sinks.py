"""Receivers that cost next to nothing: a mail server and an HTTP receiver that note ids, and may break off.

Both answer as quickly as Python can, so that what is measured against them is the sender.
"""

import asyncio
import multiprocessing
import random
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self, cast

_MESSAGE_ID = re.compile(rb"^Message-ID: *(?:\r\n )?<([^@]+)@", re.MULTILINE)
_LENGTH = re.compile(rb"^content-length: *(\d+)", re.MULTILINE | re.IGNORECASE)
_WEBHOOK_ID = re.compile(rb"^webhook-id: *([^\r]+)", re.MULTILINE | re.IGNORECASE)
_BODY_ID = re.compile(rb"#([0-9a-z-]+)#")


@dataclass(slots=True)
class Inbox:
    """What came in, in order: the id of each message that was taken, as often as it was."""

    ids: list[str] = field(default_factory=list)
    break_off: float = 0.0  # how likely a message is taken without an answer
    chance: Callable[[], float] = random.random

    def take(self, message_id: str) -> bool:
        """Take a message; False to break off now."""
        self.ids.append(message_id)
        return self.break_off == 0.0 or self.chance() >= self.break_off


class MailSink(asyncio.Protocol):
    """One SMTP conversation."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._buffer = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each command, and each mail once its last line is here."""
        self._buffer += data
        while not self._transport.is_closing():
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            whole, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            if self._in_data:
                self._mail(whole)
            else:
                self._command(whole[:4].upper())

    def _mail(self, mail: bytes) -> None:
        self._in_data = False
        found = _MESSAGE_ID.search(mail)
        if self._inbox.take(found[1].decode() if found else "?"):
            self._transport.write(b"250 OK\r\n")
        else:
            self._transport.abort()

    def _command(self, command: bytes) -> None:
        self._in_data = command == b"DATA"
        if command == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        elif command == b"EHLO":
            self._transport.write(b"250-sink\r\n250 SIZE 99999999\r\n")
        else:
            self._transport.write(b"354 go\r\n" if self._in_data else b"250 OK\r\n")


class HookSink(asyncio.Protocol):
    """One HTTP connection; a message's id is its webhook-id, or stands between two # in the body."""

    def __init__(self, inbox: Inbox, answer: bytes = b"ok") -> None:
        self._inbox = inbox
        self._buffer = b""
        self._answer = (
            b"HTTP/1.1 200 OK\r\nContent-Length: "
            + str(len(answer)).encode()
            + b"\r\n\r\n"
            + answer
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a request."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request once its body is here."""
        self._buffer += data
        while not self._transport.is_closing():
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            size = int(length[1]) if length else 0
            if not found or len(rest) < size:
                return
            self._buffer = rest[size:]
            named = _WEBHOOK_ID.search(head) or _BODY_ID.search(rest[:size])
            if self._inbox.take(named[1].decode() if named else "?"):
                self._transport.write(self._answer)
            else:
                self._transport.abort()


class Sinks:
    """Context manager: runs receivers in a thread of its own; ``ports`` are in the order given."""

    def __init__(self, make: Iterable[Callable[[], asyncio.Protocol]]) -> None:
        self._make = list(make)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.ports: list[int] = []

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
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _open(self) -> None:
        for make in self._make:
            server = await self._loop.create_server(make, "127.0.0.1", 0, backlog=1000)
            self.ports.append(server.sockets[0].getsockname()[1])


@contextmanager
def receivers(break_off: float = 0.0) -> Iterator[tuple[list[int], Callable[[], list[list[str]]]]]:
    """Run a mail server and an HTTP receiver in a process of their own.

    Gives their ports, and a call that takes the ids that came in since the last call.
    """
    ours, theirs = multiprocessing.Pipe()
    # not a fork: a child must not hold connections that are to break off
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, break_off))
    process.start()

    def taken() -> list[list[str]]:
        ours.send(True)
        came: list[list[str]] = ours.recv()
        return came

    yield ours.recv(), taken
    ours.send(False)
    process.join(10)


def _serve(pipe: Connection, break_off: float) -> None:
    inboxes = Inbox(break_off=break_off), Inbox(break_off=break_off)
    with Sinks([lambda: MailSink(inboxes[0]), lambda: HookSink(inboxes[1])]) as sinks:
        pipe.send(sinks.ports)
        while pipe.recv():
            came = [inbox.ids[:] for inbox in inboxes]
            for inbox, ids in zip(inboxes, came, strict=True):
                del inbox.ids[: len(ids)]
            pipe.send(came)
