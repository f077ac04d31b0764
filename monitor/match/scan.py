"""One pass over each field for all watches at once: which concepts were seen, and where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.match.anchors import Anchors, Owners
from monitor.match.form import Form
from monitor.model.watch import Document, Field
from monitor.text.fold import Folded, fold

Place = tuple[int, int]  # folded start and end
# By concept and field; places sorted and apart. Every one of a concept's fields has a place.
Seen = Mapping[int, Mapping[Field, Sequence[Place]]]

_CASELESS: frozenset[Field] = frozenset({"feed", "lang", "url"})  # identifiers: capitals are noise
_WHOLE: frozenset[Field] = frozenset({"feed", "lang"})  # asked for as a whole, not by a word
# Anchors looked at in one field. News has a few dozen; only what is made to be slow has more, and
# its end is given up, so that no watch and no text can hold up the others.
_MOST_CHECKS = 3_000


@dataclass(frozen=True, slots=True)
class Concept:
    """What is looked for under one name: a term, or a word of a query."""

    name: str
    forms: tuple[Form, ...]
    unless: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a document shows: the fields as folded, and the places in them."""

    seen: Seen
    folded: Mapping[Field, Folded]


def field_text(document: Document, name: Field) -> str:
    """Give a field as its spans count it; tags are joined by ``"; "``, which no phrase crosses."""
    if name == "tag":
        return "; ".join(document.tags)
    text: str = getattr(document, name)
    return text


class Scanner:
    """Finds all concepts in a document; ``fields`` are those that any query asks for."""

    def __init__(self, concepts: Sequence[Concept], fields: Sequence[Field]) -> None:
        self._fields = fields
        self._anchors = Anchors(_owners(concepts))
        self._guarded = frozenset(n for n, concept in enumerate(concepts) if concept.unless)

    def scan(self, document: Document) -> Sighting:
        """Look through the fields of one document."""
        seen: dict[int, dict[Field, Sequence[Place]]] = {}
        folds: dict[Field, Folded] = {}
        for name in self._fields:
            text = field_text(document, name)
            if not text:
                continue
            folds[name] = folded = fold(text)
            for concept, places in self._find(name, text, folded).items():
                seen.setdefault(concept, {})[name] = places
        return Sighting(seen, folds)

    def _find(self, name: Field, text: str, folded: Folded) -> dict[int, Sequence[Place]]:
        """Find places by concept; those a concept must not stand in come under its complement."""
        original = None if name in _CASELESS else text
        whole = name in _WHOLE
        found: dict[int, list[Place]] = {}
        left = _MOST_CHECKS
        for end, entries in self._anchors.find(folded.text):
            left -= len(entries)
            if left < 0:
                break
            for form, owners in entries:
                place = form.find(folded, original, end)
                if place is None or (whole and not _is_whole(name, folded.text, place)):
                    continue
                for owner in owners:
                    found.setdefault(owner, []).append(place)
        return self._settle(found)

    def _settle(self, found: dict[int, list[Place]]) -> dict[int, Sequence[Place]]:
        settled: dict[int, Sequence[Place]] = {}
        for concept, places in found.items():
            if concept < 0:
                continue
            kept = places
            if concept in self._guarded and ~concept in found:
                kept = _clear_of(places, found[~concept])
            if kept:
                settled[concept] = kept if len(kept) == 1 else _apart(kept)
        return settled


def _is_whole(name: Field, text: str, place: Place) -> bool:
    start, end = place
    if start > 0:
        return False
    return end == len(text) or (name == "lang" and text[end] in "-_")  # zh finds zh-CN


def _clear_of(places: Iterable[Place], others: Sequence[Place]) -> list[Place]:
    """Keep the places that overlap none of the others."""
    walls = _apart(others)
    kept, at = [], 0
    for start, end in sorted(places):
        while at < len(walls) and walls[at][1] <= start:
            at += 1
        if at == len(walls) or walls[at][0] >= end:
            kept.append((start, end))
    return kept


def _apart(places: Iterable[Place]) -> list[Place]:
    """Sort, and of places that overlap keep the first, or the longest of those that begin there."""
    apart: list[Place] = []
    done = -1
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if start >= done:
            apart.append((start, end))
            done = end
    return apart


def _owners(concepts: Sequence[Concept]) -> dict[Form, Owners]:
    """Tell of each form which concepts want it.

    A concept is known by its number, and what it must not stand in by the complement of it.
    """
    owners: dict[Form, list[int]] = {}
    for number, concept in enumerate(concepts):
        for form in dict.fromkeys(concept.forms):
            owners.setdefault(form, []).append(number)
        for form in dict.fromkeys(concept.unless):
            owners.setdefault(form, []).append(~number)
    return {form: tuple(numbers) for form, numbers in owners.items()}
