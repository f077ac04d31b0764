"""The main job from feeds.yaml to messages received, and the same after a kill at any step."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import MATCHED, Site

ROOT = Path(__file__).parent.parent.parent

SHARES = 4  # of the steps, so that several processes can test them side by side

Trial = Callable[[Path, str, int], dict[str, int]]


def monitor(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(site.config), "--state", site.state, *arguments],
        cwd=site.config.parent, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip


def test_every_matched_story_reaches_every_channel_once(site: Site) -> None:
    """One run polls, matches and delivers; the second asks conditionally and sends nothing."""
    first = monitor(site, "run", "--once")
    assert first.returncode == 0, first.stderr
    assert sorted(site.told_by_mail()) == sorted(MATCHED)
    assert sorted(site.told_by_slack()) == sorted(MATCHED)
    assert sorted(site.told_by_hook()) == sorted(MATCHED)
    assert "2 of 3 feeds answered" in first.stderr
    assert first.stderr.count("broken: ") == 1
    site.forget()
    asked = len(site.feeds.requests)
    second = monitor(site, "run", "--once", "--json")
    assert second.returncode == 0, second.stderr
    assert json.loads(second.stdout)["new_entries"] == 0
    assert (site.told_by_mail(), site.told_by_slack(), site.told_by_hook()) == ([], [], [])
    again = [request for request in site.feeds.requests[asked:] if request.path != "/broken"]
    assert {request.headers.get("if-none-match") for request in again} == {'"wire"', '"paper"'}


def test_the_mail_is_well_formed(site: Site) -> None:
    """It parses without defects and has a text and an HTML part that both hold every link (E1, E3)."""
    monitor(site, "run", "--once")
    mails = site.mails()
    assert len(mails) == len(site.smtp.mails) == 2  # the alert and the digest
    for mail in mails.values():
        assert [part.defects for part in mail.walk()] == [[]] * 3
        assert mail.get_content_type() == "multipart/alternative"
        assert [part.get_content_subtype() for part in mail.iter_parts()] == ["plain", "html"]
        assert mail["To"] == "desk@example.org"
    texts = ["".join(str(p.get_content()) for p in mail.iter_parts()) for mail in mails.values()]
    for number in range(2):
        assert any(text.count(f"https://example.org/paper-{number}") >= 2 for text in texts)


@pytest.fixture
def trial(site: Site) -> Iterator[Trial]:
    """One process that runs trials and kills them at a step."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.crasher"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def ask(config: Path, state: str, kill_at: int) -> dict[str, int]:
            asked = {"config": str(config), "state": state, "kill_at": kill_at}
            stdin.write(json.dumps(asked) + "\n")
            stdin.flush()
            answer: dict[str, int] = json.loads(stdout.readline())
            return answer

        yield ask
        stdin.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("share", range(SHARES))
def test_a_kill_between_any_two_steps_changes_nothing_in_the_end(
    site: Site, trial: Trial, tmp_path: Path, share: int
) -> None:
    """Killed before every step in turn and started again, the program tells the same set (D2, P8).

    A message accepted but not yet recorded may come twice, then under the same Message-ID or
    webhook-id (D3); nothing is ever missing.
    """
    steps = trial(site.config, f"sqlite:///{tmp_path}/whole/monitor.db", 0)["steps"]
    assert steps > 40
    for kill_at in range(1 + share, steps + 1, SHARES):
        site.forget()
        state = f"sqlite:///{tmp_path}/{kill_at}/monitor.db"
        assert trial(site.config, state, kill_at)["killed"]
        assert not trial(site.config, state, 0)["killed"]
        assert sorted(site.told_by_mail()) == sorted(MATCHED), f"killed before step {kill_at}"
        assert sorted(site.told_by_slack()) == sorted(MATCHED), f"killed before step {kill_at}"
        assert sorted(site.told_by_hook()) == sorted(MATCHED), f"killed before step {kill_at}"
