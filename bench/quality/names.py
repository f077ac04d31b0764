"""How well names are found in their inflected forms: recall and precision on tagged texts.

    python -m bench.quality.names --data DIR [kaznerd|unimorph|nerel|chinese] [--list 20] [--json out.json]

Each part states its protocol in its docstring. A name is put in as an operator would: one spelling, the
lemma or the shortest form, with its language; no list of forms, no wildcard.
"""

import argparse
import json
import os
import platform
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.quality.name_sources import (
    Mention,
    Name,
    Tagged,
    news,
    read_kaznerd,
    read_nerel,
    read_unimorph,
)
from monitor.match import Matcher
from monitor.match.inflect import Word, tail
from monitor.match.inflect.chinese import variants
from monitor.model.watch import Document, Span, Spelling, Term, Watch

CHINESE = ("上海合作组织", "上合组织", "哈萨克斯坦", "托卡耶夫")
# What looks like the organisation and is not; the first three are real, the others made to mislead.
TRAPS = (
    "马上合格", "遇上合适的人", "问题上合作", "飞机上合影", "网上合同", "会上合计", "上合并", "路上合唱团组织比赛",
    "上合示范区", "上海组织合作社", "哈萨克人", "托卡列夫手枪",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """What a part measured; a share of nothing is 1."""

    part: str
    names: int
    mentions: int
    found: int
    hits: int
    right: int
    right_strictly: int

    @property
    def recall(self) -> float:
        """Share of the tagged mentions that were found whole."""
        return self.found / (self.mentions or 1)

    @property
    def precision(self) -> float:
        """Share of the hits on a word form that is tagged as the name somewhere."""
        return self.right / (self.hits or 1)

    @property
    def strict_precision(self) -> float:
        """Share of the hits on a place that is tagged."""
        return self.right_strictly / (self.hits or 1)


@dataclass(frozen=True, slots=True)
class Slip:
    """A mention missed, or a hit that is none."""

    kind: str
    name: str
    text: str


def judge(part: str, tagged: Tagged, language: str) -> tuple[Score, list[Slip]]:
    """Look for all names in all texts and compare with the tags."""
    matcher = _matcher(tagged.names, language)
    tally: Counter[str] = Counter()
    slips: list[Slip] = []
    forms = _forms(tagged)
    wanted: dict[tuple[int, str], list[Mention]] = {}
    for mention in tagged.mentions:
        wanted.setdefault((mention.text, mention.name), []).append(mention)
    for number, text in enumerate(tagged.texts):
        spans = {m.watch: m.spans for m in matcher.match(Document(text=text))}
        for name in tagged.names:
            mentions = wanted.get((number, name.key), [])
            slips += _missed(tally, name, text, mentions, spans.get(name.key, ()))
            slips += _wrong(tally, name, tagged, number, spans.get(name.key, ()), forms)
    score = Score(
        part, len(tagged.names), tally["mentions"], tally["found"], tally["hits"], tally["right"],
        tally["strict"],
    )  # fmt: skip
    return score, slips


def _matcher(names: Sequence[Name], language: str) -> Matcher:
    terms = [Term(f"t{at}", n.key, (Spelling(n.spelling, language),)) for at, n in enumerate(names)]
    return Matcher([Watch(t.title, t.title, f"@{t.name}") for t in terms], terms)


def _forms(tagged: Tagged) -> Mapping[str, frozenset[str]]:
    """Collect the word forms that are tagged as each name."""
    found: dict[str, set[str]] = {name.key: set() for name in tagged.names}
    for one in tagged.mentions:
        found[one.name].add(_form(tagged.texts[one.text][one.start : one.end]))
    return {key: frozenset(forms) for key, forms in found.items()}


def _form(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())


def _missed(
    tally: Counter[str], name: Name, text: str, mentions: Sequence[Mention], spans: Sequence[Span]
) -> Iterator[Slip]:
    places = {(span.start, span.end) for span in spans}
    for one in mentions:
        tally["mentions"] += 1
        if (one.start, one.end) in places:
            tally["found"] += 1
        else:
            yield Slip("missed", name.spelling, text[one.start : one.end])


def _wrong(
    tally: Counter[str], name: Name, tagged: Tagged, number: int, spans: Sequence[Span],
    forms: Mapping[str, frozenset[str]],
) -> Iterator[Slip]:  # fmt: skip
    for span in spans:
        tally["hits"] += 1
        tally["strict"] += tagged.is_entity(number, span.start, span.end)
        if _form(span.text) in forms[name.key]:
            tally["right"] += 1
        else:
            context = tagged.texts[number][max(0, span.start - 25) : span.end + 25]
            yield Slip("wrong", name.spelling, f"{span.text} | {' '.join(context.split())}")


def kaznerd(data: Path) -> tuple[list[Score], list[Slip]]:
    """Judge names of KazNERD's validation part: GPE, ORGANISATION and PERSON with 5 mentions or more.

    KazNERD has no lemmas. Mentions of one tag are one name if each is the shortest of them and a
    suffix, by UniMorph's Kazakh paradigms and the nouns of UD Kazakh-KTB (sources of their own, not our
    grammar); the shortest is the spelling. A hit is right if its form is tagged as the name somewhere, strictly if it stands in a
    tagged entity.
    """
    score, slips = judge("kaznerd", read_kaznerd(data), "kk")
    return [score], slips


def nerel(data: Path) -> tuple[list[Score], list[Slip]]:
    """Judge NEREL's concepts linked to Wikidata: countries, cities, people, organisations with 5 mentions.

    The spelling is the concept's label (of a person, the surname) if mentions begin alike; adjectives
    (российский) are left out of both sides; concepts spelled alike are
    one name; a common noun (министерство) is none. A hit is right if its form is tagged as the concept in
    some text.
    """
    score, slips = judge("nerel", read_nerel(data), "ru")
    return [score], slips


def unimorph(data: Path) -> tuple[list[Score], list[Slip]]:
    """Judge noun paradigms: the share of forms accepted for their lemma, and of other lemmas' refused.

    Here a mention is a form; hits are the forms of lemmas that begin alike but are other words.
    """
    scores, slips = [], []
    for language, folder in (
        ("kk", "infl-unimorph-kaz/kaz.noun.tsv"),
        ("uz", "infl-unimorph-uzb/uzb"),
    ):
        pairs = read_unimorph(data / folder)
        refused = [pair for pair in pairs if not _accepts(pair[0], pair[1], language)]
        slips += [Slip("missed", lemma, form) for lemma, form in refused]
        wrong = list(_confused(pairs, language))
        slips += [Slip("wrong", lemma, form) for lemma, form in wrong]
        found = len(pairs) - len(refused)
        hits, right = found + len(wrong), found
        names = len({lemma for lemma, _ in pairs})
        scores.append(Score(f"unimorph {language}", names, len(pairs), found, hits, right, right))
    return scores, slips


def _accepts(lemma: str, form: str, language: str) -> bool:
    known = tail(Word(lemma), language)
    if known is None or not form.startswith(known.stem):
        return form == lemma
    return known.allows(form[len(known.stem) :])


def _confused(pairs: Sequence[tuple[str, str]], language: str) -> Iterator[tuple[str, str]]:
    """Yield forms that are taken for one of a lemma, and are in the paradigms of others only."""
    owners: dict[str, set[str]] = {}
    for lemma, form in pairs:
        owners.setdefault(form, set()).add(lemma)
    lemmas = {lemma for lemma, _ in pairs}
    for form, own in owners.items():
        for size in range(3, len(form)):
            lemma = form[:size]
            if lemma in lemmas and lemma not in own and _accepts(lemma, form, language):
                yield lemma, form


def chinese(data: Path) -> tuple[list[Score], list[Slip]]:
    """Judge the four names of the subject in news before 2025: every mention, and no trap.

    A mention is where the characters stand; each text is read as it is, and once more with the names
    in traditional characters. A hit in a trap is wrong.
    """
    matcher = _matcher([Name(text, text) for text in CHINESE], "zh")
    expected = found = 0
    for text in news(data):
        for reading in (text, _traditional(text)):
            spans = [s for m in matcher.match(Document(text=reading)) for s in m.spans]
            expected += sum(text.count(name) for name in CHINESE)
            found += len(spans)
    slips = [
        Slip("wrong", span.text, trap)
        for trap in TRAPS
        for match in matcher.match(Document(text=trap))
        for span in match.spans
    ]
    hits = found + len(slips)
    return [Score("chinese", len(CHINESE), expected, found, hits, found, found)], slips


def _traditional(text: str) -> str:
    for name in CHINESE:
        text = text.replace(name, variants(name)[-1])
    return text


_PARTS: Mapping[str, Callable[[Path], tuple[list[Score], list[Slip]]]] = {
    "kaznerd": kaznerd,
    "unimorph": unimorph,
    "nerel": nerel,
    "chinese": chinese,
}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print and, on request, write JSON."""
    parser = argparse.ArgumentParser(prog="bench.quality.names", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("MONITOR_DATA"))
    parser.add_argument("parts", nargs="*", help=", ".join(_PARTS))
    parser.add_argument("--list", type=int, default=0, help="slips to show of each kind")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    if options.data is None or not set(options.parts) <= set(_PARTS):
        parser.error(f"say --data DIR (or set MONITOR_DATA), and parts of {', '.join(_PARTS)}")
    scores: list[Score] = []
    for part in options.parts or _PARTS:
        measured, slips = _PARTS[part](Path(options.data))
        scores += measured
        _show(measured, slips, options.list)
    if options.json:
        options.json.write_text(json.dumps([asdict(s) for s in scores], indent=1), "utf-8")


def _show(scores: Sequence[Score], slips: Sequence[Slip], limit: int) -> None:
    print(f"{platform.machine()} · Python {platform.python_version()}", file=sys.stderr)
    for score in scores:
        print(
            f"{score.part:12} names {score.names:4}  mentions {score.mentions:6}  recall {score.recall:.4f}"
            f"  hits {score.hits:6}  precision {score.precision:.4f}  strict {score.strict_precision:.4f}"
        )
    counts = Counter(slips)
    for kind in ("missed", "wrong") if limit else ():
        for slip, count in [p for p in counts.most_common() if p[0].kind == kind][:limit]:
            print(f"  {slip.kind} {count:3}x {slip.name}: {slip.text}")


if __name__ == "__main__":
    main()
