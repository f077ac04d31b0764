"""Rules of ``monitor demo``: a digest from nothing, offline, that leaves one folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Run the demonstration once, in an empty folder."""
    folder = tmp_path_factory.mktemp("demo")
    ran = subprocess.run(
        [sys.executable, "-m", "monitor", "demo"], cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=50, check=False,
    )  # fmt: skip
    return folder, ran


Demo = tuple[Path, "subprocess.CompletedProcess[str]"]


def test_it_prints_a_digest(demo: Demo) -> None:
    """It ends with 0; the digest alone is on stdout, numbered without a gap, with reasons."""
    _, ran = demo
    assert ran.returncode == 0, ran.stderr
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", ran.stdout, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 20
    assert ran.stdout.count("\n   why: ") == len(numbers)
    assert "Traceback" not in ran.stderr


def test_it_writes_a_page_and_says_where(demo: Demo) -> None:
    """The last line names the page, which holds the same stories."""
    folder, ran = demo
    last = ran.stderr.splitlines()[-1]
    page = Path(last.partition(": ")[2])
    assert page == folder / "state/demo/digests/latest.html"
    text = page.read_text(encoding="utf-8")
    assert "Cholpon-Ata" in text
    assert "<script" not in text


def test_it_leaves_only_its_own_folder(demo: Demo) -> None:
    """Nothing but state/demo is written, so that it disturbs no real state."""
    folder, _ = demo
    assert [path.name for path in folder.iterdir()] == ["state"]
    assert [path.name for path in (folder / "state").iterdir()] == ["demo"]


def test_look_alikes_are_left_out(demo: Demo) -> None:
    """Companies, orchestras and football teams of the same name are no news (M)."""
    _, ran = demo
    assert "Look-alikes" not in ran.stdout
    assert "Look-alikes (sample): 6 entries, 6 new, 0 hits" in ran.stderr


def test_a_repost_is_no_second_story(demo: Demo) -> None:
    """A blog's copy of an interview stands under the original, not beside it."""
    _, ran = demo
    headlines = re.findall(r"^\d+\. (.*)$", ran.stdout, re.MULTILINE)
    assert len([line for line in headlines if "Interview: Leaders' meeting" in line]) == 1
    assert "#rwanda" not in "".join(headlines)
    assert re.search(r"also in 1 source · en\n +- Thousand Hills Reader", ran.stdout)


def test_an_edited_entry_is_told_once(demo: Demo) -> None:
    """What changed between the two rounds is one story, marked as updated."""
    _, ran = demo
    assert ran.stdout.count("[updated] ") == 1
    assert "same    Дала-Новости (образец): nothing changed (304)" in ran.stderr
