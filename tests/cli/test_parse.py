"""Rules of ``monitor parse``: one line of JSON a file, whatever the file is."""

from pathlib import Path

from tests.cli.conftest import Monitor
from tests.desk import rss

KEYS = {
    "id", "url", "title", "summary", "content", "author", "published", "updated", "language", "tags",
}  # fmt: skip


def test_good_and_broken_files(monitor: Monitor) -> None:
    """A file that is no feed has an error in its line; the others are read all the same."""
    Path("good.xml").write_bytes(rss(("1", "One"), ("2", "Два")))
    Path("page.html").write_bytes(b"<html><body>a page</body></html>")
    Path("empty.xml").write_bytes(b"")
    ran = monitor("parse", "page.html", "good.xml", "empty.xml")
    assert (ran.code, ran.err) == (0, "")
    page, good, empty = ran.lines
    assert [line["file"] for line in ran.lines] == ["page.html", "good.xml", "empty.xml"]
    assert good["error"] is None
    assert good["feed"] == {"title": "Sample", "link": None}
    assert [entry["title"] for entry in good["entries"]] == ["One", "Два"]
    assert all(set(entry) == KEYS for entry in good["entries"])
    assert good["entries"][0]["published"] == "2026-11-22T07:00:00Z"
    assert page["error"]
    assert empty["error"]
    assert page["entries"] == empty["entries"] == []


def test_a_file_that_cannot_be_opened(monitor: Monitor) -> None:
    """It is named on stderr, the exit code is 1, and the other files are read."""
    Path("good.xml").write_bytes(rss(("1", "One")))
    ran = monitor("parse", "missing.xml", "good.xml", ".")
    assert ran.code == 1
    assert [line["file"] for line in ran.lines] == ["good.xml"]
    assert ran.err == "missing.xml: No such file or directory\n.: Is a directory\n"
