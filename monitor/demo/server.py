"""The sample feeds on loopback: one thread, conditional GET, times relative to now."""

import re
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from types import TracebackType
from typing import Self

_TIME = re.compile(rb"\{\{(minutes|iso):(-?\d+)\}\}")
_TYPES = {".json": "application/feed+json", ".html": "text/html; charset=utf-8"}
_FOLDER = files("monitor.demo") / "feeds"


class SampleServer:
    """Serves the bundled feeds; a feed with an edited second version serves it from then on."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._asked: dict[str, int] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    @property
    def base(self) -> str:
        """The address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def body(self, name: str) -> bytes | None:
        """Give a sample's bytes with its times filled in; None if there is no such sample."""
        self._asked[name] = self._asked.get(name, 0) + 1
        stem, dot, ending = name.rpartition(".")
        edited = _FOLDER / f"{stem}.2{dot}{ending}"
        sample = edited if self._asked[name] > 1 and edited.is_file() else _FOLDER / name
        if not re.fullmatch(r"[\w.-]+", name) or not sample.is_file():
            return None
        return _TIME.sub(self._time, sample.read_bytes())

    def _time(self, found: re.Match[bytes]) -> bytes:
        moment = (self._now - timedelta(minutes=int(found[2]))).astimezone(UTC)
        text = format_datetime(moment) if found[1] == b"minutes" else moment.isoformat()
        return text.encode("ascii")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = server.body(self.path.strip("/"))
                if body is None:
                    self.send_error(404)
                    return
                etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
                if self.headers.get("If-None-Match") == etag:
                    self._answer(304, etag, "", b"")
                else:
                    ending = "." + self.path.rpartition(".")[2]
                    self._answer(200, etag, _TYPES.get(ending, "application/xml"), body)

            def _answer(self, status: int, etag: str, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("ETag", etag)
                if status == 200:
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
                """Keep the terminal for the demonstration."""

        return Handler
