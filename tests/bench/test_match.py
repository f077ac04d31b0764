"""The benchmark of matching still runs."""

import json
from pathlib import Path

import pytest

from bench.match import main


def test_bench_match(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints its figures and keeps them as JSON."""
    out = tmp_path / "out.json"
    main(["--docs", "10", "--rounds", "1", "--watches", "50", "--json", str(out)])
    figures = json.loads(out.read_text(encoding="utf-8"))
    [speed] = figures["speeds"]
    assert speed["watches"] == 50
    assert set(figures["beside_re"]) >= {"alternation", "by watch"}
    assert figures["hostile_ms"]
    assert "50" in capsys.readouterr().out
