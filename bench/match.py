"""Speed of matching, folding included, beside one alternation of ``re`` in the same run.

    python -m bench.match --docs 2000 --json out.json

Documents are made up (seed printed): 1.5 kB of words in Russian, English, Kazakh and Chinese, some
holding spellings. The alternation folds with ``casefold`` only and tells where, not which watch.
"""

import argparse
import json
import platform
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.match import Matcher
from monitor.model.watch import Document, Spelling, Term, Watch

_LETTERS = {
    "en": "abcdefghiklmnoprstuvwy",
    "ru": "абвгдежзийклмнопрстуфхцчшыэюя",
    "kk": "абгдежзиклмнопрстуыәғқңөұүі",
    "zh": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经",
}
_SIZE = 1500  # bytes of UTF-8 a document


def _words(chance: random.Random, language: str, count: int) -> list[str]:
    low, high = (1, 3) if language == "zh" else (3, 10)
    letters = _LETTERS[language]
    return ["".join(chance.choices(letters, k=chance.randint(low, high))) for _ in range(count)]


def _spellings(chance: random.Random, count: int) -> list[Spelling]:
    made = []
    for number in range(count):
        language = ("en", "ru", "kk", "zh")[number % 4]
        word = "".join(chance.choices(_LETTERS[language], k=4 if language == "zh" else 8))
        shapes = (word, f"{word}*", f"{word} {_words(chance, language, 1)[0]}")
        made.append(Spelling(shapes[0 if language == "zh" else number % 3], language))
    return made


def _documents(chance: random.Random, count: int, spellings: Sequence[Spelling]) -> list[Document]:
    vocabulary = {language: _words(chance, language, 3000) for language in _LETTERS}
    by_language = {
        key: [s.text.strip("*") for s in spellings if s.language == key] for key in _LETTERS
    }
    documents = []
    for number in range(count):
        language = ("ru", "en", "ru", "kk", "zh")[number % 5]
        words, size, joint = [], 0, "，" if language == "zh" else " "
        while size < _SIZE:
            source = by_language if chance.random() < 0.005 else vocabulary
            word = chance.choice(source[language])
            words.append(word.capitalize() if chance.random() < 0.2 else word)
            size += len((word + joint).encode())
        blocks = [joint.join(words[at : at + 60]) + "." for at in range(8, len(words), 60)]
        title = joint.join(words[:8])
        documents.append(
            Document(id=str(number), title=title, text="\n\n".join(blocks), lang=language)
        )
    return documents


def _rate(
    run: Callable[[Document], object], documents: Sequence[Document], rounds: int
) -> list[float]:
    rates = []
    for _ in range(rounds):
        begun = time.process_time()
        for document in documents:
            run(document)
        rates.append(len(documents) / (time.process_time() - begun))
    return rates


def _alternation(spellings: Sequence[Spelling]) -> Callable[[Document], object]:
    texts = (re.escape(one.text.casefold()).replace(r"\*", r"\w*") for one in spellings)
    find = re.compile("|".join(sorted(texts, reverse=True))).finditer
    return lambda document: list(find(f"{document.title}\n{document.text}".casefold()))


def measure(watches: int, docs: int, rounds: int, seed: int) -> dict[str, float]:
    """Measure documents a CPU second for so many watches, of one term with three spellings each."""
    chance = random.Random(seed)
    spellings = _spellings(chance, watches * 3)
    terms = [Term(f"t{n}", f"t{n}", tuple(spellings[3 * n : 3 * n + 3])) for n in range(watches)]
    asked = [Watch(f"w{n}", f"w{n}", f"@t{n}") for n in range(watches)]
    documents = _documents(chance, docs, spellings)
    begun = time.process_time()
    matcher = Matcher(asked, terms)
    built = time.process_time() - begun
    ours = _rate(matcher.match, documents, rounds)
    # The alternation takes milliseconds a document: a part of them is enough.
    theirs = _rate(_alternation(spellings), documents[: max(5, docs * 20 // watches)], 1)
    return {
        "watches": watches,
        "build_s": round(built, 2),
        "docs_per_s": round(statistics.median(ours)),
        "slowest": round(min(ours)),
        "fastest": round(max(ours)),
        "re_docs_per_s": round(theirs[0], 1),
        "times_re": round(statistics.median(ours) / theirs[0], 1),
        "matched": sum(bool(matcher.match(document)) for document in documents),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures as JSON, with what is needed to repeat them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--watches", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    result = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "seed": asked.seed,
        "docs": asked.docs,
        "runs": [measure(n, asked.docs, asked.rounds, asked.seed) for n in asked.watches],
    }
    text = json.dumps(result, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
