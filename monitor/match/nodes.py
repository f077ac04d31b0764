"""A query as a value: what was asked for, and where in the query it stands."""

import re
from dataclasses import dataclass, field
from typing import get_args

from monitor.model.watch import Field

FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True, slots=True)
class Words:
    """A word or a phrase to look for; ``*`` and ``?`` in it are wildcards."""

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TermName:
    """A reference to a term: ``@name``."""

    name: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """A query put to one field only; the innermost field wins."""

    field: Field
    node: "Node"


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
Node = Leaf | Within | Not | And | Or

# A word that may stand without quotation marks; the grammar has the same idea of it.
BARE = r"""[^\s"“”„«»():@~|&!+\-][^\s"“”„«»():~]*"""
RESERVED = re.compile(r"(?:NEAR|NEXT|ADJ|SENTENCE|PARAGRAPH|ATLEAST|FIRST|XOR)(?:/\d*)?")
OPERATORS = ("AND", "OR", "NOT")
_BARE = re.compile(BARE)


def print_query(node: Node) -> str:
    """Write a query so that reading it gives an equal one; with no more parentheses than needed."""
    match node:
        case Words():
            return _print_words(node.text)
        case TermName():
            return f"@{node.name}"
        case Within():
            inner = node.node
            text = f"({print_query(inner)})" if isinstance(inner, Not) else _print_operand(inner)
            return f"{node.field}:{text}"
        case Not():
            return f"NOT {_print_operand(node.node)}"
        case And():
            return " AND ".join(_print_operand(one) for one in node.nodes)
        case Or():
            return " OR ".join(
                f"({print_query(one)})" if isinstance(one, Or) else print_query(one)
                for one in node.nodes
            )


def _print_operand(node: Node) -> str:
    text = print_query(node)
    return f"({text})" if isinstance(node, And | Or) else text


def _print_words(text: str) -> str:
    operator = text.upper() in OPERATORS or RESERVED.fullmatch(text)
    if _BARE.fullmatch(text) and not operator:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


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
