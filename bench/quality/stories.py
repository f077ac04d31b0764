"""How well entries are joined into stories: on labelled texts, by the production pieces and one setting.

    python -m bench.quality.stories --data DIR [ecbplus|tgcontest|headlinecause|pages|chinese] [--list 20] [--json out.json]

Entry -> what it tells -> candidates by keys -> evidence -> quorum linkage, as a store does it. Each part
states its protocol in its docstring. The shipped feeds.yaml tells the subjects.
"""

import argparse
import json
import os
import platform
import random
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

from bench.quality.story_baseline import cluster_online, vectors_of
from bench.quality.story_sources import (
    NOW,
    Item,
    Pair,
    all_entries,
    read_chinese_pairs,
    read_chinese_stories,
    read_ecbplus,
    read_headlinecause,
    read_pages,
    read_tgcontest,
)
from monitor.config.load import load
from monitor.match.subjects import SubjectReader
from monitor.model.source import Entry
from monitor.model.telling import Evidence
from monitor.model.watch import Document
from monitor.story.evidence import weigh
from monitor.story.features import tell
from monitor.story.vicinity import join_all

THRESHOLDS = (0.12, 0.15, 0.18, 0.21, 0.24, 0.28)  # of the baseline


@dataclass(frozen=True, slots=True)
class Score:
    """What a part measured."""

    part: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Slip:
    """Two entries that were joined, or told apart, wrongly."""

    part: str
    kind: str
    one: Entry
    other: Entry
    evidence: Evidence


class Desk:
    """Joins entries as the program does."""

    def __init__(self, config: Path) -> None:
        self._subjects = SubjectReader(load(config, environ={}, secrets=False).terms)

    def join(self, entries: Sequence[Entry]) -> "Joined":
        """Group entries that are all there at once."""
        tellings = [
            tell(entry, self._subjects.read(Document(title=entry.title, text=entry.text)), NOW)
            for entry in entries
        ]
        groups, links = join_all(tellings, weigh)
        story = {entries[at].key: number for number, group in enumerate(groups) for at in group}
        return Joined(story, {frozenset((entries[a].key, entries[b].key)) for a, b in links})

    def weigh(self, one: Entry, other: Entry) -> Evidence:
        """Weigh two entries by themselves."""
        first, second = (
            tell(entry, self._subjects.read(Document(title=entry.title, text=entry.text)), NOW)
            for entry in (one, other)
        )
        return weigh(first, second)


@dataclass(frozen=True, slots=True)
class Joined:
    """The story of each entry, and the pairs that were linked."""

    story: Mapping[str, int]
    links: Iterable[frozenset[str]]

    def same(self, one: Entry, other: Entry) -> bool:
        """Tell whether two entries are in one story."""
        return self.story[one.key] == self.story[other.key]


Measured = tuple[list[Score], list[Slip]]


def ecbplus(data: Path, desk: Desk) -> Measured:
    """Judge clusters of English news by BCubed; in each of many topics two events look alike. No dates.

    The constants were tuned on these very topics: nothing here is cross-validated. ``worst_fold_f1`` only
    shows the spread over five folds of topics. ``baseline_f1`` is TF-IDF with statistics of all the texts,
    online, single pass, nearest centroid, shuffled (mean of 3), at its best threshold on the same topics.
    """
    scores: list[Score] = []
    slips: list[Slip] = []
    for mode in ("lead", "full"):
        items = read_ecbplus(data, mode)
        joined = desk.join([item.entry for item in items])
        gold = [item.story for item in items]
        found = [joined.story[item.entry.key] for item in items]
        precision, recall, f1 = bcubed(gold, found)
        folds = [list(_of_fold(items, found, fold)) for fold in range(5)]
        least = min(bcubed(*zip(*fold, strict=True))[2] for fold in folds)
        figures = {
            "bcubed_f1": f1,
            "precision": precision,
            "recall": recall,
            "worst_fold_f1": least,
        }
        figures |= {
            "stories": len(set(found)),
            "gold": len(set(gold)),
            "met_by_key": _met(items, joined),
        }
        figures["baseline_f1"] = baseline(items)
        scores.append(Score(f"ecbplus-{mode}", figures))
        slips += _slips(f"ecbplus-{mode}", _pairs_of(items), joined, desk)
    return scores, slips


def baseline(items: Sequence[Item]) -> float:
    """Give the baseline's BCubed F1 at its best threshold: tuned on what it is measured on, in its favour."""
    vectors, gold = vectors_of(items), [item.story for item in items]
    best = 0.0
    for threshold in THRESHOLDS:
        runs = []
        for seed in range(3):
            order = list(range(len(items)))
            random.Random(seed).shuffle(order)
            runs.append(bcubed(gold, cluster_online(vectors, order, threshold))[2])
        best = max(best, sum(runs) / len(runs))
    return best


def _of_fold(items: Sequence[Item], found: Sequence[int], fold: int) -> Iterator[tuple[str, int]]:
    topics = sorted({item.group for item in items}, key=int)
    return (
        (item.story, story)
        for item, story in zip(items, found, strict=True)
        if topics.index(item.group) % 5 == fold
    )


def tgcontest(data: Path, desk: Desk) -> Measured:
    """Judge pairs of articles: positive if both are in one story after all articles were joined at once."""
    return _judge_pairs("tgcontest", read_tgcontest(data), desk)


def headlinecause(data: Path, desk: Desk) -> Measured:
    """Judge pairs of headlines alone, all joined at once; nearly all share words, few tell one event."""
    return _judge_pairs("headlinecause", read_headlinecause(data), desk)


