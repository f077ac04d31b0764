"""How well the shipped feeds.yaml tells its subject: recall and precision on labelled pages, hits elsewhere.

    python -m bench.quality.topics --data DIR [--config feeds.yaml] [--list 40] [--json out.json]

DIR holds ``pages-sco-kz-labelled/items.jsonl`` (texts labelled about_sco, about_kazakhstan), ``seed-articles/``,
and streams nobody chose for the subject; what is not there is left out.
"""

import argparse
import contextlib
import csv
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.config.load import load
from monitor.errors import ParseError
from monitor.match.matcher import Matcher
from monitor.model.watch import Document, Match
from monitor.parse import parse_feed

LABELS = {
    "about_sco": frozenset({"sco", "sco-kazakhstan"}),
    "about_kazakhstan": frozenset({"kazakhstan", "sco-kazakhstan", "tokayev"}),
}
PRIORITIES = ("security", "trade-logistics", "digital-ai", "environment-water")
SEVEN = frozenset({"en", "ru", "kk", "zh", "uz", "ky", "tg"})


@dataclass(frozen=True, slots=True)
class Error:
    """A labelled text that was judged otherwise than its label says."""

    id: str
    label: str
    lang: str
    kind: str  # "missed" or "wrong"
    terms: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one label."""

    label: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the matched texts that bear the label."""
        return self.right / ((self.right + self.wrong) or 1)

    @property
    def recall(self) -> float:
        """Share of the texts with the label that were matched."""
        return self.right / ((self.right + self.missed) or 1)


@dataclass(frozen=True, slots=True)
class Page:
    """A labelled text."""

    document: Document
    lang: str
    labels: frozenset[str]


def read_pages(folder: Path) -> list[Page]:
    """Read the labelled pages; ``lang`` is cut to its first subtag."""
    lines = (folder / "items.jsonl").read_text("utf-8").splitlines()
    return [_page(json.loads(line)) for line in lines if line.strip()]


def _page(item: dict[str, object]) -> Page:
    lang = str(item["lang"])
    document = Document(id=str(item["id"]), text=str(item["text"]), lang=lang)
    labels = frozenset(label for label in LABELS if item[label])
    return Page(document, lang.split("-")[0], labels)


def judge(matcher: Matcher, pages: Sequence[Page]) -> tuple[list[Score], list[Error]]:
    """Compare each page's matches with its labels."""
    counts: Counter[tuple[str, str]] = Counter()
    errors = []
    for page in pages:
        matches = matcher.match(page.document)
        for label, watches in LABELS.items():
            verdict = _verdict(label in page.labels, bool(_named(matches) & watches))
            counts[label, verdict] += 1
            if verdict in {"missed", "wrong"}:
                errors.append(_error(page, label, verdict, matches))
    scores = [
        Score(label, counts[label, "right"], counts[label, "wrong"], counts[label, "missed"])
        for label in LABELS
    ]
    return scores, errors


def _verdict(expected: bool, found: bool) -> str:
    if expected:
        return "right" if found else "missed"
    return "wrong" if found else "refused"


def _named(matches: Iterable[Match]) -> frozenset[str]:
    return frozenset(match.watch for match in matches)


def _terms(matches: Iterable[Match]) -> tuple[str, ...]:
    return tuple(sorted({f"{s.term}={s.text}" for match in matches for s in match.spans}))


def _error(page: Page, label: str, kind: str, matches: Sequence[Match]) -> Error:
    document = page.document
    return Error(document.id, label, page.lang, kind, _terms(matches), document.text[:200])


def streams(data: Path) -> Iterator[tuple[str, Iterator[Document]]]:
    """Name the streams nobody chose for the subject, as far as ``data`` holds them."""
    headlines = data / "text-thucnews-headlines" / "dev.txt"
    if headlines.exists():
        yield "zh headlines", _lines(headlines, "zh")
    for path in sorted((data / "parallel-ntrex" / "NTREX-128").glob("newstest2019-*.txt")):
        yield f"ntrex {path.stem[15:]}", _lines(path, "")
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


def report_stream(name: str, documents: Iterable[Document], matcher: Matcher, limit: int) -> int:
    """Print a stream's hits, at most ``limit`` of them, with what earned each; return their count."""
    hits = seen = 0
    for document in documents:
        seen += 1
        matches = matcher.match(document)
        if not matches:
            continue
        hits += 1
        if hits <= limit:
            shown = (document.title or document.text).replace("\n", " ")[:110]
            print(
                f"    {document.id} {sorted(_named(matches))} {_terms(matches)[:6]}\n      {shown}"
            )
    print(f"  {name}: {hits} hits in {seen} texts")
    return hits


def report_seeds(folder: Path, matcher: Matcher) -> dict[str, list[str]]:
    """Print what each article of ``folder`` matches, headline being its first line."""
    found = {}
    for path in sorted(folder.glob("*.txt")):
        title, _, text = path.read_text("utf-8").partition("\n")
        if path.name == "SOURCE.txt":
            continue
        watches = _named(matcher.match(Document(id=path.stem, title=title, text=text, lang="en")))
        found[path.stem] = sorted(watches)
        lacking = [priority for priority in PRIORITIES if priority not in watches]
        print(f"  {path.stem}: {sorted(watches)}" + (f"; without {lacking}" if lacking else ""))
    return found


def report_pages(pages: Sequence[Page], matcher: Matcher, name: str) -> list[Score]:
    """Print scores and every error on the labelled pages."""
    scores, errors = judge(matcher, pages)
    print(f"{name}: {len(pages)} labelled pages")
    for score in scores:
        counts = f"{score.right} right, {score.wrong} wrong, {score.missed} missed"
        print(
            f"  {score.label}: precision {score.precision:.3f} recall {score.recall:.3f} ({counts})"
        )
    for error in errors:
        print(
            f"    {error.kind} {error.label} {error.id} [{error.lang}] {error.terms}\n      {error.text}"
        )
    return scores


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("MONITOR_DATA"))
    parser.add_argument("--config", type=Path, default=Path("feeds.yaml"))
    parser.add_argument("--list", type=int, default=40, help="hits shown of each stream")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("say where the data is: --data DIR, or MONITOR_DATA")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; write figures to ``--json``."""
    options = _options(arguments)
    data = Path(options.data)
    settings = load(options.config, environ={}, secrets=False)
    started = time.perf_counter()
    matcher = Matcher(settings.watches, settings.terms)
    print(
        f"python {platform.python_version()}, {len(settings.watches)} watches compiled in", end=" "
    )
    print(f"{time.perf_counter() - started:.2f} s")
    figures: dict[str, object] = {}
    if (data / "pages-sco-kz-labelled").exists():
        pages = read_pages(data / "pages-sco-kz-labelled")
        seven = [page for page in pages if page.lang in SEVEN]
        figures["all"] = [asdict(s) for s in report_pages(pages, matcher, "all languages")]
        figures["seven"] = [asdict(s) for s in judge(matcher, seven)[0]]
    if (data / "seed-articles").exists():
        print("seed articles")
        figures["seeds"] = report_seeds(data / "seed-articles", matcher)
    print("streams nobody chose")
    figures["streams"] = {
        name: report_stream(name, documents, matcher, options.list)
        for name, documents in streams(data)
    }
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
