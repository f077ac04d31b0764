"""Reading and printing queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.match import parse_query
from monitor.match.mistakes import point_out
from monitor.match.nodes import (
    FIELDS,
    And,
    Apart,
    AtLeast,
    First,
    Loose,
    Nearness,
    Node,
    Not,
    Or,
    TermName,
    Together,
    Unless,
    Weight,
    Weights,
    Within,
    Words,
    holds_by_presence,
)
from monitor.match.printing import print_query
from monitor.match.scopes import never_meets

_texts = st.text("aZя上Қ\"\\ *?-+~:@&|()«“„/'.=^,1ANDORTnot", min_size=1, max_size=12).map(
    lambda t: f"x{t}"
)
_wordings = st.one_of(
    _texts.filter(
        lambda text: text.count('"') + text.count("“") + text.count("„") + text.count("«") == 0
    ),
    st.sampled_from(
        [
            "AND",
            "or",
            "Not",
            "NEAR/8",
            "SENTENCE",
            "UNLESS",
            "NEARBY/3",
            "near",
            "FIRST/1",
            "a b",
            'say "so"',
            "back\\slash",
            "x=10",
            "x=",
            "5G",
            "WEIGHTS/3",
        ]
    ),
)
_words = st.builds(Words, _wordings, mark=st.sampled_from(["", "=", "^"]))
_loose = st.builds(
    lambda texts, mark, others: Loose(tuple(Words(t, mark=mark) for t in texts), others),
    st.lists(st.sampled_from(["a", "b*", "a", "c'd", "上合", "e-f"]), min_size=2, max_size=3),
    st.sampled_from(["", "=", "^"]),
    st.integers(0, 999),
)
_leaves = st.one_of(_words, _loose, st.sampled_from(["sco", "kazakh-stan", "тоқаев"]).map(TermName))
_numbers = st.integers(1, 10**6)
_scopes = st.sampled_from([*FIELDS, "lead"])
_nearness = st.one_of(
    st.builds(Nearness, st.sampled_from(["NEAR", "NEXT"]), st.integers(0, 10**6)),
    st.builds(Nearness, st.sampled_from(["SENTENCE", "PARAGRAPH"])),
)


def _several(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(nodes, min_size=2, max_size=3).map(tuple)


def _placed(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        _several(nodes).map(Or),
        st.builds(Together, _nearness, _several(nodes)),
        st.builds(Apart, _nearness, nodes, nodes),
        st.builds(Unless, nodes, nodes),
        st.builds(First, _numbers, nodes),
        st.builds(AtLeast, _numbers, nodes),
        st.builds(Within, _scopes, nodes),
    )


_places = st.recursive(_leaves, _placed, max_leaves=5)


def _deeper(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    weighed = nodes.filter(holds_by_presence)
    weight = st.builds(
        Weight, weighed, st.integers(1, 9000).map(lambda n: n / 8), st.integers(1, 9)
    )
    against = st.builds(Weight, weighed, st.integers(-9000, -1).map(float))
    return st.one_of(
        _several(nodes).map(And),
        _several(nodes).map(Or),
        nodes.map(Not),
        st.builds(Within, _scopes, nodes),
        st.builds(lambda one, other: Weights(1.0, (Weight(one.node, 2.5), other)), weight, against),
        st.lists(weight, min_size=1, max_size=3).map(_weights),
    )


def _weights(items: list[Weight]) -> Node:
    return Weights(
        max(1, int(sum(i.weight * i.times for i in items))), (Weight(Words("w"), 1.0), *items)
    )


_nodes = st.recursive(_places, _deeper, max_leaves=8).filter(
    lambda node: holds_by_presence(node) and never_meets(node) is None
)


@given(_nodes)
def test_print_and_parse_are_inverse(node: Node) -> None:
    """A printed query reads as the same query."""
    assert parse_query(print_query(node)) == node


_scraps = st.lists(
    st.sampled_from(
        [
            "a",
            "b*",
            '"',
            '"a b"',
            "(",
            ")",
            "@",
            "@t",
            "title:",
            "AND",
            "OR",
            "NOT",
            "NEAR/5",
            "NEXT/2",
            "near/5",
            "SENTENCE",
            "UNLESS",
            "ATLEAST/2",
            "FIRST/9",
            "WEIGHTS/3",
            "=1",
            "=2*3,",
            "~4",
            "^",
            "=",
            ",",
            " ",
            " ",
            "/",
            "1",
            "«",
            "”",
            "\\",
        ]
    ),
    max_size=14,
).map("".join)


@given(st.text('ab "()*?@:ANDORT«»“”\\', max_size=30) | _scraps)
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
        ("a NEAR/5 b NEAR/05 c d", "a NEAR/5 b NEAR/5 c AND d"),
        ("(a NEAR/5 b) NEAR/5 c", "(a NEAR/5 b) NEAR/5 c"),
        ("a ADJ/2 (b OR c)", "a NEXT/2 (b OR c)"),
        ("c NOT a SENTENCE b", "c AND NOT a SENTENCE b"),
        ("(a UNLESS b) UNLESS c", "a UNLESS b UNLESS c"),
        ("a UNLESS (b UNLESS c)", "a UNLESS (b UNLESS c)"),
        ("(a NOT   NEAR/2 b) NOT NEAR/2 c", "a NOT NEAR/2 b NOT NEAR/2 c"),
        ("FIRST/9 ATLEAST/2 (a)", "FIRST/9 ATLEAST/2 a"),
        ("ATLEAST/2 (a PARAGRAPH b)", "ATLEAST/2 (a PARAGRAPH b)"),
        ('="a"  ^b', "=a AND ^b"),
        ("“a  b” ~03", '"a b"~3'),
        ("text:a lead:(b)", "body:a AND lead:b"),
        ("title:(a NEXT/1 b)", "title:(a NEXT/1 b)"),
        ("WEIGHTS/10(@a=10,b = 2.50*3 (c d)=-4)", "WEIGHTS/10 (@a=10, b=2.5*3, (c AND d)=-4)"),
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
    [
        "(" * 500 + "a" + ")" * 500,
        "NOT " * 5000 + "a",
        "title:" * 500 + "a",
        "FIRST/9 " * 500 + "a",
        "a " * 20_000,
    ],
    ids=["parentheses", "nots", "fields", "counts", "length"],
)
def test_monstrous_queries_are_refused(text: str) -> None:
    """A query too deep or too long to be meant is refused, not run into the ground."""
    with pytest.raises(QueryError, match=r"too deeply|longer than"):
        parse_query(text)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("a\n  NEARBY/3 b", "(line 2, column 3)\n    NEARBY/3 b\n    ^^^^^^^^"),
        ("上合 (b", "(line 1, column 4)\n  上合 (b\n       ^"),
        ("a AND", "(line 1, column 6)\n  a AND\n       ^"),
    ],
)
def test_mistakes_are_pointed_at(query: str, told: str) -> None:
    """A mistake is told with line, column, the line itself and carets; wide letters take two."""
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert point_out(query, caught.value).endswith(told)