def chinese(data: Path, desk: Desk) -> Measured:
    """Judge Chinese headlines: labelled pairs, each set joined at once, and pairs within labelled clusters."""
    scores, slips = _judge_pairs("chinese", {"zh": read_chinese_pairs(data)}, desk)
    more, others = _judge_clusters("chinese-clusters", read_chinese_stories(data), desk)
    return [*scores, *more], [*slips, *others]


def pages(data: Path, desk: Desk) -> Measured:
    """Judge pages in nine languages, days as published, all joined at once.

    ``pages-all`` takes each page outside a cluster for a story of its own. ``pages`` are only the pairs of
    pages in a cluster or marked as look-alikes, a choice made after ``pages-all`` was seen: at least three of
    the pages left out tell of one opening, but not all that are joined there do. Read both.
    """
    return _judge_clusters("pages", read_pages(data), desk)


def _judge_pairs(part: str, read: Mapping[str, Sequence[Pair]], desk: Desk) -> Measured:
    scores: list[Score] = []
    slips: list[Slip] = []
    golds: list[bool] = []
    founds: list[bool] = []
    for language, pairs in read.items():
        joined = desk.join(all_entries(pairs))
        found = [joined.same(pair.one, pair.other) for pair in pairs]
        gold = [pair.same for pair in pairs]
        scores.append(Score(f"{part}-{language}", pair_figures(gold, found)))
        slips += _slips(part, pairs, joined, desk)
        golds, founds = golds + gold, founds + found
    return [*scores, Score(part, pair_figures(golds, founds))], slips


def _judge_clusters(part: str, items: Sequence[Item], desk: Desk) -> Measured:
    joined = desk.join([item.entry for item in items])
    pairs = list(_pairs_of(items))
    labelled = list(_pairs_of([item for item in items if item.labelled]))
    foreign = [pair for pair in labelled if pair.label == "translation"]
    chosen = {part: labelled, f"{part}-translations": foreign, f"{part}-all": pairs}
    scores = [
        Score(name, pair_figures([p.same for p in own], [joined.same(p.one, p.other) for p in own]))
        for name, own in chosen.items()
        if own
    ]
    return scores, list(_slips(part, pairs, joined, desk))


def _pairs_of(items: Iterable[Item]) -> Iterator[Pair]:
    for one, other in combinations(items, 2):
        label = "translation" if one.entry.language != other.entry.language else ""
        yield Pair(one.entry, other.entry, one.story == other.story, label)


def _slips(part: str, pairs: Iterable[Pair], joined: Joined, desk: Desk) -> Iterator[Slip]:
    for pair in pairs:
        found = joined.same(pair.one, pair.other)
        if found != pair.same:
            kind = "joined" if found else "parted"
            yield Slip(part, kind, pair.one, pair.other, desk.weigh(pair.one, pair.other))


def _met(items: Sequence[Item], joined: Joined) -> float:
    """Give the share of the pairs of one story that were linked."""
    pairs = [frozenset((p.one.key, p.other.key)) for p in _pairs_of(items) if p.same]
    return sum(pair in joined.links for pair in pairs) / len(pairs)


def bcubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float, float]:
    """Give BCubed precision, recall and F1 of a clustering."""
    golds, founds, both = Counter(gold), Counter(found), Counter(zip(gold, found, strict=True))
    precision = sum(n * n / founds[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / golds[g] for (g, _), n in both.items()) / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pair_figures(gold: Sequence[bool], found: Sequence[bool]) -> Mapping[str, float]:
    """Give precision, recall and F1 of the positive pairs, and the share of the others joined."""
    both = Counter(zip(gold, found, strict=True))
    right, wrong, missed, apart = (
        both[case] for case in ((True, True), (False, True), (True, False), (False, False))
    )
    return {
        "precision": right / ((right + wrong) or 1),
        "recall": right / ((right + missed) or 1),
        "f1": 2 * right / ((2 * right + wrong + missed) or 1),
        "wrongly_joined": wrong / ((wrong + apart) or 1),
        "right": right + apart,
        "pairs": len(gold),
    }


PARTS: Mapping[str, Callable[[Path, Desk], Measured]] = {
    "ecbplus": ecbplus, "tgcontest": tgcontest, "headlinecause": headlinecause, "pages": pages, "chinese": chinese,
}  # fmt: skip


def main() -> None:
    """Measure the parts asked for and print a table."""
    options = _options(sys.argv[1:])
    desk = Desk(options.config)
    scores: list[Score] = []
    for part in options.parts or PARTS:
        found, slips = PARTS[part](Path(options.data), desk)
        scores += found
        for score in found:
            print(
                f"{score.part:24}",
                " ".join(
                    f"{k} {v:.3f}" if v % 1 else f"{k} {v:.0f}" for k, v in score.figures.items()
                ),
            )
        for slip in random.Random(7).sample(slips, min(options.list, len(slips))):
            print(
                f"  {slip.kind} {slip.evidence.score:.2f} {slip.evidence.relation}: {slip.one.title} | {slip.other.title}"
            )
            print(
                "     ",
                "; ".join(
                    f"{reason.weight:+.1f} {reason.what}" for reason in slip.evidence.reasons
                ),
            )
    if options.json:
        report = {
            "python": platform.python_version(),
            "scores": [asdict(score) for score in scores],
        }
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    data = os.environ.get("MONITOR_DATA")
    parser.add_argument("--data", default=data, required=data is None)
    parser.add_argument("--config", default=Path("feeds.yaml"), type=Path)
    parser.add_argument("--list", type=int, default=0, help="print that many mistakes of each part")
    parser.add_argument("--json", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
