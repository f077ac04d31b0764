"""How a story grows: the signal of urgency."""

from collections.abc import Iterable
from datetime import datetime, timedelta


def growth(
    moments: Iterable[datetime], until: datetime, *, steps: int, step: timedelta
) -> list[int]:
    """Count how many came in each of the last steps, the newest at the end."""
    counts = [0] * steps
    for moment in moments:
        back = (until - moment) // step
        if 0 <= back < steps:
            counts[steps - 1 - back] += 1
    return counts
