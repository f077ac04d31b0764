"""What Slack takes, written down apart from the program (S4, S6, S7, S18, S20)."""

import json
import re
from typing import Any

LIMITS = {"header": 150, "section": 3_000, "context": 2_999}
_LINK = re.compile(r"<https?://[^<>| ]+\|[^<>|]*>")


def faults(payload: str) -> list[str]:
    """List what Slack would refuse or read as more than text."""
    body = json.loads(payload)
    blocks = body["blocks"]
    found = [] if 1 <= len(blocks) <= 50 else [f"{len(blocks)} blocks"]
    found += [] if 0 < units(body["text"]) <= 4_000 else ["the text to fall back on"]
    found += [] if body["unfurl_links"] is body["unfurl_media"] is False else ["unfurls"]
    texts = [text for block in blocks for text in _objects(block)]
    found += [fault for block in blocks for fault in _block_faults(block)]
    if sum(units(text["text"]) for text in texts) > 10_000:
        found.append("more than 10,000 characters")
    found += [fault for text in texts for fault in _text_faults(text)]
    return found


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _objects(block: dict[str, object]) -> list[dict[str, Any]]:
    elements = block.get("elements", [])
    assert isinstance(elements, list)
    return [each for each in [block.get("text"), *elements] if isinstance(each, dict)]


def _block_faults(block: dict[str, object]) -> list[str]:
    kind, objects = str(block["type"]), _objects(block)
    if kind == "divider":
        return ["a divider with text"] if objects else []
    if kind not in LIMITS:
        return [f"type {kind}"]
    if not 1 <= len(objects) <= (10 if kind == "context" else 1):
        return [f"{len(objects)} texts in a {kind}"]
    if kind == "header" and objects[0]["type"] != "plain_text":
        return ["a header in mrkdwn"]
    return [f"size of {kind}" for each in objects if not 0 < units(each["text"]) <= LIMITS[kind]]


def _text_faults(text: dict[str, Any]) -> list[str]:
    if text["type"] == "plain_text":
        return []
    if text.get("verbatim") is not True:
        return ["mrkdwn that is not verbatim"]
    rest = _LINK.sub("", text["text"])
    if "<" in rest or ">" in rest:
        return [f"markup in {text['text']!r}"]
    if re.search(r"&(?!amp;|lt;|gt;)", text["text"]):
        return [f"a bare & in {text['text']!r}"]
    return []
