"""Reads an entry into what it tells of an event."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from heapq import nsmallest
from itertools import islice
from urllib.parse import urlsplit

from monitor.model.source import Entry
from monitor.model.telling import Subjects, Telling
from monitor.story.figures import read_days, read_numbers
from monitor.story.prints import prints, sentence_print
from monitor.story.stages import stages_of
from monitor.story.words import number_of, read, weigh_words
from monitor.text.urls import host_of

_LEAD = 600  # characters in which news give their figures
_BRIEF = 18  # distinct words; fewer are a headline and no more
_MOST_KEYS = 16
_SENTENCE_KEYS = 3
_SUBJECT_KEYS = 2
_SUBJECTS_IN_KEY = 3


def tell(entry: Entry, subjects: Subjects, seen_at: datetime) -> Telling:
    """Read an entry; ``subjects`` are the terms found in it, with the words that were found.

    Depends on the entry alone, never on what else is stored: so no order of arrival matters.
    """
    own = prints(entry)
    sentences = own.sentences - {sentence_print(entry.title)}
    headline, whole = read(entry.title), read(f"{entry.title.rstrip('.')}. {entry.text}")
    said = read(" ".join(word for words in subjects.values() for word in sorted(words)))
    weights = weigh_words(whole, headline.counts, said.counts)
    marks = (_address(entry.canonical_url), _number("title", own.title), _number("text", own.text))
    about = frozenset(number_of(f"@{name}") for name in subjects)
    return Telling(
        feed_id=entry.feed_id,
        house=(host_of(entry.canonical_url) if entry.canonical_url else "") or entry.feed_id,
        language=(entry.language or "").partition("-")[0],
        seen_at=seen_at,
        published_at=entry.published_at,
        headline=_number("headline", entry.title.casefold()),
        address=marks[0],
        title=marks[1],
        text=marks[2],
        sentences=sentences,
        words=weights,
        titled=frozenset(map(number_of, headline.counts)) & weights.keys(),
        subjects=about,
        numbers=read_numbers(f"{entry.title} {entry.text[:_LEAD]}"),
        days=read_days(entry.title),
        stages=stages_of(entry.title),
        brief=whole.size < _BRIEF,
        keys=tuple(islice(_keys(marks, sentences, about, weights), _MOST_KEYS)),
    )


def _keys(
    marks: Collection[int],
    sentences: Collection[int],
    about: Collection[int],
    weights: Mapping[int, int],
) -> Iterator[int]:
    """Yield by what a copy is found, then a translation, then another account of the event.

    The smallest sentences of two texts that share half of theirs are likely the same.
    """
    yield from dict.fromkeys(filter(None, marks))
    yield from nsmallest(_SENTENCE_KEYS, sentences)
    for turn in range(_SUBJECT_KEYS if len(about) > _SUBJECTS_IN_KEY else 0):
        drawn = nsmallest(
            _SUBJECTS_IN_KEY, (_number("subject", f"{turn} {each}") for each in about)
        )
        yield _number(f"subjects {turn}", str(drawn))
    # the heaviest first; below zero, as one word in common is not worth weighing
    yield from (-1 - word for word in weights)


def _address(canonical_url: str | None) -> int:
    parts = urlsplit(canonical_url or "")
    is_page = parts.path.strip("/") or parts.query or parts.fragment
    return _number("url", canonical_url) if canonical_url and is_page else 0


def _number(kind: str, text: str) -> int:
    if not text:
        return 0
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=kind.encode())
    return int.from_bytes(digest.digest(), "big") >> 1  # 63 bits: fits a signed SQL integer
