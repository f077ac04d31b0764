"""Markup to plain text: by blocks, entities undone once, whatever the nesting."""

import html
import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.text.clean import block_text, one_line

_SILENT = frozenset({
    "script", "style", "template", "iframe", "noembed", "noframes", "svg", "math", "head", "title",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "frameset", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "search",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "caption",
})  # fmt: skip
_CELLS = frozenset({"td", "th", "rt", "img", "input", "button"})
_INLINE = frozenset({
    "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "blink", "br", "canvas", "cite", "code", "col",
    "colgroup", "data", "del", "dfn", "em", "embed", "font", "html", "i", "ins", "kbd", "label", "link", "map",
    "mark", "marquee", "meta", "meter", "nobr", "noscript", "output", "param", "picture", "progress", "q", "ruby",
    "s", "samp", "select", "small", "source", "span", "strike", "strong", "sub", "sup", "textarea", "time", "track",
    "tt", "u", "var", "video", "wbr", "area", "base", "object", "applet", "frame", "bgsound", "basefont",
})  # fmt: skip
_ELEMENTS = "|".join(sorted(_SILENT | _BLOCKS | _CELLS | _INLINE, key=len, reverse=True))
_TAG = re.compile(rf"</?(?:{_ELEMENTS})(?=[\s/>])", re.IGNORECASE)
_ANY_TAG = re.compile(rf"<(/?)(?!(?:{'|'.join(_SILENT)})\b)([a-zA-Z][^\s/>]*)", re.IGNORECASE)
# A "<" that begins no element of HTML is text: "List<String>", "a <b or c".
_TEXT_BRACKET = re.compile(
    rf"<(?!/?(?:{_ELEMENTS})(?=[\s/>])|!--|!\[CDATA\[|!DOCTYPE\s)", re.IGNORECASE
)
# One well-made tag; what is inside quotes cannot be taken for its end.
_SIMPLE_TAG = re.compile(
    r"<(/?[a-zA-Z][a-zA-Z0-9]*)"
    r"(?:\s+[^\s=<>\"'/]+(?:\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>=`]+))?|[\s/]+)*+>"
)
# Where these stand counts, not only that they stand there.
_PLACED = frozenset({
    "body", "frameset", "frame", "html", "select", "option", "optgroup", "textarea", "table", "caption", "col",
    "colgroup", "tbody", "thead", "tfoot", "tr", "td", "th",
})  # fmt: skip
_SEPARATORS = {
    f"{slash}{name}": "\n\n" if name in _BLOCKS else " " if name in _CELLS else ""
    for name in (_BLOCKS | _CELLS | _INLINE) - _PLACED
    for slash in ("", "/")
} | {"br": "\n", "/br": "\n"}
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]+|#\d+|#[xX][0-9a-fA-F]+);")
# What still looks like this after one round was escaped twice (F19).
_ESCAPED_AGAIN = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|[lr]aquo|[mn]dash|[lr][sd]quo|hellip|shy|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});"
)
# Lexbor needs quadratic time for open elements in open elements (100,000 deep: 29 s; 500: 1 ms).
_MAX_DEPTH = 500
_NEVER_DEEP = frozenset(
    {"br", "hr", "img", "input", "wbr", "p", "li", "td", "tr", "th", "dt", "dd", "source", "col"}
)
_FRAME = re.compile(r"</?iframe(?:[\s/][^<>]*)?>", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>|\x00")


def plain_text(markup: str) -> str:
    """Turn HTML into plain text, blocks parted by a blank line; entities are undone once (F18, F19)."""
    if "<" not in markup:
        return block_text(_undo_second_escape(html.unescape(markup)))
    simple = _simple_pieces(markup)
    pieces = _pieces(_parse(markup)) if simple is None else simple
    return block_text(_undo_second_escape("".join(pieces)))


def title_text(markup: str) -> str:
    """Turn a title into one line of text; ``<`` that begins no HTML element stays (F18, F19)."""
    if "<" not in markup:
        return one_line(_undo_second_escape(html.unescape(markup)))
    simple = _simple_pieces(markup)
    pieces = _pieces(_parse(_with_text_brackets(markup))) if simple is None else simple
    return one_line(_undo_second_escape("".join(pieces)))


def looks_like_html(text: str) -> bool:
    """Tell whether text that claims to be plain holds tags or entities of HTML."""
    return bool(_TAG.search(text) or _ENTITY.search(text))


def _simple_pieces(markup: str) -> list[str] | None:
    """Read markup of nothing but well-made, ordinary tags; None if it is not.

    A tenth of what a tree costs, which is three quarters of what a well-formed feed costs.
    """
    pieces = _SIMPLE_TAG.split(" ".join(markup.split()))
    if any("<" in text for text in pieces[::2]) or "]]>" in markup:
        return None
    try:
        pieces[1::2] = [_SEPARATORS[name.lower()] for name in pieces[1::2]]
    except KeyError:
        return None
    if "&" in markup:
        pieces[::2] = [_unescaped(text) if "&" in text else text for text in pieces[::2]]
    return pieces


def _unescaped(text: str) -> str:
    """Undo entities; blanks that they stand for part words, not lines."""
    return " ".join(f"|{html.unescape(text)}|".split())[1:-1]


def _with_text_brackets(markup: str) -> str:
    """Escape each ``<`` that begins no element: of another name, or never closed nor given attributes."""
    end = markup.rfind(">") + 1
    rest = markup[end:]
    if "=" not in rest:
        rest = rest.replace("<", "&lt;")
    return _TEXT_BRACKET.sub("&lt;", markup[:end]) + rest


def _parse(markup: str) -> LexborNode | None:
    if markup.count("<") > _MAX_DEPTH and _is_deep(markup):
        markup = _ANY_TAG.sub(_flat_tag, markup)
    lower = markup.lower()
    if "<iframe" in lower and lower.count("<iframe") > lower.count("</iframe"):
        markup = _FRAME.sub("", markup)  # one never closed would swallow all that follows
    return LexborHTMLParser(_CDATA.sub("", markup)).body


def _is_deep(markup: str) -> bool:
    """Tell whether too many elements may be open at once; counts by name, as a stack would be fooled."""
    opened: Counter[str] = Counter()
    depth = 0
    for slash, name in _ANY_TAG.findall(markup.lower()):
        if name in _NEVER_DEEP:
            continue
        if not slash:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > _MAX_DEPTH:
            return True
    return False


def _flat_tag(match: re.Match[str]) -> str:
    """Put in a tag's place one that cannot nest."""
    name = match.group(2).lower()
    if name in _BLOCKS:
        return "<hr"
    return "<br" if name == "br" else "<wbr"


def _pieces(body: LexborNode | None) -> Iterator[str]:
    """Walk the tree without recursion; a block puts blank lines around itself."""
    waiting: list[LexborNode | str] = [body] if body else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif node.is_text_node:
            yield " ".join(f"|{node.text_content}|".split())[1:-1]
        elif node.tag not in _SILENT:
            before, after = _around(node.tag or "")
            yield before
            waiting.append(after)
            waiting.extend(reversed(list(node.iter(include_text=True))))


def _around(tag: str) -> tuple[str, str]:
    if tag in _BLOCKS:
        return "\n\n", "\n\n"
    if tag == "br":
        return "\n", ""
    return (" ", " ") if tag in _CELLS else ("", "")


def _undo_second_escape(text: str) -> str:
    return _ESCAPED_AGAIN.sub(lambda match: html.unescape(match.group()), text)
