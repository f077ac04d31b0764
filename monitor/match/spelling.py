"""From a spelling to its forms: words, wildcards, endings by rule, and capitals that count."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from monitor.errors import QueryError
from monitor.match.form import GAP, HYPHEN, Form, Part, Side, Word, shape_of
from monitor.match.inflect import Word as Named
from monitor.match.inflect import tail
from monitor.match.inflect.chinese import variants
from monitor.match.inflect.tail import Kind
from monitor.text.fold import fold

Mark = Literal["", "=", "^"]

# Marks at the ends of a spelling are not asked for, and those that may part words not inside it.
_TRIMMED = " .,;:!\"'()[]-"
_PIECE = re.compile(r"""[^ \-,"'()\[\]](?:[^ \-]*[^ \-,"'()\[\]])?""")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of a spelling, as it is written and as it is folded."""

    written: str
    folded: str

    @property
    def kind(self) -> Kind:
        """Tell an acronym (wholly in capitals, two or more), a name, or any other word."""
        if (
            sum(char.isupper() for char in self.written) >= 2
            and self.written.upper() == self.written
        ):
            return "acronym"
        return "name" if self.written[0].isupper() else "common"

    @property
    def is_clipped(self) -> bool:
        """Tell a short form from a name: half of it capitals or more, as in ShHT."""
        capitals = sum(char.isupper() for char in self.written)
        return capitals >= 2 and capitals * 2 >= len(self.written)

    @property
    def is_wild(self) -> bool:
        return "*" in self.folded or "?" in self.folded


def check_spelling(text: str) -> None:
    """Raise QueryError, with a hint, if nothing could be found by this spelling."""
    compile_spelling(text)


def compile_forms(text: str, language: str | None = None, mark: Mark = "") -> tuple[Form, ...]:
    """Compile a spelling: one form, or several where its language has several scripts.

    With a language its words are inflected by rule, and a name must have a capital in the text;
    ``=`` (as the mark, or as the first character) asks for exactly this form, with capitals where
    it has them, ``^`` also for small letters where it has those.
    Raises QueryError as ``check_spelling`` does.
    """
    if (language or "").partition("-")[0] != "zh":
        return (compile_spelling(text, language, mark),)
    return tuple(compile_spelling(each, language, mark) for each in variants(text))


def compile_spelling(text: str, language: str | None = None, mark: Mark = "") -> Form:
    """Compile a spelling just as it is written, without other scripts. Else as ``compile_forms``."""
    if text[:1] in {"=", "^"} and not mark:
        mark, text = ("=" if text[0] == "=" else "^"), text[1:]
    pieces, gaps = _split(text)
    words = _exact(pieces, mark) if mark else _inflected(pieces, language)
    at, index = max(
        ((w, p) for w, word in enumerate(words) for p, part in enumerate(word) if part.literal),
        key=lambda place: (len(words[place[0]][place[1]].literal), -place[0], -place[1]),
    )
    left, right = words[at][:index][::-1], words[at][index + 1 :]
    earlier = tuple(word[::-1] for word in words[:at][::-1])
    before = Side(left, earlier, gaps[:at][::-1], backwards=True)
    after = Side(right, words[at + 1 :], gaps[at:], backwards=False)
    return Form(
        part=words[at][index],
        before=before if before.inner or before.words else None,
        after=after if after.inner or after.words else None,
        language=language,
    )


def _split(text: str) -> tuple[tuple[_Piece, ...], tuple[str, ...]]:
    """Split a spelling into its words and the gaps between them."""
    folded = fold(text)
    if folded.text.count('"') % 2:
        raise QueryError(
            "A quotation mark is not closed.", end=len(text), hint="Close it, or leave both out."
        )
    low = len(folded.text) - len(folded.text.lstrip(_TRIMMED))
    high = len(folded.text.rstrip(_TRIMMED))
    places = [found.span() for found in _PIECE.finditer(folded.text, low, high)]
    pieces = tuple(
        _Piece(text[slice(*folded.span(start, end))], folded.text[start:end])
        for start, end in places
    )
    _check_pieces(text, pieces)
    between = (folded.text[one[1] : other[0]] for one, other in pairwise(places))
    return pieces, tuple(HYPHEN if gap.strip() == "-" else GAP for gap in between)


def _check_pieces(text: str, pieces: Sequence[_Piece]) -> None:
    if any(char.isalnum() for piece in pieces for char in piece.folded):
        return
    if any(piece.is_wild for piece in pieces):
        raise QueryError(
            f"{text.strip()} alone matches every text.",
            end=len(text),
            hint="Put letters beside the wildcard, such as казах*.",
        )
    raise QueryError("There is nothing to search for.", end=len(text), hint="Write a word.")


def _exact(pieces: Sequence[_Piece], mark: Mark) -> tuple[Word, ...]:
    return tuple(_literal(piece, mark) for piece in pieces)


def _inflected(pieces: Sequence[_Piece], language: str | None) -> tuple[Word, ...]:
    """Give each word its endings; a word with a wildcard has those that the wildcard stands for."""
    words = []
    # Who writes a wildcard asks for more than the name, and an acronym has capitals enough.
    named = not any(piece.is_wild or piece.kind == "acronym" for piece in pieces)
    for number, piece in enumerate(pieces, 1):
        kind: Kind = "acronym" if piece.is_clipped else piece.kind
        known = Named(piece.folded, kind, len(pieces) == 1, number == len(pieces))
        ending = None if piece.is_wild else tail(known, language)
        if ending is None:
            words.append(_literal(piece))
            continue
        acronym = piece.kind == "acronym"
        stem = Part(
            ending.stem,
            shape="U" * len(shape_of(ending.stem)) if acronym else "",
            leads=named and piece.kind == "name",
        )
        words.append((stem, Part(tail=ending, small=acronym)))
    return tuple(words)


def _literal(piece: _Piece, mark: Mark = "") -> Word:
    """Part a word at its wildcards; the capitals of an acronym count in any case."""
    parts = [part for part in re.split(r"([*?]+)", piece.folded) if part]
    shapes = _shapes(piece, mark)
    word = []
    for part in parts:
        if part[0] in "*?":
            word.append(Part(least=part.count("?"), more="*" in part))
            continue
        size = len(shape_of(part))
        shape, shapes = shapes[:size], shapes[size:]
        word.append(Part(part, shape=shape if shape.strip(".") else ""))
    return tuple(word)


def _shapes(piece: _Piece, mark: Mark) -> str:
    shape = shape_of(piece.written)
    if mark == "^" or piece.kind == "acronym":
        return shape
    return shape.replace("l", ".") if mark else ""
