"""Rules of ``monitor init``, ``check`` and ``schema``: from nothing to a right configuration."""

import json
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Monitor, Site
from tests.config.test_broken import CASES, ENVIRON, expand


@pytest.mark.parametrize("options", [[], ["--minimal"]], ids=["full", "minimal"])
def test_init_writes_what_check_accepts(monitor: Monitor, options: list[str]) -> None:
    """The file is right but for the contact, which is the operator's to write."""
    made = monitor("init", *options)
    assert (made.code, made.out) == (0, "")
    assert "Wrote feeds.yaml" in made.err
    checked = monitor("check")
    assert (checked.code, checked.out) == (0, "")
    assert "feeds.yaml: right. " in checked.err
    assert "contact: this is still the example" in checked.err
    assert checked.err.count("(a warning)") == 1


def test_init_overwrites_nothing(monitor: Monitor) -> None:
    """A second init leaves the file and says so; another name may be given."""
    Path("feeds.yaml").write_text("mine", encoding="utf-8")
    again = monitor("init")
    assert again.code == 1
    assert "is there already" in again.err
    assert Path("feeds.yaml").read_text(encoding="utf-8") == "mine"
    assert monitor("init", "--config", "new.yaml").code == 0
    assert monitor("init", "--config", "no/such/folder.yaml").code == 1


@pytest.mark.parametrize("case", CASES, ids=[case["says"][:60] for case in CASES])
def test_check_names_line_and_column(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch, case: dict[str, str]
) -> None:
    """Each of the broken files exits with 78 and one clear sentence at its place."""
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    Path("feeds.yaml").write_text(expand(case["file"]), encoding="utf-8")
    ran = monitor("check")
    assert (ran.code, ran.out) == (78, "")
    told = [line for line in ran.err.splitlines() if not line.endswith("(a warning)")]
    assert told == [f"feeds.yaml:{case['at']}: {case['says']}"]
    assert "canary" not in ran.err


def test_check_for_machines(monitor: Monitor, site: Site) -> None:
    """--json gives every problem with its place; the exit code says the same as without."""
    right = monitor("check", "--json")
    assert right.code == 0
    assert right.lines == [{"problems": [], "warnings": []}]
    Path("feeds.yaml").write_text("contakt: x\nfeeds: []\n", encoding="utf-8")
    wrong = monitor("check", "--json")
    assert wrong.code == 78
    problem = wrong.lines[0]["problems"][0]
    assert set(problem) == {"file", "line", "column", "what", "mend"}
    assert (problem["file"], problem["line"], problem["column"]) == ("feeds.yaml", 1, 1)


def test_check_tries_the_templates(monitor: Monitor, site: Site) -> None:
    """A template that cannot be rendered is a problem at its own line."""
    Path("mine").mkdir()
    Path("mine/digest.text.j2").write_text("fine\n{% if %}\n", encoding="utf-8")
    with Path("feeds.yaml").open("a", encoding="utf-8") as file:
        file.write("templates: mine\n")
    ran = monitor("check")
    assert ran.code == 78
    assert "digest.text.j2:2:" in ran.err


def test_schema_is_json(monitor: Monitor) -> None:
    """The schema is one JSON document that names every section of the shipped file."""
    ran = monitor("schema")
    assert (ran.code, ran.err) == (0, "")
    schema = json.loads(ran.out)
    monitor("init")
    shipped = yaml.safe_load(Path("feeds.yaml").read_text(encoding="utf-8"))
    assert set(shipped) <= set(schema["properties"])
