"""From the text of a query to its nodes; every mistake is told with its place and its mend."""

import difflib
import re
from collections.abc import Iterable
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput

from monitor.errors import QueryError
from monitor.match.nodes import (
    BARE,
    FIELDS,
    OPERATORS,
    RESERVED,
    And,
    Node,
    Not,
    Or,
    TermName,
    Within,
    Words,
    holds_by_presence,
)
from monitor.match.spelling import check_spelling
from monitor.model.watch import Field

_MAX_LENGTH = 20_000  # characters; a query longer than that is a mistake in the file
_MAX_DEPTH = 40  # parentheses, NOT and fields inside one another: what evaluation can recurse

_GRAMMAR = rf"""
?start: either
?either: both ("OR" both)*          -> either
?both: negated ("AND"? negated)*    -> both
?negated: "NOT" negated             -> negated
    | operand
?operand: FIELD operand             -> within
    | "(" either ")"                -> inside
    | WORD                          -> word
    | PHRASE                        -> phrase
    | TERM                          -> term

WORD: /{BARE}/
FIELD.2: /[^\W\d]\w*:/
TERM.2: /@[^\s"()@:]*/
PHRASE.2: /"(?:[^"\\]|\\.)*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»/s
%import common.WS
%ignore WS
"""
_UNCLOSED = "Close the quotation mark."
_SIGNS = {
    "-": "Write NOT in capitals before what must be absent.",
    "+": "Write AND in capitals; two words side by side mean AND.",
    "&": "Write AND in capitals.",
    "|": "Write OR in capitals.",
    "!": "Write NOT in capitals.",
    "~": "Distance between words cannot be asked for here; search for the phrase without ~.",
    ":": "A field is a name before the colon; to search for the text, put it in quotation marks.",
    '"': _UNCLOSED,
    "“": _UNCLOSED,
    "„": _UNCLOSED,
    "«": _UNCLOSED,
}


def parse_query(text: str) -> Node:
    """Read a query. Raises QueryError with the place of the first mistake and a hint."""
    if not text.strip():
        raise QueryError("The query is empty.", hint="Name a term (@name) or a word to search for.")
    if len(text) > _MAX_LENGTH:
        raise QueryError(f"The query is longer than {_MAX_LENGTH} characters.", end=len(text))
    try:
        _check_depth(_parser().lex(text))
        node = cast(Node, _parser().parse(text))
    except UnexpectedInput as error:
        raise _explain(text, error) from error
    if not holds_by_presence(node):
        raise QueryError(
            "The query holds where nothing is present.",
            end=len(text),
            hint="Say what must be there too, such as: @kazakhstan AND NOT football.",
        )
    return node


def nearest(name: str, known: Iterable[str]) -> str:
    """Write a hint with the known name most like this one, or an empty one."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {found[0]}?" if found else ""


@cache
def _parser() -> Lark:
    # The basic lexer: the contextual one reads the second OR of "a OR OR b" as a word.
    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer="basic",
        transformer=_Builder(),
        lexer_callbacks={"FIELD": _check_field, "TERM": _check_term},
    )


def _check_depth(tokens: Iterable[Token]) -> None:
    """Refuse what only a machine would nest so deep that evaluation could not follow."""
    opened: list[int] = []
    prefixes = 0
    for token in tokens:
        if token.type in {"NOT", "FIELD"}:
            prefixes += 1
        elif token.type == "LPAR":
            opened.append(prefixes + 1)
            prefixes = 0
        else:
            prefixes = 0
            if token.type == "RPAR" and opened:
                opened.pop()
        if sum(opened) + prefixes > _MAX_DEPTH:
            raise _mistake("The query is nested too deeply.", token, "Make it two watches.")


def _mistake(what: str, token: Token, hint: str) -> QueryError:
    start, end = _place(token)
    return QueryError(what, start=start, end=end, hint=hint)


def _place(token: Token) -> tuple[int, int]:
    start = token.start_pos or 0
    return start, start + len(token)


def _check_word(token: Token) -> None:
    if token.upper() in OPERATORS:
        raise _mistake(
            f"{token} is no operator in small letters.",
            token,
            f'Write {token.upper()}, or "{token}" to search for the word.',
        )
    if RESERVED.fullmatch(token):
        raise _mistake(
            f"{token} is reserved for an operator.",
            token,
            f'Write "{token}" to search for the word.',
        )


def _check_field(token: Token) -> Token:
    name = token[:-1]
    if name not in FIELDS:
        hint = nearest(name.lower(), FIELDS) or f"Fields are {', '.join(FIELDS)}."
        raise _mistake(f"There is no field {name}.", token, f'{hint} Or quote: "{token}...".')
    return token


def _check_term(token: Token) -> Token:
    if len(token) == 1:
        raise _mistake("A term has no name.", token, "Write @name without a space.")
    return token


def _explain(text: str, error: UnexpectedInput) -> QueryError:
    if isinstance(error, UnexpectedCharacters):
        at = cast(int, error.pos_in_stream)  # lark declares it as None
        hint = _SIGNS.get(text[at], "Put it in quotation marks to search for it.")
        end = len(text) if hint is _UNCLOSED else at + 1
        return QueryError(f"{text[at]} is not understood here.", start=at, end=end, hint=hint)
    token = getattr(error, "token", None)
    if not isinstance(token, Token) or token.type == "$END":
        if text.count("(") > text.count(")"):
            at = text.rindex("(")
            return QueryError("A parenthesis is not closed.", start=at, end=at + 1, hint="Add ).")
        end = len(text.rstrip())
        return QueryError("The query breaks off.", start=end, end=end, hint="Say what follows.")
    if token.type == "RPAR":
        hint = "Remove it, or say what comes before it."
        return _mistake("A closing parenthesis is out of place.", token, hint)
    return _mistake(f"{token} has nothing to join.", token, "It needs something on both sides.")


class _Builder(Transformer[Token, Node]):
    """Builds nodes while the parser runs, so depth costs no recursion."""

    def either(self, nodes: list[Node]) -> Node:
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def both(self, nodes: list[Node]) -> Node:
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def negated(self, nodes: list[Node]) -> Node:
        return Not(nodes[0])

    def inside(self, nodes: list[Node]) -> Node:
        return nodes[0]

    def within(self, children: tuple[Token, Node]) -> Node:
        name, node = children
        return Within(cast(Field, str(name[:-1])), node)

    def word(self, tokens: list[Token]) -> Node:
        _check_word(tokens[0])
        return _words(str(tokens[0]), tokens[0])

    def phrase(self, tokens: list[Token]) -> Node:
        inner = tokens[0][1:-1]
        return _words(re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL), tokens[0])

    def term(self, tokens: list[Token]) -> Node:
        return TermName(str(tokens[0][1:]), *_place(tokens[0]))


def _words(text: str, token: Token) -> Words:
    try:
        check_spelling(text)
    except QueryError as error:
        raise _mistake(error.what, token, error.hint) from error
    return Words(text, *_place(token))
