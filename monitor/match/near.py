"""Why a watch does not want a document: what is missing, and what stopped it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.match.grammar import parse_query
from monitor.match.matcher import Matcher
from monitor.match.nodes import (
    And,
    Apart,
    Leaf,
    Node,
    Not,
    Or,
    TermName,
    Unless,
    Weights,
    Within,
    Words,
    children,
    leaves,
)
from monitor.match.printing import print_query
from monitor.model.watch import Document, Term, Watch

_LONGEST = 120  # characters of a query that are worth a person's time


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A watch that does not want a document, and why; what of its query is there is ``seen``."""

    watch: str
    missing: tuple[str, ...]  # parts of the query, as one would write them
    stopped_by: tuple[str, ...]  # what is there and must not be
    seen: tuple[str, ...]


class Explainer:
    """Tells what documents lack; compiled once, then read-only."""

    def __init__(self, watches: Sequence[Watch], terms: Sequence[Term]) -> None:
        """Compile. Raises QueryError as ``Matcher`` does."""
        self._matcher = Matcher(watches, terms)
        self._queries = {watch.name: parse_query(watch.query) for watch in watches}
        self._excludes = {
            watch.name: parse_query(watch.exclude) for watch in watches if watch.exclude is not None
        }
        parts = {
            print_query(part)
            for query in (*self._queries.values(), *self._excludes.values())
            for part in _parts(query)
        }
        asked = [Watch(part, part, part) for part in sorted(parts)]
        self._parts = Matcher(asked, terms)
        guarded = {term.name for term in terms if term.unless}
        bare = [each for each in asked if guarded & _terms_of(each.query)]
        # The same parts as if the terms had no "unless": what only they find was stopped by it.
        self._bare = Matcher(bare, [replace(term, unless=()) for term in terms])

    def why_not(self, document: Document) -> tuple[NearMiss, ...]:
        """Explain each watch that does not match, in the order of the watches."""
        matched = {match.watch for match in self._matcher.match(document)}
        held = {match.watch for match in self._parts.match(document)}
        bare = {match.watch for match in self._bare.match(document)} - held
        return tuple(
            self._miss(name, query, _Held(held, bare))
            for name, query in self._queries.items()
            if name not in matched
        )

    def _miss(self, name: str, query: Node, held: "_Held") -> NearMiss:
        reason = held.reason(query)
        stopped = list(reason.stopped)
        if not reason.missing and not stopped and name in self._excludes:
            stopped = [f"exclude: {_short(part)}" for part in held.holding(self._excludes[name])]
        seen = (print_query(leaf) for leaf in _wanted(query))
        return NearMiss(
            name,
            tuple(dict.fromkeys(map(_short, reason.missing))),
            tuple(dict.fromkeys(stopped)),
            tuple(dict.fromkeys(leaf for leaf in seen if leaf in held.parts)),
        )


@dataclass(frozen=True, slots=True)
class _Reason:
    missing: tuple[Node, ...] = ()
    stopped: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.missing and not self.stopped

    def __add__(self, other: "_Reason") -> "_Reason":
        return _Reason(self.missing + other.missing, self.stopped + other.stopped)


@dataclass(frozen=True, slots=True)
class _Held:
    """Which parts of the queries a document shows, and which it would without any "unless"."""

    parts: set[str]
    bare: set[str]

    def reason(self, node: Node) -> _Reason:
        """Say why a query does not hold; an empty reason if it does."""
        match node:
            case And(nodes):
                return sum(map(self.reason, nodes), _Reason())
            case Or(nodes):
                return self._nearest(node, [self.reason(one) for one in nodes])
            case Not(inner):
                stopped = [f"NOT {_short(one)}" for one in self.holding(inner)]
                return _Reason(stopped=tuple(stopped))
            case Within(name, And(nodes) | Or(nodes) as inner):
                inside = tuple(Within(name, one) for one in nodes)
                return self.reason(replace(inner, nodes=inside))
            case _:
                return _Reason() if print_query(node) in self.parts else self._lacking(node)

    def holding(self, node: Node) -> list[Node]:
        """List the parts by which a query holds; none if it does not."""
        if not self.reason(node).holds:
            return []
        if isinstance(node, Or):
            return [one for part in node.nodes for one in self.holding(part)]
        return [node]

    def _nearest(self, node: Node, reasons: Sequence[_Reason]) -> _Reason:
        """Choose the alternative that lacks least; all of them, where nothing tells them apart."""
        best = min(reasons, key=lambda one: (len(one.missing), len(one.stopped)))
        if best.holds or best.stopped or any(self._seen(one) for one in children(node)):
            return best
        return _Reason((node,))

    def _seen(self, node: Node) -> bool:
        return any(print_query(leaf) in self.parts for leaf in _wanted(node))

    def _lacking(self, node: Node) -> _Reason:
        """Say what a part that does not hold is in want of."""
        if print_query(node) in self.bare:
            names = sorted({leaf.name for leaf in leaves(node) if isinstance(leaf, TermName)})
            return _Reason(stopped=tuple(f"unless of @{name}" for name in names))
        match node:
            case Unless(inner, other) | Apart(_, inner, other) if self.reason(inner).holds:
                sign = "UNLESS" if isinstance(node, Unless) else "NOT NEAR"
                return _Reason(stopped=(f"{sign} {_short(other)}",))
            case Unless(inner, _) | Apart(_, inner, _):
                return self.reason(inner)
            case Weights(_, items):
                return self._too_light(node, [(item.weight, item.node) for item in items])
            case Within(_, _):
                return _Reason((node,))
            case _:
                missing = sum(map(self.reason, children(node)), _Reason())
                return _Reason((node,)) if missing.holds else missing

    def _too_light(self, node: Node, items: Iterable[tuple[float, Node]]) -> _Reason:
        reasons = [(weight, one, self.reason(one).holds) for weight, one in items]
        missing = tuple(one for weight, one, holds in reasons if weight > 0 and not holds)
        stopped = tuple(_short(one) for weight, one, holds in reasons if weight < 0 and holds)
        return _Reason(missing, stopped) if missing or stopped else _Reason((node,))


def _parts(node: Node) -> Iterator[Node]:
    """Yield all that must be asked one by one to know why a query does not hold."""
    match node:
        case Within(name, And(nodes) | Or(nodes)):
            for one in nodes:
                yield from _parts(Within(name, one))
        case Within(name, Not(inner)):
            yield from _parts(Within(name, inner))
        case Within(_, inner):
            yield node
            yield from leaves(inner)
        case And() | Or() | Not():
            for one in children(node):
                yield from _parts(one)
        case _:
            yield node
            for one in children(node):
                yield from _parts(one)


def _wanted(node: Node) -> Iterator[Leaf]:
    """Yield the words and terms that a query wants to be there."""
    match node:
        case Not():
            return
        case Unless(inner, _) | Apart(_, inner, _):
            yield from _wanted(inner)
        case Weights(_, items):
            for item in items:
                yield from _wanted(item.node) if item.weight > 0 else ()
        case Words() | TermName():
            yield node
        case _:
            for one in children(node):
                yield from _wanted(one)


def _terms_of(query: str) -> set[str]:
    return {leaf.name for leaf in leaves(parse_query(query)) if isinstance(leaf, TermName)}


def _short(node: Node) -> str:
    text = print_query(node)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
