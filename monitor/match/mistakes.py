"""What is wrong with a query, in words for the person who wrote it."""

import difflib
import unicodedata
from collections.abc import Iterable
from typing import cast

from lark import Token, UnexpectedCharacters, UnexpectedInput

from monitor.errors import QueryError

_UNCLOSED = "Close the quotation mark."
_SIGNS = {
    "-": "Write NOT in capitals before what must be absent.",
    "+": "Write AND in capitals; two words side by side mean AND.",
    "&": "Write AND in capitals.",
    "|": "Write OR in capitals.",
    "!": "Write NOT in capitals.",
    "~": 'Write a number after it, as in "water fund"~5.',
    ":": "A field is a name before the colon; to search for the text, put it in quotation marks.",
    '"': _UNCLOSED,
    "“": _UNCLOSED,
    "„": _UNCLOSED,
    "«": _UNCLOSED,
}
_OUT_OF_PLACE = {
    "RPAR": (
        "A closing parenthesis is out of place.",
        "Remove it, or say what comes before it.",
    ),
    "LOOSE": (
        "{} does not follow a phrase.",
        'Write it after a phrase in quotation marks: "water fund"~5.',
    ),
    "WEIGHT": (
        "A weight stands only within WEIGHTS/n ( ).",
        'Write WEIGHTS/30 (@a=10, @b=20), or quote it to search for it: "=10".',
    ),
    "COUNT": ("{} has no place here.", "Put what it counts, with it, in parentheses."),
    "WEIGHTS": ("{} has no place here.", "Write WEIGHTS/30 (@a=10, @b=20)."),
}


def mistake(what: str, token: Token, hint: str) -> QueryError:
    """Tell what is wrong at a token of the query."""
    start, end = place(token)
    return QueryError(what, start=start, end=end, hint=hint)


def place(token: Token) -> tuple[int, int]:
    """Tell where a token stands, without the blanks that it may end with."""
    start = token.start_pos or 0
    return start, start + len(token.rstrip())


def nearest(name: str, known: Iterable[str]) -> str:
    """Write a hint with the known name most like this one, or an empty one."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {found[0]}?" if found else ""


def explain(text: str, error: UnexpectedInput) -> QueryError:
    """Say where and why the parser stopped."""
    if isinstance(error, UnexpectedCharacters):
        at = cast(int, error.pos_in_stream)  # lark declares it as None
        hint = _SIGNS.get(text[at], "Put it in quotation marks to search for it.")
        end = len(text) if hint is _UNCLOSED else at + 1
        return QueryError(f"{text[at]} is not understood here.", start=at, end=end, hint=hint)
    token = getattr(error, "token", None)
    if not isinstance(token, Token) or token.type == "$END":
        return _breaks_off(text)
    expected: Iterable[str] = getattr(error, "expected", ())
    if set(expected) == {"WEIGHT"}:
        what = "What stands in WEIGHTS/n ( ) needs its weight."
        return mistake(what, token, "Write WEIGHTS/30 (@a=10, @b=20).")
    if set(expected) == {"LPAR"}:
        what = f"{token} is not understood here."
        return mistake(what, token, "Open a parenthesis: WEIGHTS/30 (@a=10, @b=20).")
    if token.type in _OUT_OF_PLACE:
        what, hint = _OUT_OF_PLACE[token.type]
        return mistake(what.format(token), token, hint)
    return mistake(
        f"{token.strip()} has nothing to join.", token, "It needs something on both sides."
    )


def _breaks_off(text: str) -> QueryError:
    if text.count("(") > text.count(")"):
        at = text.rindex("(")
        return QueryError("A parenthesis is not closed.", start=at, end=at + 1, hint="Add ).")
    end = len(text.rstrip())
    return QueryError("The query breaks off.", start=end, end=end, hint="Say what follows.")


def point_out(query: str, error: QueryError) -> str:
    """Write the error with line and column, the line of the query, and carets under the place.

    Lines and columns count from 1; wide letters take two carets.
    """
    before = query[: error.start]
    first = before.rfind("\n") + 1
    line = query[first:].split("\n", 1)[0]
    lead = line[: error.start - first]
    marked = line[error.start - first : error.end - first]
    where = f"line {before.count(chr(10)) + 1}, column {len(lead) + 1}"
    carets = " " * _width(lead) + "^" * max(1, _width(marked))
    return f"{error} ({where})\n  {line}\n  {carets}"


def _width(text: str) -> int:
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
