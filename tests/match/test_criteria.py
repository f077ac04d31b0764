"""When a watch asks for something else than before."""

from dataclasses import replace

import pytest

from monitor.match.criteria import criteria_of
from monitor.model.watch import Spelling, Term, Watch

WATCH = Watch("w", "Rivers", "@river AND lake", exclude="@sport")
TERMS = (
    Term("river", "River", (Spelling("river", "en"), Spelling("река", "ru"))),
    Term("sport", "Sport", (Spelling("football"),)),
    Term("other", "Other", (Spelling("other"),)),
)


@pytest.mark.parametrize(
    ("watch", "terms"),
    [
        pytest.param(replace(WATCH, query="@river"), TERMS, id="query"),
        pytest.param(replace(WATCH, exclude=None), TERMS, id="exclude"),
        pytest.param(WATCH, (replace(TERMS[0], spellings=TERMS[0].spellings[:1]), *TERMS[1:]),
                     id="a spelling"),
        pytest.param(WATCH, (replace(TERMS[0], unless=(Spelling("x"),)), *TERMS[1:]), id="unless"),
        pytest.param(WATCH, (TERMS[0], replace(TERMS[1], spellings=()), TERMS[2]),
                     id="a term of the exclude"),
    ],
)  # fmt: skip
def test_what_changes_the_criteria(watch: Watch, terms: tuple[Term, ...]) -> None:
    """Queries and the terms they name decide what a watch wants."""
    assert criteria_of(watch, terms) != criteria_of(WATCH, TERMS)


@pytest.mark.parametrize(
    ("watch", "terms"),
    [
        pytest.param(replace(WATCH, title="T", urgent=True, weight=3), TERMS, id="how it is told"),
        pytest.param(WATCH, TERMS[:2], id="a term of others"),
        pytest.param(WATCH, TERMS[::-1], id="order of terms"),
        pytest.param(WATCH, (replace(TERMS[0], title="X"), *TERMS[1:]), id="a title"),
    ],
)
def test_what_does_not(watch: Watch, terms: tuple[Term, ...]) -> None:
    """How a watch is told, and what it does not ask for, are no criteria."""
    assert criteria_of(watch, terms) == criteria_of(WATCH, TERMS)
