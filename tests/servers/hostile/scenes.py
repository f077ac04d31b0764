"""All scenes, brought together: importing a module registers its rules."""

from tests.servers.hostile import conditional, content, identity, moves, outbound, pace
from tests.servers.hostile.rules import RULES

__all__ = ["RULES", "conditional", "content", "identity", "moves", "outbound", "pace"]
