"""A receiver of webhooks on loopback, Slack's kind or any: answers as told and keeps what came in.

with HookServer.slack() as server:
    server.replies.append(HookReply(429, "", {"Retry-After": "7"}))   # once, then normal again
    ...
    assert json.loads(server.requests[0].body)["text"]
"""

import contextlib
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A request as it came in; names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HookReply:
    """What to answer. ``drop`` takes the request and breaks off; ``hang`` never ends the body."""

    status: int = 204
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    hang: bool = False
    silent: bool = False  # takes the request and says nothing until the server closes


class HookServer:
    """Context manager; ``url`` says where it listens."""

    def __init__(self, normal: HookReply = HookReply(), *, path: str = "/hook") -> None:
        self.normal = normal
        self.replies: deque[HookReply] = deque()
        self.requests: list[HookRequest] = []
        self.closing = threading.Event()
        self._path = path
        self._server = _HttpServer(("127.0.0.1", 0), _Handler)
        self._server.hooks = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @classmethod
    def slack(cls) -> Self:
        """Make one that answers as Slack does."""
        return cls(HookReply(200, "ok"), path="/services/T000/B000/secretsecret")

    @property
    def url(self) -> str:
        """The address to post to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{self._path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def take(self, request: HookRequest) -> HookReply:
        """Keep a request and give its answer."""
        self.requests.append(request)
        return self.replies.popleft() if self.replies else self.normal


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    hooks: HookServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _HttpServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.hooks.take(HookRequest("POST", self.path, headers, body))
        self.close_connection = True
        if reply.silent:
            self.server.hooks.closing.wait(30)
        elif not reply.drop:
            self._answer(reply)

    def do_GET(self) -> None:
        self.server.hooks.take(HookRequest("GET", self.path, {}, b""))
        self._answer(HookReply(405))

    def _answer(self, reply: HookReply) -> None:
        body = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Connection", "close")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if not reply.hang:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if reply.hang:
            self._go_on()

    def _go_on(self) -> None:
        """Send until the other side has had enough."""
        with contextlib.suppress(OSError):
            for _ in range(10_000):
                self.wfile.write(b"x" * 4096)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the tests' output clean."""
