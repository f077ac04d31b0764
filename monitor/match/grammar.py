"""From the text of a query to its nodes; every mistake is told with its place and its mend.

What binds tightest comes first: fields and marks; FIRST and ATLEAST; NEAR, NEXT, SENTENCE,
PARAGRAPH and UNLESS, of which one kind only may stand in a row; NOT; AND; OR.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput

from monitor.errors import QueryError
from monitor.match.mistakes import explain, mistake, nearest, place
from monitor.match.nodes import (
    SCOPES,
    And,
    Apart,
    AtLeast,
    First,
    Loose,
    Mark,
    Node,
    Not,
    Or,
    TermName,
    Together,
    Unless,
    Weight,
    Weights,
    Within,
    Words,
    has_places,
    holds_by_presence,
)
from monitor.match.operators import (
    BARE,
    WEIGHT,
    find_mistake,
    operator_kind,
    read_nearness,
    split_mark,
)
from monitor.match.printing import print_nearness
from monitor.match.scopes import never_meets
from monitor.match.spelling import check_spelling

_MAX_LENGTH = 20_000  # characters; a query longer than that is a mistake in the file
_MAX_DEPTH = 40  # parentheses, NOT and fields inside one another: what evaluation can recurse

_GRAMMAR = rf"""
?start: either
?either: both ("OR" both)*          -> either
?both: negated ("AND"? negated)*    -> both
?negated: "NOT" negated             -> negated
    | joined
?joined: counted (APART? JOIN counted)*
?counted: COUNT counted             -> counted
    | operand
?operand: FIELD operand             -> within
    | "(" either ")"                -> inside
    | WORD                          -> word
    | PHRASE                        -> phrase
    | PHRASE LOOSE                  -> loose
    | TERM                          -> term
    | WEIGHTS "(" weight+ ")"       -> weights
weight: operand WEIGHT

