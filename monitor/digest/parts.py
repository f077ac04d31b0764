"""A digest too large for one message, in numbered parts; no story is split, lost or told twice."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from monitor.digest.view import Part
from monitor.model.outbox import Digest, Section

Fullness = Callable[[Part], float]  # 1.0 is as much as the channel takes


def split(digest: Digest, fullness: Fullness) -> tuple[Part, ...]:
    """Divide a digest into the fewest even parts that all fit.

    Order is kept; stories beyond the limit are counted in the last part. A single story that does
    not fit alone is given all the same: its fields are bounded, so that is a template's fault.
    """
    stories = len(digest.lines)
    count = min(max(1, math.ceil(fullness(Part(digest, total=stories)))), max(1, stories))
    parts = tuple(_evenly(digest, count))
    while count < stories and any(fullness(part) > 1 for part in parts):
        count += 1
        parts = tuple(_evenly(digest, count))
    return parts


def _evenly(digest: Digest, count: int) -> Iterator[Part]:
    stories = len(digest.lines)
    for number in range(count):
        start, end = stories * number // count, stories * (number + 1) // count
        is_last = number == count - 1
        yield Part(
            digest=replace(
                digest,
                sections=tuple(_between(digest.sections, start, end)),
                omitted=digest.omitted if is_last else 0,
                updates=digest.updates if is_last else (),
            ),
            number=number + 1,
            count=count,
            first=start + 1,
            total=stories,
        )


def _between(sections: tuple[Section, ...], start: int, end: int) -> Iterator[Section]:
    at = 0
    for section in sections:
        lines = section.lines[max(0, start - at) : max(0, end - at)]
        if lines:
            yield replace(section, lines=lines)
        at += len(section.lines)
