"""From nodes back to the text of a query."""

import re

from monitor.match.nodes import (
    And,
    Apart,
    AtLeast,
    First,
    Leaf,
    Loose,
    Mark,
    Nearness,
    Node,
    Not,
    Or,
    Scope,
    TermName,
    Together,
    Unless,
    Weight,
    Weights,
    Within,
    Words,
)
from monitor.match.operators import BARE, is_operator_like

_BARE = re.compile(BARE)
_UNARY = Leaf | Loose | Within | Weights  # binds so tight that it never needs parentheses


def print_query(node: Node) -> str:
    """Write a query so that reading it gives an equal one; with no more parentheses than needed."""
    match node:
        case Not():
            inner = _print_operand(node.node)
            return f"NOT {inner}"
        case And():
            return " AND ".join(_print_operand(one) for one in node.nodes)
        case Or():
            return " OR ".join(_print_alternative(one) for one in node.nodes)
        case Together() | Apart() | Unless():
            return _print_joined(node)
        case _:
            return _print_tight(node)


def _print_operand(node: Node) -> str:
    text = print_query(node)
    return f"({text})" if isinstance(node, And | Or) else text


def _print_alternative(node: Node) -> str:
    text = print_query(node)
    return f"({text})" if isinstance(node, Or) else text


def _print_joined(node: Together | Apart | Unless) -> str:
    if isinstance(node, Together):
        sign = f" {print_nearness(node.nearness)} "
        return sign.join(_print_counted(one) for one in node.nodes)
    left, right = node.node, _print_counted(node.other)
    # A chain of the same operator is read from the left, so it needs no parentheses there.
    same = type(left) is type(node) and getattr(left, "nearness", 0) == getattr(node, "nearness", 0)
    first = print_query(left) if same else _print_counted(left)
    sign = "UNLESS" if isinstance(node, Unless) else f"NOT {print_nearness(node.nearness)}"
    return f"{first} {sign} {right}"


def print_nearness(nearness: Nearness) -> str:
    """Write the operator of a nearness, such as NEAR/5 or SENTENCE."""
    counted = nearness.how in {"NEAR", "NEXT"}
    return f"{nearness.how}/{nearness.words}" if counted else nearness.how


def _print_counted(node: Node) -> str:
    if isinstance(node, First | AtLeast | _UNARY):
        return _print_tight(node)
    return f"({print_query(node)})"


def _print_tight(node: Node) -> str:
    match node:
        case First(words, inner):
            return f"FIRST/{words} {_print_counted(inner)}"
        case AtLeast(times, inner):
            return f"ATLEAST/{times} {_print_counted(inner)}"
        case Words(text, _, _, mark):
            return _print_words(text, mark)
        case TermName(name):
            return f"@{name}"
        case Loose(words, others):
            inside = " ".join(_escaped(one.text) for one in words)
            return f'{words[0].mark}"{inside}"~{others}'
        case Within(scope, inner):
            return f"{_scope_name(scope)}:{_print_bound(inner)}"
        case Weights(threshold, items):
            return f"WEIGHTS/{_number(threshold)} ({', '.join(map(_print_weight, items))})"
        case _:
            return f"({print_query(node)})"


def _print_bound(node: Node) -> str:
    return _print_tight(node) if isinstance(node, _UNARY) else f"({print_query(node)})"


def _print_weight(item: Weight) -> str:
    times = f"*{item.times}" if item.times > 1 else ""
    return f"{_print_bound(item.node)}={_number(item.weight)}{times}"


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _scope_name(scope: Scope) -> str:
    return "body" if scope == "text" else scope


def _print_words(text: str, mark: Mark) -> str:
    bare = _BARE.fullmatch(text) and text[0] not in "=^" and not is_operator_like(text)
    return f"{mark}{text}" if bare else f'{mark}"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
