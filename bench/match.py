"""Speed of matching, folding included, beside what Python's ``re`` can do in the same run.

    python -m bench.match --docs 1000 --json out.json

Documents are made up (seed printed): 1.5 kB of words in Russian, English, Kazakh and Chinese, some
holding spellings. Figures are documents per CPU second on one core, the median of the rounds. The
rivals get text that is folded already, and only say where, not which watch or why:

    alternation    one pattern of all spellings
    by watch       one pattern of three spellings for each watch
"""

import argparse
import json
import platform
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from bench.hostile import PLACE_QUERIES, PLACE_TEXTS, WORD_QUERIES, WORD_TEXTS
from monitor.match import Matcher
from monitor.model.watch import Document, Spelling, Term, Watch
from monitor.text.fold import fold

T = TypeVar("T")

_LETTERS = {
    "en": "abcdefghiklmnoprstuvwy",
    "ru": "абвгдежзийклмнопрстуфхцчшыэюя",
    "kk": "абгдежзиклмнопрстуыәғқңөұүі",
    "zh": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经",
}
_SIZE = 1500  # bytes of UTF-8 a document
_SPELLINGS = 3  # of a term, one term a watch
_CURVE = (10, 30, 100, 300, 1_000, 3_000, 10_000)
_RIVALLED = 1_000  # spellings at which the rivals are measured
_WANTED = {100: 10_000, 10_000: 3_000}  # documents a second by watches
_WANTED_TIMES = {"alternation": 10.0, "by watch": 50.0}
_LONGEST = 0.05  # seconds for a hostile document
_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Speed:
    """Documents a CPU second at a number of watches."""

    watches: int
    spellings: int
    build_s: float
    docs_per_s: int
    slowest: int
    fastest: int
    folding: float  # share of the time
    matched: int  # documents that a watch wanted

    @property
    def cost(self) -> float:
        """Microseconds a document."""
        return 1e6 / self.docs_per_s


@dataclass(frozen=True, slots=True)
class Desk:
    """Watches with the documents they are put to."""

    spellings: tuple[Spelling, ...]
    matcher: Matcher
    documents: tuple[Document, ...]
    build: float


def _words(chance: random.Random, language: str, count: int) -> list[str]:
    low, high = (1, 3) if language == "zh" else (3, 10)
    letters = _LETTERS[language]
    return ["".join(chance.choices(letters, k=chance.randint(low, high))) for _ in range(count)]


def _spellings(chance: random.Random, count: int) -> tuple[Spelling, ...]:
    made = []
    for number in range(count):
        language = ("en", "ru", "kk", "zh")[number % 4]
        word = "".join(chance.choices(_LETTERS[language], k=4 if language == "zh" else 8))
        shapes = (word, f"{word}*", f"{word} {_words(chance, language, 1)[0]}")
        made.append(Spelling(shapes[0 if language == "zh" else number % 3], language))
    return tuple(made)


def _documents(
    chance: random.Random, count: int, spellings: Sequence[Spelling]
) -> tuple[Document, ...]:
    vocabulary = {language: _words(chance, language, 3000) for language in _LETTERS}
    known = {key: [s.text.strip("*") for s in spellings if s.language == key] for key in _LETTERS}
    return tuple(_document(chance, number, vocabulary, known) for number in range(count))


def _document(
    chance: random.Random,
    number: int,
    vocabulary: dict[str, list[str]],
    known: dict[str, list[str]],
) -> Document:
    language = ("ru", "en", "ru", "kk", "zh")[number % 5]
    words, size, joint = [], 0, "，" if language == "zh" else " "
    while size < _SIZE:
        word = chance.choice((known if chance.random() < 0.005 else vocabulary)[language])
        words.append(word.capitalize() if chance.random() < 0.2 else word)
        size += len((word + joint).encode())
    blocks = [joint.join(words[at : at + 60]) + "." for at in range(8, len(words), 60)]
    return Document(str(number), joint.join(words[:8]), "\n\n".join(blocks), lang=language)


def _desk(watches: int, docs: int, seed: int) -> Desk:
    chance = random.Random(seed)
    spellings = _spellings(chance, watches * _SPELLINGS)
    documents = _documents(chance, docs, spellings)
    terms = [
        Term(f"t{n}", f"t{n}", spellings[_SPELLINGS * n : _SPELLINGS * (n + 1)])
        for n in range(watches)
    ]
    begun = time.process_time()
    matcher = Matcher([Watch(f"w{n}", f"w{n}", f"@t{n}") for n in range(watches)], terms)
    return Desk(spellings, matcher, documents, time.process_time() - begun)


def _rates(run: Callable[[T], object], given: Sequence[T], rounds: int) -> list[float]:
    for one in given:
        run(one)  # warm: patterns are compiled when first needed
    rates = []
    for _ in range(rounds):
        begun = time.process_time()
        for one in given:
            run(one)
        rates.append(len(given) / (time.process_time() - begun))
    return rates


def _fold(document: Document) -> None:
    fold(document.title)
    fold(document.text)


def measure(watches: int, docs: int, rounds: int, seed: int) -> Speed:
    """Measure documents a CPU second for so many watches, of one term with three spellings each."""
    desk = _desk(watches, docs, seed)
    ours = _rates(desk.matcher.match, desk.documents, rounds)
    folding = _rates(_fold, desk.documents, rounds)
    return Speed(
        watches=watches,
        spellings=len(desk.spellings),
        build_s=round(desk.build, 2),
        docs_per_s=round(statistics.median(ours)),
        slowest=round(min(ours)),
        fastest=round(max(ours)),
        folding=round(statistics.median(ours) / statistics.median(folding), 2),
        matched=sum(bool(desk.matcher.match(document)) for document in desk.documents),
    )


