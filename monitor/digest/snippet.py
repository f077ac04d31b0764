"""Which part of a text a reader is shown, and where it is marked."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from monitor.model.outbox import Fragment
from monitor.model.watch import Span
from monitor.text.clean import one_line

SNIPPET_LIMIT = 280
TITLE_LIMIT = 300
_ELLIPSIS = "…"
_SPACES = re.compile(r"\s+")
_END = re.compile(
    r"""(?P<stop>[.!?…]{1,3})["'”’»)\]]{0,3}(?=\s{1,3}[^\s\W])  # Latin, Cyrillic: followed by a space
      | [。！？]["'”’」』）]{0,3}                                # Chinese: by nothing
      | \n\n                                                  # a paragraph
    """,
    re.VERBOSE,
)
_ABBREVIATION = 3  # "U.S. President", "г. Астана", "Mr. Putin" end no sentence
_JOINING = frozenset({"Mn", "Mc", "Me"})
_ZWJ = "\u200d"

Range = tuple[int, int]


def title_fragments(title: str, spans: Sequence[Span]) -> tuple[Fragment, ...]:
    """Mark the places of ``spans`` in a title; more than 300 characters are cut."""
    marks = _marks(title, spans, "title")
    return _fragments(title, _whole(title, TITLE_LIMIT), marks)


def snippet(text: str, spans: Sequence[Span], limit: int = SNIPPET_LIMIT) -> tuple[Fragment, ...]:
    """Cut the sentence that says most of ``spans`` out of a text, and what follows it while it fits.

    At most ``limit`` code points, the "…" at a cut end included; words and graphemes stay whole.
    Without a span in the text it is the text's beginning; nothing for an empty text.
    """
    marks = _marks(text, spans, "text")
    sentences = _sentences(text)
    if not sentences:
        return ()
    best = _best(sentences, text, spans)
    start, end = sentences[best]
    if end - start > limit:
        return _fragments(text, _window(text, (start, end), marks, limit), marks)
    for _, further in sentences[best + 1 :]:
        if further - start > limit:
            break
        end = further
    return _fragments(text, (start, end), marks)


def _marks(text: str, spans: Sequence[Span], field: str) -> list[Range]:
    """Places of spans, merged where they touch; a span of an older wording of the entry is left out."""
    places = sorted(
        (span.start, span.end)
        for span in spans
        if span.field == field and text[span.start : span.end] == span.text and span.text
    )
    merged: list[Range] = []
    for start, end in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _sentences(text: str) -> list[Range]:
    ends = [match.end() for match in _END.finditer(text) if not _is_abbreviation(text, match)]
    places = pairwise([0, *ends, len(text)])
    return [trimmed for each in places if (trimmed := _trimmed(text, each))]


def _is_abbreviation(text: str, match: re.Match[str]) -> bool:
    if match["stop"] != ".":
        return False
    before = text[max(0, match.start() - _ABBREVIATION - 1) : match.start()]
    word = _SPACES.split(before)[-1].lstrip("(«“\"'")
    return len(word) <= _ABBREVIATION and not word.isdigit()


def _trimmed(text: str, place: Range) -> Range | None:
    start, end = place
    piece = text[start:end]
    if not piece.strip():
        return None
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _best(sentences: Sequence[Range], text: str, spans: Sequence[Span]) -> int:
    """Find the sentence that shows the most distinct terms, the first of several."""
    starts = [start for start, _ in sentences]
    earned: dict[int, set[str]] = {0: set()}
    for span in spans:
        if span.field == "text" and text[span.start : span.end] == span.text:
            at = max(0, bisect_right(starts, span.start) - 1)
            earned.setdefault(at, set()).add(span.term)
    return min(earned, key=lambda at: (-len(earned[at]), at))


def _whole(text: str, limit: int) -> Range:
    if len(text) <= limit:
        return 0, len(text)
    return 0, _cut_before(text, 0, limit - len(_ELLIPSIS))


def _window(text: str, sentence: Range, marks: Sequence[Range], limit: int) -> Range:
    """Choose the piece of a long sentence around its first mark."""
    first = next((a for a, _ in marks if sentence[0] <= a < sentence[1]), sentence[0])
    start = sentence[0]
    if first - start > limit // 2:
        start = _cut_after(text, first - limit // 3, first)
    room = limit - 2 * len(_ELLIPSIS)
    if sentence[1] - start <= room:
        return start, sentence[1]
    return start, _cut_before(text, start, start + room)


def _cut_before(text: str, start: int, end: int) -> int:
    """Find the last place up to ``end`` where a word ends, or at least a grapheme."""
    if end >= len(text) or text[end].isspace():
        return min(end, len(text))
    space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    if space > end - 40 and space > start:
        return space
    while end > start and _joins(text, end):
        end -= 1
    return end


def _cut_after(text: str, start: int, end: int) -> int:
    """Find the first place from ``start`` where a word begins, or at least a grapheme."""
    space = text.find(" ", start, end)
    if space >= 0:
        return space + 1
    while start < end and _joins(text, start):
        start += 1
    return start


def _joins(text: str, at: int) -> bool:
    """Tell whether ``text[at]`` is seen as one character with the one before it."""
    before, after = text[at - 1], text[at]
    if "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff":
        return True
    is_skin_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return is_skin_tone or _ZWJ in (before, after) or unicodedata.category(after) in _JOINING


def _fragments(text: str, window: Range, marks: Sequence[Range]) -> tuple[Fragment, ...]:
    """Divide a window of the text at its marks; white space is one space, hidden characters go."""
    start, end = window
    pieces: list[Fragment] = []
    at = start
    for mark_start, mark_end in marks:
        a, b = max(mark_start, start), min(mark_end, end)
        if a < b:
            pieces += [Fragment(text[at:a]), Fragment(text[a:b], mark=True)]
            at = b
    pieces.append(Fragment(text[at:end]))
    if text[:start].strip() and not _ends_sentence(text, start):
        pieces.insert(0, Fragment(_ELLIPSIS))
    if text[end:].strip() and not _ends_sentence(text, end):
        pieces.append(Fragment(_ELLIPSIS))
    return tidy_fragments(pieces)


def _ends_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip()
    if "\n\n" in text[len(before) : at] or text[at:].startswith("\n\n"):
        return True
    return before.rstrip("\"'”’»)]」』）").endswith((".", "!", "?", "…", "。", "！", "？"))


def tidy_fragments(pieces: Sequence[Fragment]) -> tuple[Fragment, ...]:
    """Make each piece clean text and join neighbours of one kind; the spaces between pieces stay."""
    joined: list[Fragment] = []
    for piece in pieces:
        text = _tidy(piece.text)
        if joined and (joined[-1].mark == piece.mark or not text.strip()):
            joined[-1] = Fragment(_SPACES.sub(" ", joined[-1].text + text), joined[-1].mark)
        elif text:
            joined.append(Fragment(text, piece.mark))
    return tuple(_edges_trimmed(joined))


def _tidy(text: str) -> str:
    inner = one_line(text)
    if not inner:
        return " " if text and any(char.isspace() for char in text) else ""
    head = " " if text[0].isspace() else ""
    tail = " " if text[-1].isspace() else ""
    return f"{head}{inner}{tail}"


def _edges_trimmed(pieces: list[Fragment]) -> list[Fragment]:
    if pieces:
        pieces[0] = Fragment(pieces[0].text.lstrip(), pieces[0].mark)
        pieces[-1] = Fragment(pieces[-1].text.rstrip(), pieces[-1].mark)
    return [piece for piece in pieces if piece.text]
