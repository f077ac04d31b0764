"""The files that `monitor init` writes."""

from pathlib import Path

import pytest

from monitor.config.defaults import default_file, default_templates
from monitor.config.load import check
from monitor.config.starter import starter


@pytest.mark.parametrize("minimal", [True, False], ids=["minimal", "full"])
def test_starter_loads(tmp_path: Path, minimal: bool) -> None:
    """What init writes has no problem; that its contact is an example is told (P23)."""
    path = tmp_path / "feeds.yaml"
    path.write_text(starter(minimal=minimal), encoding="utf-8")
    report = check(path, environ={})
    assert report.problems == ()
    assert report.warnings[0].what == "contact: this is still the example."


def test_minimal_is_short() -> None:
    """The minimal file fits on a screen."""
    assert len(starter(minimal=True).splitlines()) < 25


def test_defaults_exist() -> None:
    """The shipped file and templates are found in a checkout."""
    assert default_file().is_file()
    assert default_templates().is_dir()
