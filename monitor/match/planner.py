"""From the nodes of a query to its plan."""

from collections import Counter
from collections.abc import Callable, Sequence

from monitor.match.nodes import (
    And,
    Apart,
    AtLeast,
    First,
    Leaf,
    Loose,
    Nearness,
    Node,
    Not,
    Or,
    Placed,
    Scope,
    Together,
    Unless,
    Weights,
    Within,
)
from monitor.match.plan import Absent, All, Any, Locate, Look, Plan, Scale
from monitor.match.positions import (
    AnySpot,
    Chain,
    Clear,
    Companions,
    Early,
    Huddle,
    Often,
    Position,
    Spot,
)
from monitor.match.scopes import EVERYWHERE, field_of
from monitor.model.watch import Field


class Planner:
    """Turns queries into plans; what two watches ask alike, they share."""

    def __init__(self, number: Callable[[Leaf], int]) -> None:
        """Take what gives each word or term the number of its concept."""
        self._number = number
        self._known: dict[Position, Position] = {}

    def plan(self, node: Node, scopes: tuple[Scope, ...] = EVERYWHERE) -> Plan:
        """Turn a query, put to these scopes, into a plan."""
        match node:
            case And(nodes):
                return All(tuple(dict.fromkeys(self.plan(one, scopes) for one in nodes)))
            case Or(nodes):
                return Any(tuple(dict.fromkeys(self.plan(one, scopes) for one in nodes)))
            case Not(inner):
                return Absent(self.plan(inner, scopes))
            case Within(scope, inner):
                return self.plan(inner, (scope,))
            case Weights(threshold, items):
                parts = tuple((self.plan(i.node, scopes), i.weight, i.times) for i in items)
                return Scale(threshold, parts)
            case Loose() | Together() | Apart() | Unless() | First() | AtLeast():
                return self._locate(node, scopes)
            case _:
                return Look(self._number(node), scopes)

    def _locate(self, node: Placed, scopes: tuple[Scope, ...]) -> Locate:
        position = self._position(node, scopes)
        return Locate(position, fields_of(position), gate_of(position))

    def _position(self, node: Node, scopes: tuple[Scope, ...]) -> Position:
        position = self._new_position(node, scopes)
        return self._known.setdefault(position, position)

    def _new_position(self, node: Node, scopes: tuple[Scope, ...]) -> Position:
        match node:
            case Within(scope, inner):
                return self._position(inner, (scope,))
            case Or(nodes):
                return AnySpot(tuple(self._position(one, scopes) for one in nodes))
            case Together(nearness, nodes):
                return _together(nearness, tuple(self._position(one, scopes) for one in nodes))
            case Apart(nearness, inner, other):
                sides = self._position(inner, scopes), self._position(other, scopes)
                return Clear(*sides, nearness)
            case Unless(inner, other):
                return Clear(self._position(inner, scopes), self._position(other, scopes), None)
            case First(words, inner):
                return Early(self._position(inner, scopes), words)
            case AtLeast(times, inner):
                part = self._position(inner, scopes)
                return Often(part, times, fields_of(part))
            case Loose(words, others):
                return _loose([self._position(one, scopes) for one in words], others)
            case And() | Not() | Weights():
                raise AssertionError("the grammar lets none of these ask for places")
            case _:
                return Spot(self._number(node), scopes)


def _together(nearness: Nearness, parts: tuple[Position, ...]) -> Position:
    if nearness.how == "SENTENCE" or nearness.how == "PARAGRAPH":
        return Companions(parts, nearness.how)
    return Chain(parts, nearness.words, ordered=nearness.how == "NEXT")


def _loose(words: Sequence[Position], others: int) -> Position:
    counts = Counter(words)
    if len(counts) == len(words) == 2:
        return Chain(tuple(counts), others, ordered=False)
    return Huddle(tuple(counts), tuple(counts.values()), others)


def fields_of(position: Position) -> tuple[Field, ...]:
    """List the fields in which a position can be found, in their order."""
    match position:
        case Spot(_, scopes):
            return tuple(dict.fromkeys(map(field_of, scopes)))
        case AnySpot(parts):
            return tuple(dict.fromkeys(name for part in parts for name in fields_of(part)))
        case Chain(parts) | Companions(parts) | Huddle(parts):
            first, *others = (fields_of(part) for part in parts)
            return tuple(name for name in first if all(name in names for names in others))
        case Clear() | Early() | Often():
            return fields_of(position.part)


def gate_of(position: Position) -> Plan:
    """Give what must be seen for a position to be found, wherever it stands."""
    match position:
        case Spot(concept, scopes):
            return Look(concept, scopes)
        case AnySpot(parts):
            return Any(tuple(map(gate_of, parts)))
        case Chain(parts) | Companions(parts) | Huddle(parts):
            return All(tuple(map(gate_of, parts)))
        case Clear() | Early() | Often():
            return gate_of(position.part)
