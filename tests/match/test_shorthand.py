"""Shorthands are written out where a query names them, and nowhere else."""

import pytest

from monitor.errors import QueryError
from monitor.match.shorthand import written_out

SHORTHANDS = {"wet": "rain OR fog", "far": "lake NEAR/5 sea"}

ROWS = [
    ("@wet", "(rain OR fog)"),
    ("@wet AND @wet", "(rain OR fog) AND (rain OR fog)"),
    ("title:@wet NOT @far", "title:(rain OR fog) NOT (lake NEAR/5 sea)"),
    ("FIRST/25 @wet", "FIRST/25 (rain OR fog)"),
    ("WEIGHTS/2 (@wet=2, x=1)", "WEIGHTS/2 ((rain OR fog)=2, x=1)"),
    ("@wetter OR @sco", "@wetter OR @sco"),
    ('"@wet" OR a@wet.kz', '"@wet" OR a@wet.kz'),
]


@pytest.mark.parametrize(("query", "whole"), ROWS)
def test_stands_in_parentheses_where_it_is_named(query: str, whole: str) -> None:
    """A piece keeps its meaning beside any operator; terms and quoted words stay as they are."""
    try:
        assert written_out(query, SHORTHANDS) == whole
    except QueryError:
        pytest.fail(f"{query} is a query")


def test_what_cannot_be_read_is_told() -> None:
    """A mistake in the query is told at its own place, before anything is written out."""
    with pytest.raises(QueryError) as caught:
        written_out("@wet XOR @far", SHORTHANDS)
    assert caught.value.start == 5
