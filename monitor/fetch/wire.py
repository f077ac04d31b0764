"""One connection to a host: bytes in and out, with little of either in memory."""

import asyncio

_MUCH = 64 * 1024  # unread bytes from which on the other side has to wait


class Wire(asyncio.Protocol):
    """Reads and writes; made by ``loop.create_connection``. Raises OSError where the line broke.

    Unlike a StreamReader it can tell whether anything came that nobody asked for.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._arrived = bytearray()
        self._error: Exception | None = None
        self._ended = False
        self._paused = False
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    @property
    def quiet(self) -> bool:
        """Whether the connection stands and nothing came on it unasked."""
        return not self._arrived and not self._ended

    async def read(self) -> bytes:
        """Give what came since the last call, waiting for it; no bytes: the end."""
        if self.quiet:
            self._reader = self._loop.create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        if self._error is not None and not self._arrived:
            raise self._error
        data = bytes(self._arrived)
        self._arrived.clear()
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return data

    async def write(self, data: bytes) -> None:
        """Send bytes, waiting until nearly all of them are on their way."""
        if self._transport is None or self._ended:
            raise self._error or ConnectionResetError("the connection is closed")
        self._transport.write(data)
        if self._writer is not None:
            await self._writer

    def close(self) -> None:
        """End the connection at once, whatever is still on it.

        No parting words in TLS either: with the answer here they protect nothing, and a server
        that does not return them would keep the connection for half a minute.
        """
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport that asyncio made."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a TCP connection has no other
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Keep what came until it is read."""
        self._arrived += data
        if len(self._arrived) > _MUCH and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> None:
        """Note the end; the transport then closes by itself."""
        self._ended = True
        _wake(self._reader)

    def connection_lost(self, error: Exception | None) -> None:
        """Note the end, and why."""
        self._ended, self._error = True, error
        _wake(self._reader)
        self.resume_writing()

    def pause_writing(self) -> None:
        """Make the next write wait: much is still to be sent."""
        self._writer = self._loop.create_future()

    def resume_writing(self) -> None:
        """Let writes go on."""
        _wake(self._writer)
        self._writer = None


def _wake(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)
