"""The reader score: every rule of polite polling and safe requests, played or pointed to."""

import ast
from pathlib import Path

import pytest

from tests.servers.hostile.__main__ import ROOT, play
from tests.servers.hostile.rules import Rule, in_order
from tests.servers.hostile.scenes import RULES

SCENES = [rule for rule in in_order(RULES) if rule.scene]
NUMBERS = [*(f"P{n}" for n in range(1, 39)), *(f"X{n}" for n in range(1, 22))]


@pytest.mark.parametrize("rule", SCENES, ids=[rule.id for rule in SCENES])
async def test_rule(rule: Rule, tmp_path: Path) -> None:
    """P1-P38, X1-X21: what we send is as the rule says."""
    assert await play(rule, tmp_path)


def test_no_rule_is_missing() -> None:
    """Each number has a scene or a test, and each test it points to exists."""
    assert [rule.id for rule in in_order(RULES)] == NUMBERS
    for rule in RULES.values():
        assert rule.scene or rule.tests
        for node in rule.tests:
            file, _, name = node.partition("::")
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            functions = (ast.FunctionDef, ast.AsyncFunctionDef)
            assert name in {each.name for each in tree.body if isinstance(each, functions)}, node
