"""All watches put to one document after another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2
from typing import Literal

from monitor.errors import QueryError
from monitor.match.form import Form
from monitor.match.grammar import parse_query
from monitor.match.mistakes import nearest
from monitor.match.narrow import narrow
from monitor.match.nodes import FIELDS, Leaf, Words
from monitor.match.plan import Earned, Plan, asked_fields, required
from monitor.match.planner import Planner
from monitor.match.reading import Reading
from monitor.match.scan import Concept, Scanner, field_text
from monitor.match.scopes import EVERYWHERE, field_of
from monitor.match.spelling import compile_forms
from monitor.model.watch import Document, Match, Narrowing, Span, Spelling, Term, Watch

_IN_TITLE = 2.0
_PER_DOUBLING = 0.25
_MOST_FOR_COUNT = 1.0  # sixteen mentions: beyond that, a text is long rather than on the subject
_MOST_EARNED = 5_000  # places, many told twice: no text for people has as many


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A watch ready to be put to documents."""

    watch: Watch
    query: Plan
    exclude: Plan | None


class Matcher:
    """Puts all watches to a document in one pass over its text; compiled once, then read-only."""

    def __init__(self, watches: Sequence[Watch], terms: Sequence[Term]) -> None:
        """Compile. Raises QueryError with the watch's name where a query cannot be read."""
        desk = _Concepts(terms)
        planner = Planner(desk.number)
        self._watches = tuple(_compile(watch, planner) for watch in watches)
        self._concepts = desk.all
        asked = frozenset(map(field_of, EVERYWHERE)).union(
            *(asked_fields(p) for c in self._watches for p in (c.query, c.exclude) if p is not None)
        )
        self._scanner = Scanner(desk.all, tuple(name for name in FIELDS if name in asked))
        self._wanted = _by_requirement(self._watches)

    def match(self, document: Document) -> tuple[Match, ...]:
        """Find the watches that want this document, in the order of the watches."""
        sighting = self._scanner.scan(document)
        worth: set[int] = set()
        for concept in sighting.seen:
            worth.update(self._wanted.get(concept, ()))
        if not worth:
            return ()
        reading = Reading(document, sighting)
        report = _Report(reading, self._concepts)
        return tuple(
            report.match(self._watches[at]) for at in sorted(worth) if self._holds(at, reading)
        )

    def narrowing(self) -> Narrowing | None:
        """Give the words of which an index must hold some for any watch to match; None if none must."""
        return narrow([compiled.query for compiled in self._watches], self._concepts)

    def _holds(self, at: int, reading: Reading) -> bool:
        compiled = self._watches[at]
        if not compiled.query.holds(reading):
            return False
        return compiled.exclude is None or not compiled.exclude.holds(reading)


class _Concepts:
    """Numbers what the queries look for; the same word in two watches is looked for once."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = {term.name: term for term in terms}
        self._numbers: dict[Leaf, int] = {}
        self.all: list[Concept] = []

    def number(self, leaf: Leaf) -> int:
        """Give the concept of a word or term. Raises QueryError for a term that is not there."""
        if leaf not in self._numbers:
            self.all.append(self._concept(leaf))
            self._numbers[leaf] = len(self.all) - 1
        return self._numbers[leaf]

    def _concept(self, leaf: Leaf) -> Concept:
        if isinstance(leaf, Words):
            return Concept(leaf.text, compile_forms(leaf.text, mark=leaf.mark))
        term = self._terms.get(leaf.name)
        if term is None:
            raise QueryError(
                f"There is no term {leaf.name}.",
                start=leaf.start,
                end=leaf.end,
                hint=nearest(leaf.name, self._terms) or "Define it under terms.",
            )
        return Concept(
            term.name, _forms(term, term.spellings, leaf), _forms(term, term.unless, leaf)
        )


def _forms(term: Term, spellings: Sequence[Spelling], leaf: Leaf) -> tuple[Form, ...]:
    try:
        return tuple(form for one in spellings for form in compile_forms(one.text, one.language))
    except QueryError as error:
        what = f"The term {term.name} has a spelling that finds nothing: {error.what}"
        raise QueryError(what, start=leaf.start, end=leaf.end, hint=error.hint) from error


def _compile(watch: Watch, planner: Planner) -> _Compiled:
    query = _compile_part(watch, "query", watch.query, planner)
    exclude = None
    if watch.exclude is not None:
        exclude = _compile_part(watch, "exclude", watch.exclude, planner)
    return _Compiled(watch, query, exclude)


def _compile_part(
    watch: Watch, part: Literal["query", "exclude"], text: str, planner: Planner
) -> Plan:
    try:
        return planner.plan(parse_query(text))
    except QueryError as error:
        raise QueryError(
            error.what,
            start=error.start,
            end=error.end,
            hint=error.hint,
            watch=watch.name,
            part=part,
        ) from error


def _by_requirement(watches: Sequence[_Compiled]) -> Mapping[int, Sequence[int]]:
    """Index the watches by the concepts of which they need one."""
    wanted: dict[int, list[int]] = {}
    for at, compiled in enumerate(watches):
        for concept in required(compiled.query) or ():
            wanted.setdefault(concept, []).append(at)
    return wanted


class _Report:
    """Words the matches of one document; watches that share a concept share its spans."""

    def __init__(self, reading: Reading, concepts: Sequence[Concept]) -> None:
        self._reading = reading
        self._concepts = concepts
        self._spans: dict[Earned, Span] = {}

    def match(self, compiled: _Compiled) -> Match:
        """Tell where the watch was earned and what that is worth."""
        earned = dict.fromkeys(islice(compiled.query.earned(self._reading), _MOST_EARNED))
        spans = tuple(sorted(map(self._span, earned), key=_reading_order))
        worth = sum(_worth(spans)) + compiled.query.bonus(self._reading)
        return Match(
            watch=compiled.watch.name,
            score=round(worth * compiled.watch.weight, 3),
            terms=tuple(dict.fromkeys(span.term for span in spans)),
            spans=spans,
        )

    def _span(self, place: Earned) -> Span:
        if place not in self._spans:
            concept, name, folded_place = place
            start, end = self._reading.folded[name].span(*folded_place)
            text = field_text(self._reading.document, name)[start:end]
            self._spans[place] = Span(name, start, end, text, self._concepts[concept].name)
        return self._spans[place]


def _reading_order(span: Span) -> tuple[int, int, int, str]:
    return FIELDS.index(span.field), span.start, span.end, span.term


def _worth(spans: Sequence[Span]) -> Iterator[float]:
    """Yield what each distinct term is worth: 1, 2 more in the title, a little for repetition."""
    counts: dict[str, int] = {}
    for span in spans:
        counts[span.term] = counts.get(span.term, 0) + 1
    titled = {span.term for span in spans if span.field == "title"}
    for term, count in counts.items():
        repeated = min(_PER_DOUBLING * log2(count), _MOST_FOR_COUNT)
        yield 1.0 + (_IN_TITLE if term in titled else 0.0) + repeated
