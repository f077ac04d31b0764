"""When to poll a feed next, and why; pure."""

from monitor.cadence.due import BROKEN_AFTER, Due, after_failure, after_success
from monitor.cadence.rhythm import is_doubtful, is_learned, learn, probed, rate

__all__ = [
    "BROKEN_AFTER",
    "Due",
    "after_failure",
    "after_success",
    "is_doubtful",
    "is_learned",
    "learn",
    "probed",
    "rate",
]
