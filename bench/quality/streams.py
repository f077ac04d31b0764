"""Texts that nobody chose for the subject of feeds.yaml, as far as a folder holds them."""

import contextlib
import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from monitor.errors import ParseError
from monitor.model.watch import Document
from monitor.parse import parse_feed

# Single sentences of a broadcaster of Kazakhstan: too many and too short to be judged by their subject.
UNJUDGED = frozenset({"kk sentences"})


def streams(data: Path) -> Iterator[tuple[str, Iterator[Document]]]:
    """Name the streams, and give the texts of each."""
    headlines = data / "text-thucnews-headlines" / "dev.txt"
    if headlines.exists():
        yield "zh headlines", _lines(headlines, "zh")
    ntrex = data / "parallel-ntrex"
    for path in sorted((ntrex / "NTREX-128").glob("newstest2019-*.txt")):
        language = path.stem.rpartition(".")[2]
        yield f"ntrex {language}", _lines(path, "")
        yield f"ntrex {language} articles", _articles(path, ntrex / "DOCUMENT_IDS.tsv")
    kyrgyz = data / "text-kyrgyz-24kg" / "qad-train_1000.csv"
    if kyrgyz.exists():
        yield "ky articles", _table(kyrgyz, "ky")
    kazakh = data / "text-kaznerd" / "IOB2_valid.txt"
    if kazakh.exists():
        yield "kk sentences", _tokens(kazakh, "kk")
    russian = sorted((data / "text-nerel").glob("*/*.txt"))
    if russian:
        yield "ru articles", (Document(id=p.stem, text=p.read_text("utf-8")) for p in russian)
    yield "world news feeds", _feeds(data / "feeds-fastfeedparser-benchmark" / "news")
    yield "zh feeds", _feeds(data / "feeds-xinhua-zh")


def _lines(path: Path, lang: str) -> Iterator[Document]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield Document(id=f"{path.stem}:{number}", title=line.split("\t")[0], lang=lang)


def _articles(path: Path, names: Path) -> Iterator[Document]:
    """Join sentences to articles, the first of each being its headline."""
    pairs = zip(
        names.read_text("utf-8").splitlines(), path.read_text("utf-8").splitlines(), strict=True
    )
    for name, rows in groupby(pairs, key=lambda pair: pair[0]):
        title, *rest = (sentence for _, sentence in rows)
        yield Document(id=name, title=title, text=" ".join(rest))


def _table(path: Path, lang: str) -> Iterator[Document]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Document(id=f"{path.stem}:{row['id']}", text=row["text"], lang=lang)


def _tokens(path: Path, lang: str) -> Iterator[Document]:
    for number, block in enumerate(path.read_text("utf-8").split("\n\n"), 1):
        words = [line.split(" ")[0] for line in block.splitlines() if line]
        yield Document(id=f"{path.stem}:{number}", text=" ".join(words), lang=lang)


def _feeds(folder: Path) -> Iterator[Document]:
    """Read the entries of saved feeds; what is no feed is passed over."""
    for path in sorted(p for p in folder.glob("*") if p.suffix not in {".tsv", ".txt", ".xz"}):
        with contextlib.suppress(ParseError):
            for entry in parse_feed(path.read_bytes(), feed_id=path.name).entries:
                yield Document(id=path.name, title=entry.title, text=entry.text)
