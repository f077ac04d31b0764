"""A query as a value: what was asked for, and where in the query it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from monitor.model.watch import Field

Scope = Field | Literal["lead"]  # what a query may name; the lead is the first part of the text
Mark = Literal["", "=", "^"]  # nothing, exactly this form, or this form in this case
How = Literal["NEAR", "NEXT", "SENTENCE", "PARAGRAPH"]

FIELDS: tuple[Field, ...] = get_args(Field)
# How each scope is written; the text is the "body" to those who write queries, and "text" too.
SCOPES: dict[str, Scope] = {"title": "title", "lead": "lead", "body": "text"}
SCOPES |= {name: name for name in FIELDS}


@dataclass(frozen=True, slots=True)
class Words:
    """A word or a phrase to look for; ``*`` and ``?`` in it are wildcards.

    With the mark ``=`` its capitals count, with ``^`` its small letters too.
    """

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class TermName:
    """A reference to a term: ``@name``."""

    name: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Loose:
    """The words of a phrase in any order, with at most so many others among them: ``"a b"~n``."""

    words: tuple[Words, ...]  # two or more
    others: int


@dataclass(frozen=True, slots=True)
class Within:
    """A query put to one field only; the innermost field wins."""

    field: Scope
    node: "Node"


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near places must be: ``words`` between them at most, or in one sentence or paragraph."""

    how: How
    words: int = 0
    start: int = field(default=0, compare=False)  # of the operator, in the query
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Together:
    """A chain of two or more, each near the one before; all in one, if in a sentence or paragraph."""

    nearness: Nearness
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """What is found where the other is not near: ``a NOT NEAR/5 b``."""

    nearness: Nearness
    node: "Node"
    other: "Node"


@dataclass(frozen=True, slots=True)
class Unless:
    """What is found clear of the other: ``a UNLESS b``."""

    node: "Node"
    other: "Node"


@dataclass(frozen=True, slots=True)
class First:
    """What is found among the first words of its field."""

    words: int
    node: "Node"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """What is found so many times."""

    times: int
    node: "Node"


@dataclass(frozen=True, slots=True)
class Weight:
    """What one thing adds where it holds; for each of its places, up to ``times``."""

    node: "Node"
    weight: float
    times: int = 1


@dataclass(frozen=True, slots=True)
class Weights:
    """Holds where the weights of what holds sum up to the threshold."""

    threshold: float
    items: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where the other does not."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Holds where all do; two or more."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where any does; two or more."""

    nodes: tuple["Node", ...]


Leaf = Words | TermName
Placed = Loose | Together | Apart | Unless | First | AtLeast  # asks where, not only whether
Node = Leaf | Placed | Weights | Within | Not | And | Or


def children(node: Node) -> tuple[Node, ...]:
    """List the queries that a query is made of."""
    match node:
        case Words() | TermName():
            return ()
        case Loose(words, _):
            return words
        case Within() | Not() | First() | AtLeast():
            return (node.node,)
        case Apart() | Unless():
            return (node.node, node.other)
        case Weights(_, items):
            return tuple(item.node for item in items)
        case Together() | And() | Or():
            return node.nodes


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield the words and terms of a query as they stand in it."""
    if isinstance(node, Leaf):
        yield node
    for child in children(node):
        yield from leaves(child)


def holds_by_presence(node: Node) -> bool:
    """Tell whether something must be present for the query to hold; ``NOT a`` alone is true of silence."""
    match node:
        case Within():
            return holds_by_presence(node.node)
        case Not():
            return False
        case And():
            return any(holds_by_presence(one) for one in node.nodes)
        case Or():
            return all(holds_by_presence(one) for one in node.nodes)
        case _:
            return True


def has_places(node: Node) -> bool:
    """Tell whether what a query finds are places, of which can be asked where they stand."""
    return not isinstance(node, And | Not | Weights) and all(map(has_places, children(node)))
