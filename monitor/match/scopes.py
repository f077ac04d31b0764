"""Where a query looks: the fields that each part of it can find something in."""

from monitor.match.nodes import Nearness, Node, Or, Scope, Together, Within, children
from monitor.model.watch import Field

# Where a word without a field is looked for.
EVERYWHERE: tuple[Scope, ...] = ("title", "text", "tag")


def field_of(scope: Scope) -> Field:
    """Name the field that a scope is part of."""
    return "text" if scope == "lead" else scope


def scopes_within(node: Node, scopes: tuple[Scope, ...]) -> tuple[Scope, ...]:
    """Give the scopes that the parts of a node look in, if it is put to these."""
    return (node.field,) if isinstance(node, Within) else scopes


def never_meets(node: Node, scopes: tuple[Scope, ...] = EVERYWHERE) -> Nearness | None:
    """Find an operator whose sides stand in different fields, so that it could never hold."""
    if isinstance(node, Together) and not _fields(node, scopes):
        return node.nearness
    inner = scopes_within(node, scopes)
    found = (never_meets(one, inner) for one in children(node))
    return next((one for one in found if one is not None), None)


def _fields(node: Node, scopes: tuple[Scope, ...]) -> frozenset[Field]:
    """Collect the fields in which a node that has places may have them."""
    inner = scopes_within(node, scopes)
    parts = [_fields(one, inner) for one in children(node)]
    if not parts:
        return frozenset(map(field_of, inner))
    if isinstance(node, Together):
        return frozenset.intersection(*parts)
    return frozenset[Field]().union(*parts) if isinstance(node, Or) else parts[0]
