"""Links between hits: those that may tell one event are found by their prints, weighed, and kept.

What is no evidence (footers, bulletins) is known only once a house has used it several times. Links
that relied on it are weighed anew then, so that the links follow from the hits, not from their order.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model.telling import Evidence, Telling
from monitor.store.schema import hit, link, print_, standing
from monitor.store.statements import chunks, insert_missing
from monitor.store.values import telling_of
from monitor.story.cluster import FLOOR
from monitor.story.vicinity import WINDOW, Pair, Vicinity, Weigh, marks


def link_hits(connection: Connection, arrivals: Mapping[int, Telling], weigh: Weigh) -> set[int]:
    """Index and link hits that came or were edited; gives all hits whose links changed.

    An edit only adds to the links of a hit: what told one event once still does.
    """
    around = Vicinity()
    _look_around(connection, around, arrivals)
    _index(connection, arrivals, around)
    noted = around.note_standing(key for telling in arrivals.values() for key in telling.keys)
    found = {
        pair: evidence
        for pair in around.pairs(arrivals)
        if (evidence := around.weigh(pair, weigh)).score >= FLOOR
    }
    _save(connection, found)
    changed = {each for pair in found for each in pair}
    if noted:
        insert_missing(connection, standing, [{"hash": mark} for mark in sorted(noted)], "hash")
        changed |= _weigh_anew(connection, noted, around, weigh)
    return changed


def nearest(
    connection: Connection, number: int, telling: Telling, weigh: Weigh
) -> dict[int, Evidence]:
    """Weigh a stored hit against all that may tell the same, linked or not."""
    around = Vicinity()
    _look_around(connection, around, {number: telling})
    return {sum(pair) - number: around.weigh(pair, weigh) for pair in around.pairs([number])}


def weigh_pairs(connection: Connection, pairs: Collection[Pair], weigh: Weigh) -> dict[Pair, float]:
    """Weigh stored hits that no link was kept for."""
    around = Vicinity()
    around.tellings = _load(connection, {number for pair in pairs for number in pair})
    around.standing = _known_standing(connection, around.tellings.values())
    known = around.tellings.keys()
    return {pair: around.weigh(pair, weigh).score for pair in pairs if known >= set(pair)}


def unindex(connection: Connection, number: int, telling: Telling) -> None:
    """Take a hit out of the index, to be indexed anew as it is now."""
    rows = [{"of": key} for key in telling.keys]
    if rows:
        of_hit = (print_.c.hash == bindparam("of")) & (print_.c.hit_id == number)
        connection.execute(delete(print_).where(of_hit), rows)


def _look_around(connection: Connection, around: Vicinity, hits: Mapping[int, Telling]) -> None:
    """Fill in what is stored around some hits, and the hits after it."""
    keys = sorted(
        {key for telling in hits.values() for key in telling.keys} - around.bearers.keys()
    )
    for key, number in _bearers(connection, keys, hits.values()):
        around.bearers[key].append(number)
    around.add(hits)
    around.standing |= _known_standing(connection, hits.values())
    strangers = {number for each in hits for number in around.met_by(each)}
    loaded = _load(connection, strangers - around.tellings.keys())
    around.tellings |= loaded
    around.standing |= _known_standing(connection, loaded.values())


def _bearers(
    connection: Connection, keys: Sequence[int], tellings: Iterable[Telling]
) -> Iterator[tuple[int, int]]:
    times = [telling.told_at for telling in tellings]
    if not times:
        return iter(())
    span = print_.c.told_at.between(min(times) - WINDOW, max(times) + WINDOW)
    found = select(print_.c.hash, print_.c.hit_id).where(span)
    return chain.from_iterable(
        connection.execute(found.where(print_.c.hash.in_(chunk))).all() for chunk in chunks(keys)
    )


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
    asked = sorted({mark for telling in tellings for mark in marks(telling)})
    known: set[int] = set()
    for chunk in chunks(asked):
        known |= set(connection.scalars(select(standing.c.hash).where(standing.c.hash.in_(chunk))))
    return known


def _index(connection: Connection, arrivals: Mapping[int, Telling], around: Vicinity) -> None:
    rows = [
        {"hash": key, "told_at": telling.told_at, "hit_id": number}
        for number, telling in arrivals.items()
        for key in dict.fromkeys(telling.keys)
        if number in around.bearers[key]
    ]
    if rows:
        connection.execute(insert(print_), rows)


def _weigh_anew(
    connection: Connection, noted: Mapping[int, Sequence[int]], around: Vicinity, weigh: Weigh
) -> set[int]:
    """Weigh the links that may have relied on what is no evidence now; gives the hits changed."""
    stored = linked(connection, {number for bearers in noted.values() for number in bearers})
    numbers = {number for pair in stored for number in pair}
    _look_around(connection, around, _load(connection, numbers))
    weighed = {pair: around.weigh(pair, weigh) for pair in stored if around.meet(pair)}
    _forget(connection, stored)
    _save(connection, {pair: found for pair, found in weighed.items() if found.score >= FLOOR})
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
