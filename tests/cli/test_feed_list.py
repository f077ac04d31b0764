"""Rules of ``monitor feeds add, remove, discover, import, export``."""

from pathlib import Path

import pytest

from tests.cli.conftest import Monitor, Site
from tests.desk import rss

_HEAD = '<html><head><link rel="alternate" type="application/rss+xml" href="{}"></head></html>'


@pytest.fixture
def page(site: Site) -> str:
    """Serve a page that names a second feed."""
    site.feeds.serve("/second", rss(("c", "A bridge falls")))
    html = _HEAD.format("/second").encode()
    site.feeds.serve("/home", html, content_type="text/html")
    return site.feeds.url("/home")


def test_discover(monitor: Monitor, site: Site, page: str) -> None:
    """A page's feeds are fetched and shown; the file stays as it is."""
    before = Path("feeds.yaml").read_text(encoding="utf-8")
    ran = monitor("feeds", "discover", page, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [(feed["url"], feed["entries"]) for feed in ran.lines] == [
        (site.feeds.url("/second"), 1)
    ]
    assert monitor("feeds", "discover", page).out.count("\n") == 2
    assert Path("feeds.yaml").read_text(encoding="utf-8") == before


def test_add_and_remove(monitor: Monitor, site: Site, page: str) -> None:
    """A page's feed is added once, under the name given, polled, and taken out again."""
    before = Path("feeds.yaml").read_text(encoding="utf-8")
    assert monitor("feeds", "add", page, "--title", "Bridges", "--interval", "2h").code == 0
    assert monitor("check").code == 0
    assert monitor("poll", "bridges").code == 0
    again = monitor("feeds", "add", site.feeds.url("/second"))
    assert (again.code, "already" in again.err) == (0, True)
    assert monitor("feeds", "remove", "bridges", "nobody").code == 2
    assert monitor("feeds", "remove", "bridges").code == 0
    assert Path("feeds.yaml").read_text(encoding="utf-8") == before


def test_a_page_without_feeds(monitor: Monitor, site: Site) -> None:
    """The usual places are tried, and it is said that nothing was found."""
    ran = monitor("feeds", "add", site.feeds.url("/page"))
    assert ran.code == 1
    assert "names no feed" in ran.err
    assert 2 <= len(site.feeds.requests) <= 8


def test_export_and_import(monitor: Monitor, site: Site) -> None:
    """What is exported and imported elsewhere is the same list; what is there already stays."""
    opml = monitor("feeds", "export").out
    Path("list.opml").write_text(opml, encoding="utf-8")
    assert "added 0 of 2" in monitor("feeds", "import", "list.opml").err
    feeds = Path("feeds.yaml").read_text(encoding="utf-8")
    other = feeds.replace(site.feeds.url("/wire"), "https://other.example/rss")
    Path("feeds.yaml").write_text(other, encoding="utf-8")
    assert "added 1 of 2" in monitor("feeds", "import", "list.opml").err
    listed = monitor("feeds", "list", "--json").lines
    assert sorted(feed["id"] for feed in listed) == ["broken", "wire", "wire-2"]


def test_import_of_something_else(monitor: Monitor, site: Site) -> None:
    """A file that is no OPML, or not there, is named, and nothing changes."""
    Path("x.opml").write_text("<html/>", encoding="utf-8")
    assert "no OPML" in monitor("feeds", "import", "x.opml").err
    assert monitor("feeds", "import", "nowhere.opml").code == 2
