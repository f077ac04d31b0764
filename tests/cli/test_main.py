"""Rules of the command line as a whole: exit codes, shared options, helps that fit a screen."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Monitor, Site

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (
    "demo", "init", "check", "run", "status", "feeds", "poll", "digest", "outbox", "test",
    "stories", "search", "explain", "backtest", "match", "parse", "db", "schema",
)  # fmt: skip


def test_no_line_of_help_is_cut_at_80_columns(monitor: Monitor) -> None:
    """The first screen names every command with its whole first sentence and every exit code."""
    shown = monitor("--help").out
    told = dict(re.findall(r"^  ([a-z]+)  +(\S.*)$", shown.partition("Commands:")[2], re.MULTILINE))
    assert tuple(told) == COMMANDS
    assert all(text.endswith(".") and not text.endswith("...") for text in told.values())
    assert max(map(len, shown.splitlines())) <= 80
    assert "74" in shown
    assert "78" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_plain_help(monitor: Monitor, command: str) -> None:
    """Each help is plain text, complete, and offers nothing that the program does not mean."""
    shown = monitor(command, "--help")
    assert shown.code == 0
    usage, _, told = shown.out.partition("\n")
    assert usage.startswith("Usage: monitor")
    assert not re.search(r"\.\.\.$", told, re.MULTILINE)
    assert "completion" not in shown.out
    assert "╭" not in shown.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["nope"], "No such command 'nope'", id="command"),
        pytest.param(["run", "--nope"], "No such option: --nope", id="option"),
        pytest.param(["poll"], "Missing argument", id="argument"),
        pytest.param(["feeds", "nope"], "No such command", id="subcommand"),
        pytest.param(["outbox", "list", "--limit", "x"], "--limit", id="value"),
        pytest.param(["status", "--state"], "Option '--state' requires an argument", id="no-value"),
    ],
)
def test_wrong_usage_exits_with_2(monitor: Monitor, arguments: list[str], says: str) -> None:
    """What the command line does not know is named on stderr, and nothing is on stdout."""
    ran = monitor(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"], ["run"], ["run", "--once"], ["poll", "a"], ["feeds", "list"],
        ["digest", "preview"], ["digest", "send", "a"], ["test", "a"], ["match"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_missing_feeds_yaml_exits_with_78(monitor: Monitor, arguments: list[str]) -> None:
    """Without a configuration each command that needs one says how to get it."""
    ran = monitor(*arguments)
    assert (ran.code, ran.out) == (78, "")
    assert ran.err == (
        "feeds.yaml: There is no such file. `monitor init` writes one; --config names another.\n"
    )


def test_shared_options_stand_before_or_after(monitor: Monitor, site: Site) -> None:
    """--config, --state and --json mean the same on both sides of the command, with = too."""
    Path("feeds.yaml").rename("other.yaml")
    state = "sqlite:///elsewhere/m.db"
    before = monitor("--config", "other.yaml", "--json", "--state", state, "feeds", "list")
    after = monitor("feeds", "list", "--json", "--config=other.yaml", f"--state={state}")
    assert before.code == after.code == 0
    assert before.lines == after.lines
    assert Path("elsewhere/m.db").exists()
    assert not Path("state").exists()


def test_version(monitor: Monitor) -> None:
    """--version is one line."""
    assert re.fullmatch(r"monitor \d+\.\d+\.\d+\n", monitor("--version").out)


@pytest.mark.parametrize(
    "arguments", [["status"], ["feeds", "list"], ["outbox", "list"], ["run", "--once"], ["run"]]
)
def test_damaged_state_exits_with_74(monitor: Monitor, site: Site, arguments: list[str]) -> None:
    """A file that is no database is told with the way back, and left as it is (Q5)."""
    Path("state").mkdir()
    Path("state/monitor.db").write_bytes(b"this is no database " * 500)
    ran = monitor(*arguments)
    assert (ran.code, ran.out) == (74, "")
    assert "is damaged" in ran.err
    assert "To restore" in ran.err
    assert Path("state/monitor.db").read_bytes() == b"this is no database " * 500


def test_state_at_an_odd_place(monitor: Monitor, site: Site) -> None:
    """An address of no database that we know is refused in one sentence."""
    ran = monitor("--state", "mysql://x/y", "status")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "sqlite:///" in ran.err


def test_a_reader_that_leaves_early_is_no_failure(tmp_path: Path) -> None:
    """`monitor … | head -1` ends with 0 and says nothing."""
    feed = tmp_path / "feed.xml"
    feed.write_bytes(b"<rss><channel><title>x</title></channel></rss>")
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "parse", *[str(feed)] * 3000],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline().startswith(b'{"file"')
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(20) == 0
