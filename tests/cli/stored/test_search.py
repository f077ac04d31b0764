"""``monitor search``: the language of watches, put to what is stored."""

import pytest

from tests.cli.stored.conftest import Run


def test_it_lists_what_matches_newest_first(run: Run) -> None:
    """Titles, feeds and the words around each reason; the exit is 0."""
    answer = run("search", "@river")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert [line.split("  ")[-1] for line in lines[::2]] == [
        "River football",
        "Снова поднялась река",
        "Council founds a river fund",
    ]
    assert "The Delta Times" in lines[0]
    assert "title: River football" in lines[1]


def test_shorthands_may_be_named(run: Run) -> None:
    """A search asks what a watch could ask: terms and shorthands of the configuration."""
    rows = run("search", "@money NOT @river", "--json").rows
    assert [row["title"] for row in rows] == ["Snow falls", "River Cafe opens"]


def test_boilerplate_is_not_searched(run: Run) -> None:
    """What "Read also" names is not what the entry says."""
    assert [row["title"] for row in run("search", "football", "--json").rows] == ["River football"]


def test_json_gives_one_object_an_entry(run: Run) -> None:
    """With spans as ``monitor match`` gives them."""
    [row] = run("search", "рек*", "--json").rows
    assert (row["id"], row["feed"], row["url"]) == (2, "delta", "https://delta.example/2")
    assert {span["text"] for span in row["matches"][0]["spans"]} == {"река", "реки"}


def test_limit_and_since(run: Run) -> None:
    """The limit says how to see more; entries older than the span are left out."""
    answer = run("search", "@river", "--limit", "1")
    assert len(answer.out.splitlines()) == 2
    assert "--limit 2 shows more" in answer.err
    assert run("search", "@river", "--since", "30m").out == ""
    assert len(run("search", "@river", "--since", "2h", "--json").rows) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["@nope"], "There is no term nope", id="no such term"),
        pytest.param(["(river"], "A parenthesis is not closed", id="not closed"),
        pytest.param(["river", "--since", "soon"], "'soon' is no span of time", id="span"),
    ],
)
def test_what_cannot_be_read_is_said(run: Run, arguments: list[str], said: str) -> None:
    """Exit 2 with the mistake and its mend."""
    answer = run("search", *arguments)
    assert answer.code == 2
    assert said in answer.err
