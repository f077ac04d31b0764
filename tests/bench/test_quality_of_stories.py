"""The measures of joined stories, on cases counted by hand."""

import json
from pathlib import Path

import pytest

from bench.quality.stories import Desk, bcubed, chinese, pair_figures


def test_bcubed_of_a_split_and_a_merge() -> None:
    """Each text counts once: what shares its cluster, against what shares its story."""
    assert bcubed("aabb", [1, 1, 2, 2]) == (1, 1, 1)
    assert bcubed("aabb", [1, 1, 1, 1])[:2] == (0.5, 1)
    assert bcubed("aabb", [1, 2, 3, 4])[:2] == (1, 0.5)


def test_pairs_are_counted() -> None:
    """Wrongly joined is the share of the pairs that tell two events."""
    figures = pair_figures([True, True, False, False], [True, False, True, False])
    assert (figures["precision"], figures["recall"], figures["wrongly_joined"]) == (0.5, 0.5, 0.5)


def test_the_production_pieces_are_judged(tmp_path: Path) -> None:
    """A headline told twice joins, a denial does not."""
    folder = tmp_path / "dedup-central-asia-news-zh"
    folder.mkdir()
    told, denied = "西亚将对柴油出口实施九十天禁令", "西亚否认将对柴油出口实施九十天禁令"
    pairs = [
        {"a": told, "b": f"{told}消息", "expect": "same"},
        {"a": told, "b": denied, "expect": "diff"},
    ]
    (folder / "pairs.jsonl").write_text("\n".join(map(json.dumps, pairs)), "utf-8")
    (folder / "clusters.jsonl").write_text("", "utf-8")
    scores, slips = chinese(tmp_path, Desk(Path("feeds.yaml")))
    assert scores[0].figures["right"] == pytest.approx(2)
    assert not slips
