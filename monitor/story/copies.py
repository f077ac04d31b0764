"""Tells whether two hits are one item, one page or one text printed twice; pure and symmetric."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from monitor.model.telling import Evidence, Reason, Telling

_SHARE = 0.5  # of the shorter text's sentences, between houses
_STRICT_SHARE = 0.9  # of the longer text's sentences, inside one house
_STRICT_SENTENCES = 3
_STANDING_ITEMS = 3  # a print that a house has used in this many items is no evidence
_STANDING_HEADLINES = 2
_TITLE_WINDOW = timedelta(hours=48)


def find_copy(one: Telling, other: Telling, standing: frozenset[int]) -> Evidence | None:
    """Find why two hits are copies; None if they are not."""
    if _same_item(one, other):
        return _certain("the same item of one feed")
    if _same_text(one, other, standing):
        return _certain("the same text")
    mine, theirs = one.sentences - standing, other.sentences - standing
    shared, shorter, longer = len(mine & theirs), *sorted((len(mine), len(theirs)))
    if one.address and one.address == other.address and _same_page(one, other, shared, longer):
        return _certain("the same page")
    apart = not same_house(one, other)
    # One sentence in common is a quotation, unless it is all that the shorter text says.
    share = _SHARE if shared > 1 else 1.0
    if shared and (shared / shorter >= share if apart else _is_whole(shared, longer)):
        whole = shared == longer
        return Evidence(
            0.97, "copy" if whole else "rewrite", (Reason(f"{shared} of {shorter} sentences", 3.5),)
        )
    if apart and _same_title(one, other, standing):
        return Evidence(0.95, "copy", (Reason("the same headline", 3.0),))
    return None


def same_house(one: Telling, other: Telling) -> bool:
    """Tell whether one publisher told both."""
    return one.house == other.house or one.feed_id == other.feed_id


def find_standing(tellings: Collection[Telling]) -> frozenset[int]:
    """Find what comes with every item of a house: footers, notices, "Rates for today"."""
    items = {
        (mark, telling.house, telling.headline, telling.published_at)
        for telling in tellings
        for mark in telling.sentences
    }
    headlines = {
        (telling.headline, telling.house, telling.published_at or telling.seen_at)
        for telling in tellings
        if telling.headline
    }
    times = Counter((mark, house) for mark, house, *_ in items)
    days = Counter((headline, house) for headline, house, _ in headlines)
    return frozenset(
        [mark for (mark, _), count in times.items() if count >= _STANDING_ITEMS]
        + [headline for (headline, _), count in days.items() if count >= _STANDING_HEADLINES]
    )


def _certain(what: str) -> Evidence:
    return Evidence(0.99, "copy", (Reason(what, 4.5),))


def _same_item(one: Telling, other: Telling) -> bool:
    """Tell an item of one feed under a new guid (F3); "Rates for today" is a new item each day."""
    if one.feed_id != other.feed_id or not one.headline or one.headline != other.headline:
        return False
    if one.address and one.address == other.address:
        if one.published_at is None or other.published_at is None:
            return not one.text and not other.text
        return one.published_at <= other.seen_at and other.published_at <= one.seen_at
    unmistakable = bool(one.title) or not (one.address and other.address)
    return unmistakable and one.published_at is not None and one.published_at == other.published_at


def _same_text(one: Telling, other: Telling, standing: frozenset[int]) -> bool:
    """Tell an exact copy; a text that is nothing but a standing tail is none."""
    if not one.text or one.text != other.text:
        return False
    if same_house(one, other):
        return one.headline == other.headline
    return bool(one.sentences - standing)


def _same_page(one: Telling, other: Telling, shared: int, longer: int) -> bool:
    """Tell one page seen twice; inside one feed it must not be the address of each day's news."""
    if one.feed_id != other.feed_id:
        return True
    later = max(filter(None, (one.published_at, other.published_at)), default=None)
    if later is not None and later > min(one.seen_at, other.seen_at):
        return _is_whole(shared, longer)
    return shared > 0


def _is_whole(shared: int, longer: int) -> bool:
    """Tell whether one text is the other with a correction."""
    return shared >= _STRICT_SENTENCES and shared >= _STRICT_SHARE * longer


def _same_title(one: Telling, other: Telling, standing: frozenset[int]) -> bool:
    """Tell a reprint of which the feeds give only the headline."""
    if not one.title or one.title != other.title or one.headline in standing:
        return False
    return abs(one.told_at - other.told_at) <= _TITLE_WINDOW
