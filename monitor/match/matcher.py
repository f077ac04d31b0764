"""All watches put to one document after another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Literal

from monitor.errors import QueryError
from monitor.match.grammar import nearest, parse_query
from monitor.match.nodes import FIELDS, Leaf, Words
from monitor.match.plan import EVERYWHERE, Plan, asked_fields, plan_query, required
from monitor.match.scan import Concept, Place, Scanner, Sighting, field_text
from monitor.match.spelling import Form, compile_spelling
from monitor.model.watch import Document, Field, Match, Span, Spelling, Term, Watch

_IN_TITLE = 2.0
_PER_DOUBLING = 0.25
_MOST_FOR_COUNT = 1.0  # sixteen mentions: beyond that, a text is long rather than on the subject


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
        self._watches = tuple(_compile(watch, desk) for watch in watches)
        self._concepts = desk.all
        asked = frozenset(EVERYWHERE).union(
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
        report = _Report(document, sighting, self._concepts)
        return tuple(
            report.match(self._watches[at]) for at in sorted(worth) if self._holds(at, sighting)
        )

    def _holds(self, at: int, sighting: Sighting) -> bool:
        compiled = self._watches[at]
        if not compiled.query.holds(sighting.seen):
            return False
        return compiled.exclude is None or not compiled.exclude.holds(sighting.seen)


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
            return Concept(leaf.text, (compile_spelling(leaf.text),))
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
        return tuple(compile_spelling(one.text, one.language) for one in spellings)
    except QueryError as error:
        what = f"The term {term.name} has a spelling that finds nothing: {error.what}"
        raise QueryError(what, start=leaf.start, end=leaf.end, hint=error.hint) from error


def _compile(watch: Watch, desk: _Concepts) -> _Compiled:
    query = _compile_part(watch, "query", watch.query, desk)
    exclude = None
    if watch.exclude is not None:
        exclude = _compile_part(watch, "exclude", watch.exclude, desk)
    return _Compiled(watch, query, exclude)


def _compile_part(
    watch: Watch, part: Literal["query", "exclude"], text: str, desk: _Concepts
) -> Plan:
    try:
        return plan_query(parse_query(text), desk.number)
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

    def __init__(self, document: Document, sighting: Sighting, concepts: Sequence[Concept]) -> None:
        self._document = document
        self._sighting = sighting
        self._concepts = concepts
        self._spans: dict[tuple[int, Field, Place], Span] = {}

    def match(self, compiled: _Compiled) -> Match:
        """Tell where the watch was earned and what that is worth."""
        earned = dict.fromkeys(compiled.query.earned(self._sighting.seen))
        spans = tuple(sorted(map(self._span, earned), key=_reading_order))
        return Match(
            watch=compiled.watch.name,
            score=round(sum(_worth(spans)) * compiled.watch.weight, 3),
            terms=tuple(dict.fromkeys(span.term for span in spans)),
            spans=spans,
        )

    def _span(self, place: tuple[int, Field, Place]) -> Span:
        if place not in self._spans:
            concept, name, folded_place = place
            start, end = self._sighting.folded[name].span(*folded_place)
            text = field_text(self._document, name)[start:end]
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
