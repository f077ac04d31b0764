"""Which story a new hit joins; pure, so the same neighbours always give the same answer.

A wrong merge hides news, a wrong split only repeats it: when in doubt, a new story.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from monitor.model.story import Neighbour, NewHit

_SHARE = 0.5  # of the shorter text's sentences
_COMMON = 4  # a sentence that stands in this many stories is boilerplate, not evidence
_TITLE_WINDOW = timedelta(hours=48)


def find_story(hit: NewHit, neighbours: Sequence[Neighbour]) -> str | None:
    """Find the story that already tells this text; None founds a new one.

    The strongest evidence wins; ties go to the story seen first, then to the smaller id.
    """
    boilerplate = _boilerplate(neighbours)
    found = [
        (-strength, neighbour.seen_at, neighbour.story_id)
        for neighbour in neighbours
        if (strength := _evidence(hit, neighbour, boilerplate))
    ]
    return min(found)[2] if found else None


def _boilerplate(neighbours: Sequence[Neighbour]) -> frozenset[int]:
    places = {
        (s, neighbour.story_id) for neighbour in neighbours for s in neighbour.prints.sentences
    }
    counts = Counter(sentence for sentence, _ in places)
    return frozenset(sentence for sentence, stories in counts.items() if stories >= _COMMON)


def _evidence(hit: NewHit, other: Neighbour, boilerplate: frozenset[int]) -> float:
    if _same_text(hit, other, boilerplate):
        return 3.0
    if _same_page(hit, other):
        return 2.0
    share = _shared_sentences(hit, other, boilerplate)
    if share:
        return 1.0 + share
    return 1.0 if _same_headline(hit, other) else 0.0


def _same_text(hit: NewHit, other: Neighbour, boilerplate: frozenset[int]) -> bool:
    """Tell an exact copy; a text that is nothing but a standing tail is none."""
    if not hit.prints.text or hit.prints.text != other.prints.text:
        return False
    told = len(hit.prints.sentences - boilerplate)
    if hit.entry.feed_id == other.feed_id and told == 1:
        return _same_title(hit, other)  # the item under a new guid (F3)
    return told > 0


def _same_page(hit: NewHit, other: Neighbour) -> bool:
    """Tell one page seen twice; inside one feed the page must not have been rewritten."""
    if hit.entry.canonical_url is None or hit.entry.canonical_url != other.canonical_url:
        return False
    if hit.entry.feed_id != other.feed_id:
        return True
    return _same_title(hit, other) or bool(hit.prints.sentences & other.prints.sentences)


def _shared_sentences(hit: NewHit, other: Neighbour, boilerplate: frozenset[int]) -> float:
    """Give the share of the shorter text's sentences that both have, or 0 if too few."""
    mine = hit.prints.sentences - boilerplate
    theirs = other.prints.sentences - boilerplate
    shared = len(mine & theirs)
    shorter = min(len(mine), len(theirs))
    if not shared or shared / shorter < _SHARE:
        return 0.0
    if shared == 1 and hit.entry.feed_id == other.feed_id:
        return 0.0  # one sentence in common within a feed is its standing tail
    return shared / shorter


def _same_headline(hit: NewHit, other: Neighbour) -> bool:
    """Tell a reprint of which the feeds give only the headline.

    Never inside one feed: "Exchange rates for today" is a new story each day.
    """
    if hit.entry.feed_id == other.feed_id or not _same_title(hit, other):
        return False
    told = hit.entry.published_at or other.seen_at
    return abs(told - other.seen_at) <= _TITLE_WINDOW


def _same_title(hit: NewHit, other: Neighbour) -> bool:
    return hit.prints.title != "" and hit.prints.title == other.prints.title
