"""What was judged of the hits on streams nobody chose: is the text about what the watch asks for?

``judged.tsv`` holds a line a text and watch: a hash of the text (see ``text_key``), the stream, the watch, and
one of three labels. They were given by one reader, a language model that worked on this project and wrote the
queries, while it wrote them and with their hits in view: not blind, and nobody has gone over them a second time.
It read the opening of a text and the words around its first mentions, seldom the whole. For the country all
texts that name the subject were judged, hit or not, so that what a change loses shows; for the other watches
only what they hit before or after that change, so that their misses are a lower bound.

- about: the story's own news happens to the subject, is done by it or with it, or happens there;
- passing: the subject is only named: in a list, as an origin, a route, a comparison, or as background;
- wrong: the words mean something else.

Strict precision counts what is about; lenient precision counts what is passing as right too. A hit that nobody
judged counts as wrong in both.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from monitor.model.watch import Document

LABELS = ("about", "passing", "wrong")
FILE = Path(__file__).with_name("judged.tsv")
Judged = Mapping[tuple[str, str], str]  # key of a text and name of a watch -> label


@dataclass(frozen=True, slots=True)
class Rightness:
    """How many hits of a stream were judged what; a hit is a text and a watch that wants it."""

    about: int = 0
    passing: int = 0
    wrong: int = 0
    unjudged: int = 0
    missed: int = 0  # about, and no hit

    def __add__(self, other: "Rightness") -> "Rightness":
        return Rightness(
            self.about + other.about,
            self.passing + other.passing,
            self.wrong + other.wrong,
            self.unjudged + other.unjudged,
            self.missed + other.missed,
        )

    @property
    def hits(self) -> int:
        """Count all hits."""
        return self.about + self.passing + self.wrong + self.unjudged

    @property
    def strict(self) -> float:
        """Share of the hits that are about what the watch asks for; 1 where there are none."""
        return self.about / self.hits if self.hits else 1.0

    @property
    def lenient(self) -> float:
        """Share of the hits that at least name it."""
        return (self.about + self.passing) / self.hits if self.hits else 1.0


def text_key(document: Document) -> str:
    """Hash what a reader of the text sees."""
    text = f"{document.title}\n{document.text}"
    return blake2b(text.encode(), digest_size=8).hexdigest()


def read_judged(path: Path = FILE) -> dict[tuple[str, str], str]:
    """Read the judgements."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines()[1:])
    return {(key, watch): label for key, _, watch, label in rows}


def weigh(key: str, watches: Iterable[str], judged: Judged) -> Rightness:
    """Judge one text by the watches that want it; each watch that should and does not is a miss."""
    hits = set(watches)
    labels = Counter(judged.get((key, watch), "unjudged") for watch in hits)
    about = {watch for (text, watch), label in judged.items() if text == key and label == "about"}
    return Rightness(**labels, missed=len(about - hits))
