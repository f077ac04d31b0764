"""The measure of topics judges hits by what judged.tsv says, and by nothing else."""

from pathlib import Path

from bench.quality.judged import LABELS, Rightness, read_judged, text_key, weigh
from bench.quality.streams import streams
from monitor.model.watch import Document

JUDGED = {("t1", "sco"): "about", ("t1", "trade"): "passing", ("t2", "sco"): "wrong"}


def test_each_hit_is_judged_by_text_and_watch() -> None:
    """A hit nobody judged is not right, and a text that is about a watch and no hit of it is missed."""
    total = weigh("t1", ["trade", "water"], JUDGED) + weigh("t2", ["sco"], JUDGED)
    assert total == Rightness(passing=1, wrong=1, unjudged=1, missed=1)
    total += weigh("t1", ["sco"], JUDGED)
    assert (total.hits, total.strict, total.lenient) == (4, 0.25, 0.5)
    assert Rightness().strict == 1.0


def test_the_judgements_name_no_text() -> None:
    """A line holds a hash, a stream, a watch and a known label; each hit is judged once."""
    judged = read_judged()
    assert len(judged) > 100
    assert set(judged.values()) == set(LABELS)
    assert all(len(key) == len(text_key(Document())) for key, _ in judged)


def test_sentences_are_joined_to_articles(tmp_path: Path) -> None:
    """The first sentence of an article is its headline."""
    folder = tmp_path / "parallel-ntrex" / "NTREX-128"
    folder.mkdir(parents=True)
    (folder / "newstest2019-ref.kaz.txt").write_text("A\nB\nC\nD\n", "utf-8")
    (folder.parent / "DOCUMENT_IDS.tsv").write_text("x.1\nx.1\nx.1\ny.2\n", "utf-8")
    found = dict(streams(tmp_path))
    articles = [(one.title, one.text) for one in found["ntrex kaz articles"]]
    assert articles == [("A", "B C"), ("D", "")]
