"""Stored hits that share a print with new ones, looked up for a whole poll at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import Connection, bindparam, select

from monitor.model.story import Neighbour, NewHit, Prints
from monitor.store.schema import entry, hit, print_
from monitor.store.statements import chunks

_MEMORY = timedelta(days=7)  # how long a story can still be joined
_BEARERS = select(print_.c.hash, print_.c.hit_id).where(
    print_.c.hash.in_(bindparam("hashes", expanding=True)), print_.c.seen_at >= bindparam("since")
)
_OF_HIT = (hit.c.id, hit.c.story_id, hit.c.seen_at, hit.c.text_print, hit.c.title_print)
_OF_ENTRY = (entry.c.feed_id, entry.c.canonical_url, entry.c.title, entry.c.published_at)
_NEIGHBOURS = (
    select(*_OF_HIT, hit.c.sentence_prints, *_OF_ENTRY)
    .join_from(hit, entry)
    .where(hit.c.id.in_(bindparam("ids", expanding=True)))
)


class Neighbourhood:
    """The neighbours of some new hits; those that are saved move in one by one."""

    def __init__(self, connection: Connection, hits: Collection[NewHit], at: datetime) -> None:
        self._homes: dict[int, Neighbour] = {}  # in order of their coming
        self._by_hash: dict[int, set[int]] = defaultdict(set)
        hashes = sorted({value for new in hits for value in hashes_of(new)})
        for row in _bearers(connection, hashes, at - _MEMORY):
            self._by_hash[row[0]].add(row[1])
        bearers = set().union(*self._by_hash.values())
        for number, neighbour in _load(connection, sorted(bearers)):
            self._homes[number] = neighbour
        self._next = max(bearers, default=0) + 1

    def of(self, new: NewHit) -> Sequence[Neighbour]:
        """Give the neighbours of a hit, oldest first."""
        numbers: set[int] = set()
        for value in hashes_of(new):
            numbers |= self._by_hash.get(value, set())
        return [self._homes[number] for number in sorted(numbers)]

    def move_in(self, new: NewHit, story_id: str, at: datetime) -> None:
        """Make a hit that is being saved a neighbour of those after it."""
        self._homes[self._next] = Neighbour(
            story_id,
            new.entry.feed_id,
            new.entry.canonical_url,
            new.prints,
            at,
            new.entry.title,
            new.entry.published_at,
        )
        for value in hashes_of(new):
            self._by_hash[value].add(self._next)
        self._next += 1


def hashes_of(new: NewHit) -> set[int]:
    """Give a hit's prints as numbers: canonical URL, title, item, text, long sentences."""
    published = new.entry.published_at
    named = (
        ("url", new.entry.canonical_url),
        ("title", new.prints.title),
        ("item", f"{new.entry.title}\n{published.isoformat()}" if published else None),
        ("text", new.prints.text),
    )
    return set(new.prints.sentences) | {_number(kind, value) for kind, value in named if value}


def _number(kind: str, text: str) -> int:
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8, person=kind.encode()).digest()
    return int.from_bytes(digest, "big") >> 1  # 63 bits, as SQL has them


def _bearers(
    connection: Connection, hashes: Sequence[int], since: datetime
) -> Iterable[tuple[int, int]]:
    for chunk in chunks(hashes):
        rows = connection.execute(_BEARERS, {"hashes": chunk, "since": since})
        yield from ((row.hash, row.hit_id) for row in rows)


def _load(connection: Connection, ids: Sequence[int]) -> Iterable[tuple[int, Neighbour]]:
    for chunk in chunks(ids):
        for row in connection.execute(_NEIGHBOURS, {"ids": chunk}):
            prints = Prints(row.text_print, row.title_print, frozenset(row.sentence_prints))
            yield (
                row.id,
                Neighbour(
                    row.story_id,
                    row.feed_id,
                    row.canonical_url,
                    prints,
                    row.seen_at,
                    row.title,
                    row.published_at,
                ),
            )
