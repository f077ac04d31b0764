"""When to poll a feed next, and why; pure."""

from monitor.cadence.due import BROKEN_AFTER, Due, after_failure, after_success
from monitor.cadence.rhythm import is_learned, learn, rate

__all__ = ["BROKEN_AFTER", "Due", "after_failure", "after_success", "is_learned", "learn", "rate"]
