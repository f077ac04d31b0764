"""What a publisher puts around a text: tails, captions, share lines, tags, links to other news.

It is known by its shape (a short line of known wording, at its begin or end), and by standing in
one feed again and again. What is boilerplate neither matches nor weighs: the matcher is given the
text with full stops in its place, which no phrase crosses and no word holds, so that every offset
stays what it was.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Literal

from monitor.match.boilerplate_words import (
    AT_END,
    CREDIT,
    CREDIT_AT_END,
    LINKS,
    NETWORKS,
    WHOLE_LINE,
)
from monitor.model.watch import Document

Range = tuple[int, int]

REPEATS = 4  # entries of one feed with a line, this one included, that make it the feed's own
_LONGEST = 300  # characters; a line of known wording that is longer says something too
_HEADLINE = 160  # characters of a line that may be the headline of other news
_LINKS_INSIDE = 3  # headlines after "Read also" in the middle of a text
_FRAME = 0.5  # a feed's own lines are less than this of a text, or it is an entry posted again
_SHORT = 600  # characters; a whole text that short may be the feed's own

_LINE = re.compile(r"[^\n]+")
_TAG = r"[#＃][^\s#＃]{1,60}"
_TAGS_AT_END = re.compile(rf"(?:(?<=\s)|^)(?:{_TAG}[\s,]*){{2,}}$")
_ONE_TAG = re.compile(rf"{_TAG}")
_OPENING = " \t»>→•·*-–—([【（"
_CLOSING = " \t:：.…»>→)]】）"
_SENTENCE_END = re.compile(r"[.!…。！;；:：»”\"]$")
_WORD = re.compile(r"\w+(?:[.-]\w+)*")


def boilerplate(text: str, standing: Collection[str] = frozenset()) -> tuple[Range, ...]:
    """Find the parts of a text that are not the article; sorted and apart, none crosses a line.

    ``standing`` are the lines that the feed puts into many of its entries, as ``standing_lines``
    gives them.
    """
    lines = [found.span() for found in _LINE.finditer(text)]
    marks: dict[int, Range] = dict(_by_shape(text, lines))
    if standing:
        marks |= _by_repetition(text, lines, standing)
    return tuple(marks[number] for number in sorted(marks))


def standing_lines(texts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Find the lines that stand in several entries of a feed, given as titles and texts.

    Entries of one title count once: a text that is posted again is no frame.
    """
    counts: Counter[str] = Counter()
    told: set[tuple[str, str]] = set()
    for title, text in texts:
        for line in {_key(found.group()) for found in _LINE.finditer(text)}:
            if (title, line) not in told:
                told.add((title, line))
                counts[line] += 1
    return frozenset(line for line, count in counts.items() if count >= REPEATS and line)


def without_boilerplate(document: Document, standing: Collection[str] = frozenset()) -> Document:
    """Give the document as matching should see it; spans found in it hold in the original."""
    text = _masked(document.text, boilerplate(document.text, standing))
    tags = _TAGS_AT_END.search(document.title)
    title = document.title if tags is None else _masked(document.title, [tags.span()])
    if title is document.title and text is document.text:
        return document
    return replace(document, title=title, text=text)


def _masked(text: str, marks: Collection[Range]) -> str:
    if not marks:
        return text
    parts: list[str] = []
    done = 0
    for start, end in marks:
        parts += [text[done:start], "." * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def _key(line: str) -> str:
    return " ".join(line.split()).casefold()


def _by_repetition(
    text: str, lines: list[Range], standing: Collection[str]
) -> Iterable[tuple[int, Range]]:
    found = {
        number: span
        for number, span in enumerate(lines)
        if _key(text[span[0] : span[1]]) in standing
    }
    covered = sum(end - start for start, end in found.values())
    is_frame = covered < _FRAME * len(text) or covered <= _SHORT
    return found.items() if is_frame else ()


def _by_shape(text: str, lines: list[Range]) -> Iterator[tuple[int, Range]]:
    """Yield what the wording gives away, by the number of its line."""
    links = 0  # lines that may still be headlines of other news
    for number, (start, end) in enumerate(lines):
        line = text[start:end].strip()
        if not line:
            continue
        if links and _is_headline(line):
            links -= 1
            yield number, (start, end)
            continue
        links = 0
        opened = _opens_links(line)
        if opened == "alone":
            links = _links_after(text, lines[number + 1 :])
        if opened is not None or _is_whole(line, alone=len(lines) == 1):
            yield number, (start, end)
        elif length := _tail(line):
            last = start + len(text[start:end].rstrip())
            yield number, (last - length, end)


def _opens_links(line: str) -> Literal["alone", "with one"] | None:
    """Tell a line that leads to other news, and whether it names one itself."""
    head = _head(line)
    found = LINKS.match(head) if head else None
    if found is None:
        return None
    return "alone" if found[0].rstrip(_CLOSING) == found["words"] else "with one"


def _links_after(text: str, following: list[Range]) -> int:
    """Say how many headlines may follow: all, where nothing else does to the end."""
    if all(_is_headline(text[start:end].rstrip()) for start, end in following):
        return len(following)
    return _LINKS_INSIDE


def _is_headline(line: str) -> bool:
    return len(line) <= _HEADLINE and _SENTENCE_END.search(line) is None


def _is_whole(line: str, *, alone: bool) -> bool:
    """Tell a line that is boilerplate from its begin to its end."""
    head = _head(line)
    if not head:
        return False
    if WHOLE_LINE.match(head) or _is_share_line(line) or _is_tag_cloud(line):
        return True
    # A caption stands beside a text; of a text that is one line only the credit goes.
    if alone:
        return False
    credit, marks = CREDIT_AT_END
    return bool(CREDIT.match(head)) or (any(m in head for m in marks) and bool(credit.search(head)))


def _head(line: str) -> str:
    """Give a line as wordings are written, empty if it is too long to be one."""
    return line.lower().lstrip(_OPENING) if len(line) <= _LONGEST else ""


def _tail(line: str) -> int:
    """Say how many characters at the end of a line are boilerplate."""
    end = line[-_LONGEST:].lower()
    lengths = [
        len(end) - found.start()
        for pattern, marks in AT_END
        if any(mark in end for mark in marks) and (found := pattern.search(end))
    ]
    if line.count("#") + line.count("＃") > 1 and (tags := _TAGS_AT_END.search(line)):
        lengths.append(len(line) - tags.start())
    return min(max(lengths, default=0), len(line))


def _is_share_line(line: str) -> bool:
    count = 0
    for count, found in enumerate(_WORD.finditer(line), start=1):  # noqa: B007 - the count is asked
        if found[0].lower() not in NETWORKS:
            return False
    return count > 1


def _is_tag_cloud(line: str) -> bool:
    if not line.startswith(("#", "＃")):
        return False
    return not _ONE_TAG.sub("", line).strip(" ,;|·")
