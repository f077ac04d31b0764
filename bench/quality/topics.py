"""How well the shipped feeds.yaml tells its subject: recall and precision on labelled pages, hits elsewhere.

    python -m bench.quality.topics --data DIR [--config feeds.yaml] [--list 40] [--json out.json]

DIR holds ``pages-sco-kz-labelled/items.jsonl`` (texts labelled about_sco, about_kazakhstan), ``seed-articles/``,
and streams nobody chose for the subject; what is not there is left out. Who judged the streams' hits, and by
which rule, says ``judged.py``.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.quality.judged import Judged, Rightness, read_judged, text_key, weigh
from bench.quality.streams import UNJUDGED, streams
from monitor.config.load import load
from monitor.match.matcher import Matcher
from monitor.model.watch import Document, Match

LABELS = {
    "about_sco": frozenset({"sco", "sco-kazakhstan"}),
    "about_kazakhstan": frozenset({"kazakhstan", "sco-kazakhstan", "tokayev"}),
}
PRIORITIES = ("security", "trade-logistics", "digital-ai", "environment-water")
VERDICTS = ("about", "passing", "wrong", "unjudged")
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


def report_stream(
    name: str, documents: Iterable[Document], matcher: Matcher, judged: Judged, limit: int
) -> Rightness:
    """Print a stream's hits, at most ``limit`` of them, with what earned each and how it was judged."""
    seen = texts = 0
    total = Rightness()
    for document in documents:
        seen += 1
        matches, key = matcher.match(document), text_key(document)
        weighed = weigh(key, _named(matches), judged)
        total += weighed
        texts += bool(matches)
        if (matches and texts <= limit) or weighed.missed:
            _show_hit(document, key, matches, judged)
    judgement = "" if name in UNJUDGED else f": {_told(total)}"
    print(f"  {name}: {total.hits} hits, {texts} of {seen} texts{judgement}")
    return Rightness() if name in UNJUDGED else total


def _show_hit(document: Document, key: str, matches: Sequence[Match], judged: Judged) -> None:
    """Print a text with each watch that wants it, or should."""
    named = _named(matches)
    labels = [f"{watch} ({judged.get((key, watch), 'unjudged')})" for watch in sorted(named)]
    missed = [
        f"{watch} (missed)"
        for (text, watch), label in judged.items()
        if (text, label) == (key, "about") and watch not in named
    ]
    shown = (document.title or document.text).replace("\n", " ")[:110]
    print(f"    {document.id} {', '.join(labels + missed)} {_terms(matches)[:6]}\n      {shown}")


def _told(rightness: Rightness) -> str:
    """Say how right hits are, by the labels of judged.tsv."""
    if not rightness.hits:
        return "no hit"
    counts = ", ".join(f"{getattr(rightness, label)} {label}" for label in (*VERDICTS, "missed"))
    return f"strict {rightness.strict:.3f} lenient {rightness.lenient:.3f} ({counts}; judged.tsv)"


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
    judged = read_judged()
    weighed = {
        name: report_stream(name, documents, matcher, judged, options.list)
        for name, documents in streams(data)
    }
    total = sum(weighed.values(), Rightness())
    print(f"  all judged streams: {_told(total)}")
    figures["streams"] = {name: asdict(one) for name, one in weighed.items()}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
