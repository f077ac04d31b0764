"""The register of rules: a scene each, or the tests that cover it elsewhere."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from monitor.model.source import PollPolicy
from tests.servers.hostile.site import Site

Scene = Callable[[Site], Awaitable[str]]  # gives what was sent, in a few words; asserts the rule


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: played as a scene, or held by tests elsewhere."""

    id: str
    says: str
    scene: Scene | None = None
    policy: Callable[[PollPolicy], PollPolicy] = lambda policy: policy
    tests: tuple[str, ...] = ()  # pytest node ids


RULES: dict[str, Rule] = {}


def rule(number: str, says: str, **policy: Any) -> Callable[[Scene], Scene]:
    """Register a scene; ``policy`` are changes to the pace it is played at."""

    def register(scene: Scene) -> Scene:
        _add(Rule(number, says, scene, lambda usual: replace(usual, **policy)))
        return scene

    return register


def elsewhere(number: str, says: str, *tests: str) -> None:
    """Register a rule that tests of another area hold."""
    _add(Rule(number, says, tests=tests))


def _add(new: Rule) -> None:
    assert new.id not in RULES, f"{new.id} is registered twice"
    RULES[new.id] = new


def in_order(rules: Mapping[str, Rule]) -> list[Rule]:
    """Sort by letter, then by number."""
    return sorted(rules.values(), key=lambda rule: (rule.id[0], int(rule.id[1:])))


def hours(span: timedelta) -> str:
    """Write a span in hours: ``4.2 h``."""
    return f"{span / timedelta(hours=1):.3g} h"
