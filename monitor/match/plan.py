"""A query made ready to be put to documents: what it needs, whether it holds, what earned it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from monitor.match.nodes import Scope
from monitor.match.positions import Position, find
from monitor.match.reading import Reading
from monitor.match.scan import Place
from monitor.match.scopes import field_of
from monitor.model.watch import Field

Earned = tuple[int, Field, Place]  # a concept, and where it stood
_MOST_SHOWN = 200  # places of one thing in one field; what comes later shows nothing new


@dataclass(frozen=True, slots=True)
class Look:
    """Asks for a concept in some scopes."""

    concept: int
    scopes: tuple[Scope, ...]

    def holds(self, reading: Reading) -> bool:
        """Tell whether the concept was seen there."""
        found = reading.seen.get(self.concept)
        if found is None:
            return False
        if "lead" in self.scopes:
            return any(reading.places(self.concept, scope) for scope in self.scopes)
        return not found.keys().isdisjoint(self.scopes)

    def earned(self, reading: Reading) -> Iterator[Earned]:
        """Yield the places that made it hold."""
        for scope in self.scopes:
            for place in reading.places(self.concept, scope)[:_MOST_SHOWN]:
                yield self.concept, field_of(scope), place

    def bonus(self, reading: Reading) -> float:  # noqa: ARG002  # one shape
        """Give what weights add to the score."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Locate:
    """Asks where things stand; only of a document that shows them, which the gate tells."""

    position: Position
    fields: tuple[Field, ...]
    gate: "Plan"

    def holds(self, reading: Reading) -> bool:
        """Tell whether any field has what is asked for."""
        if not self.gate.holds(reading):
            return False
        return any(bool(find(self.position, reading, field)) for field in self.fields)

    def earned(self, reading: Reading) -> Iterator[Earned]:
        """Yield the places that satisfied it."""
        for field in self.fields:
            for _, _, members in islice(find(self.position, reading, field).each(), _MOST_SHOWN):
                for concept, *place in members:
                    yield concept, field, (place[0], place[1])

    def bonus(self, reading: Reading) -> float:  # noqa: ARG002  # one shape
        """Give what weights add to the score."""
        return 0.0


@dataclass(frozen=True, slots=True)
class All:
    """Holds if all parts do."""

    parts: tuple["Plan", ...]

    def holds(self, reading: Reading) -> bool:
        """Tell whether all parts hold."""
        return all(part.holds(reading) for part in self.parts)

    def earned(self, reading: Reading) -> Iterator[Earned]:
        """Yield what earned each part."""
        for part in self.parts:
            yield from part.earned(reading)

    def bonus(self, reading: Reading) -> float:
        """Give what weights add to the score."""
        return sum(part.bonus(reading) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    """Holds if any part does."""

    parts: tuple["Plan", ...]

    def holds(self, reading: Reading) -> bool:
        """Tell whether any part holds."""
        return any(part.holds(reading) for part in self.parts)

    def earned(self, reading: Reading) -> Iterator[Earned]:
        """Yield what earned the parts that hold; the others earned nothing."""
        for part in self.parts:
            if part.holds(reading):
                yield from part.earned(reading)

    def bonus(self, reading: Reading) -> float:
        """Give what the weights of the parts that hold add to the score."""
        return sum(part.bonus(reading) for part in self.parts if part.holds(reading))


@dataclass(frozen=True, slots=True)
class Absent:
    """Holds if the part does not."""

    part: "Plan"

    def holds(self, reading: Reading) -> bool:
        """Tell whether the part does not hold."""
        return not self.part.holds(reading)

    def earned(self, reading: Reading) -> Iterator[Earned]:  # noqa: ARG002  # one shape
        """Yield nothing: absence has no place."""
        yield from ()

    def bonus(self, reading: Reading) -> float:  # noqa: ARG002  # one shape
        """Give nothing: absence weighs nothing."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Holds if the weights of the parts that hold sum up to the threshold."""

    threshold: float
    items: tuple[tuple["Plan", float, int], ...]  # each with its weight, and how often it counts

    def total(self, reading: Reading) -> float:
        """Sum up the weights of what holds."""
        return sum(
            weight * _count(part, reading, times)
            for part, weight, times in self.items
            if part.holds(reading)
        )

    def holds(self, reading: Reading) -> bool:
        """Tell whether the threshold is reached."""
        return self.total(reading) >= self.threshold

    def earned(self, reading: Reading) -> Iterator[Earned]:
        """Yield what earned the parts that speak for the text."""
        for part, weight, _ in self.items:
            if weight > 0 and part.holds(reading):
                yield from part.earned(reading)

    def bonus(self, reading: Reading) -> float:
        """Give 1 for the threshold, and more in proportion: whatever scale the weights are on."""
        return self.total(reading) / self.threshold


Plan = Look | Locate | All | Any | Absent | Scale


def _count(part: Plan, reading: Reading, most: int) -> int:
    """Count the places of a part that holds, up to so many; what has none counts once."""
    if most == 1:
        return 1
    match part:
        case Look(concept, scopes):
            found = sum(len(reading.places(concept, scope)) for scope in scopes)
        case Locate(position, fields, _):
            found = sum(find(position, reading, field).count_to(most) for field in fields)
        case Any(parts):
            found = sum(_count(one, reading, most) for one in parts if one.holds(reading))
        case _:
            found = 1
    return min(found, most)


def required(plan: Plan) -> frozenset[int] | None:
    """Find concepts of which one at least must be seen for the plan to hold; None if there are none.

    The fewest of those an AND offers: only a document that shows one of them is worth a look.
    """
    match plan:
        case Look(concept, _):
            return frozenset({concept})
        case Locate(_, _, gate):
            return required(gate)
        case All(parts):
            offers = [found for part in parts if (found := required(part)) is not None]
            return min(offers, key=len, default=None)
        case Any(parts):
            return _one_of(parts)
        case Scale():
            return _one_of(_decisive(plan))
        case Absent():
            return None


def _one_of(parts: tuple[Plan, ...]) -> frozenset[int] | None:
    needs = [required(part) for part in parts]
    known = [need for need in needs if need is not None]
    return frozenset[int]().union(*known) if len(known) == len(needs) else None


def _decisive(plan: Scale) -> tuple[Plan, ...]:
    """Pick parts without all of which the others could not reach the threshold."""
    parts, left = [], 0.0
    for part, weight, times in sorted(plan.items, key=lambda item: item[1] * item[2]):
        left += max(0.0, weight) * times
        if left >= plan.threshold:
            parts.append(part)
    return tuple(parts)


def asked_fields(plan: Plan) -> frozenset[Field]:
    """Collect the fields that a plan looks at."""
    match plan:
        case Look(_, scopes):
            return frozenset(map(field_of, scopes))
        case Locate(_, fields, gate):
            return frozenset(fields) | asked_fields(gate)
        case Absent(part):
            return asked_fields(part)
        case Scale(_, items):
            return frozenset[Field]().union(*(asked_fields(part) for part, _, _ in items))
        case All(parts) | Any(parts):
            return frozenset[Field]().union(*map(asked_fields, parts))
