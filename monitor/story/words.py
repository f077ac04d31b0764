"""The words of a text that may tell one event from another, with the weight of each."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from math import sqrt

from monitor.story.rarity import rarity_of
from monitor.story.stems import stem
from monitor.text.scripts import CJK_RANGES

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'»”’)\]]*\s+|(?<=[。！？；])|\n+")
_TOKEN = re.compile(rf"[{CJK_RANGES}]+|\d+(?:[.,]\d+)*|[^\W\d_{CJK_RANGES}]+(?:['’‘ʻʼ][^\W\d_]+)?")
_LONGEST = 6000  # characters read of a text; news tell their event early
_MOST = 192  # words kept
_NAME = 1.3  # names tell events apart
_HEADLINE = 1.2
_SUBJECT = 0.6  # what the operator's terms look for is in every hit, so it tells little
_PAIR = 0.3  # of both words' weight, for two that stand side by side
_SCALE = 8  # weights are stored as whole numbers


@dataclass(slots=True)
class Reading:
    """The stems of a text, how often each stands in it, and how it is written."""

    counts: Counter[str] = field(default_factory=Counter)
    capitals: Counter[str] = field(default_factory=Counter)  # inside sentences
    smalls: Counter[str] = field(default_factory=Counter)
    pairs: set[tuple[str, str]] = field(default_factory=set)

    @property
    def size(self) -> int:
        """The number of distinct words; two pairs of Chinese characters make one."""
        han = sum(root[0] >= "\u2e80" for root in self.counts)
        return len(self.counts) - han // 2

    @property
    def names(self) -> set[str]:
        """The stems that are written as names."""
        return {one for one, count in self.capitals.items() if count >= self.smalls[one]}


def read(text: str) -> Reading:
    """Split a text into stems; Chinese ones are pairs of characters."""
    reading = Reading()
    for sentence in SENTENCE_END.split(text[:_LONGEST]):
        if sentence:
            _read_sentence(_TOKEN.findall(sentence), reading)
    return reading


def _read_sentence(tokens: list[str], reading: Reading) -> None:
    titlecase = _is_titlecase(tokens)
    last = ""
    for at, token in enumerate(tokens):
        first = token[0]
        if first >= "\u2e80":
            reading.counts.update(_chinese(token))
            continue
        if first.isdigit():
            root = token
        elif len(token) == 1 and first.isascii():
            continue
        else:
            root = stem(token.lower().replace("’", "'"))
            if first.islower():
                reading.smalls[root] += 1
            elif at and not titlecase:
                reading.capitals[root] += 1
        reading.counts[root] += 1
        if len(token) > 2:
            reading.pairs.add((last, root))
            last = root


def _is_titlecase(tokens: list[str]) -> bool:
    """Tell a headline in capitals, which say nothing of names there."""
    longs = [token for token in tokens if len(token) > 3]
    return len(longs) >= 3 and sum(map(_is_capital, longs)) > 0.6 * len(longs)


def _is_capital(token: str) -> bool:
    return token[0].isupper()


def _chinese(run: str) -> list[str]:
    return [a + b for a, b in pairwise(run)] or [run]


def weigh_words(
    reading: Reading, headline: Collection[str], subject: Collection[str]
) -> Mapping[int, int]:
    """Weigh the words of a text, and pairs of them; the heaviest are kept.

    Each weighs by its static rarity: statistics of what is stored would make the order of arrival
    matter.
    """
    names = reading.names
    weights: dict[str, float] = {}
    for root, count in reading.counts.items():
        weight = rarity_of(root) * sqrt(count)
        if not weight:
            continue
        if root in names:
            weight *= _NAME
        if root in headline:
            weight *= _HEADLINE
        weights[root] = weight * _SUBJECT if root in subject else weight
    numbers = {number_of(root): weight for root, weight in weights.items()}
    for one, other in reading.pairs:
        if one in weights and other in weights:
            pair = number_of(one) * 31 + number_of(other) & 0xFFFFFFFF
            numbers[pair] = (weights[one] + weights[other]) * _PAIR
    heaviest = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
    return {number: min(255, round(weight * _SCALE)) for number, weight in heaviest}


@lru_cache(maxsize=65536)
def number_of(root: str) -> int:
    """Give a stem's 32-bit number, the same in every process."""
    digest = blake2b(root.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big")
