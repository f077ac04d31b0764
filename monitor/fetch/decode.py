"""Undoes content-encodings without ever holding more than the limit (X6). Pure.

httpx decompresses without bound: 500 bytes can become hundreds of MiB. So it is only asked for the
raw bytes, and they are decoded here, step by step.
"""

import zlib
from collections.abc import Sequence
from typing import Literal

from monitor.errors import FetchError

Coding = Literal["identity", "gzip", "deflate"]

RATIO = 100  # decoded bytes a wire byte may become ...
RATIO_FROM = 1024 * 1024  # ... once this much is decoded
MOST_MEMBERS = 1000  # of one gzip body; a bomb of empty members costs time, not memory
_STEP = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b\x08"
_CODINGS: dict[str, Coding] = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}


def coding_of(values: Sequence[str], *, host: str) -> Coding:
    """Read Content-Encoding; raises FetchError ("encoding") for one unknown or several stacked."""
    names = [name.strip().lower() for value in values for name in value.split(",")]
    names = [name for name in names if name not in {"", "identity"}]
    if not names:
        return "identity"
    if len(names) > 1:
        raise FetchError("encoding", f"{host} packed its answer {len(names)} times over.")
    if names[0] not in _CODINGS:
        name = names[0].encode("ascii", "replace")[:20].decode()
        raise FetchError(
            "encoding",
            f"{host} packed its answer as {name!r}, although only gzip and deflate were offered.",
        )
    return _CODINGS[names[0]]


class BodyDecoder:
    """Takes a body as it comes from the wire and gives it whole and decoded, or raises FetchError.

    A body that is a gzip file without saying so (``sitemap.xml.gz``) is unpacked as well.
    """

    def __init__(self, coding: Coding, *, limit: int, host: str) -> None:
        self._coding = coding
        self._limit = limit
        self._host = host
        self._wire = 0
        self._members = 0
        self._head: bytes | None = b""  # the first bytes, until they tell the format
        self._inflate: zlib._Decompress | None = None
        self._body = bytearray()

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the wire."""
        self._wire += len(data)
        if self._wire > self._limit:
            raise self._too_large()
        if self._head is None:
            self._take(data)
            return
        self._head += data
        if len(self._head) >= len(_GZIP_MAGIC):
            self._begin()

    def finish(self) -> bytes:
        """Give the whole body; raises FetchError ("encoding") if the packed data stop short."""
        if self._head:
            self._begin()
        if self._inflate is not None and not self._drain(self._inflate):
            raise FetchError("encoding", f"{self._host}: the packed answer is cut short.")
        return bytes(self._body)

    def _begin(self) -> None:
        head, self._head = self._head or b"", None
        if self._coding == "gzip" or (self._coding == "identity" and head.startswith(_GZIP_MAGIC)):
            self._coding = "gzip"
            self._next_member()
        elif self._coding == "deflate":
            self._inflate = zlib.decompressobj(
                zlib.MAX_WBITS if _has_zlib_head(head) else -zlib.MAX_WBITS
            )
        self._take(head)

    def _take(self, data: bytes) -> None:
        if self._inflate is None:
            self._append(data)
            return
        while data:
            inflate = self._inflate
            data = self._after_end(data) if inflate.eof else self._inflate_some(inflate, data)

    def _inflate_some(self, inflate: "zlib._Decompress", data: bytes) -> bytes:
        """Decode at most one step; gives the bytes that are still to be decoded."""
        try:
            self._append(inflate.decompress(data, _STEP))
        except zlib.error as error:
            raise FetchError(
                "encoding",
                f"{self._host}: the answer is not the {self._coding} data it claims to be.",
            ) from error
        return inflate.unused_data if inflate.eof else inflate.unconsumed_tail

    def _drain(self, inflate: "zlib._Decompress") -> bool:
        """Take what zlib still holds back for want of room; False if the end is missing."""
        while not inflate.eof and (rest := inflate.decompress(b"", _STEP)):
            self._append(rest)
        return inflate.eof

    def _after_end(self, data: bytes) -> bytes:
        """Start the next gzip member, or drop padding: the data before it passed their checksum."""
        if self._coding != "gzip" or not data.startswith(_GZIP_MAGIC[: len(data)]):
            return b""
        self._next_member()
        return data

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise FetchError(
                "too-large",
                f"{self._host}: the answer holds more than {MOST_MEMBERS} gzip members.",
            )
        self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def _append(self, data: bytes) -> None:
        self._body += data
        size = len(self._body)
        if size > self._limit:
            raise self._too_large()
        if size > RATIO_FROM and size > self._wire * RATIO:
            raise FetchError(
                "too-large",
                f"{self._host}: the answer unpacks to more than {RATIO} times its size.",
            )

    def _too_large(self) -> FetchError:
        return too_large(self._host, self._limit)


def too_large(host: str, limit: int) -> FetchError:
    """Make the error for an answer of more than ``limit`` bytes."""
    return FetchError(
        "too-large",
        f"{host}: the answer is larger than {limit / 1024 / 1024:g} MiB. "
        "If that is meant, raise `polling: max_bytes:` in feeds.yaml.",
    )


def _has_zlib_head(head: bytes) -> bool:
    """Tell zlib data from raw deflate, which some servers send under the same name."""
    return len(head) >= 2 and head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
