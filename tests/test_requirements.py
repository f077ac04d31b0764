"""Every rule on mail, chat, webhooks and delivery has a test that names it, or a reason why not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
COUNTS = {"E": 33, "S": 25, "W": 18, "D": 18}
# What is not built: each with what stands in for it.
NOT_BUILT = {
    "E21": "Follow-ups do not thread: an entry that joins a told story is not told again at all.",
    "E32": "Nothing asks the name servers for SPF, DKIM and DMARC: a refusal by policy names them.",
    "E33": "A sender's domain is not checked against its DMARC record, for the same reason.",
    "S19": "Servers like Slack get Slack's blocks; the older form is not written for them.",
    "S21": "No channel for Teams yet: a webhook's receiver can pass digests on.",
    "S22": "No channel for Discord yet: likewise.",
    "S23": "No channel for Telegram yet: likewise.",
    "S24": "No channel for Mattermost of its own yet: likewise.",
    "S25": "No channel through apprise yet: likewise.",
    "W14": "No CloudEvents headers: Standard Webhooks is the one form.",
    "D14": "No silences: a watch or channel is taken out of the file instead.",
    "D16": "No ping after each round: the unit's own watchdog and `monitor status` stand in.",
}
_CITED = re.compile(r"\b([ESWD])(\d+)(?:-[ESWD]?(\d+))?\b")


def _docstrings() -> Iterator[str]:
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_test(node.name):
                yield ast.get_docstring(node) or ""


def _is_test(name: str) -> bool:
    return name.startswith("test_")


@pytest.fixture(scope="module")
def cited() -> set[str]:
    """Collect the rules that tests name; a range names each rule in it."""
    return {
        f"{area}{number}"
        for text in _docstrings()
        for area, first, last in _CITED.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }


def test_each_rule_is_tested_or_its_absence_is_explained(cited: set[str]) -> None:
    """No rule is forgotten, and none stands as missing that is tested."""
    rules = {f"{area}{number + 1}" for area, count in COUNTS.items() for number in range(count)}
    assert rules - cited - NOT_BUILT.keys() == set()
    assert NOT_BUILT.keys() & cited == set()
    assert NOT_BUILT.keys() <= rules
