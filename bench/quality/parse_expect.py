"""What the files of feedparser's tests expect, against what we print."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.quality.tally import Tally
from monitor.parse import feed_record
from monitor.parse.encoding import decode_body
from monitor.text.clean import block_text, one_line
from monitor.text.html import plain_text, title_text
from monitor.text.urls import safe_url

_EXPECT = re.compile(r"Expect:\s*(.+)")
_FIELDS = {
    "id": "id", "guid": "id", "link": "link", "title": "title", "title_detail": "title", "summary": "summary",
    "description": "summary", "summary_detail": "summary", "content": "content", "published_parsed": "published",
    "issued_parsed": "published", "created_parsed": "published", "updated_parsed": "updated", "modified_parsed": "updated",
    "date_parsed": "updated",
}  # fmt: skip
_DETAILS = frozenset({"title_detail", "summary_detail", "content"})
_Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Condition:
    """One thing a test file says of its feed."""

    at: int | None  # number of the entry; None: the feed
    field: str
    expected: Any


def conditions(text: str) -> Iterator[Condition]:
    """Read the conditions on the fields that we print; others are nobody's business here."""
    found = _EXPECT.search(text)
    try:
        tree = ast.parse(found.group(1).strip(), mode="eval") if found else None
    except SyntaxError:
        return
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            path = _path(node.left)
            condition = _condition(path, node.comparators[0]) if path else None
            if condition:
                yield condition


def _path(node: ast.expr) -> _Place | None:
    """Read ``entries[0]['content'][0].value`` as its parts."""
    if isinstance(node, ast.Name):
        return (node.id,)
    inner: _Place | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        inner = _path(node.value)
        at = node.slice.value
        return (*inner, at) if inner and isinstance(at, str | int) else None
    if isinstance(node, ast.Attribute):
        inner = _path(node.value)
        return (*inner, node.attr) if inner else None
    return None


def _condition(path: _Place, right: ast.expr) -> Condition | None:
    try:
        expected = ast.literal_eval(right)
    except ValueError:
        return None
    match path:
        case ("feed", "title") | ("feed", "title_detail", "value"):
            return Condition(None, "feed title", expected)
        case ("entries", int(at), str(name)) if name in _FIELDS and name not in _DETAILS:
            return Condition(at, _FIELDS[name], expected)
        case ("entries", int(at), "title_detail" | "summary_detail" as name, "value"):
            return Condition(at, _FIELDS[name], expected)
        case ("entries", int(at), "content", 0, "value"):
            return Condition(at, "content", expected)
    return None


def expectations(data: Path, tally: Tally) -> None:
    """Compare what we print with each condition of the test files."""
    folder = data / "feeds-feedparser-tests"
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        body = path.read_bytes()
        wanted = list(conditions(decode_body(body)))
        record: Any = feed_record(path.name, body) if wanted else None
        all_met = all(_is_met(_printed(record, condition), condition) for condition in wanted)
        if wanted:
            tally.note("files", agrees=all_met)
        for condition in wanted:
            mine = _printed(record, condition)
            met = _is_met(mine, condition)
            tally.note(condition.field, agrees=met)
            if not met:
                reason = _unmet(mine, condition, body)
                name = path.relative_to(folder)
                tally.reasons[reason].append(
                    f"{name}: {condition.field} {mine!r}, not {condition.expected!r}"
                )


def _printed(record: Any, condition: Condition) -> Any:
    if condition.at is None:
        return record["feed"]["title"]
    entries = record["entries"]
    if condition.at >= len(entries):
        return None
    entry = entries[condition.at]
    name = {"link": "url", "content": "content"}.get(condition.field, condition.field)
    if condition.field in ("summary", "content"):  # feedparser gives either for the other
        return (entry["summary"], entry["content"])
    if condition.field in ("published", "updated"):
        return entry[name] or entry["published"]
    return entry[name]


def _is_met(mine: Any, condition: Condition) -> bool:
    expected = condition.expected
    if condition.field in ("summary", "content"):
        return bool(mine) and any(text in _plain(str(expected)) for text in mine)
    if condition.field in ("title", "feed title"):
        return bool(mine in (title_text(str(expected)), one_line(str(expected))))
    if condition.field == "link":
        return bool(mine == safe_url(str(expected)))
    if condition.field == "id":
        return bool(mine == one_line(str(expected)))
    return isinstance(expected, tuple) and _moment(mine) == expected[:6]


def _plain(markup: str) -> tuple[str, ...]:
    return (plain_text(markup), block_text(markup))


def _moment(printed: str | None) -> tuple[int, ...] | None:
    return datetime.fromisoformat(printed).timetuple()[:6] if printed else None


def _unmet(mine: Any, condition: Condition, body: bytes) -> str:
    expected = str(condition.expected)
    if "127.0.0.1:8097" in expected or b"Content-Location" in body:
        return "needs the address it was served from, which a file has not"
    if condition.field == "link" and safe_url(expected) is None:
        return "expects a link that is no web address; we give none, or the next best that is one (F15, F16)"
    if condition.field in ("published", "updated") and mine is None:
        return "a date before 1990 or none at all in the calendar: no date of publication (F12)"
    if b"xml:base" in body and condition.field == "link":
        return "a relative xml:base"
    return "other"
