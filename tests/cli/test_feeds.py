"""Rules of ``monitor feeds list``, ``poll`` and ``status``: what is asked, stored and failing."""

from pathlib import Path

from tests.cli.conftest import Monitor, Site
from tests.desk import rss


def test_feeds_before_the_first_poll(monitor: Monitor, site: Site) -> None:
    """Every configured feed is listed as new."""
    ran = monitor("feeds", "list")
    assert ran.code == 0
    head, *rows = ran.out.splitlines()
    assert head.split()[:3] == ["health", "feed", "lang"]
    assert [row.split()[:3] for row in rows] == [["○", "new", "broken"], ["○", "new", "wire"]]


def test_feeds_after_a_poll(monitor: Monitor, site: Site) -> None:
    """The failing come first; what they said stands whole beneath, figures beside the rest."""
    assert monitor("poll", "wire", "broken").code == 1
    ran = monitor("feeds", "list")
    table, said = ran.out.split("\n\n")
    rows = [row.split() for row in table.splitlines()[1:]]
    assert [row[:3] for row in rows] == [["●", "failing", "broken"], ["●", "ok", "wire"]]
    assert rows[1][3:6] == ["en", "2", "1"]
    assert said.startswith("broken: The address gives a web page, not a feed.")
    assert max(map(len, table.splitlines())) <= 80
    assert not any(line.endswith(" ") for line in ran.out.splitlines())


def test_feeds_for_machines(monitor: Monitor, site: Site) -> None:
    """--json is one object a feed with its health, its failures and the error's kind."""
    monitor("poll", "wire", "broken")
    broken, wire = monitor("feeds", "list", "--json").lines
    assert (broken["health"], broken["failures"], broken["error_kind"]) == (
        "failing",
        1,
        "html-page",
    )
    assert (wire["health"], wire["entries"], wire["hits"], wire["error"]) == ("ok", 2, 1, None)
    assert wire["interval_seconds"] > 0
    assert wire["last_polled_at"].endswith("Z")


def test_poll_by_id_title_or_url(monitor: Monitor, site: Site) -> None:
    """A feed answers to each of its names; its line is the only thing on stdout."""
    for name in ("wire", "Wire", site.feeds.url("/wire")):
        ran = monitor("poll", name)
        assert ran.code == 0
        assert ran.out.count("\n") == 1
        assert ran.err == ""
    assert len(site.feeds.requests) == 3


def test_poll_tells_request_and_verdict(monitor: Monitor, site: Site) -> None:
    """--verbose shows what was asked, under which validators, and what came of it."""
    first = monitor("poll", "-v", "wire")
    assert first.out.startswith("ok      Wire: 2 entries, 2 new, 1 hit\n")
    assert f"GET {site.feeds.url('/wire')}" in first.out
    assert "no ETag held" in first.out
    second = monitor("poll", "--verbose", "wire")
    assert second.out.startswith("same    Wire: nothing changed (304)\n")
    assert 'If-None-Match: "1"' in second.out
    assert "status 304, verdict: unchanged" in second.out
    assert "next poll 20" in second.out


def test_poll_that_fails(monitor: Monitor, site: Site) -> None:
    """A failure is one line with its reason, once, and exit code 1."""
    ran = monitor("poll", "broken")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("failed  Broken: ")
    assert ran.out.count("\n") == 1
    machine = monitor("poll", "broken", "--json")
    assert machine.code == 1
    assert machine.lines[0]["error_kind"] == "html-page"
    assert machine.lines[0]["verdict"] == "failed"


def test_poll_of_an_unknown_feed(monitor: Monitor, site: Site) -> None:
    """A name that no feed has is wrong usage, and nothing is asked."""
    ran = monitor("poll", "wire", "nope")
    assert (ran.code, ran.out) == (2, "")
    assert "No feed is called 'nope'" in ran.err
    assert site.feeds.requests == []


def test_poll_of_a_feed_that_is_gone(monitor: Monitor, site: Site) -> None:
    """A feed that said 410 is not asked again, and that is said (P22)."""
    site.feeds.serve("/wire", status=410)
    assert monitor("poll", "wire").code == 1
    again = monitor("poll", "wire")
    assert again.out == ""
    assert again.err.startswith("Not asked: wire.")
    assert "● gone" in monitor("feeds", "list").out


def test_come_back_later_binds_whoever_asks(monitor: Monitor, site: Site) -> None:
    """A server's Retry-After holds for asking by hand as well (P10, P14)."""
    site.feeds.serve("/wire", status=429, headers=[("Retry-After", "3600")])
    assert monitor("poll", "wire").code == 1
    assert "come back later" in monitor("poll", "wire").err
    monitor("run", "--once")
    assert len(site.feeds.requests_to("/wire")) == 1


def test_status_without_a_state(monitor: Monitor) -> None:
    """It says that nothing ran yet and how to begin, and makes no file."""
    ran = monitor("status")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("There is no state yet at ")
    assert "monitor run" in ran.err
    assert ran.err.count("\n") == 1
    assert not Path("state").exists()
    assert monitor("outbox", "list").code == 1
    assert not Path("state").exists()


def test_status(monitor: Monitor, site: Site) -> None:
    """Figures for a person, the same for machines."""
    monitor("poll", "wire", "broken")
    shown = monitor("status")
    assert shown.code == 0
    assert "feeds         2, 1 failing" in shown.out
    assert "hits          1 in 1 stories" in shown.out
    [figures] = monitor("status", "--json").lines
    assert (figures["feeds"], figures["feeds_failing"], figures["entries"]) == (2, 1, 2)
    assert (figures["pending"], figures["dead"], figures["sent"]) == (0, 0, 0)


def test_a_flood_is_shown_and_decided_on(monitor: Monitor, site: Site) -> None:
    """What is held stands beneath the feeds with the command that tells it; once decided it is gone (F4)."""
    monitor("poll", "wire")
    site.feeds.serve(
        "/wire", rss(*((f"n{n}", f"River number {n}") for n in range(40)), dated=False)
    )
    assert monitor("poll", "wire").out.endswith("40 hits, 40 held\n")
    assert "held 40: `monitor feeds approve wire`" in " ".join(monitor("feeds", "list").out.split())
    assert [
        row["held"] for row in monitor("feeds", "list", "--json").lines if row["id"] == "wire"
    ] == [40]
    assert monitor("feeds", "approve", "wire").code == 0
    for decision in ("approve", "mute"):
        ran = monitor("feeds", decision, "wire")
        assert ran.code == 1
        assert "Nothing is held of a feed 'wire'" in ran.err
