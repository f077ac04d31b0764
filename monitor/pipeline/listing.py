"""What a body lists, beside what is stored of its feed: which entry is which, and what came as a flood."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.model.source import Entry, FeedState, Habit, Notice
from monitor.parse.identity import share_guids, with_linked_keys
from monitor.ports import Known, PollStore
from monitor.story.aliases import aliases
from monitor.story.flood import Window, is_flood
from monitor.story.identity import Recognised, recognise
from monitor.story.prints import revision

_SHARED: frozenset[Habit] = frozenset(["guid shared"])
_CHANGING: frozenset[Habit] = frozenset(["ids change"])
_NOBODY: Recognised[Known] = Recognised({}, frozenset())


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a body, each under a key of its own."""

    entries: Sequence[Entry]
    fresh: Sequence[tuple[Entry, str]]  # not stored, or not as they are now; with their revisions
    known: Mapping[str, Known]  # by the key that the body uses
    returned: tuple[tuple[int, Entry], ...]  # known ones that came under another key than before
    before: Mapping[int, Entry]  # what those that were edited said
    habits: frozenset[Habit]


async def read_listing(parsed: Sequence[Entry], state: FeedState, store: PollStore) -> Listing:
    """Find which entries of a body are stored, whatever became of their ids (F2, F3)."""
    habits = state.habits
    if share_guids(parsed):
        habits |= _SHARED
    entries = _distinct(with_linked_keys(parsed) if "guid shared" in habits else parsed)
    is_first = state.first_success_at is None  # then nothing is stored yet
    known = {} if is_first else await store.known(state.feed_id, [each.key for each in entries])
    unknown = [entry for entry in entries if entry.key not in known]
    back = await _recognised(entries, unknown, known, state, store)
    entries = [entry for entry in entries if entry.key not in back.doubles]
    known = {**known, **back.returned}
    fresh = await asyncio.to_thread(_fresh, entries, known)
    edited = [known[entry.key].entry_id for entry, _ in fresh if entry.key in known]
    return Listing(
        entries=entries,
        fresh=fresh,
        known=known,
        returned=tuple(
            (back.returned[entry.key].entry_id, entry)
            for entry in entries
            if entry.key in back.returned
        ),
        before=await store.entries_by_id(edited) if edited else {},
        habits=habits | (_CHANGING if back.ids_changed else frozenset()),
    )


def find_flood(
    state: FeedState, listing: Listing, new: Sequence[Entry], recent: Sequence[Entry]
) -> frozenset[str]:
    """Give the keys of new entries that came as a flood, to be held (F4)."""
    seen = state.last_success_at
    dates = [e.published_at for e in recent if e.published_at and seen and e.published_at <= seen]
    window = Window(state.listed, state.burst, dates)
    is_held = is_flood(new, len(listing.entries), window)
    return frozenset(entry.key for entry in new) if is_held else frozenset()


def notices_of(state: FeedState, listing: Listing, held: frozenset[str]) -> tuple[Notice, ...]:
    """Say what the operator has to know: what is held; that ids changed, the first time."""
    notices = []
    if held:
        notices.append(Notice(state.feed_id, "held", len(held)))
    if "ids change" in listing.habits - state.habits:
        notices.append(Notice(state.feed_id, "ids changed", len(listing.returned)))
    return tuple(notices)


async def _recognised(
    entries: Sequence[Entry],
    fresh: Sequence[Entry],
    known: Mapping[str, Known],
    state: FeedState,
    store: PollStore,
) -> Recognised[Known]:
    """Look for entries under their other names; at a feed's first poll there is nothing to find."""
    if not fresh or state.first_success_at is None:
        return _NOBODY
    names = {name for entry in fresh for name in aliases(entry.feed_id, entry)}
    namesakes = await store.namesakes(names)
    if not namesakes:
        return _NOBODY
    return await asyncio.to_thread(recognise, entries, known, namesakes)


def _fresh(entries: Sequence[Entry], known: Mapping[str, Known]) -> list[tuple[Entry, str]]:
    revised = ((entry, revision(entry)) for entry in entries)
    return [
        (entry, digest)
        for entry, digest in revised
        if (seen := known.get(entry.key)) is None or seen.revision != digest
    ]


def _distinct(entries: Sequence[Entry]) -> list[Entry]:
    """Keep the first of entries with one key."""
    return list({entry.key: entry for entry in reversed(entries)}.values())[::-1]
