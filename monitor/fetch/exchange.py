"""One request and its answer in HTTP/1.1, read by h11 within limits (X7)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import h11
import httpx

from monitor.fetch.wire import Wire

MOST_HEAD_BYTES = 100 * 1024  # of an answer's head, or a chunk's; a head this long is refused later
MOST_INTERIM = 10  # 1xx answers before the real one
MOST_PIECES = 20_000  # of one body: chunks of a byte each cost us far more than the sender

Patience = Mapping[str, float | None]


class HungUpError(httpx.RemoteProtocolError):
    """The connection ended before the whole answer was here."""


class HeadTooLongError(httpx.RemoteProtocolError):
    """The answer's head, or a part of its chunking, does not end."""


class Exchange(httpx.AsyncByteStream):
    """Sends one request over a wire and reads the answer; afterwards ``done`` gets the wire back.

    ``patience`` are seconds for each ``read`` and ``write``. Raises httpx.HTTPError only.
    """

    def __init__(self, wire: Wire, patience: Patience, done: Callable[[Wire], None]) -> None:
        self._wire = wire
        self._patience = patience
        self._done = done
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD_BYTES)
        self._pieces = 0
        self.answered = False  # whether a first byte came

    async def ask(self, request: httpx.Request) -> httpx.Response:
        """Send the request and give the answer, its body still unread."""
        body = await request.aread()
        await self._send(_written(self._http, request, body))
        for _ in range(MOST_INTERIM):
            event = await self._next()
            if isinstance(event, h11.Response):
                return httpx.Response(
                    event.status_code,
                    headers=list(event.headers),
                    stream=self,
                    request=request,
                    # Bytes behind "not modified", which has no body by its nature (P9).
                    extensions={"surplus": event.status_code == 304 and bool(self._surplus())},
                )
        raise httpx.RemoteProtocolError("endless interim answers")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body, as it was encoded for the way."""
        while isinstance(event := await self._next(), h11.Data):
            self._pieces += 1
            if self._pieces > MOST_PIECES:
                raise httpx.RemoteProtocolError("the body comes in too many pieces")
            yield bytes(event.data)

    async def aclose(self) -> None:
        """Give the wire back if the answer is read to its end, and drop it otherwise."""
        if self._http.their_state is h11.SEND_BODY:
            self._read_end()
        if self._http.their_state is h11.DONE and self._is_reusable():
            self._done(self._wire)
        else:
            self._wire.close()

    def _read_end(self) -> None:
        """Take the end of a message without a body, which nobody reads."""
        try:
            while isinstance(self._http.next_event(), h11.Data):
                pass
        except h11.RemoteProtocolError:
            return

    def _is_reusable(self) -> bool:
        return self._http.our_state is h11.DONE and not self._surplus() and self._wire.quiet

    def _surplus(self) -> bytes:
        return self._http.trailing_data[0]

    async def _send(self, data: bytes) -> None:
        try:
            async with asyncio.timeout(self._patience.get("write")):
                await self._wire.write(data)
        except TimeoutError as error:
            raise httpx.WriteTimeout("the request could not be sent in time") from error
        except OSError as error:
            raise httpx.WriteError(str(error)) from error

    async def _next(self) -> object:
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise _named(error, ended=self._http.trailing_data[1]) from error
            if event is not h11.NEED_DATA:
                return event
            data = await self._read()
            self.answered = self.answered or bool(data)
            self._http.receive_data(data)

    async def _read(self) -> bytes:
        try:
            async with asyncio.timeout(self._patience.get("read")):
                return await self._wire.read()
        except TimeoutError as error:
            raise httpx.ReadTimeout("the answer stopped") from error
        except OSError as error:
            raise httpx.ReadError(str(error)) from error


def _written(http: h11.Connection, request: httpx.Request, body: bytes) -> bytes:
    try:
        parts = [
            http.send(
                h11.Request(
                    method=request.method,
                    target=request.url.raw_path,
                    headers=request.headers.raw,
                )
            ),
            http.send(h11.Data(data=body)) if body else b"",
            http.send(h11.EndOfMessage()),
        ]
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError(str(error)) from error
    return b"".join(part for part in parts if part)


def _named(error: h11.RemoteProtocolError, *, ended: bool) -> httpx.RemoteProtocolError:
    if error.error_status_hint == 431:
        return HeadTooLongError(str(error))
    return (HungUpError if ended else httpx.RemoteProtocolError)(str(error))
