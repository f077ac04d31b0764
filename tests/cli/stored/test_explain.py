"""``monitor explain``: the whole way of one entry."""

import io
import json
import sys

import pytest

from tests.cli.stored.conftest import Run


def test_it_tells_what_matched_and_what_was_missing(run: Run) -> None:
    """Feed, times, each watch with its reason, story and messages."""
    answer = run("explain", "https://www.delta.example/2")
    assert answer.code == 0
    assert "The Delta Times (delta)" in answer.out
    assert "matched  rivers" in answer.out
    assert "not      funds  missing: fund; seen: @river" in answer.out
    assert "the only entry" in answer.out
    assert "to nobody yet" in answer.out


@pytest.mark.parametrize(
    ("number", "near"),
    [
        pytest.param("1", {}, id="matches all"),
        pytest.param("3", {"rivers": [[], ["exclude: @sport"]], "funds": [["fund"], []]},
                     id="excluded"),
        pytest.param("4", {"rivers": [[], ["unless of @river"]],
                           "funds": [["fund"], ["unless of @river"]]}, id="unless"),
        pytest.param("5", {"rivers": [["@river"], []], "funds": [["@river"], []]}, id="missing"),
    ],
)  # fmt: skip
def test_each_miss_has_its_reason(run: Run, number: str, near: dict[str, object]) -> None:
    """What was missing, and which exclude or unless stopped it, for machines too."""
    [row] = run("explain", number, "--json").rows
    assert {one["watch"]: [one["missing"], one["stopped_by"]] for one in row["near"]} == near
    assert (row["story"] is None) == (number in "345")


def test_boilerplate_is_counted(run: Run) -> None:
    """How much of a text did not count is said."""
    assert "32 of them boilerplate" in run("explain", "1").out


def test_an_unknown_entry_is_met_with_help(run: Run) -> None:
    """Exit 1 and what to do."""
    answer = run("explain", "https://nowhere.example/")
    assert answer.code == 1
    assert "monitor search" in answer.err


def test_match_says_what_nearly_matched(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """``match --explain`` names the watches of which a part is there; tails do not count."""
    document = {"id": "x", "title": "A river", "text": "Snow.\n\nRead also: a fund"}
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(document).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    [row] = run("match", "--explain").rows
    assert [match["watch"] for match in row["matches"]] == ["rivers"]
    assert row["near"] == [
        {"watch": "funds", "missing": ["fund"], "stopped_by": [], "seen": ["@river"]}
    ]
