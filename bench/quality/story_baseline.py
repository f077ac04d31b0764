"""A baseline of clustering: TF-IDF with statistics of all texts, online, single pass, nearest centroid."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt

from bench.quality.story_sources import Item
from monitor.story.stems import stem

_WORD = re.compile(r"[^\W_]+")

Vector = dict[str, float]


def cluster_online(vectors: Sequence[Vector], order: Sequence[int], threshold: float) -> list[int]:
    """Join each text to the nearest centroid, or found a cluster; gives the cluster of each."""
    centroids: list[Vector] = []
    postings: dict[str, set[int]] = {}
    found = [0] * len(vectors)
    for at in order:
        sums: dict[int, float] = {}
        for word, weight in vectors[at].items():
            for number in postings.get(word, ()):
                sums[number] = sums.get(number, 0.0) + weight * centroids[number][word]
        near = [(total / _length(centroids[number]), -number) for number, total in sums.items()]
        best, number = max(near, default=(0.0, 0))
        if best < threshold:
            number = -len(centroids)
            centroids.append({})
        centroid = centroids[-number]
        for word, weight in vectors[at].items():
            centroid[word] = centroid.get(word, 0.0) + weight
            postings.setdefault(word, set()).add(-number)
        found[at] = -number
    return found


def vectors_of(items: Sequence[Item]) -> list[Vector]:
    """Weigh the stems of each text: sub-linear frequency, inverse document frequency, length 1."""
    counts = [
        Counter(map(stem, _WORD.findall(f"{item.entry.title} {item.entry.text}".lower())))
        for item in items
    ]
    having = Counter(word for each in counts for word in each)
    return [
        _scaled({w: (1 + log(n)) * log(len(items) / having[w]) for w, n in c.items()})
        for c in counts
    ]


def _scaled(vector: Mapping[str, float]) -> Vector:
    length = _length(vector)
    return {word: weight / length for word, weight in vector.items()}


def _length(vector: Mapping[str, float]) -> float:
    return sqrt(sum(weight * weight for weight in vector.values())) or 1.0
