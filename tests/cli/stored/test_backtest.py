"""``monitor backtest``: gained, lost and kept, with the reasons."""

from pathlib import Path

import pytest

from tests.cli.stored.conftest import CONFIG, Run


def edited(config: Path, old: str, new: str) -> str:
    """Write an edited copy of the configuration."""
    path = config.with_name("other.yaml")
    path.write_text(CONFIG.replace(old, new), encoding="utf-8")
    return str(path)


def test_what_did_not_change_is_kept(run: Run) -> None:
    """The current watches want what they found; nothing is listed, the counts are said."""
    answer = run("backtest")
    assert (answer.code, answer.out) == (0, "")
    assert "rivers: 0 gained, 0 lost, 2 kept" in answer.err
    assert "5 entries" in answer.err


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        pytest.param("exclude: '@sport'", "weight: 1", [("gained", 3, [], [])], id="wider"),
        pytest.param("query: '@river'", "query: '@river AND fund'", [("lost", 2, ["fund"], [])],
                     id="narrower"),
        pytest.param("exclude: '@sport'", "exclude: 'поднялась'",
                     [("gained", 3, [], []), ("lost", 2, [], ["exclude: поднялась"])], id="other"),
    ],
)  # fmt: skip
def test_an_edited_file_is_compared(
    run: Run, config: Path, old: str, new: str, changes: list[object]
) -> None:
    """Gained come with what they match now, lost with what they lack."""
    file = edited(config, old, new)
    rows = run("backtest", "--file", file, "--watch", "rivers", "--json").rows
    assert [
        (row["change"], row["id"], row["missing"], row["stopped_by"])
        for row in rows
        if row["change"] != "kept"
    ] == changes


def test_a_person_sees_signs_and_reasons(run: Run, config: Path) -> None:
    """A line for each change and one for its reason; ``--kept`` shows the rest."""
    file = edited(config, "query: '@river'", "query: '@river AND fund'")
    lost = run("backtest", "--file", file, "--watch", "rivers").out.splitlines()
    assert lost[0].startswith("- rivers")
    assert lost[1].strip() == "missing: fund"
    both = run("backtest", "--file", file, "--watch", "rivers", "--kept").out
    assert "Council founds a river fund" in both


def test_an_unknown_watch_is_met_with_the_known_ones(run: Run) -> None:
    """Exit 2 and their names."""
    answer = run("backtest", "--watch", "lakes")
    assert answer.code == 2
    assert "rivers, funds" in answer.err
