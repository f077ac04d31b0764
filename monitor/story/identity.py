"""Which entries of a body are stored already, although guid, address or date changed (F3).

A wrong "known" hides news, a wrong "new" only repeats it: one name in common is never enough.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from monitor.model.source import Entry
from monitor.story.aliases import Named, aliases, pages
from monitor.story.headlines import are_unrelated, headline_key, is_telling
from monitor.story.prints import revision

_MANY = 5  # entries under new ids, and as parts of the body and of the new ids,
_MOST_LISTED = 0.5  # that make a change of the feed's ids
_MOST_KNOWN = 0.6


class Stored(Named, Protocol):
    """What is remembered of an entry."""

    @property
    def entry_id(self) -> int: ...

    @property
    def key(self) -> str: ...

    @property
    def revision(self) -> str: ...

    @property
    def published_at(self) -> datetime | None: ...

    @property
    def first_seen_at(self) -> datetime: ...


T = TypeVar("T", bound=Stored)


@dataclass(frozen=True, slots=True)
class Recognised(Generic[T]):
    """What of a body is stored, by the keys that the body uses."""

    returned: Mapping[str, T]  # under another key than it is stored by
    doubles: frozenset[str]  # keys of entries that the body lists under their own key too
    ids_changed: bool = False


def recognise(
    entries: Sequence[Entry], known: Mapping[str, T], namesakes: Mapping[int, Sequence[T]]
) -> Recognised[T]:
    """Find among stored ``namesakes`` (by alias) the entries whose keys are not ``known``.

    Each stored entry comes back once. If most of a body has new ids and most of these have known
    names, its ids have changed: then the headline or the page alone makes the same entry.
    """
    fresh = [entry for entry in entries if entry.key not in known]
    listed = frozenset(seen.entry_id for seen in known.values())
    doubles = frozenset(entry.key for entry in fresh if _is_double(entry, namesakes, listed))
    fresh = [entry for entry in fresh if entry.key not in doubles]
    sure = _paired(fresh, namesakes, listed, _is_same)
    taken = listed | {stored.entry_id for stored in sure.values()}
    rest = [entry for entry in fresh if entry.key not in sure]
    likely = _paired(rest, namesakes, taken, _has_same_name)
    changed = _have_ids_changed(len(entries), len(fresh), len(sure) + len(likely))
    return Recognised(sure | likely if changed else sure, doubles, changed)


def _have_ids_changed(listed: int, fresh: int, found: int) -> bool:
    return fresh >= _MANY and fresh > _MOST_LISTED * listed and found >= _MOST_KNOWN * fresh


class _Test(Protocol):
    def __call__(self, entry: Entry, stored: Stored) -> bool: ...


def _paired(
    entries: Sequence[Entry],
    namesakes: Mapping[int, Sequence[T]],
    taken: frozenset[int],
    is_one: _Test,
) -> dict[str, T]:
    """Pair entries with stored ones, each of which may be taken once; the one stored last goes first."""
    pairs: dict[str, T] = {}
    for entry in entries:
        free = (stored for stored in _candidates(entry, namesakes) if stored.entry_id not in taken)
        found = next((stored for stored in free if is_one(entry, stored)), None)
        if found is not None:
            pairs[entry.key] = found
            taken |= {found.entry_id}
    return pairs


def _candidates(entry: Entry, namesakes: Mapping[int, Sequence[T]]) -> Iterator[T]:
    found = {
        stored.entry_id: stored
        for alias in aliases(entry.feed_id, entry)
        for stored in namesakes.get(alias, ())
    }
    yield from (found[entry_id] for entry_id in sorted(found, reverse=True))


def _is_double(entry: Entry, namesakes: Mapping[int, Sequence[T]], listed: frozenset[int]) -> bool:
    """Tell an item that its publisher lists twice under two ids, word for word."""
    return any(
        stored.entry_id in listed
        and stored.revision == revision(entry)
        and stored.published_at == entry.published_at
        and (entry.published_at is not None or _same_page(entry, stored))
        for stored in _candidates(entry, namesakes)
    )


def _is_same(entry: Entry, stored: Stored) -> bool:
    """Tell one item by two names at least: page, headline, date, words."""
    same_date = entry.published_at is not None and entry.published_at == stored.published_at
    same_words = revision(entry) == stored.revision
    if _same_page(entry, stored):
        if same_words:
            return bool(entry.text) or not _is_later(entry, stored)
        return _is_edit(entry, stored, same_date=same_date)
    if not _same_headline(entry, stored):
        return False
    if same_date:
        return is_telling(entry.title) or None in (entry.canonical_url, stored.canonical_url)
    return same_words and is_telling(entry.title) and _same_day(entry, stored)


def _is_edit(entry: Entry, stored: Stored, *, same_date: bool) -> bool:
    """Tell an item edited on its page from the next one there: "Rates for today" has one each day."""
    if same_date:
        return not are_unrelated(entry.title, stored.title)
    dated = entry.published_at is not None
    return dated and not _is_later(entry, stored) and _same_headline(entry, stored)


def _has_same_name(entry: Entry, stored: Stored) -> bool:
    """Tell what may be one item if all ids of the feed changed."""
    if _same_headline(entry, stored) and is_telling(entry.title):
        return True
    if not _same_page(entry, stored) or _is_later(entry, stored):
        return False
    return not are_unrelated(entry.title, stored.title)


def _same_page(entry: Entry, stored: Stored) -> bool:
    return not pages(entry).isdisjoint(pages(stored))


def _same_headline(entry: Entry, stored: Stored) -> bool:
    headline = headline_key(entry.title)
    return headline != "" and headline == headline_key(stored.title)


def _same_day(entry: Entry, stored: Stored) -> bool:
    mine, theirs = entry.published_at, stored.published_at
    return mine is not None and theirs is not None and mine.date() == theirs.date()


def _is_later(entry: Entry, stored: Stored) -> bool:
    """Tell what was published after the stored one was found: that cannot be the same publication."""
    return entry.published_at is not None and entry.published_at > stored.first_seen_at
