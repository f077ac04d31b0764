"""Reading and printing queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.match import parse_query
from monitor.match.nodes import (
    FIELDS,
    And,
    Node,
    Not,
    Or,
    TermName,
    Within,
    Words,
    holds_by_presence,
)
from monitor.match.printing import print_query

_texts = st.text("aZя上Қ\"\\ *?-+~:@&|()«“„/'.ANDORTnot", min_size=1, max_size=12).map(
    lambda t: f"x{t}"
)
_leaves = st.one_of(
    _texts.filter(
        lambda text: text.count('"') + text.count("“") + text.count("„") + text.count("«") == 0
    ),
    st.sampled_from(["AND", "or", "Not", "NEAR/8", "SENTENCE", "a b", 'say "so"', "back\\slash"]),
).map(Words) | st.sampled_from(["sco", "kazakh-stan", "тоқаев"]).map(TermName)


def _deeper(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        nodes.map(Not),
        st.builds(Within, st.sampled_from(FIELDS), nodes),
    )


_nodes = st.recursive(_leaves, _deeper, max_leaves=8).filter(holds_by_presence)


@given(_nodes)
def test_print_and_parse_are_inverse(node: Node) -> None:
    """A printed query reads as the same query."""
    assert parse_query(print_query(node)) == node


@given(st.text('ab "()*?@:ANDORT«»“”\\', max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is written is read, or refused with a place inside it."""
    error: QueryError | None = None
    try:
        parse_query(text)
    except QueryError as caught:
        error = caught
    assert error is None or 0 <= error.start <= error.end <= len(text)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a b", "a AND b"),
        ("a OR b c", "a OR b AND c"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("NOT (a b) c", "NOT (a AND b) AND c"),
        ("title: a", "title:a"),
        ("«сауат аш»", '"сауат аш"'),
        ("“SCO”", "SCO"),
        ("ANDROID ORB NOTE", "ANDROID AND ORB AND NOTE"),
        ("title:(NOT a) b", "title:(NOT a) AND b"),
        ('"a \\"b\\""', '"a \\"b\\""'),
    ],
)
def test_printed_form(text: str, printed: str) -> None:
    """A query prints with its operators written out and no needless parentheses."""
    assert print_query(parse_query(text)) == printed


def test_places_in_the_query() -> None:
    """Words and terms know where they stand, and are equal wherever they stand."""
    node = parse_query("  SCO")
    assert isinstance(node, Words)
    assert (node.start, node.end) == (2, 5)
    assert node == Words("SCO")


@pytest.mark.parametrize(
    "text",
    ["(" * 500 + "a" + ")" * 500, "NOT " * 5000 + "a", "title:" * 500 + "a", "a " * 20_000],
    ids=["parentheses", "nots", "fields", "length"],
)
def test_monstrous_queries_are_refused(text: str) -> None:
    """A query too deep or too long to be meant is refused, not run into the ground."""
    with pytest.raises(QueryError, match=r"too deeply|longer than"):
        parse_query(text)
