"""Slack's words: escaping, links and blocks within its limits (S1-S10)."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

from monitor.text.clean import one_line
from monitor.text.urls import safe_url

BLOCKS = 50
TEXT_BUDGET = 10_000  # of all blocks together; about 13,200 fail although each is legal (S7)
FALLBACK = 4_000
_FORMATTING = re.compile(r"(?=[*_~`])")
_INERT = "\u034f"  # joins nothing and has no shape: takes the next character its meaning (S3)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_URL_ESCAPES = str.maketrans({"|": "%7C", ">": "%3E", "<": "%3C", " ": "%20", "&": "&amp;"})

Block = dict[str, object]


def size(text: str) -> int:
    """Count UTF-16 units, as Slack may do (S8)."""
    return len(text) + sum(char > "\uffff" for char in text)


def escape(text: str) -> str:
    """Escape what Slack reads as its own: the three characters and no more (S1)."""
    return text.translate(_ESCAPES)


def mrkdwn(text: str, limit: int = 400) -> str:
    """Make feed text inert in mrkdwn and cut it so that the result has at most ``limit`` units."""
    return _fitted(text, limit, lambda cut: escape(_FORMATTING.sub(_INERT, cut)))


def link(url: str | None, label: str, limit: int = 400, longest: int = 1_800) -> str:
    """Write ``<url|label>``; the label alone where the address cannot be shown (S4).

    ``limit`` is that of the label, ``longest`` that of the address.
    """
    shown = mrkdwn(label.replace("|", "¦"), limit)
    safe = safe_url(url) if url else None
    target = safe.translate(_URL_ESCAPES) if safe else ""
    return f"<{target}|{shown}>" if 0 < size(target) <= longest else shown


def marked(fragments: Sequence[Mapping[str, object]], limit: int = 700) -> str:
    """Write fragments with marks in bold, where Slack would read the stars as bold."""
    texts = [str(fragment["text"]) for fragment in fragments]
    written = ""
    for i, fragment in enumerate(fragments):
        before = texts[i - 1][-1:] if i else ""
        after = texts[i + 1][:1] if i + 1 < len(texts) else ""
        room = limit - size(written)
        inert = mrkdwn(texts[i], room - 2) if not texts[i].isspace() else texts[i]
        stands_alone = not (before.isalnum() or after.isalnum())
        written += f"*{inert}*" if fragment["mark"] and stands_alone else _spaced(inert, texts[i])
        if len(inert) < len(texts[i].strip()):  # cut: nothing after it may follow
            break
    return written


def _spaced(inert: str, text: str) -> str:
    """Give a piece back the spaces that parted it from its neighbours."""
    head = " " if text[:1].isspace() and not inert[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and not inert[-1:].isspace() else ""
    return f"{head}{inert}{tail}"


def plain(text: str, limit: int) -> str:
    """Cut text for a plain_text object."""
    return _fitted(text, limit, escape)


def _fitted(text: str, limit: int, written: Callable[[str], str]) -> str:
    """Cut text on a grapheme until what is written of it fits."""
    room = max(0, limit)
    shown = written(one_line(text, room))
    while size(shown) > limit and room > 0:
        room -= max(1, (size(shown) - limit) // 5)
        shown = written(one_line(text, room))
    return shown


def header(text: str) -> str:
    """Write a header block as a line of JSON."""
    body = one_line(text, 140)
    while size(body) > 150:
        body = one_line(body, len(body) - 5)
    return _line({"type": "header", "text": {"type": "plain_text", "text": body, "emoji": True}})


def section(text: str) -> str:
    """Write a section of mrkdwn as a line of JSON; the text is ours, its feed text made inert before."""
    return _line({"type": "section", "text": _mrkdwn_object(text)})


def context(*texts: str) -> str:
    """Write a context block of mrkdwn elements as a line of JSON; empty ones are left out."""
    elements = [_mrkdwn_object(text) for text in texts if text.strip()]
    return _line({"type": "context", "elements": elements}) if elements else ""


def divider() -> str:
    """Write a divider as a line of JSON."""
    return _line({"type": "divider"})


def _mrkdwn_object(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _line(block: Block) -> str:
    return json.dumps(block, ensure_ascii=False)


def read_blocks(lines: str) -> list[Block]:
    """Read a rendered template, one block of JSON a line.

    Raises ValueError with the line's number if one is no block that every Slack client shows (S18).
    """
    blocks: list[Block] = []
    for number, line in enumerate(lines.split("\n"), 1):
        if line.strip():
            fault = _fault(line)
            if fault:
                raise ValueError(f"line {number} of the output: {fault}")
            blocks.append(json.loads(line))
    if not blocks:
        raise ValueError("the output has no block")
    return blocks


def block_texts(block: Block) -> list[str]:
    """List the texts that a block shows."""
    objects = [block.get("text"), *_elements(block)]
    return [str(each.get("text", "")) for each in objects if isinstance(each, dict)]


def _elements(block: Block) -> list[object]:
    elements = block.get("elements")
    return list(elements) if isinstance(elements, list) else []


_LIMITS = {"header": 150, "section": 3_000, "context": 3_000, "divider": 0}


def _fault(line: str) -> str:
    try:
        block = json.loads(line)
    except ValueError as error:
        return f"no JSON ({error})"
    if not isinstance(block, dict) or block.get("type") not in _LIMITS:
        return f"a block's type must be one of {', '.join(_LIMITS)}"
    texts, kind = block_texts(block), str(block["type"])
    if kind != "divider" and not all(text.strip() for text in texts or [""]):
        return f"a {kind} without text"
    if len(_elements(block)) > 10:
        return "more than 10 elements in a context"
    if any(size(text) > _LIMITS[kind] for text in texts):
        return f"more than {_LIMITS[kind]} characters in a {kind}"
    return ""
