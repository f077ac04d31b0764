"""Pieces of queries that have a name: each is written out where a query names it."""

from collections.abc import Mapping

from monitor.match.grammar import parse_query
from monitor.match.nodes import TermName, leaves


def written_out(query: str, shorthands: Mapping[str, str]) -> str:
    """Put each shorthand's query, in parentheses, in the place of its ``@name``; what is no shorthand stays.

    Shorthands must be written out themselves. Raises QueryError where the query cannot be read.
    """
    named = [leaf for leaf in leaves(parse_query(query)) if isinstance(leaf, TermName)]
    for leaf in sorted(named, key=lambda leaf: leaf.start, reverse=True):
        if leaf.name in shorthands:
            query = f"{query[: leaf.start]}({shorthands[leaf.name]}){query[leaf.end :]}"
    return query