WORD: /{BARE}/
WEIGHT.3: /{WEIGHT}/
APART.3: /NOT\s+(?=(?:NEAR|NEXT|ADJ|SENTENCE|PARAGRAPH)(?:[\/\s(]|$))/
FIELD.2: /[^\W\d]\w*:/
TERM.2: /@[^\s"()@:=]*/
PHRASE.2: /[=^]?(?:"(?:[^"\\]|\\.)*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»)/s
LOOSE: /~\d{{1,9}}/
%declare JOIN COUNT WEIGHTS
%import common.WS
%ignore WS
"""
_PREFIXES = {"NOT", "FIELD", "COUNT"}


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
        raise explain(text, error) from error
    if not holds_by_presence(node):
        raise QueryError(
            "The query holds where nothing is present.",
            end=len(text),
            hint="Say what must be there too, such as: @kazakhstan AND NOT football.",
        )
    if (found := never_meets(node)) is not None:
        raise QueryError(
            "What should be near stands in different fields.",
            start=found.start,
            end=found.end,
            hint="Write AND, or ask for both in one field.",
        )
    return node


@cache
def _parser() -> Lark:
    # The basic lexer: the contextual one reads the second OR of "a OR OR b" as a word.
    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer="basic",
        transformer=_Builder(),
        lexer_callbacks={"FIELD": _check_field, "TERM": _check_term, "WORD": _check_word},
    )


def _check_depth(tokens: Iterable[Token]) -> None:
    """Refuse what only a machine would nest so deep that evaluation could not follow."""
    opened: list[int] = []
    prefixes = 0
    for token in tokens:
        if token.type in _PREFIXES:
            prefixes += 1
        elif token.type == "LPAR":
            opened.append(prefixes + 1)
            prefixes = 0
        else:
            prefixes = 0
            if token.type == "RPAR" and opened:
                opened.pop()
        if sum(opened) + prefixes > _MAX_DEPTH:
            raise mistake("The query is nested too deeply.", token, "Make it two watches.")


def _check_word(token: Token) -> Token:
    """Tell operators from words: an unknown one is never read as a word."""
    if (kind := operator_kind(token)) is not None:
        return Token.new_borrow_pos(kind, str(token), token)
    if (wrong := find_mistake(token)) is not None:
        raise mistake(wrong[0], token, wrong[1])
    mark, word = split_mark(token)
    if mark and not word:
        raise mistake(f"{mark} marks no word.", token, f'Write {mark}word or {mark}"a phrase".')
    if mark and word[0] in "@=^":
        hint = "Marks go on words and phrases, one on each; a term has them on its spellings."
        raise mistake(f"{mark} cannot mark this.", token, hint)
    return token


def _check_field(token: Token) -> Token:
    name = token[:-1]
    if name not in SCOPES:
        hint = nearest(name.lower(), SCOPES) or f"Fields are {', '.join(SCOPES)}."
        raise mistake(f"There is no field {name}.", token, f'{hint} Or quote: "{token}...".')
    return token


def _check_term(token: Token) -> Token:
    if len(token) == 1:
        raise mistake("A term has no name.", token, "Write @name without a space.")
    return token


class _Builder(Transformer[Token, Node]):
    """Builds nodes while the parser runs, so depth costs no recursion."""

    def either(self, nodes: list[Node]) -> Node:
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def both(self, nodes: list[Node]) -> Node:
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def negated(self, nodes: list[Node]) -> Node:
        return Not(nodes[0])

    def joined(self, children: list[Token | Node]) -> Node:
        return _join(children)

    def counted(self, children: tuple[Token, Node]) -> Node:
        token, node = children
        _check_places([node], token)
        name, _, number = token.partition("/")
        return (First if name == "FIRST" else AtLeast)(int(number), node)

    def inside(self, nodes: list[Node]) -> Node:
        return nodes[0]

    def within(self, children: tuple[Token, Node]) -> Node:
        name, node = children
        return Within(SCOPES[name[:-1]], node)

    def word(self, tokens: list[Token]) -> Node:
        mark, word = split_mark(tokens[0])
        return _words(word, mark, tokens[0])

    def phrase(self, tokens: list[Token]) -> Node:
        mark, quoted = split_mark(tokens[0])
        return _words(_unquoted(quoted), mark, tokens[0])

    def loose(self, tokens: list[Token]) -> Node:
        mark, quoted = split_mark(tokens[0])
        words = tuple(_words(word, mark, tokens[0]) for word in _unquoted(quoted).split())
        if len(words) < 2:
            hint = "Two words or more can stand apart; or leave out the ~."
            raise mistake(f"{tokens[1]} needs a phrase of several words.", tokens[1], hint)
        return Loose(words, int(tokens[1][1:]))

    def term(self, tokens: list[Token]) -> Node:
        return TermName(str(tokens[0][1:]), *place(tokens[0]))

    def weight(self, children: tuple[Node, Token]) -> Weight:
        node, token = children
        found = cast(re.Match[str], re.match(WEIGHT, token))
        if not holds_by_presence(node):
            hint = "Weigh what is present; a weight below zero speaks against a text."
            raise mistake("What holds where nothing is present has no weight.", token, hint)
        return Weight(node, float(found["weight"]), max(1, int(found["times"] or 1)))

    def weights(self, children: Sequence[Token | Weight]) -> Node:
        token = cast(Token, children[0])
        items = tuple(cast(Sequence[Weight], children[1:]))
        threshold = int(token.partition("/")[2])
        if sum(max(0.0, item.weight) * item.times for item in items) < threshold:
            hint = "Lower the threshold, or add weight."
            raise mistake("The weights cannot reach the threshold.", token, hint)
        return Weights(threshold, items)


def _join(children: Sequence[Token | Node]) -> Node:
    """Join a chain, all by the same operator."""
    tokens = [one for one in children if isinstance(one, Token) and one.type == "JOIN"]
    nodes = [one for one in children if not isinstance(one, Token)]
    apart = [one.type == "APART" for one in children if isinstance(one, Token)]
    signs = _signs(children)
    for token, sign in zip(tokens, signs, strict=True):
        if sign != signs[0]:
            what = f"{signs[0]} and {sign} stand side by side."
            raise mistake(what, token, "Put one of them, with both its sides, in parentheses.")
        _check_places(nodes, token)
    nearness = read_nearness(tokens[0], *place(tokens[0]))
    if nearness is not None and not any(apart):
        return Together(nearness, tuple(nodes))
    joined = nodes[0]
    for other in nodes[1:]:
        joined = Unless(joined, other) if nearness is None else Apart(nearness, joined, other)
    return joined


def _signs(children: Sequence[Token | Node]) -> list[str]:
    signs, before = [], ""
    for child in children:
        if isinstance(child, Token) and child.type == "APART":
            before = "NOT "
        elif isinstance(child, Token):
            nearness = read_nearness(child)
            signs.append(before + ("UNLESS" if nearness is None else print_nearness(nearness)))
            before = ""
    return signs


def _check_places(nodes: Iterable[Node], token: Token) -> None:
    if not all(map(has_places, nodes)):
        raise mistake(
            f"{token} asks for places, and AND, NOT and WEIGHTS have none.",
            token,
            "Use it on words, terms and OR, and write the rest out: a NEAR/5 b AND a NEAR/5 c.",
        )


def _unquoted(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL)


def _words(text: str, mark: Mark, token: Token) -> Words:
    try:
        check_spelling(text)
    except QueryError as error:
        raise mistake(error.what, token, error.hint) from error
    start, end = place(token)
    return Words(text, start, end, mark)