def _pattern(spellings: Iterable[Spelling]) -> re.Pattern[str]:
    """Write spellings as a pattern: longest first, from where a word begins but in Chinese."""
    parted: list[str] = []
    unparted: list[str] = []
    for one in sorted(spellings, key=lambda one: len(one.text), reverse=True):
        text = re.escape(one.text.casefold()).replace(r"\*", r"\w*")
        (unparted if one.language == "zh" else parted).append(text)
    words = [rf"\b(?:{'|'.join(parted)})\b"] if parted else []
    return re.compile("|".join([*words, *unparted]))


def _alternation(spellings: Sequence[Spelling]) -> Callable[[str], object]:
    find = _pattern(spellings).finditer
    return lambda text: list(find(text))


def _by_watch(spellings: Sequence[Spelling]) -> Callable[[str], object]:
    groups = [spellings[at : at + _SPELLINGS] for at in range(0, len(spellings), _SPELLINGS)]
    searches = [_pattern(group).search for group in groups]
    return lambda text: [n for n, search in enumerate(searches) if search(text)]


def rivals(docs: int, rounds: int, seed: int) -> dict[str, float]:
    """Measure, at about a thousand spellings, us and what ``re`` can do with folded text."""
    desk = _desk(round(_RIVALLED / _SPELLINGS), docs, seed)
    texts = [f"{one.title}\n{one.text}".casefold() for one in desk.documents]
    ours = statistics.median(_rates(desk.matcher.match, desk.documents, rounds))
    found = {"spellings": float(len(desk.spellings)), "ours": round(ours)}
    for name, run in (
        ("alternation", _alternation(desk.spellings)),
        ("by watch", _by_watch(desk.spellings)),
    ):
        # They take milliseconds a document: a part of them is enough.
        theirs = statistics.median(_rates(run, texts[:100], 3))
        found |= {name: round(theirs, 1), f"times {name}": round(ours / theirs, 1)}
    return found


def hostile() -> dict[str, float]:
    """Measure the worst milliseconds of 10 kB made to be slow, by the kind of text."""
    return _worst(WORD_QUERIES, WORD_TEXTS) | _worst(PLACE_QUERIES, PLACE_TEXTS)


def _worst(queries: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, float]:
    worst = dict.fromkeys(texts, 0.0)
    for query in queries.values():
        matcher = Matcher([Watch("w", "W", query)], [])
        for name, text in texts.items():
            taken = min(1 / rate for rate in _rates(matcher.match, [Document(text=text)], 3))
            worst[name] = max(worst[name], round(taken * 1000, 2))
    return worst


def report(speeds: Sequence[Speed], beside: dict[str, float], worst: dict[str, float]) -> bool:
    """Print the figures as tables; tell whether all that is wanted was reached."""
    print("watches  spellings  docs/s  (slowest–fastest)  µs/doc  folding  build s")
    for one in speeds:
        spread = f"({one.slowest:,}–{one.fastest:,})"
        print(
            f"{one.watches:>7,}  {one.spellings:>9,}  {one.docs_per_s:>6,}  {spread:>17}  "
            f"{one.cost:>6.0f}  {one.folding:>7.0%}  {one.build_s:>7.2f}"
        )
    costs = [one.cost for one in speeds]
    growth = speeds[-1].watches / speeds[0].watches
    print(
        f"cost a document {_sparkline(costs)}  {growth:,.0f} times the watches, {costs[-1] / costs[0]:.1f} times the cost"
    )
    print(f"beside re, {beside['spellings']:,.0f} spellings: ours {beside['ours']:,.0f} docs/s")
    for name in _WANTED_TIMES:
        print(f"  {name}: {beside[name]:,} docs/s, ours is {beside[f'times {name}']} times that")
    print("hostile, worst ms: " + ", ".join(f"{name} {ms}" for name, ms in worst.items()))
    short = list(_short(speeds, beside, worst))
    print(
        "short of what is wanted: " + "; ".join(short) if short else "all that is wanted is reached"
    )
    return not short


def _sparkline(values: Sequence[float]) -> str:
    top = max(values)
    return "".join(_BARS[round(value / top * (len(_BARS) - 1))] for value in values)


def _short(
    speeds: Sequence[Speed], beside: dict[str, float], worst: dict[str, float]
) -> Iterable[str]:
    for one in speeds:
        if one.docs_per_s < _WANTED.get(one.watches, 0):
            yield f"{_WANTED[one.watches]:,} docs/s at {one.watches:,} watches"
    for name, times in _WANTED_TIMES.items():
        if beside[f"times {name}"] < times:
            yield f"{times:.0f} times {name}"
    if max(worst.values()) > _LONGEST * 1000:
        yield f"{_LONGEST * 1000:.0f} ms for a hostile document"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; write what is needed to repeat it to ``--json``. 1 if too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--watches", type=int, nargs="+", default=_CURVE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    print(f"python {platform.python_version()}, {platform.machine()}, seed {asked.seed}", end=", ")
    print(f"{asked.docs} documents of {_SIZE} bytes, {asked.rounds} rounds")
    speeds = [measure(n, asked.docs, asked.rounds, asked.seed) for n in sorted(asked.watches)]
    beside = rivals(asked.docs, asked.rounds, asked.seed)
    worst = hostile()
    if asked.json:
        figures = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "seed": asked.seed,
            "docs": asked.docs,
            "speeds": [asdict(one) for one in speeds],
            "beside_re": beside,
            "hostile_ms": worst,
        }
        asked.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if report(speeds, beside, worst) else 1


if __name__ == "__main__":
    sys.exit(main())
