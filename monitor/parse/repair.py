"""Text mended so that an XML parser can read it: odd characters out, a cut end closed."""

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(
    r"&#(?:(\d{1,2}|5[5-7]\d{3}|\d{7,})|[xX]0*([01]?[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[0-9a-fA-F]{6,}));"
)
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
ITEM_OPEN = re.compile(r"<(?:\w+:)?(?:item|entry)(?=[\s>])")
ITEM_CLOSE = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")
_ROOT = re.compile(r"<((?:\w+:)?(?:rss|feed|RDF|channel))(?=[\s>]|\Z)", re.IGNORECASE)
_CHANNEL = re.compile(r"<(/?)channel(?=[\s>])")
_CONTROL_CODE = re.compile("[\x80-\x9f]")
_SIGNS = {
    code: sign for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", "ignore"))
}


@dataclass(frozen=True, slots=True)
class Repaired:
    """XML text, and whether its end was missing."""

    text: str
    truncated: bool


def legal_xml(text: str) -> str:
    """Drop characters that XML forbids, also where they are written as references."""
    text = _ILLEGAL.sub("", text)
    if "&#" not in text:
        return text
    text = _REFERENCE.sub(_legal_reference, text)
    return _ILLEGAL.sub("", _SURROGATES.sub(_joined, text))


def close_truncated(text: str) -> Repaired:
    """Drop an entry whose end is missing and close what is open (F24): no half entry may come through."""
    root = _ROOT.search(text)
    if root is None or _has_end(text, root.group(1)):
        return Repaired(text, truncated=False)
    opened = [match.start() for match in ITEM_OPEN.finditer(text)]
    closed = [match.end() for match in ITEM_CLOSE.finditer(text)]
    if len(opened) - len(closed) > 1:  # this feed never closes its entries
        return Repaired(text, truncated=True)
    if len(opened) > len(closed):
        kept = text[: opened[-1]]
    else:
        kept = text[: closed[-1]] if closed else text[: _whole_tags(text)]
    return Repaired(kept + _closers(kept, root.group(1)), truncated=True)


def one_by_one(text: str) -> list[str]:
    """Make a document of each entry, after one that has none: where one entry breaks a reader (F30)."""
    root = _ROOT.search(text)
    if root is None:
        return []
    starts = [match.start() for match in ITEM_OPEN.finditer(text)]
    head = text[: starts[0]] if starts else text[: root.end()] + ">"
    tail = _closers(head, root.group(1))
    parts = (text[start:end] for start, end in pairwise([*starts, len(text)]))
    closed = (ITEM_CLOSE.search(part) for part in parts)
    return [head + tail, *(head + found.string[: found.end()] + tail for found in closed if found)]


def _has_end(text: str, root: str) -> bool:
    return f"</{root}" in text or text.rstrip().endswith("/>")


def _whole_tags(text: str) -> int:
    """Find where text ends when a tag cut in its middle is left out."""
    last = text.rfind("<")
    return last if last > text.rfind(">") else len(text)


def _closers(kept: str, root: str) -> str:
    depth = sum(-1 if slash else 1 for slash in _CHANNEL.findall(kept))
    channel = "</channel>" if depth > 0 and root != "channel" else ""
    return f"{channel}</{root}>"


def _legal_reference(match: re.Match[str]) -> str:
    code = int(match[1]) if match[1] else int(match[2], 16)
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF:
        return match.group()
    return chr(code) if 0xD800 <= code <= 0xDFFF else ""


def _joined(match: re.Match[str]) -> str:
    """Join the halves of one character that were written as two references."""
    return match.group().encode("utf-16", "surrogatepass").decode("utf-16")


def mended(text: str) -> str:
    """Undo what publishers' software does to text: UTF-8 read as Latin-1, control codes that Windows shows as signs."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_SIGNS) if _CONTROL_CODE.search(text) else text
