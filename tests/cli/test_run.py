"""Rules of ``monitor run`` as a person meets it: lines off a terminal, a bar and times on one."""

import fcntl
import json
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Monitor, Site

ROOT = Path(__file__).parent.parent.parent


def test_one_round_off_a_terminal(monitor: Monitor, site: Site) -> None:
    """One line a feed and a summary on stderr, the page's place, and exit 0 whatever failed."""
    ran = monitor("run", "--once")
    assert (ran.code, ran.out) == (0, "")
    lines = ran.err.splitlines()
    assert sum(line.startswith("failed  Broken: ") for line in lines) == 1
    assert "ok      Wire: 2 entries, 2 new, 1 hit" in lines
    assert any(line.startswith("dead: ") and "next try" in line for line in lines)
    assert lines[-2].startswith("1 of 2 feeds answered; 2 new entries, 1 hit; 1 story told, 3 ")
    assert lines[-1] == "The digest as a page: digests/latest.html"
    assert Path("digests/latest.html").exists()


def test_one_round_for_machines(monitor: Monitor, site: Site) -> None:
    """--json puts the figures, and only them, on stdout; the second round tells nothing."""
    [first] = monitor("run", "--once", "--json").lines
    assert (first["feeds"], first["new_entries"], first["hits"], first["sent"]) == (2, 2, 1, 3)
    assert first["failed"]["broken"]["kind"] == "html-page"
    [second] = monitor("run", "--once", "--json").lines
    assert (second["unchanged"], second["new_entries"], second["sent"]) == (1, 0, 0)


def test_no_network_at_all(monitor: Monitor, site: Site) -> None:
    """Feeds that refuse or do not resolve are one line each; the round ends with 0 (P14)."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        unused = gone.getsockname()[1]
    text = Path("feeds.yaml").read_text(encoding="utf-8")
    text = text.replace(site.feeds.url("/wire"), f"http://127.0.0.1:{unused}/feed")
    text = text.replace(site.feeds.url("/page"), "http://no.such.name.invalid/feed")
    Path("feeds.yaml").write_text(text, encoding="utf-8")
    ran = monitor("run", "--once")
    assert ran.code == 0
    assert [ran.err.count(f"failed  {title}: ") for title in ("Wire", "Broken")] == [1, 1]
    assert "0 of 2 feeds answered" in ran.err
    assert "Nothing could be fetched" in Path("digests/latest.html").read_text(encoding="utf-8")


@contextmanager
def on_a_terminal(
    *arguments: str,
) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[str], str]]]:
    """Start a command on a terminal of 80 columns; gives a function that reads up to some words."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environ = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "LINES", "NO_COLOR"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", *arguments],
        env=environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "TZ": "UTC"},
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""

    def plain() -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode(errors="replace"))

    def read_to(words: str) -> str:
        nonlocal shown
        while words not in plain():
            try:
                shown += os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
        assert words in plain()
        return plain()

    try:
        yield process, read_to
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.mark.slow
def test_the_daemon_on_a_terminal(site: Site) -> None:
    """A bar in the first round, then short lines with the time; Ctrl-C ends it with 0."""
    with on_a_terminal("run") as (process, read_to):
        shown = read_to("page written: digests/latest.html")
        process.send_signal(signal.SIGINT)
        shown = read_to("stopping")
        assert process.wait(20) == 0
    assert "polling ━" in shown
    assert shown.count("failed  Broken: ") == 1
    clock = r"\d\d:\d\d:\d\d "
    for line in (
        "first round: 1 of 2 feeds answered; 2 new entries, 1 hit",
        "digest for page: 1 story",
        "page written: digests/latest.html",
    ):
        assert re.search(f"{clock}{line}", shown)
    assert '{"' not in shown


@pytest.mark.slow
def test_the_daemon_off_a_terminal(site: Site) -> None:
    """Every line on stderr is JSON with time, level and event; the page's place is in one (R16)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "run"], env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stderr
        lines = []
        for line in process.stderr:
            lines.append(json.loads(line))
            if lines[-1].get("page"):
                process.terminate()
    assert process.returncode == 0
    assert all({"ts", "level", "event"} <= set(line) for line in lines)
    events = [line["event"] for line in lines]
    assert events[0] == "running"
    assert "stopping" in events
    assert {"polled", "poll failed", "composed", "delivered"} <= set(events)
    [page] = [line["page"] for line in lines if "page" in line]
    assert page == "digests/latest.html"


def test_a_second_instance_is_refused(monitor: Monitor, site: Site) -> None:
    """Two daemons on one state would both send: the second says so and exits with 1 (R5)."""
    first = subprocess.Popen(
        [sys.executable, "-m", "monitor", "run"], env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with first:
        assert first.stderr
        first.stderr.readline()
        for arguments in (["run"], ["run", "--once"]):
            second = monitor(*arguments)
            assert (second.code, second.out) == (1, "")
            assert "Another monitor runs on " in second.err
            assert second.err.count("\n") == 1
        assert monitor("status").code == 0  # looking is allowed
        first.terminate()
        first.stderr.read()
    assert first.returncode == 0
