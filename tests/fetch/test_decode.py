"""Bounded decoding of bodies."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterable

import pytest

from monitor.errors import FetchError
from monitor.fetch.decode import BodyDecoder, Coding, coding_of

MIB = 1024 * 1024
LIMIT = 5 * MIB
TEXT = "Шанхай ынтымақтастық ұйымы ".encode() * 400


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def decode(coding: Coding, pieces: Iterable[bytes], limit: int = LIMIT) -> bytes:
    decoder = BodyDecoder(coding, limit=limit, host="feeds.example")
    for piece in pieces:
        decoder.feed(piece)
    return decoder.finish()


def one_by_one(data: bytes) -> list[bytes]:
    return [data[index : index + 1] for index in range(len(data))]


def whole(data: bytes) -> list[bytes]:
    return [data]


@pytest.mark.parametrize("cut", [whole, one_by_one])
@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        pytest.param("identity", TEXT, id="plain"),
        pytest.param("gzip", gzip.compress(TEXT), id="gzip"),
        pytest.param("deflate", zlib.compress(TEXT), id="deflate with zlib head"),
        pytest.param("deflate", raw_deflate(TEXT), id="raw deflate"),
        pytest.param(
            "gzip", gzip.compress(TEXT[:999]) + gzip.compress(TEXT[999:]), id="two members"
        ),
        pytest.param("gzip", gzip.compress(TEXT) + b"\0" * 64, id="padding after the end"),
        pytest.param("identity", gzip.compress(TEXT), id="gzip file without a header"),
    ],
)
def test_bodies_are_unpacked_however_they_arrive(
    coding: Coding, wire: bytes, cut: Callable[[bytes], list[bytes]]
) -> None:
    """X6: gzip of one or more members, both kinds of deflate, and gzip files come out whole."""
    assert decode(coding, cut(wire)) == TEXT


@pytest.mark.parametrize("coding", ["identity", "gzip", "deflate"])
@pytest.mark.parametrize("body", [b"", b"a", b"ab"])
def test_tiny_bodies_come_out_whole(coding: Coding, body: bytes) -> None:
    """A body shorter than the bytes that tell its format is kept; an empty one has no format."""
    packed = {"identity": body, "gzip": gzip.compress(body), "deflate": zlib.compress(body)}
    assert decode(coding, [packed[coding]]) == body
    assert decode(coding, []) == b""


@pytest.mark.parametrize("cut", [whole, one_by_one])
@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        pytest.param("gzip", gzip.compress(TEXT)[:-1], id="gzip less a byte"),
        pytest.param("gzip", gzip.compress(TEXT)[:40], id="gzip less most"),
        pytest.param(
            "gzip", gzip.compress(TEXT) + gzip.compress(TEXT)[:30], id="second member cut"
        ),
        pytest.param("deflate", zlib.compress(TEXT)[:-1], id="zlib less a byte"),
        pytest.param("deflate", raw_deflate(TEXT)[:-1], id="raw less a byte"),
        pytest.param("identity", gzip.compress(TEXT)[:-1], id="gzip file less a byte"),
        pytest.param("gzip", b"<rss>plain text</rss>", id="not gzip at all"),
        pytest.param("deflate", b"<rss>plain text</rss>", id="not deflate at all"),
        pytest.param("gzip", gzip.compress(TEXT)[:-8] + b"\1" * 8, id="wrong checksum"),
    ],
)
def test_broken_packing_is_an_error(
    coding: Coding, wire: bytes, cut: Callable[[bytes], list[bytes]]
) -> None:
    """X6: data that stop short or break give an error, never a partial body."""
    with pytest.raises(FetchError) as caught:
        decode(coding, cut(wire))
    assert caught.value.kind == "encoding"
    assert "feeds.example" in str(caught.value)


@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        pytest.param("identity", b"x" * (LIMIT + 1), id="plain"),
        pytest.param("gzip", gzip.compress(bytes(200 * MIB), 9), id="gzip bomb"),
        pytest.param("deflate", zlib.compress(bytes(200 * MIB), 9), id="deflate bomb"),
        pytest.param("identity", gzip.compress(bytes(200 * MIB), 9), id="gzip file bomb"),
        pytest.param("gzip", gzip.compress(bytes(200 * MIB), 1), id="bomb below the ratio"),
        pytest.param("gzip", gzip.compress(b"") * 200_000, id="members without end"),
    ],
)
def test_bombs_stay_small(coding: Coding, wire: bytes) -> None:
    """X6: 200 MiB in a few bytes are refused, and memory grows by less than 32 MiB meanwhile."""
    pieces = [wire[start : start + 65536] for start in range(0, len(wire), 65536)]
    tracemalloc.start()
    try:
        with pytest.raises(FetchError) as caught:
            decode(coding, pieces)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.kind == "too-large"
    assert peak < 32 * MIB


def test_nothing_is_left_inside_the_unpacker() -> None:
    """X6: bodies that end just around a step of the decoder come out whole."""
    for size in range(256 * 1024 - 300, 256 * 1024 + 300):
        assert len(decode("deflate", [raw_deflate(bytes(size))])) == size


def test_no_body_unpacks_a_hundredfold_unless_it_is_small() -> None:
    """X6: above 1 MiB a body of more than 100 times its packed size is a bomb, limit or not."""
    assert len(decode("gzip", [gzip.compress(bytes(MIB))])) == MIB
    with pytest.raises(FetchError, match="100 times") as caught:
        decode("gzip", [gzip.compress(bytes(2 * MIB))])
    assert caught.value.kind == "too-large"


def test_the_limit_itself_is_allowed() -> None:
    """X6: a body of exactly the limit passes, one byte more does not, on the wire as decoded."""
    body = bytes(range(256)) * 4
    assert decode("gzip", [gzip.compress(body)], limit=1024) == body
    for coding, wire in (("identity", body + b"x"), ("gzip", gzip.compress(body + b"x"))):
        with pytest.raises(FetchError, match="larger than"):
            decode(coding, [wire], limit=1024)  # type: ignore[arg-type]  # a plain str here


@pytest.mark.parametrize(
    ("values", "coding"),
    [
        ([], "identity"),
        (["identity"], "identity"),
        ([""], "identity"),
        (["gzip"], "gzip"),
        (["GZip "], "gzip"),
        (["x-gzip"], "gzip"),
        (["identity, deflate"], "deflate"),
    ],
)
def test_known_codings_are_read(values: list[str], coding: Coding) -> None:
    """X6: gzip, deflate and identity are read in any spelling."""
    assert coding_of(values, host="feeds.example") == coding


@pytest.mark.parametrize(
    "values", [["gzip, gzip"], ["gzip", "gzip"], ["deflate, gzip"], ["br"], ["zstd"], ["\x1b[31m"]]
)
def test_stacked_and_unknown_codings_are_refused(values: list[str]) -> None:
    """X6: codings in a stack, and those nobody offered, are refused; the message is printable."""
    with pytest.raises(FetchError) as caught:
        coding_of(values, host="feeds.example")
    assert caught.value.kind == "encoding"
    assert str(caught.value).isprintable()
