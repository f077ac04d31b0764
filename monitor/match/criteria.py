"""What a watch asks for, as one short text that changes when it does."""

import json
from collections.abc import Sequence
from hashlib import blake2b

from monitor.match.grammar import parse_query
from monitor.match.nodes import TermName, leaves
from monitor.model.watch import Spelling, Term, Watch


def criteria_of(watch: Watch, terms: Sequence[Term]) -> str:
    """Digest the queries of a watch and the terms they name; title, urgency and weight do not count.

    Raises QueryError where a query cannot be read.
    """
    queries = [watch.query] if watch.exclude is None else [watch.query, watch.exclude]
    named = {
        leaf.name
        for query in queries
        for leaf in leaves(parse_query(query))
        if isinstance(leaf, TermName)
    }
    used = [
        [term.name, _plain(term.spellings), _plain(term.unless)]
        for term in sorted(terms, key=lambda term: term.name)
        if term.name in named
    ]
    told = json.dumps([queries, used], ensure_ascii=True)
    return blake2b(told.encode(), digest_size=16).hexdigest()


def _plain(spellings: Sequence[Spelling]) -> list[list[str]]:
    return sorted([one.language or "", one.text] for one in spellings)
