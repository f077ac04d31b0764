"""The measure of inflected names runs, and counts what it says it counts."""

from pathlib import Path

from bench.quality.names import Slip, kaznerd, nerel, unimorph

_SENTENCE = "Астана{ending} B-GPE\nқаласы O\n. O\n\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_kaznerd(tmp_path: Path) -> None:
    """Mentions are joined to a name by their suffixes; a hit on a form tagged nowhere is wrong."""
    _write(tmp_path / "infl-unimorph-kaz" / "kaz.noun.tsv", "бала\tбаланың\tN\nбала\tбалада\tN\n")
    tagged = "".join(_SENTENCE.format(ending=one) for one in ("", "ның", "да", "да", ""))
    _write(tmp_path / "text-kaznerd" / "IOB2_valid.txt", tagged + "Ол O\nАстанаға O\nбарды O\n")
    [score], slips = kaznerd(tmp_path)
    assert (score.names, score.mentions, score.found, score.hits, score.right) == (1, 5, 5, 6, 5)
    assert slips == [Slip("wrong", "Астана", "Астанаға | Ол Астанаға барды")]


def test_unimorph(tmp_path: Path) -> None:
    """A form is accepted for its lemma or it is a slip."""
    _write(tmp_path / "infl-unimorph-kaz" / "kaz.noun.tsv", "бала\tбаланың\tN\nбала\tбалаң!\tN\n")
    _write(tmp_path / "infl-unimorph-uzb" / "uzb", "bola\tbolaning\tN\n")
    scores, slips = unimorph(tmp_path)
    assert [(score.mentions, score.found) for score in scores] == [(2, 1), (1, 1)]
    assert slips == [Slip("missed", "бала", "балаң!")]


def test_nerel(tmp_path: Path) -> None:
    """A concept is put in by its label; adjectives count on neither side."""
    text = "Рим. Рима. Риму. Римом. Риме. Римский."
    places = [(0, 3), (5, 9), (11, 15), (17, 22), (24, 28), (30, 37)]
    lines = [
        f"T{n}\tCITY {a} {b}\t{text[a:b]}\nN{n}\tReference T{n} Wikidata:Q220\tРим"
        for n, (a, b) in enumerate(places)
    ]
    _write(tmp_path / "text-nerel" / "dev" / "1.txt", text)
    _write(tmp_path / "text-nerel" / "dev" / "1.ann", "\n".join(lines))
    [score], slips = nerel(tmp_path)
    assert (score.names, score.mentions, score.found, score.hits) == (1, 5, 5, 5)
    assert slips == []
