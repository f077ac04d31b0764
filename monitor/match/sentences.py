"""Where sentences and paragraphs begin, in seven languages; what looks like neither stays whole."""

import re
from collections.abc import Iterator

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\u2029")
# A stop with what closes after it, and a blank; Chinese stops need no blank.
_STOP = re.compile(
    r"(?<![.!?\u2026\u061f])(?P<stop>[.!?\u2026\u061f]++)(?P<closing>[\"'\u00bb\u201d\u2019)\]]*+)"
    r"\s++(?=(?P<next>\S))"
    r"|[。！？｡]++[」』”’）)\"]*+\s*+"
)
_LAST_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*$")
_WINDOW = 24  # characters: no abbreviation is longer
# What a full stop shortens in front of a name or number; an initial is one capital.
_SHORTENED = re.compile(
    "mr|mrs|ms|dr|prof|gen|col|lt|sgt|sen|rep|gov|st|jr|sr|inc|ltd|co|corp|dept|est|fig|no|vs|etc"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|approx|e[.]g|i[.]e"
    "|[гжтеспдкмбғйш]|гг|ул|им|др|пр|тыс|млн|млрд|трлн|руб|см|стр|обл|пос|проф|акад|ген|чл|корр"
    "|род|напр|кв|долл|чел|гос|мин|сек|т[.][едпк]|и[.]о"
    "|жж|қал|ауд|көш|мыс|ғ[.]ғ|[тжб][.][ба]|кб|мас"
)


def paragraph_starts(text: str) -> Iterator[int]:
    """Yield where each paragraph but the first begins: after a blank line."""
    for found in _PARAGRAPH.finditer(text):
        yield found.end()


def sentence_starts(text: str) -> Iterator[int]:
    """Yield where each sentence but the first begins; a paragraph ends a sentence too."""
    starts = {found.end() for found in _STOP.finditer(text) if _ends_sentence(text, found)}
    yield from sorted(starts.union(paragraph_starts(text)))


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    """Tell a full stop from the point after an abbreviation or an initial."""
    if found["stop"] is None:
        return True
    following = found["next"]
    if following.islower() or following in ",;:":
        return False
    if found["stop"] != "." or found["closing"]:
        return True
    before = text[max(0, found.start() - _WINDOW) : found.start()]
    word = _LAST_WORD.search(before)
    if word is None:
        return True
    last = word.group().rpartition(".")[2]
    is_initial = len(last) == 1 and last.isupper()
    return not (is_initial or _SHORTENED.fullmatch(word.group().lower()))
