"""Stories grouped anew where links changed: hits move, and what was told stays told.

A hit is told to a channel once, as part of the story it is in. So a story with a hit that was told is
told: one that parts from a told one with a told hit, or two that become one. A hit that came later
into a told story, was never shown, and parts from it again, is owed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from monitor.store.links import linked, weigh_pairs
from monitor.store.schema import entry, hit, match, story, told
from monitor.store.statements import chunks, insert_missing
from monitor.store.subscriptions import owe_again
from monitor.store.values import stable_id
from monitor.story.cluster import carry_on, group
from monitor.story.vicinity import Pair, Weigh, unweighed

_WIDEST = 2_000  # hits grouped at once; beyond, the web is cut where it was not looked at yet


def group_anew(connection: Connection, hits: Collection[int], weigh: Weigh) -> None:
    """Bring the stories of these hits, and of all that are linked with them, in line with the links."""
    web = _web(connection, hits)
    web.links |= weigh_pairs(connection, unweighed(web.links), weigh)
    order = sorted(web.members, key=lambda number: web.members[number].identity)
    places = {number: place for place, number in enumerate(order)}
    links = [(places[one], places[other], s) for (one, other), s in web.links.items()]
    groups = [[order[place] for place in each] for each in group(len(order), links)]
    story_of = {number: member.story_id for number, member in web.members.items()}
    names = carry_on(groups, story_of, _oldest_first(connection, set(story_of.values())))
    homes = {
        number: name or _new_name(web.members[each[0]])
        for each, name in zip(groups, names, strict=True)
        for number in each
    }
    moved = {number: home for number, home in homes.items() if home != story_of[number]}
    if moved:
        _found(connection, web, moved)
        _move(connection, moved)
        _end_empty(connection, set(story_of.values()))
        parted = {name for name in story_of.values() if len(_homes_of(name, story_of, homes)) > 1}
        owe_again(connection, [n for n, name in story_of.items() if name in parted])


@dataclass(frozen=True, slots=True)
class _Member:
    story_id: str
    identity: tuple[str, str]  # feed and key: an order that does not depend on arrival
    title: str
    number: int


@dataclass(slots=True)
class _Web:
    """Hits that links and stories tie together."""

    members: dict[int, _Member] = field(default_factory=dict)
    links: dict[Pair, float] = field(default_factory=dict)


def _web(connection: Connection, hits: Collection[int]) -> _Web:
    web, frontier = _Web(), set(hits)
    while frontier and len(web.members) < _WIDEST:
        links = linked(connection, frontier)
        ends = {number for pair in links for number in pair}
        found = _members(connection, (frontier | ends) - web.members.keys())
        web.members |= found
        web.links |= links
        frontier = found.keys() - frontier
    web.links = {pair: s for pair, s in web.links.items() if web.members.keys() >= set(pair)}
    return web


def _members(connection: Connection, numbers: Collection[int]) -> dict[int, _Member]:
    """Read hits and all that are in a story with one of them."""
    columns = (hit.c.id, hit.c.story_id, entry.c.feed_id, entry.c.key, entry.c.title)
    read = select(*columns).join_from(hit, entry)
    rows = [
        row
        for chunk in chunks(sorted(numbers))
        for row in connection.execute(read.where(hit.c.id.in_(chunk)))
    ]
    for chunk in chunks(sorted({row.story_id for row in rows})):
        rows += connection.execute(read.where(hit.c.story_id.in_(chunk)))
    return {
        row.id: _Member(row.story_id, (row.feed_id, row.key), row.title, row.id) for row in rows
    }


def _oldest_first(connection: Connection, stories: Collection[str]) -> Sequence[str]:
    founded = {
        row.id: row.founded_at
        for chunk in chunks(sorted(stories))
        for row in connection.execute(select(story).where(story.c.id.in_(chunk)))
    }
    return sorted(stories, key=lambda name: (founded[name], name))


def _new_name(member: _Member) -> str:
    """Name a story that parted from another; with the hit's number, as its founding name is taken."""
    return stable_id(*member.identity, member.title, str(member.number), size=8)


def _homes_of(name: str, before: Mapping[int, str], after: Mapping[int, str]) -> set[str]:
    return {after[number] for number, home in before.items() if home == name}


def _found(connection: Connection, web: _Web, moved: Mapping[int, str]) -> None:
    """Found the stories that are new; each is as old as that from which its hit comes."""
    oldest = {home: web.members[number].story_id for number, home in moved.items()}
    founded = {
        row.id: row.founded_at
        for chunk in chunks(sorted(set(oldest.values())))
        for row in connection.execute(select(story).where(story.c.id.in_(chunk)))
    }
    rows = [{"id": home, "founded_at": founded[name]} for home, name in sorted(oldest.items())]
    insert_missing(connection, story, rows, "id")


def _move(connection: Connection, moved: Mapping[int, str]) -> None:
    rows = [{"number": number, "home": home} for number, home in sorted(moved.items())]
    for column in (hit.c.id, match.c.hit_id, told.c.hit_id):
        statement = update(column.table).where(column == bindparam("number"))
        connection.execute(statement.values(story_id=bindparam("home")), rows)


def _end_empty(connection: Connection, stories: Collection[str]) -> None:
    for chunk in chunks(sorted(stories)):
        unused = ~exists().where(hit.c.story_id == story.c.id)
        connection.execute(delete(story).where(story.c.id.in_(chunk), unused))
