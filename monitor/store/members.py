"""Stories as they are now: who tells them, as what, what they follow, and what nearly joined."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection, func, select

from monitor.model.story import Hit, Story
from monitor.model.telling import Evidence, Relation
from monitor.store.digests import hits_of
from monitor.store.links import nearest
from monitor.store.schema import hit, link
from monitor.store.statements import chunks
from monitor.store.values import telling_of
from monitor.story.lead import lead_first
from monitor.story.vicinity import Weigh

_HITS_A_STORY = 40  # looked through, on average, to find so many stories


def newest_stories(connection: Connection, since: datetime | None, limit: int) -> list[Story]:
    """Find the stories that grew last, newest first."""
    newest = select(hit.c.id, hit.c.story_id).order_by(hit.c.id.desc()).limit(limit * _HITS_A_STORY)
    if since is not None:
        newest = newest.where(hit.c.seen_at >= since)
    rows = newest.subquery()
    last = func.max(rows.c.id)
    ids = connection.scalars(
        select(rows.c.story_id).group_by(rows.c.story_id).order_by(last.desc()).limit(limit)
    ).all()
    return stories_of(connection, ids)


def stories_of(connection: Connection, ids: Sequence[str]) -> list[Story]:
    """Read stories in the order of their ids given, with relations between hits."""
    hits = hits_of(connection, ids)
    links = _links(connection, [one.id for each in hits.values() for one in each])
    others = _others(connection, links.keys(), hits)
    return [_story(name, lead_first(hits[name]), links, others) for name in ids]


def nearby(connection: Connection, number: int, weigh: Weigh) -> list[tuple[Hit, Evidence]]:
    """Weigh a hit anew against all that may tell the same; the strongest first."""
    telling = telling_of(connection.scalar(select(hit.c.telling).where(hit.c.id == number)))
    if telling is None:
        return []
    found = nearest(connection, number, telling, weigh)
    stories = hits_of(connection, _stories_with(connection, found.keys()))
    near = [(one, found[one.id]) for each in stories.values() for one in each if one.id in found]
    return sorted(near, key=lambda pair: (-pair[1].score, pair[0].id))


_Links = Mapping[int, Mapping[int, tuple[float, Relation]]]


def _links(connection: Connection, numbers: Sequence[int]) -> _Links:
    """Read the links of hits, from either end."""
    found: dict[int, dict[int, tuple[float, Relation]]] = defaultdict(dict)
    for chunk in chunks(sorted(numbers)):
        for end in (link.c.one, link.c.other):
            for row in connection.execute(select(link).where(end.in_(chunk))):
                known = (row.strength, _known(row.relation))
                found[row.one][row.other] = found[row.other][row.one] = known
    return found


def _known(relation: str) -> Relation:
    return next((each for each in get_args(Relation) if each == relation), "none")


def _others(
    connection: Connection, numbers: Collection[int], stories: Mapping[str, Sequence[Hit]]
) -> dict[int, tuple[str, datetime]]:
    """Find of linked hits outside of these stories their story, and when it was first told."""
    inside = {one.id for each in stories.values() for one in each}
    hits = hits_of(connection, _stories_with(connection, set(numbers) - inside))
    everywhere = {**stories, **hits}
    return {
        one.id: (name, min(each.told_at for each in members))
        for name, members in everywhere.items()
        for one in members
    }


def _stories_with(connection: Connection, numbers: Collection[int]) -> list[str]:
    return sorted(
        {
            name
            for chunk in chunks(sorted(numbers))
            for name in connection.scalars(select(hit.c.story_id).where(hit.c.id.in_(chunk)))
        }
    )


def _story(
    name: str, hits: tuple[Hit, ...], links: _Links, homes: Mapping[int, tuple[str, datetime]]
) -> Story:
    began = min(one.told_at for one in hits)
    earlier = [
        (strength, homes[other][0])
        for one in hits
        for other, (strength, _) in links.get(one.id, {}).items()
        if homes[other][0] != name and homes[other][1] < began
    ]
    return Story(
        name,
        hits,
        {one.id: _relation(one, hits, links) for one in hits[1:]},
        development_of=max(earlier)[1] if earlier else None,
    )


def _relation(one: Hit, hits: Sequence[Hit], links: _Links) -> Relation:
    """Say as what a hit tells the story: by its link to the lead, else by its strongest."""
    mine = links.get(one.id, {})
    if hits[0].id in mine:
        return mine[hits[0].id][1]
    return max((mine[each.id] for each in hits if each.id in mine), default=(0.0, "same event"))[1]
