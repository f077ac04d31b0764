"""Links between hits: those that may tell one event are found by their prints, weighed, and kept.

What is no evidence (footers, bulletins) is known only once a house has used it several times. Links
that relied on it are weighed anew then, so that the links follow from the hits, not from their order.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model.telling import Evidence, Telling
from monitor.ports import Weigh
from monitor.store.schema import hit, link, print_, standing
from monitor.store.statements import chunks, insert_missing
from monitor.store.values import telling_of
from monitor.story.cluster import CROWD, FLOOR
from monitor.story.evidence import find_standing

WINDOW = timedelta(days=7)  # hits further apart tell two events
_MOST_COMPARED = 96  # stored hits that one is weighed against, those that share most

Pair = tuple[int, int]  # two hits, the smaller number first


def link_hits(connection: Connection, arrivals: Mapping[int, Telling], weigh: Weigh) -> set[int]:
    """Index and link hits that came or were edited; gives all hits whose links changed.

    An edit only adds to the links of a hit: what told one event once still does.
    """
    around = _Surroundings(connection, arrivals)
    _index(connection, arrivals, around)
    noted = _note_standing(connection, arrivals, around)
    found = {
        pair: evidence
        for pair in _pairs(arrivals, around)
        if (evidence := around.weigh(pair, weigh)).score >= FLOOR
    }
    _save(connection, found)
    changed = {each for pair in found for each in pair}
    return changed | (_weigh_anew(connection, noted, around, weigh) if noted else set())


def nearest(
    connection: Connection, hit_id: int, told: Telling, weigh: Weigh
) -> dict[int, Evidence]:
    """Weigh a stored hit against all that may tell the same, linked or not."""
    around = _Surroundings(connection, {hit_id: told})
    return {
        sum(pair) - hit_id: around.weigh(pair, weigh) for pair in _pairs({hit_id: told}, around)
    }


def unindex(connection: Connection, tellings: Mapping[int, Telling]) -> None:
    """Take hits out of the index, to be indexed anew as they are now."""
    rows = [
        {"of": key, "by": number} for number, telling in tellings.items() for key in telling.keys
    ]
    if rows:
        statement = delete(print_).where(print_.c.hash == bindparam("of"))
        connection.execute(statement.where(print_.c.hit_id == bindparam("by")), rows)


class _Surroundings:
    """Hits that bear a print of some others, and which prints are no evidence."""

    def __init__(self, connection: Connection, hits: Mapping[int, Telling]) -> None:
        self.bearers: dict[int, list[int]] = defaultdict(list)
        self.tellings: dict[int, Telling] = {}
        self.standing: set[int] = set()
        self.add(connection, hits)

    def add(self, connection: Connection, hits: Mapping[int, Telling]) -> None:
        """Look around some hits more."""
        keys = sorted(
            {key for telling in hits.values() for key in telling.keys} - self.bearers.keys()
        )
        for key, number in _bearers(connection, keys, hits.values()):
            self.bearers[key].append(number)
        strangers = {number for key in keys for number in self.bearers[key]}
        loaded = _load(connection, strangers - self.tellings.keys() - hits.keys())
        self.tellings |= loaded | dict(hits)
        for number, telling in hits.items():
            for key in telling.keys:
                known = self.bearers[key]
                if len(known) < CROWD and number not in known:
                    known.append(number)
        self.standing |= _known_standing(connection, [*loaded.values(), *hits.values()])

    def weigh(self, pair: Pair, weigh: Weigh) -> Evidence:
        """Weigh two hits; only what they are found by can be no evidence."""
        one, other = (self.tellings[number] for number in pair)
        marks: frozenset[int] = frozenset()
        if self.standing:
            marks = frozenset(self.standing & {*_marks(one), *_marks(other)})
        return weigh(one, other, marks)

    def meet(self, one: int, other: int) -> bool:
        """Tell whether two hits share a print that is evidence."""
        mine, theirs = self.tellings[one].keys, self.tellings[other].keys
        return bool(set(mine) & set(theirs) - self.standing)

    def candidates(self, number: int) -> list[int]:
        """List those to be weighed against a hit."""
        mine = self.tellings[number]
        shared = Counter(
            other
            for key in mine.keys
            if key not in self.standing
            for other in self.bearers.get(key, ())
            if other != number and other in self.tellings
        )
        near = [
            (-count, abs(self.tellings[other].told_at - mine.told_at), other)
            for other, count in shared.items()
        ]
        return [other for _, apart, other in sorted(near) if apart <= WINDOW][:_MOST_COMPARED]


def _marks(telling: Telling) -> Iterable[int]:
    """Give what of a hit may turn out to be no evidence."""
    yield telling.headline
    yield from (key for key in telling.keys if key in telling.sentences)


def _pairs(hits: Collection[int], around: _Surroundings) -> set[Pair]:
    return {_pair(number, other) for number in hits for other in around.candidates(number)}


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _bearers(
    connection: Connection, keys: Sequence[int], tellings: Iterable[Telling]
) -> Iterable[tuple[int, int]]:
    times = [telling.told_at for telling in tellings]
    if not times:
        return
    span = print_.c.told_at.between(min(times) - WINDOW, max(times) + WINDOW)
    for chunk in chunks(keys):
        found = select(print_.c.hash, print_.c.hit_id).where(print_.c.hash.in_(chunk), span)
        yield from ((row.hash, row.hit_id) for row in connection.execute(found))


def _load(connection: Connection, numbers: Collection[int]) -> dict[int, Telling]:
    """Read tellings; those that an older version wrote in another form are left out."""
    loaded = {}
    for chunk in chunks(sorted(numbers)):
        for row in connection.execute(select(hit.c.id, hit.c.telling).where(hit.c.id.in_(chunk))):
            telling = telling_of(row.telling)
            if telling is not None:
                loaded[row.id] = telling
    return loaded


def _known_standing(connection: Connection, tellings: Iterable[Telling]) -> set[int]:
    marks = sorted({mark for telling in tellings for mark in _marks(telling)})
    known: set[int] = set()
    for chunk in chunks(marks):
        known |= set(connection.scalars(select(standing.c.hash).where(standing.c.hash.in_(chunk))))
    return known


def _index(connection: Connection, arrivals: Mapping[int, Telling], around: _Surroundings) -> None:
    """Write by what hits are found; a print that a crowd bears finds the first of them only."""
    rows = [
        {"hash": key, "told_at": telling.told_at, "hit_id": number}
        for number, telling in arrivals.items()
        for key in dict.fromkeys(telling.keys)
        if number in around.bearers[key]
    ]
    if rows:
        connection.execute(insert(print_), rows)


def _note_standing(
    connection: Connection, arrivals: Mapping[int, Telling], around: _Surroundings
) -> dict[int, list[int]]:
    """Find what has become no evidence by these hits; gives with each mark those found by it."""
    noted: dict[int, list[int]] = {}
    for key in {key for telling in arrivals.values() for key in telling.keys} - around.standing:
        bearers = [number for number in around.bearers[key] if number in around.tellings]
        if len(bearers) < 2:
            continue
        tellings = [around.tellings[number] for number in bearers]
        own = {key} | {telling.headline for telling in tellings if telling.title == key}
        noted |= dict.fromkeys((find_standing(tellings) & own) - around.standing, bearers)
    insert_missing(connection, standing, [{"hash": mark} for mark in sorted(noted)], "hash")
    around.standing |= noted.keys()
    return noted


def _weigh_anew(
    connection: Connection, noted: Mapping[int, Sequence[int]], around: _Surroundings, weigh: Weigh
) -> set[int]:
    """Weigh the links that may have relied on what is no evidence now; gives the hits changed."""
    stored = linked(connection, {number for bearers in noted.values() for number in bearers})
    numbers = {number for pair in stored for number in pair}
    around.add(connection, _load(connection, numbers))
    weighed = {
        pair: around.weigh(pair, weigh)
        for pair in stored
        if around.tellings.keys() >= set(pair) and around.meet(*pair)
    }
    kept = {pair: found for pair, found in weighed.items() if found.score >= FLOOR}
    _forget(connection, stored)
    _save(connection, kept)
    return numbers


def linked(connection: Connection, numbers: Collection[int]) -> dict[Pair, float]:
    """Read all links of some hits, with their strength."""
    links: dict[Pair, float] = {}
    for chunk in chunks(sorted(numbers)):
        for end in (link.c.one, link.c.other):
            rows = connection.execute(
                select(link.c.one, link.c.other, link.c.strength).where(end.in_(chunk))
            )
            links |= {(one, other): strength for one, other, strength in rows}
    return links


def _save(connection: Connection, found: Mapping[Pair, Evidence]) -> None:
    if not found:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(link)
    stronger = adding.on_conflict_do_update(
        index_elements=[link.c.one, link.c.other],
        set_={"strength": adding.excluded.strength, "relation": adding.excluded.relation},
        where=link.c.strength < adding.excluded.strength,
    )
    connection.execute(stronger, [_row(pair, evidence) for pair, evidence in found.items()])


def _forget(connection: Connection, pairs: Iterable[Pair]) -> None:
    rows = [{"a": one, "b": other} for one, other in pairs]
    if rows:
        ends = (link.c.one == bindparam("a")) & (link.c.other == bindparam("b"))
        connection.execute(delete(link).where(ends), rows)


def _row(pair: Pair, evidence: Evidence) -> dict[str, object]:
    return {"one": pair[0], "other": pair[1]} | {
        "strength": evidence.score,
        "relation": evidence.relation,
    }
