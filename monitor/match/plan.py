"""A query made ready to be put to documents: what it needs, whether it holds, what earned it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.match.nodes import And, Leaf, Node, Not, Or, Within
from monitor.match.scan import Place, Seen
from monitor.model.watch import Field

EVERYWHERE: tuple[Field, ...] = (
    "title",
    "text",
    "tag",
)  # where a word without a field is looked for


@dataclass(frozen=True, slots=True)
class Look:
    """Asks for a concept in some fields."""

    concept: int
    fields: tuple[Field, ...]

    def holds(self, seen: Seen) -> bool:
        """Tell whether the concept was seen there."""
        found = seen.get(self.concept)
        return found is not None and any(name in found for name in self.fields)

    def earned(self, seen: Seen) -> Iterator[tuple[int, Field, Place]]:
        """Yield the places that made it hold."""
        found = seen.get(self.concept, {})
        for name in self.fields:
            for place in found.get(name, ()):
                yield self.concept, name, place


@dataclass(frozen=True, slots=True)
class All:
    """Holds if all parts do."""

    parts: tuple["Plan", ...]

    def holds(self, seen: Seen) -> bool:
        """Tell whether all parts hold."""
        return all(part.holds(seen) for part in self.parts)

    def earned(self, seen: Seen) -> Iterator[tuple[int, Field, Place]]:
        """Yield what earned each part."""
        for part in self.parts:
            yield from part.earned(seen)


@dataclass(frozen=True, slots=True)
class Any:
    """Holds if any part does."""

    parts: tuple["Plan", ...]

    def holds(self, seen: Seen) -> bool:
        """Tell whether any part holds."""
        return any(part.holds(seen) for part in self.parts)

    def earned(self, seen: Seen) -> Iterator[tuple[int, Field, Place]]:
        """Yield what earned the parts that hold; the others earned nothing."""
        for part in self.parts:
            if part.holds(seen):
                yield from part.earned(seen)


@dataclass(frozen=True, slots=True)
class Absent:
    """Holds if the part does not."""

    part: "Plan"

    def holds(self, seen: Seen) -> bool:
        """Tell whether the part does not hold."""
        return not self.part.holds(seen)

    def earned(self, seen: Seen) -> Iterator[tuple[int, Field, Place]]:  # noqa: ARG002  # one shape
        """Yield nothing: absence has no place."""
        yield from ()


Plan = Look | All | Any | Absent


def plan_query(
    node: Node, number: Callable[[Leaf], int], fields: tuple[Field, ...] = EVERYWHERE
) -> Plan:
    """Turn a query into a plan; ``number`` gives each word or term the number of its concept."""
    match node:
        case And(nodes):
            return All(tuple(plan_query(one, number, fields) for one in nodes))
        case Or(nodes):
            return Any(tuple(plan_query(one, number, fields) for one in nodes))
        case Not(inner):
            return Absent(plan_query(inner, number, fields))
        case Within(name, inner):
            return plan_query(inner, number, (name,))
        case _:
            return Look(number(node), fields)


def required(plan: Plan) -> frozenset[int] | None:
    """Find concepts of which one at least must be seen for the plan to hold; None if there are none.

    The fewest of those an AND offers: only a document that shows one of them is worth a look.
    """
    match plan:
        case Look(concept, _):
            return frozenset({concept})
        case All(parts):
            offers = [found for part in parts if (found := required(part)) is not None]
            return min(offers, key=len, default=None)
        case Any(parts):
            needs = [required(part) for part in parts]
            known = [need for need in needs if need is not None]
            return frozenset().union(*known) if len(known) == len(needs) else None
        case Absent():
            return None


def asked_fields(plan: Plan) -> frozenset[Field]:
    """Collect the fields that a plan looks at."""
    match plan:
        case Look(_, fields):
            return frozenset(fields)
        case Absent(part):
            return asked_fields(part)
        case All(parts) | Any(parts):
            return frozenset().union(*map(asked_fields, parts))
