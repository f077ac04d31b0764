"""Tagged texts for ``bench.quality.names``: names, where they are mentioned, and what is tagged."""

import re
import tarfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LEAST = 5  # mentions of a name that counts
_KAZAKH_TAGS = frozenset({"GPE", "ORGANISATION", "PERSON"})
_RUSSIAN_TAGS = frozenset({"COUNTRY", "CITY", "PERSON", "ORGANIZATION"})
_ADJECTIVE = re.compile(r"(?:ск|цк)(?:ий|ого|ому|им|ом|ая|ой|ую|ою|ое|ие|их|ими|и)$")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Name:
    """A name: what it is known by, and how it is put in."""

    key: str
    spelling: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that is tagged as a name."""

    text: int
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """Texts with their names; ``entities`` are the tagged places of each text, sorted."""

    texts: Sequence[str]
    names: Sequence[Name]
    mentions: Sequence[Mention]
    entities: Sequence[Sequence[tuple[int, int]]]

    def is_entity(self, text: int, start: int, end: int) -> bool:
        """Tell whether a place touches a tagged one."""
        places = self.entities[text]
        at = bisect_right(places, (end, 0)) - 1
        return any(low < end and start < high for low, high in places[max(0, at - 5) : at + 1])


def read_kaznerd(data: Path) -> Tagged:
    """Read the validation part; sentences are tokens joined by blanks."""
    texts: list[str] = []
    entities: list[list[tuple[int, int]]] = []
    places: list[tuple[int, int, int, str]] = []  # text, start, end, tag
    blocks = (data / "text-kaznerd" / "IOB2_valid.txt").read_text("utf-8").split("\n\n")
    for block in blocks:
        own = list(_entities([line.split(" ") for line in block.splitlines() if " " in line]))
        tokens = [line.split(" ")[0] for line in block.splitlines() if " " in line]
        places += [(len(texts), start, end, tag) for start, end, tag in own]
        entities.append(sorted((start, end) for start, end, _ in own))
        texts.append(" ".join(tokens))
    suffixes = _suffixes(data)
    mentions = []
    for tag in sorted(_KAZAKH_TAGS):
        own_places = [p for p in places if p[3] == tag]
        bases = _families({texts[p[0]][p[1] : p[2]] for p in own_places}, suffixes)
        mentions += [
            Mention(number, start, end, f"{tag} {bases[texts[number][start:end]]}")
            for number, start, end, _ in own_places
        ]
    names = [Name(key, key.partition(" ")[2]) for key in _frequent(mentions)]
    return _tagged(texts, names, mentions, entities)


def _suffixes(data: Path) -> frozenset[str]:
    """Collect what one form has more than another, in paradigms and in the nouns of a treebank."""
    forms: dict[str, set[str]] = {}
    for lemma, form in read_unimorph(data / "infl-unimorph-kaz" / "kaz.noun.tsv"):
        forms.setdefault(lemma, {lemma}).add(form)
    for path in sorted((data / "infl-ud-kazakh-ktb").glob("*.conllu")):
        rows = (line.lower().split("\t") for line in path.read_text("utf-8").splitlines())
        for row in rows:
            if len(row) > 3 and row[3] in {"noun", "propn"}:
                forms.setdefault(row[2], {row[2]}).add(row[1])
    return frozenset(
        longer[len(form) :]
        for own in forms.values()
        for form in own
        for longer in own
        if longer.startswith(form)
    )


def _entities(lines: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, str]]:
    at, start, kind = 0, -1, ""
    for token, label in [(line[0], line[1]) for line in lines]:
        if label[:2] != "I-" and start >= 0:
            yield start, at - 1, kind
            start = -1
        if label[:2] == "B-":
            start, kind = at, label[2:]
        at += len(token) + 1
    if start >= 0:
        yield start, at - 1, kind


def _families(forms: set[str], suffixes: frozenset[str]) -> Mapping[str, str]:
    """Give each form the shortest one that it may be a form of."""
    bases: dict[str, str] = {}
    for form in sorted(forms, key=len):
        known = (form[:size] for size in range(2, len(form)))
        base = next((b for b in known if b in bases and _is_suffix(form[len(b) :], suffixes)), form)
        bases[form] = bases.get(base, form)
    return bases


def _is_suffix(text: str, suffixes: frozenset[str]) -> bool:
    return text.removeprefix("-") in suffixes


def _frequent(mentions: Sequence[Mention]) -> list[str]:
    counts = Counter(mention.name for mention in mentions)
    return [name for name, count in counts.items() if count >= _LEAST]


def _tagged(
    texts: Sequence[str],
    names: Sequence[Name],
    mentions: Sequence[Mention],
    entities: Sequence[Sequence[tuple[int, int]]],
) -> Tagged:
    known = {name.key for name in names}
    return Tagged(texts, names, [m for m in mentions if m.name in known], entities)


def read_unimorph(path: Path) -> list[tuple[str, str]]:
    """Read lemmas with their forms, in small letters; without phrases."""
    rows = (line.split("\t") for line in path.read_text("utf-8").lower().splitlines())
    return [(row[0], row[1]) for row in rows if len(row) == 3 and " " not in row[0]]


def read_nerel(data: Path) -> Tagged:
    """Read the training and development parts."""
    texts: list[str] = []
    entities: list[list[tuple[int, int]]] = []
    linked: list[tuple[int, int, int, str]] = []  # text, start, end, concept
    labels: dict[str, Counter[str]] = {}
    kinds: dict[str, str] = {}
    for path in sorted((data / "text-nerel").glob("*/*.ann")):
        number = len(texts)
        texts.append(path.with_suffix(".txt").read_text("utf-8"))
        places = dict(_places(path))
        entities.append(sorted((start, end) for _, start, end in places.values()))
        for mark, concept, label in _links(path):
            if mark in places and places[mark][0] in _RUSSIAN_TAGS:
                kind, start, end = places[mark]
                linked.append((number, start, end, concept))
                labels.setdefault(concept, Counter())[label] += 1
                kinds[concept] = kind
    mentions = []
    spellings = {
        concept: _spelling(labels[concept].most_common(1)[0][0], kinds[concept])
        for concept in labels
    }
    for number, start, end, concept in linked:
        found = _part_like(texts[number][start:end], spellings[concept])
        if found is not None and spellings[concept][0].isupper():
            place = start + found[0], start + found[1]
            mentions.append(Mention(number, *place, spellings[concept]))
    names = [Name(key, key) for key in _frequent(mentions)]
    return _tagged(texts, names, mentions, entities)


def _places(path: Path) -> Iterator[tuple[str, tuple[str, int, int]]]:
    for line in path.read_text("utf-8").splitlines():
        mark, _, rest = line.partition("\t")
        if mark[0] == "T" and ";" not in rest.partition("\t")[0]:
            kind, start, end = rest.partition("\t")[0].split(" ")
            yield mark, (kind, int(start), int(end))


def _links(path: Path) -> Iterator[tuple[str, str, str]]:
    for line in path.read_text("utf-8").splitlines():
        parts = line.split("\t")
        if line[0] == "N" and len(parts) == 3 and "NULL" not in parts[1] and parts[2].strip():
            _, mark, concept = parts[1].split(" ")
            yield mark, concept, parts[2].strip()


def _spelling(label: str, kind: str) -> str:
    """Write a label as an operator would: without brackets, a person by the surname."""
    plain = re.sub(r"\s*\(.*?\)", "", label).strip()
    if kind != "PERSON":
        return plain
    surname = plain.partition(",")[0] if "," in plain else plain.split(" ")[-1]
    return surname.strip()


def _part_like(mention: str, spelling: str) -> tuple[int, int] | None:
    """Find the part of a mention that is a form of the spelling: as many words that begin alike."""
    words, wanted = list(_WORD.finditer(mention)), _WORD.findall(spelling)
    for at in range(len(words) - len(wanted) + 1):
        run = words[at : at + len(wanted)]
        pairs = zip((word.group() for word in run), wanted, strict=True)
        if wanted and all(_alike(*pair) for pair in pairs):
            return run[0].start(), run[-1].end()
    return None


def _alike(form: str, lemma: str) -> bool:
    form, lemma = (text.lower().replace("ё", "е") for text in (form, lemma))
    if form == lemma:
        return True
    if _ADJECTIVE.search(form) and not _ADJECTIVE.search(lemma):
        return False
    size = max(3, len(lemma) - 3) if len(lemma) > 3 else len(lemma)
    return form[:size] == lemma[:size] and abs(len(form) - len(lemma)) <= 3


def news(data: Path) -> Iterator[str]:
    """Read the Chinese news of the days before 2025, an item a text."""
    with tarfile.open(data / "text-zh-xinwenlianbo" / "days.tar.xz") as archive:
        for member in archive:
            if not re.search(r"20\d{6}\.md$", member.name) or member.name[-11:-7] >= "2025":
                continue
            handle = archive.extractfile(member)
            if handle is not None:
                yield from handle.read().decode("utf-8").split("\n### ")
