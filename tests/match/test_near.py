"""Why a watch does not want a document."""

import pytest

from monitor.match.near import Explainer, NearMiss
from monitor.model.watch import Document, Spelling, Term, Watch

TERMS = [
    Term("river", "River", (Spelling("river"), Spelling("SRC")), unless=(Spelling("SRC Group"),)),
    Term("delta", "Delta", (Spelling("delta"),)),
    Term("sport", "Sport", (Spelling("football"),)),
]


def miss(query: str, text: str, exclude: str | None = None, title: str = "") -> NearMiss | None:
    """Explain one query; None if it matches."""
    explainer = Explainer([Watch("w", "W", query, exclude)], TERMS)
    return next(iter(explainer.why_not(Document(title=title, text=text))), None)


@pytest.mark.parametrize(
    ("query", "text", "missing", "stopped"),
    [
        pytest.param("@river AND @delta", "a river", ["@delta"], [], id="one of two"),
        pytest.param("@river AND @delta", "a lake", ["@river", "@delta"], [], id="both"),
        pytest.param("@river AND (@delta OR lake)", "a river", ["@delta OR lake"], [], id="either"),
        pytest.param("(@river AND @delta) OR (lake AND sea AND pond)", "river, lake", ["@delta"],
                     [], id="the alternative that lacks least"),
        pytest.param("@river AND NOT @sport", "river football", [], ["NOT @sport"], id="not"),
        pytest.param("@river NOT (lake OR @sport)", "river football", [], ["NOT @sport"],
                     id="the part of a not that is there"),
        pytest.param("@river AND @delta", "SRC Group in the delta", [], ["unless of @river"],
                     id="unless of a term"),
        pytest.param("title:(@river AND @delta)", "river delta", ["title:@river", "title:@delta"],
                     [], id="in another field"),
        pytest.param("@river NEAR/2 @delta", "river one two three four delta",
                     ["@river NEAR/2 @delta"], [], id="too far apart"),
        pytest.param("@river NEAR/2 @delta", "a river", ["@delta"], [], id="not near, not there"),
        pytest.param("@river UNLESS \"river bank\"", "the river bank", [], ['UNLESS "river bank"'],
                     id="unless"),
        pytest.param("ATLEAST/2 @river", "one river", ["ATLEAST/2 @river"], [], id="too few"),
        pytest.param("@river AND NOT @sport AND @delta", "river football", ["@delta"],
                     ["NOT @sport"], id="missing and stopped"),
    ],
)  # fmt: skip
def test_what_is_missing_and_what_stops(
    query: str, text: str, missing: list[str], stopped: list[str]
) -> None:
    """The reason names the parts of the query as they are written."""
    found = miss(query, text)
    assert found is not None
    assert (list(found.missing), list(found.stopped_by)) == (missing, stopped)


def test_an_exclude_stops_what_the_query_wants() -> None:
    """The part of the exclude that is there is named; it says nothing where the query fails itself."""
    found = miss("@river", "river football", exclude="@sport OR lake")
    assert found == NearMiss("w", (), ("exclude: @sport",), ("@river",))
    found = miss("@delta", "river football", exclude="@sport")
    assert found == NearMiss("w", ("@delta",), (), ())


def test_seen_is_what_the_query_wants_and_has() -> None:
    """What is there but must not be is no reason to call a watch near."""
    found = miss("@river AND @delta NOT @sport", "football in the delta")
    assert found is not None
    assert found.seen == ("@delta",)


def test_a_watch_that_matches_is_not_explained() -> None:
    """Only misses are told, in the order of the watches."""
    assert miss("@river", "a river") is None
    watches = [Watch("b", "B", "lake"), Watch("m", "M", "river"), Watch("a", "A", "sea")]
    found = Explainer(watches, TERMS).why_not(Document(text="a river"))
    assert [each.watch for each in found] == ["b", "a"]
