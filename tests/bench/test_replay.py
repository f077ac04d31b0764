"""Replaying an archive under two settings tells what changed, by example."""

from pathlib import Path

import pytest

from bench.quality import replay
from tests.desk import rss

CUBS = "Three snow leopard cubs were born beside the upper river at dawn"


def write_archive(folder: Path) -> None:
    """Save two polls of two feeds; both tell of the cubs, in the same words."""
    rows = ["at\tfeed\tfile"]
    for number, (feed, title) in enumerate(
        (("one", "Ferries stop"), ("two", "Bridges open"), ("one", CUBS), ("two", CUBS))
    ):
        name = f"{number}.xml"
        listed = rss((title.replace(" ", "-"), title)).replace(b"example.org", feed.encode())
        (folder / name).write_bytes(listed)
        rows.append(f"2026-11-22T{number + 7:02}:30:00+00:00\t{feed}\t{name}")
    (folder / "index.tsv").write_text("\n".join(rows), encoding="utf-8")


def write_settings(folder: Path, query: str) -> Path:
    path = folder / f"{query}.yaml"
    path.write_text(
        "contact: mailto:desk@example.org\n"
        "feeds: [{title: One, url: 'https://one.example/feed'}]\n"
        f"watches: {{animals: {{query: {query}, urgent: true}}}}\n",
        encoding="utf-8",
    )
    return path


def test_a_stricter_evidence_splits_a_story(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With every score far lower, the one story becomes two; nothing else changes."""
    write_archive(tmp_path)
    replay.main(["--data", str(tmp_path), "--shift", "-0.9"])
    shown = capsys.readouterr().out
    assert "stories split: 1\n" in shown
    assert f"one: {CUBS} | two: {CUBS}" in shown
    for same in ("hits gained", "hits lost", "stories merged"):
        assert f"{same}: 0\n" in shown


def test_another_query_gains_and_loses_hits_and_alerts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited watch shows which hits and alerts it would have brought."""
    write_archive(tmp_path)
    before, after = write_settings(tmp_path, "bridges"), write_settings(tmp_path, "leopard")
    replay.main(["--data", str(tmp_path), "--before", str(before), "--after", str(after)])
    shown = capsys.readouterr().out
    assert "hits gained: 2\n" in shown
    assert "hits lost: 1\n    two: Bridges open\n" in shown
    assert f"alerts gained: 1\n    {CUBS} (2026-11-22 09:30, urgent)" in shown
    assert "alerts lost: 1\n    Bridges open" in shown
