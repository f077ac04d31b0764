"""Made-up news for measuring how stories are joined: words by their frequency, names, copies, edits."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from itertools import accumulate, count

from monitor.model.source import Entry

FEEDS = 60
_WORDS = 40_000
_SYLLABLES = ("ал", "бек", "дар", "жан", "кур", "мир", "нур", "сай", "тог", "ур", "хан", "шим")
_AGAIN = 0.05  # of all entries tell what was told: most copies, some edits, some in other words
_KINDS = ("copy", "copy", "copy", "edit", "retelling")
_REMEMBERED = 2_000  # entries that may be told again


@dataclass(frozen=True, slots=True)
class _Event:
    names: tuple[str, ...]
    words: tuple[str, ...]
    numbers: tuple[str, ...]


class Newsroom:
    """Writes one entry after the other, the same for one seed."""

    def __init__(self, seed: int) -> None:
        """Take the words of Russian, as often as people use them."""
        self._random = random.Random(seed)
        wordfreq = import_module("wordfreq")
        self._words: Sequence[str] = wordfreq.top_n_list("ru", _WORDS)
        often = (wordfreq.word_frequency(word, "ru") for word in self._words)
        self._often = list(accumulate(often))
        self._past: list[tuple[_Event, Entry]] = []
        self._numbers = count(1)

    def entry(self, at: datetime) -> Entry:
        """Write the next entry."""
        number = next(self._numbers)
        feed = f"f{self._random.randrange(FEEDS)}"
        event, entry = (
            self._again() if self._past and self._random.random() < _AGAIN else self._new()
        )
        address = f"https://{feed}.example/{number}"
        entry = replace(
            entry,
            feed_id=feed,
            key=str(number),
            url=address,
            canonical_url=address,
            published_at=at,
        )
        self._past = [*self._past[-_REMEMBERED:], (event, entry)]
        return entry

    def _new(self) -> tuple[_Event, Entry]:
        draw = self._random
        known = (name.title() for name in draw.choices(self._words[1000:3000], k=2))
        names = ("".join(draw.choices(_SYLLABLES, k=5)).title(), *known)
        numbers = tuple(str(draw.randrange(2, 5000)) for _ in range(2))
        event = _Event(names, tuple(draw.choices(self._words[2000:], k=6)), numbers)
        return event, self._told(event)

    def _again(self) -> tuple[_Event, Entry]:
        event, entry = self._random.choice(self._past)
        kind = self._random.choice(_KINDS)
        if kind == "retelling":
            return event, self._told(event)
        sentences = entry.summary.split("\n\n")
        kept = sentences if kind == "copy" else sentences[: len(sentences) // 2]
        tail = f"Подробнее читайте на сайте {self._random.choice(self._words)}"
        title = f"{entry.title}: {self._random.choice(self._words)}"
        return event, replace(entry, title=title, summary="\n\n".join([*kept, tail]))

    def _told(self, event: _Event) -> Entry:
        title = " ".join([event.names[0], *self._some(4), *event.words[:2], event.numbers[0]])
        sentences = [self._sentence(event) for _ in range(10)]
        return Entry("", "", title=title, summary="\n\n".join(sentences), language="ru")

    def _sentence(self, event: _Event) -> str:
        words = self._some(12)
        about = (*event.names, *event.words, *event.numbers)
        words[5:5] = self._random.sample(about, self._random.randrange(3))
        return f"{' '.join(words).capitalize()}."

    def _some(self, many: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._often, k=many)
