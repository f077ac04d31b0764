"""Which story a new hit joins; pure, so the same neighbours always give the same answer.

A wrong merge hides news, a wrong split only repeats it: when in doubt, a new story.

A **house** is whoever publishes: a feed, or all feeds whose links lead to one host. Between houses
a shared text is a reprint. Inside one house it is more often a bulletin, a footer or a background
paragraph, so there only the same item joins, however its guid or address changed.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from monitor.model.story import Neighbour, NewHit
from monitor.story.prints import sentence_print
from monitor.text.urls import host_of

_SHARE = 0.5  # of the shorter text's sentences, between houses
_STRICT_SHARE = 0.9  # of the longer text's sentences, inside one house
_STRICT_SENTENCES = 3
_COMMON = 4  # a sentence that stands in this many stories is boilerplate, not evidence
_STANDING = 3  # nor is one that a house has printed in this many items
_TITLE_WINDOW = timedelta(hours=48)


def find_story(hit: NewHit, neighbours: Sequence[Neighbour]) -> str | None:
    """Find the story that already tells this text; None founds a new one.

    The strongest evidence wins; ties go to the story seen first, then to the smaller id.
    """
    standing = _standing(neighbours)
    recurring = any(_same_house(hit, other) and _same_title(hit, other) for other in neighbours)
    found = [
        (-strength, neighbour.seen_at, neighbour.story_id)
        for neighbour in neighbours
        if (strength := _evidence(hit, neighbour, standing, recurring=recurring))
    ]
    return min(found)[2] if found else None


def _standing(neighbours: Sequence[Neighbour]) -> frozenset[int]:
    """Find the sentences that come with every item: footers, notices, "read also"."""
    by_story = {(s, each.story_id) for each in neighbours for s in each.prints.sentences}
    items = {
        (s, _house(each.canonical_url, each.feed_id), each.title, each.published_at)
        for each in neighbours
        for s in each.prints.sentences
    }
    in_stories = Counter(sentence for sentence, _ in by_story)
    in_houses = Counter((sentence, house) for sentence, house, *_ in items)
    return frozenset(
        [sentence for sentence, count in in_stories.items() if count >= _COMMON]
        + [sentence for (sentence, _), count in in_houses.items() if count >= _STANDING]
    )


def _evidence(hit: NewHit, other: Neighbour, standing: frozenset[int], *, recurring: bool) -> float:
    if _same_item(hit, other) or _same_text(hit, other, standing):
        return 3.0
    share = _shared_sentences(hit, other, standing)
    if _same_page(hit, other, share):
        return 2.0
    if _is_copy(hit, other, share):
        return 1.0 + share.of_shorter
    return 1.0 if not recurring and _same_headline(hit, other) else 0.0


def _same_item(hit: NewHit, other: Neighbour) -> bool:
    """Tell an item of one feed under a new guid (F3); "Rates for today" is a new item each day."""
    if hit.entry.feed_id != other.feed_id or not _same_title(hit, other):
        return False
    published = hit.entry.published_at
    if _same_address(hit, other):
        if published is None:
            return not hit.entry.text
        return published <= other.seen_at
    unmistakable = bool(hit.prints.title) or None in (hit.entry.canonical_url, other.canonical_url)
    return unmistakable and published is not None and published == other.published_at


def _same_text(hit: NewHit, other: Neighbour, standing: frozenset[int]) -> bool:
    """Tell an exact copy; a text that is nothing but a standing tail is none."""
    if not hit.prints.text or hit.prints.text != other.prints.text:
        return False
    if _same_house(hit, other):
        return _same_title(hit, other)
    return bool(hit.prints.sentences - standing)


def _same_page(hit: NewHit, other: Neighbour, share: "_Share") -> bool:
    """Tell one page seen twice; inside one feed it must not be the address of each day's news."""
    if not _same_address(hit, other):
        return False
    if hit.entry.feed_id != other.feed_id:
        return True
    published = hit.entry.published_at
    if published is not None and published > other.seen_at:
        return share.is_whole
    return share.count > 0


def _is_copy(hit: NewHit, other: Neighbour, share: "_Share") -> bool:
    if _same_house(hit, other):
        return share.is_whole
    # One sentence in common is a quotation, unless it is all that the shorter text says.
    return share.of_shorter >= (_SHARE if share.count > 1 else 1.0)


def _same_headline(hit: NewHit, other: Neighbour) -> bool:
    """Tell a reprint of which the feeds give only the headline.

    Never inside one house: "Exchange rates for today" is a new story each day.
    """
    if not hit.prints.title or hit.prints.title != other.prints.title or _same_house(hit, other):
        return False
    told = other.published_at or other.seen_at
    return abs((hit.entry.published_at or other.seen_at) - told) <= _TITLE_WINDOW


class _Share:
    """What two texts have in common, standing sentences and headlines left out."""

    __slots__ = ("count", "longer", "shorter")

    def __init__(self, mine: frozenset[int], theirs: frozenset[int]) -> None:
        self.count = len(mine & theirs)
        self.shorter, self.longer = sorted((len(mine), len(theirs)))

    @property
    def of_shorter(self) -> float:
        """The share of the shorter text's sentences that the longer one has."""
        return self.count / self.shorter if self.shorter else 0.0

    @property
    def is_whole(self) -> bool:
        """Tell whether one is the other with a correction."""
        return self.count >= _STRICT_SENTENCES and self.count >= _STRICT_SHARE * self.longer


_NOTHING = _Share(frozenset(), frozenset())


def _shared_sentences(hit: NewHit, other: Neighbour, standing: frozenset[int]) -> _Share:
    mine, theirs = hit.prints.sentences - standing, other.prints.sentences - standing
    if not mine & theirs:
        return _NOTHING
    # A headline among the sentences is a teaser that says nothing more, or a link to other news.
    headlines = {sentence_print(hit.entry.title), sentence_print(other.title)}
    return _Share(mine - headlines, theirs - headlines)


def _same_address(hit: NewHit, other: Neighbour) -> bool:
    """Tell one address; a site's front page is nobody's."""
    mine = hit.entry.canonical_url
    if mine is None or mine != other.canonical_url:
        return False
    parts = urlsplit(mine)
    return bool(parts.path.strip("/") or parts.query or parts.fragment)


def _same_house(hit: NewHit, other: Neighbour) -> bool:
    if hit.entry.feed_id == other.feed_id:
        return True
    mine = _house(hit.entry.canonical_url, hit.entry.feed_id)
    return mine == _house(other.canonical_url, other.feed_id)


@lru_cache(maxsize=4096)
def _house(url: str | None, feed_id: str) -> str:
    return (host_of(url) if url else "") or feed_id


def _same_title(hit: NewHit, other: Neighbour) -> bool:
    mine, theirs = hit.entry.title, other.title
    return mine != "" and (mine == theirs or mine.casefold() == theirs.casefold())
