"""The measurements of the parser still run."""

import json
import shutil
from pathlib import Path

import pytest

from bench.parse import main as measure_speed
from bench.quality.parse import main as measure_truth

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
EXPECTED = b"""<!--
Expect: not bozo and entries[0]['title'] == 'A <b>river</b>' and feed.title == 'Sample'
-->
<rss><channel><title>Sample</title><item><title>A &lt;b&gt;river&lt;/b&gt;</title></item></channel></rss>"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder as the data folder is laid out."""
    (tmp_path / "feeds-feedparser-tests").mkdir()
    (tmp_path / "feeds-feedparser-tests" / "one.xml").write_bytes(EXPECTED)
    (tmp_path / "feeds-some").mkdir()
    shutil.copy(FEEDS / "en-rss-full" / "feed.xml", tmp_path / "feeds-some")
    return tmp_path


def test_speed(data: Path) -> None:
    """Speed is measured on made and on saved feeds."""
    out = data / "out.json"
    measure_speed(["--data", str(data), "--repeat", "1", "--json", str(out)])
    figures = json.loads(out.read_text("utf-8"))
    assert figures["saved_feeds"]["feeds"] == 2
    assert figures["25_entries"]["ms"] > 0


def test_truth(data: Path) -> None:
    """Conditions are read from the files, and entries compared field by field."""
    out = data / "out.json"
    measure_truth(["--data", str(data), "--json", str(out)])
    figures = json.loads(out.read_text("utf-8"))
    expected = figures["what feedparser's tests expect"]
    assert expected["agreed"] == {"files": 1, "title": 1, "feed title": 1}
    assert figures["against feedparser"]["compared"]["feeds: as many entries"] == 1
