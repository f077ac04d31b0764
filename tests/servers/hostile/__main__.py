"""Plays every rule and prints the report: rule, what was sent, verdict.

    python -m tests.servers.hostile [RULE...] [--json]

Rules that tests elsewhere hold are run there, by pytest. Ends with 1 if any rule is broken.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.servers.hostile.rules import Rule, in_order
from tests.servers.hostile.scenes import RULES
from tests.servers.hostile.site import open_site

ROOT = Path(__file__).parent.parent.parent.parent


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one rule fared."""

    rule: str
    says: str
    sent: str
    kept: bool


async def play(rule: Rule, folder: Path) -> str:
    """Play a scene on a stage of its own; raises AssertionError if the rule is broken."""
    assert rule.scene is not None
    async with open_site(folder, rule.policy) as site:
        return await rule.scene(site)


def judge(rule: Rule) -> Verdict:
    """Play a rule's scene, or run its tests."""
    if rule.scene is None:
        passed = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *rule.tests],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        names = ", ".join(node.partition("::")[2] for node in rule.tests)
        return Verdict(rule.id, rule.says, names, passed.returncode == 0)
    with tempfile.TemporaryDirectory() as folder:
        try:
            return Verdict(rule.id, rule.says, asyncio.run(play(rule, Path(folder))), kept=True)
        except AssertionError as error:
            return Verdict(rule.id, rule.says, f"not as it should be: {error}"[:300], kept=False)


def report(verdicts: Sequence[Verdict]) -> Table:
    """Lay the verdicts out."""
    kept = sum(verdict.kept for verdict in verdicts)
    table = Table(title=f"Reader score: {kept} of {len(verdicts)} rules kept")
    for heading in ("rule", "says", "what was sent", "verdict"):
        table.add_column(heading, overflow="fold")
    for verdict in verdicts:
        word = "[green]kept[/]" if verdict.kept else "[red]BROKEN[/]"
        table.add_row(verdict.rule, verdict.says, verdict.sent.replace("[", "\\["), word)
    return table


def main() -> None:
    """Judge the rules asked for, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("rules", nargs="*", metavar="RULE", help="such as P1; default: all")
    parser.add_argument("--json", action="store_true", help="a JSON line a rule")
    asked = parser.parse_args()
    chosen = [rule for rule in in_order(RULES) if not asked.rules or rule.id in asked.rules]
    verdicts = [judge(rule) for rule in chosen]
    if asked.json:
        for verdict in verdicts:
            print(json.dumps(asdict(verdict), ensure_ascii=False))  # noqa: T201  # the result
    else:
        Console(width=None if sys.stdout.isatty() else 140).print(report(verdicts))
    sys.exit(not all(verdict.kept for verdict in verdicts))


if __name__ == "__main__":
    main()
