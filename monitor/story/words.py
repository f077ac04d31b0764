"""The words of a text that may tell one event from another, with the weight of each."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from math import sqrt

from monitor.story.rarity import rarity_of
from monitor.story.stems import stem
from monitor.text.scripts import CJK_RANGES

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'»”’)\]]*\s+|(?<=[。！？；])|\n+")
_TOKEN = re.compile(rf"[{CJK_RANGES}]+|\d+(?:[.,]\d+)*|[^\W\d_{CJK_RANGES}]+(?:['’‘ʻʼ][^\W\d_]+)?")
_HAN = "\u2e80"  # and what follows: written without spaces
_LONGEST = 6000  # characters read of a text; news tell their event early
_MOST = 192  # words kept
_NAME = 1.3  # names tell events apart
_HEADLINE = 1.2
_SUBJECT = 0.6  # what the operator's terms look for is in every hit, so it tells little
_PAIR = 0.3  # of both words' weight, for two that stand side by side
_SCALE = 8  # weights are stored as whole numbers


@dataclass(frozen=True, slots=True)
class Reading:
    """The stems of a text, how often each stands in it, and how it is written."""

    counts: Mapping[str, int]
    names: frozenset[str]  # written as such wherever capitals tell
    pairs: frozenset[tuple[str, str]]  # that stand side by side

    @property
    def size(self) -> int:
        """The number of distinct words; two pairs of Chinese characters make one."""
        han = sum(root[0] >= _HAN for root in self.counts)
        return len(self.counts) - han // 2


def read(text: str) -> Reading:
    """Split a text into stems; Chinese ones are pairs of characters."""
    stems: list[str] = []
    capitals: list[str] = []
    inside: list[str] = []  # capitals that no sentence begins with
    pairs: set[tuple[str, str]] = set()
    for sentence in SENTENCE_END.split(text[:_LONGEST]):
        tokens = _TOKEN.findall(sentence)
        roots = [_root(token) for token in tokens if token[0] < _HAN]
        stems += roots
        pairs.update(pairwise([root for root in roots if len(root) > 2]))
        if len(roots) < len(tokens):
            stems += [pair for token in tokens if token[0] >= _HAN for pair in _chinese(token)]
        raised = [token for token in tokens if token[0].isupper()]
        capitals += raised
        if raised and not _is_titlecase(tokens, raised):
            inside += raised[raised[0] is tokens[0] :]
    counts = Counter(stems)
    counts.pop("", None)
    large = Counter(map(_root, capitals))
    written = Counter(map(_root, inside)).items()
    names = frozenset(root for root, n in written if n >= counts[root] - large[root])
    return Reading(counts, names, frozenset(pairs))


def _is_titlecase(tokens: list[str], raised: list[str]) -> bool:
    """Tell a headline in capitals, which say nothing of names there."""
    longs = sum(len(token) > 3 for token in tokens)
    return longs >= 3 and sum(len(token) > 3 for token in raised) > 0.6 * longs


@lru_cache(maxsize=65536)
def _root(token: str) -> str:
    """Give a token's stem; of a number itself, of a single letter nothing."""
    if token[0].isdigit():
        return token
    if len(token) == 1 and token.isascii():
        return ""
    return stem(token.lower().replace("’", "'"))


def _chinese(run: str) -> list[str]:
    return [a + b for a, b in pairwise(run)] or [run]


def weigh_words(
    reading: Reading, headline: Collection[str], subject: Collection[str]
) -> Mapping[int, int]:
    """Weigh the words of a text, and pairs of them; the heaviest are kept.

    Each weighs by its static rarity: statistics of what is stored would make the order of arrival
    matter.
    """
    weights: dict[str, float] = {}
    numbers: dict[int, float] = {}
    for root, count in reading.counts.items():
        rarity, number = _known(root)
        if rarity:
            weight = rarity * sqrt(count)
            if root in reading.names:
                weight *= _NAME
            if root in headline:
                weight *= _HEADLINE
            if root in subject:
                weight *= _SUBJECT
            weights[root] = numbers[number] = weight
    for one, other in reading.pairs:
        if one in weights and other in weights:
            pair = number_of(one) * 31 + number_of(other) & 0xFFFFFFFF
            numbers[pair] = (weights[one] + weights[other]) * _PAIR
    heaviest = sorted((-weight, number) for number, weight in numbers.items())[:_MOST]
    return {number: min(255, round(-weight * _SCALE)) for weight, number in heaviest}


@lru_cache(maxsize=65536)
def _known(root: str) -> tuple[float, int]:
    return rarity_of(root), number_of(root)


@lru_cache(maxsize=65536)
def number_of(root: str) -> int:
    """Give a stem's 32-bit number, the same in every process."""
    digest = blake2b(root.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big")
