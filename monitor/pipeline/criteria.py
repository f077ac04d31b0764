"""Watches that were edited or added: put once to what came lately, told as one digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.match import Matcher
from monitor.match.criteria import criteria_of
from monitor.match.subjects import SubjectReader
from monitor.model.watch import Term, Watch
from monitor.pipeline.archive import Sifted, read_hit, sift
from monitor.ports import CriteriaRecord, CriteriaStore, FoundHit
from monitor.story.evidence import weigh

SPAN = timedelta(days=7)  # as long as a story can be joined


@dataclass(frozen=True, slots=True)
class Reapplied:
    """What new criteria came to."""

    watches: tuple[str, ...]
    entries: int  # that they newly want


async def reapply_edited(
    store: CriteriaStore, watches: Sequence[Watch], terms: Sequence[Term], now: datetime
) -> Reapplied | None:
    """Put the watches whose criteria changed since the last start to the entries of seven days.

    What they newly want is recorded as hits that alert nobody. None where nothing changed; a state
    that knows no criteria yet only learns them, as its entries were matched as they came.
    """
    before = await store.criteria()
    after = {watch.name: criteria_of(watch, terms) for watch in watches}
    if before == after:
        return None
    edited = [watch for watch in watches if before.get(watch.name) != after[watch.name]]
    found = await _found(store, edited, terms, now) if before else []
    recorded = await store.reapply(CriteriaRecord(before, after, found, now), weigh)
    if recorded is None or not before:
        return None
    return Reapplied(tuple(watch.name for watch in edited), len(found))


async def _found(
    store: CriteriaStore, edited: Sequence[Watch], terms: Sequence[Term], now: datetime
) -> list[FoundHit]:
    """Find the hits that the edited watches would have made, oldest first."""
    if not edited:
        return []
    found = []
    matcher, subjects = Matcher(edited, terms), SubjectReader(terms)
    async for sifted in sift(store, matcher, since=now - SPAN, narrowing=matcher.narrowing()):
        hit = _hit(sifted, subjects, now)
        if hit is not None:
            found.append(hit)
    return found[::-1]


def _hit(sifted: Sifted, subjects: SubjectReader, now: datetime) -> FoundHit | None:
    """Make a hit of what the entry did not match when it came."""
    had = {match.watch for match in sifted.stored.matches}
    new = tuple(match for match in sifted.matches if match.watch not in had)
    if not new:
        return None
    stored = sifted.stored
    hit = read_hit(stored.entry, sifted.document, new, subjects, stored.first_seen_at)
    return FoundHit(stored.id, hit, stale=not _is_news(sifted, now))


def _is_news(sifted: Sifted, now: datetime) -> bool:
    """Tell what is recent from an archive that the feed listed while we watched (F5)."""
    entry = sifted.stored.entry
    published = entry.published_at or entry.updated_at
    if published is None:
        return sifted.stored.came_while_watched
    return published >= now - SPAN
