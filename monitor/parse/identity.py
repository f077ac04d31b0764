"""Which entry is which inside its feed: keys that stay the same from poll to poll (F1, F2)."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.model.source import Entry

_LONG = 400  # longer ids are kept as their digest


def base_key(guid: str | None, canonical_url: str | None, *words: str) -> str:
    """Return an entry's identity: its guid, else its canonical link, else a digest of its words (F1)."""
    key = guid or canonical_url or _digest(*words)
    return key if len(key) <= _LONG else _digest(key)


def with_own_keys(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Give each entry a key of its own: guids that collide get the link, then a digest of the words (F2).

    Items that are the same in all of this are numbered, so that none is lost.
    """
    by_link = _part(entries, _link)
    by_words = _part(by_link, lambda entry: _digest(entry.title, _moment(entry), entry.text))
    return tuple(_numbered(by_words))


def share_guids(entries: Iterable[Entry]) -> bool:
    """Tell whether one guid stands on items that lead to different pages (F2)."""
    links = {(entry.guid, entry.canonical_url) for entry in entries if entry.guid}
    return len(links) > len({guid for guid, _ in links})


def with_linked_keys(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Make guid and link the key of each entry, for a feed whose guids are known to be shared (F2)."""
    return tuple(
        _extended(entry, _link(entry)) if entry.guid and entry.key == base_key(entry.guid, None)
        else entry
        for entry in entries
    )  # fmt: skip


def _part(entries: Sequence[Entry], distinction: Callable[[Entry], str]) -> list[Entry]:
    """Extend the keys that more than one entry has by what tells them apart, if anything does."""
    shared = {key for key, count in Counter(entry.key for entry in entries).items() if count > 1}
    return [
        _extended(entry, distinction(entry)) if entry.key in shared else entry for entry in entries
    ]


def _extended(entry: Entry, distinction: str) -> Entry:
    key = f"{entry.key}|{distinction}" if distinction else entry.key
    return replace(entry, key=key if len(key) <= 2 * _LONG else _digest(key))


def _numbered(entries: Iterable[Entry]) -> Iterator[Entry]:
    times: Counter[str] = Counter()
    for entry in entries:
        times[entry.key] += 1
        nth = times[entry.key]
        yield entry if nth == 1 else replace(entry, key=f"{entry.key}#{nth}")


def _link(entry: Entry) -> str:
    url = entry.canonical_url or ""
    return "" if url == entry.key else url


def _moment(entry: Entry) -> str:
    return entry.published_at.isoformat() if entry.published_at else ""


def _digest(*words: str) -> str:
    joined = "\n".join(words).encode("utf-8", "replace")
    return f"sha256:{hashlib.sha256(joined).hexdigest()[:32]}"
