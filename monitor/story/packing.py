"""A telling as bytes, to be stored with its hit; changes of the form count up ``_FORM``."""

import struct
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from monitor.model.telling import Telling

_FORM = 1
_HEAD = struct.Struct(
    "<B2q4qHB3B7H"
)  # form, moments, digests, marks, lengths of texts, counts of numbers
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_NEVER = -(1 << 63)
_KINDS = "qIBIIIIIq"  # of the arrays below, in their order


def pack(telling: Telling) -> bytes:
    """Write a telling; equal tellings give equal bytes."""
    texts = [
        text.encode("utf-8", "surrogatepass")[:255]
        for text in (telling.feed_id, telling.house, telling.language)
    ]
    words, numbers = sorted(telling.words.items()), sorted(telling.numbers.items())
    lists = (
        sorted(telling.sentences), [word for word, _ in words], [weight for _, weight in words],
        sorted(telling.titled), sorted(telling.subjects), [number for number, _ in numbers],
        [unit for _, unit in numbers], sorted(telling.days), telling.keys,
    )  # fmt: skip
    counts = [len(lists[at]) for at in (0, 1, 3, 4, 5, 7, 8)]
    digests = (telling.headline, telling.title, telling.address, telling.text)
    moments = _tick(telling.seen_at), _tick(telling.published_at)
    marks = telling.stages, telling.brief
    head = _HEAD.pack(_FORM, *moments, *digests, *marks, *map(len, texts), *counts)
    return b"".join([head, *texts, *map(_bytes, _KINDS, lists)])


def unpack(data: bytes) -> Telling:
    """Read what ``pack`` wrote. Raises ValueError if it was written in another form."""
    if not data or data[0] != _FORM:
        raise ValueError("the telling was stored in a form that this version does not read")
    _, seen, published, headline, title, address, text, stages, brief, *sizes = _HEAD.unpack_from(
        data
    )
    at = _HEAD.size
    texts = []
    for size in sizes[:3]:
        texts.append(data[at : at + size].decode("utf-8", "surrogatepass"))
        at += size
    sentences, words, titled, subjects, numbers, days, keys = sizes[3:]
    counts = (sentences, words, words, titled, subjects, numbers, numbers, days, keys)
    lists = []
    for kind, count in zip(_KINDS, counts, strict=True):
        numbers_read = array(kind)
        end = at + count * numbers_read.itemsize
        numbers_read.frombytes(data[at:end])
        lists.append(numbers_read)
        at = end
    return Telling(
        feed_id=texts[0],
        house=texts[1],
        language=texts[2],
        seen_at=_moment(seen) or _EPOCH,
        published_at=_moment(published),
        headline=headline,
        title=title,
        address=address,
        text=text,
        sentences=frozenset(lists[0]),
        words=dict(zip(lists[1], lists[2], strict=True)),
        titled=frozenset(lists[3]),
        subjects=frozenset(lists[4]),
        numbers=dict(zip(lists[5], lists[6], strict=True)),
        days=frozenset(lists[7]),
        stages=stages,
        brief=bool(brief),
        keys=tuple(lists[8]),
    )


def _bytes(kind: str, values: Iterable[int]) -> bytes:
    return array(kind, values).tobytes()


def _tick(moment: datetime | None) -> int:
    return _NEVER if moment is None else (moment - _EPOCH) // _TICK


def _moment(tick: int) -> datetime | None:
    return None if tick == _NEVER else _EPOCH + tick * _TICK
