"""Broken files, each with exactly one problem: its place, what it is, and the mend."""

from pathlib import Path

import pytest
import yaml

from monitor.config.load import check

CONTACT = "contact: mailto:desk@desk.kz\n"
FEEDS = "feeds: [{title: A, url: 'https://a.kz/rss'}]\n"
WATCHES = "watches: {w: {query: sco}}\n"
SOUND = CONTACT + FEEDS + WATCHES
ENVIRON = {"WORD": "canary", "PLAIN": "http://canary.kz/", "BLANK": "", "GOOD": "https://a.kz/c"}

CASES = yaml.safe_load(Path(__file__).with_name("broken.yaml").read_text(encoding="utf-8"))


def expand(text: str) -> str:
    for mark, lines in {
        "<sound>\n": SOUND,
        "<contact>\n": CONTACT,
        "<feeds>\n": FEEDS,
        "<watches>\n": WATCHES,
    }.items():
        text = text.replace(mark, lines)
    return text


@pytest.mark.parametrize("case", CASES, ids=[case["says"][:60] for case in CASES])
def test_broken(tmp_path: Path, case: dict[str, str]) -> None:
    """A broken file gives one clear sentence at the right line and column, and shows no secret (W11)."""
    path = tmp_path / "feeds.yaml"
    path.write_text(expand(case["file"]), encoding="utf-8")
    report = check(path, environ=ENVIRON)
    told = [str(problem) for problem in report.problems]
    assert told == [f"{path}:{case['at']}: {case['says']}"]
    assert report.settings is None
    assert "canary" not in str(report)


def test_enough_broken_files() -> None:
    """The table keeps its breadth."""
    assert len(CASES) >= 90


@pytest.mark.parametrize(
    "query",
    ["'@sco AND (x'", "'titel:x'", "'a and b'", "'NOT a'", "'\"a'", "'a NEARBY/3 b'", "'(a))'"],
)
def test_unreadable_query(tmp_path: Path, query: str) -> None:
    """A query that cannot be read is told at a place inside its quotes, with a mend (peers: 16)."""
    path = tmp_path / "feeds.yaml"
    path.write_text(
        f"{CONTACT}{FEEDS}terms: {{sco: {{en: SCO}}}}\nwatches: {{w: {{query: {query}}}}}\n"
    )
    (problem,) = check(path, environ={}).problems
    assert problem.line == 4
    assert 23 <= problem.column <= 22 + len(query)
    assert problem.what.startswith("query: ")
    assert problem.mend


@pytest.mark.parametrize("raw", [b"a: \xe9\n", b"a: b\xff", b"\xff\xfea\x00"])
def test_not_utf8(tmp_path: Path, raw: bytes) -> None:
    """A file in another encoding is told at its first odd byte."""
    path = tmp_path / "feeds.yaml"
    path.write_bytes(raw)
    (problem,) = check(path, environ={}).problems
    assert problem.column == raw.index(next(byte for byte in raw if byte > 127)) + 1
    assert problem.mend == "Save the file with the encoding UTF-8."


def test_byte_order_mark(tmp_path: Path) -> None:
    """A byte order mark at the beginning moves no column."""
    path = tmp_path / "feeds.yaml"
    path.write_text(f"\ufeff{SOUND.replace('contact', 'kontact')}", encoding="utf-8")
    places = [(problem.line, problem.column) for problem in check(path, environ={}).problems]
    assert places == [(1, 1), (1, 1)]
