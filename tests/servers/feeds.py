"""A small HTTP/1.1 server for feeds: honest pages, and scripted misbehaviour.

It runs in threads on a free port of 127.0.0.1, so that it serves async tests, plain tests and other
processes alike::

    with FeedServer() as server:
        server.serve("/feed", b"<rss/>", etag='"1"')
        ...
        assert server.requests_to("/feed")[0].headers["user-agent"]

A path without a script answers 404. ``serve`` and ``script`` may be called again between requests.
"""

import contextlib
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

_HEAD_END = b"\r\n\r\n"
_LONGEST_HEAD = 256 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; header names in lower case, values one character a byte."""

    method: str
    path: str  # with the query
    headers: Mapping[str, str]
    head: bytes  # the whole block, as it was on the wire
    at: float  # monotonic seconds
    client: int = 0  # the port it came from: one a connection


class ServerStopped(Exception):  # noqa: N818 -- a signal, no error
    """Ends a behaviour that is still waiting when the server stops."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The client's end, as a behaviour sees it."""

    connection: socket.socket
    stopping: threading.Event
    converse: Callable[[], None] = lambda: None  # go on as if nothing had happened

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(data)

    def wait(self, pause: timedelta) -> None:
        """Let time pass; raises ServerStopped when the server is taken down."""
        if self.stopping.wait(pause.total_seconds()):
            raise ServerStopped


Behaviour = Callable[[Request, Peer], None]
Page = Callable[[Request], bytes]


@dataclass(frozen=True, slots=True)
class _Script:
    """What a path does: give a whole answer and go on, or misbehave and hang up."""

    page: Page | None = None
    behaviour: Behaviour | None = None


@dataclass(slots=True)
class FeedServer:
    """Serves what it is told to; records every request."""

    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    _scripts: dict[str, _Script] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _server: "_Listener | None" = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Listener(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopping.set()
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None
        return int(self._server.server_address[1])

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        """Give the URL of a path; ``host`` is another name for this machine."""
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def requests_to(self, path: str) -> list[Request]:
        """Give the requests to one path, oldest first."""
        return [request for request in self.requests if request.path == path]

    def serve(
        self,
        path: str,
        body: bytes = b"",
        *,
        status: int = 200,
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        content_type: str = "application/rss+xml",
    ) -> None:
        """Serve a page; with validators given, conditional requests are answered 304 where right."""
        validators = [("ETag", etag), ("Last-Modified", last_modified)]
        extra = [*((name, value) for name, value in validators if value), *headers]

        def page(request: Request) -> bytes:
            if status == 200 and _is_current(request, etag, last_modified):
                return answer(304, headers=extra)
            return answer(status, body, headers=[("Content-Type", content_type), *extra])

        self._scripts[path] = _Script(page=page)

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        """Send askers on."""
        self.serve(path, status=status, headers=[("Location", to)])

    def script(self, path: str, behaviour: Behaviour) -> None:
        """Let a function write the answer; the connection is closed after it."""
        self._scripts[path] = _Script(behaviour=behaviour)

    def raw(self, path: str, *pieces: bytes) -> None:
        """Send these bytes as they are, then hang up; no pieces: hang up at once."""

        def behaviour(_: Request, peer: Peer) -> None:
            for piece in pieces:
                peer.send(piece)

        self.script(path, behaviour)

    def drip(self, path: str, every: timedelta = timedelta(milliseconds=20)) -> None:
        """Send a good head, then one byte at a time, for ever."""

        def behaviour(_: Request, peer: Peer) -> None:
            peer.send(head(200, [("Content-Length", "1000000")]))
            while True:
                peer.send(b"x")
                peer.wait(every)

        self.script(path, behaviour)

    def endless(self, path: str, block: bytes = b"x" * 65536) -> None:
        """Send chunks for as long as anyone listens."""

        def behaviour(_: Request, peer: Peer) -> None:
            peer.send(head(200, [("Transfer-Encoding", "chunked")]))
            while not peer.stopping.is_set():
                peer.send(chunk(block))

        self.script(path, behaviour)

    def _converse(self, connection: socket.socket) -> None:
        peer, data = Peer(connection, self._stopping, lambda: self._converse(connection)), b""
        with contextlib.suppress(OSError, ServerStopped):  # the client left, or we do
            while received := _read_head(connection, data):
                request, data = received
                self.requests.append(request)
                script = self._scripts.get(request.path, _Script(page=lambda _: answer(404)))
                if script.behaviour:
                    script.behaviour(request, peer)
                    return
                if script.page:
                    peer.send(script.page(request))


def head(status: int, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """Make a status line and headers; values are one character a byte."""
    reason = HTTPStatus(status).phrase
    given = list(headers)
    if "date" not in {name.lower() for name, _ in given}:
        given.insert(0, ("Date", format_datetime(datetime.now(UTC), usegmt=True)))
    lines = [f"{name}: {value}" for name, value in given]
    return "\r\n".join([f"HTTP/1.1 {status} {reason}", *lines, "", ""]).encode("latin-1")


def answer(status: int, body: bytes = b"", headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """Make a whole answer with its Content-Length."""
    if status == 304:
        return head(status, headers)
    return head(status, [("Content-Length", str(len(body))), *headers]) + body


def chunk(data: bytes) -> bytes:
    """Make one chunk of a chunked body; empty data end it."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _is_current(request: Request, etag: str | None, last_modified: str | None) -> bool:
    """Decide as RFC 9110 13.2.2 has it: If-None-Match goes before If-Modified-Since."""
    if (asked := request.headers.get("if-none-match")) is not None:
        tags = [tag.strip().removeprefix("W/") for tag in (asked, *asked.split(","))]
        return etag is not None and etag.removeprefix("W/") in tags
    return last_modified is not None and request.headers.get("if-modified-since") == last_modified


def _read_head(connection: socket.socket, data: bytes) -> tuple[Request, bytes] | None:
    while _HEAD_END not in data:
        received = connection.recv(65536)
        if not received or len(data) > _LONGEST_HEAD:
            return None
        data += received
    block, _, rest = data.partition(_HEAD_END)
    first, *lines = block.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip(" \t") for name, _, value in pairs}
    client = connection.getpeername()[1]
    return Request(method, path, headers, block, time.monotonic(), client), rest


class _Listener(socketserver.ThreadingTCPServer):
    """Accepts connections, each in a thread of its own."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, owner: FeedServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Conversation)


class _Conversation(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """Serve one connection to its end."""
        server = self.server
        assert isinstance(server, _Listener)
        self.request.settimeout(30)
        if server.owner.tls is None:
            server.owner._converse(self.request)
            return
        with (
            contextlib.suppress(OSError),  # a handshake that the client refuses
            server.owner.tls.wrap_socket(self.request, server_side=True) as secured,
        ):
            server.owner._converse(secured)
