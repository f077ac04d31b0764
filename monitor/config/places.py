"""Where each key and value of a YAML file stands, down to a character inside a scalar."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|\r\n[ \t]*|[\r\n][ \t]*|.)", re.DOTALL)
_BLANK = " \t\r\n\x85\u2028\u2029"  # what YAML folds; a no-break space is a letter to it
_BLANK_ESCAPES = ("\\n", "\\t", "\\r", "\\N", "\\L", "\\P", "\\ ", "\\\t")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the file's text, in code points; ``key_start`` where it has a key."""

    start: int
    end: int
    key_start: int | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """The source map: from a path such as ``("feeds", 3, "url")`` to line and column."""

    text: str
    spans: dict[Path, Span] = field(default_factory=dict)
    _lines: list[int] = field(default_factory=list)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both counted from 1."""
        if not self._lines:
            self._lines.extend([0, *(found.end() for found in _LINE_END.finditer(self.text))])
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def known(self, path: Sequence[str | int]) -> Path:
        """Return the path without the parts that the file does not have, such as union tags."""
        here: Path = ()
        for part in path:
            if (*here, part) in self.spans:
                here = (*here, part)
        return here

    def of_value(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Return where a value begins; the nearest parent's place if the file lacks it."""
        known = self.known(path)
        return self.position(self.spans[known].start) if known else (1, 1)

    def of_key(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Return where a key begins; an item of a list has none, so its value's place."""
        known = self.known(path)
        if not known:
            return 1, 1
        span = self.spans[known]
        return self.position(span.start if span.key_start is None else span.key_start)

    def inside(self, path: Sequence[str | int], value: str, offset: int) -> tuple[int, int]:
        """Return where the character ``value[offset]`` of a scalar stands in the file.

        Quotes, escapes, indentation and folded line ends are accounted for; a blank is found to
        within the run of blanks it stands in.
        """
        span = self.spans[self.known(path)]
        within = scalar_offset(self.text[span.start : span.end], value, offset)
        return self.position(span.start + within)


def scalar_offset(raw: str, value: str, offset: int) -> int:
    """Map an offset into a scalar's value to one into its source text ``raw``.

    YAML never adds, drops or reorders anything but blanks, so the n-th solid character of the
    value is the n-th solid character of the source.
    """
    units = _solid_units(raw)
    before = sum(1 for char in value[:offset] if char not in _BLANK)
    if offset < len(value) and value[offset] not in _BLANK and before < len(units):
        return units[before][0]
    if not before or not units:
        return units[0][0] if units else 0
    return min(units[min(before, len(units)) - 1][1], len(raw))


def _solid_units(raw: str) -> list[tuple[int, int]]:
    start, end = _content(raw)
    units = []
    at = start
    quote = raw[:1]
    while at < end:
        width, solid = _unit(raw, at, quote)
        if solid:
            units.append((at, at + width))
        at += width
    return units


def _content(raw: str) -> tuple[int, int]:
    if raw[:1] in ("'", '"'):
        return 1, max(1, len(raw) - 1)
    if raw[:1] in ("|", ">"):
        header = _LINE_END.search(raw)
        return (header.end() if header else len(raw)), len(raw)
    return 0, len(raw)


def _unit(raw: str, at: int, quote: str) -> tuple[int, bool]:
    if quote == "'" and raw.startswith("''", at):
        return 2, True
    if quote == '"' and raw[at] == "\\" and (escape := _ESCAPE.match(raw, at)):
        text = escape.group()
        return len(text), text not in _BLANK_ESCAPES and text[1:2] not in ("\r", "\n")
    return 1, raw[at] not in _BLANK
