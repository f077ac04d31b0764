"""Entries of saved feeds, against feedparser's and against what some sets expect."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.parse import bodies, is_expectation, reference
from bench.quality.tally import Tally
from monitor.parse import feed_record
from monitor.parse.encoding import decode_body
from monitor.text.clean import one_line
from monitor.text.html import plain_text, title_text
from monitor.text.urls import safe_url


def compare_feeds(data: Path, tally: Tally) -> None:
    """Compare the entries of all other sets with feedparser's."""
    for name, body in bodies(data):
        if name.startswith("feeds-feedparser-tests"):
            continue
        theirs = reference(body)
        if theirs is not None:
            _compare_feed(name, body, theirs, tally)


def _compare_feed(name: str, body: bytes, theirs: Any, tally: Tally) -> None:
    record: Any = feed_record(name, body)
    entries, others = record["entries"], theirs["entries"]
    tally.note("feeds: as many entries", agrees=len(entries) == len(others))
    if len(entries) != len(others):
        reason = _other_count(body, record, theirs)
        tally.reasons[reason].append(f"{name}: {len(entries)} entries, not {len(others)}")
        return
    encoding = _misread(body, theirs)
    for entry, other in zip(entries, others, strict=True):
        for what, (mine, wanted) in _pairs(entry, other).items():
            tally.note(what, agrees=mine == wanted)
            if mine != wanted:
                reason = encoding or _reason(what, mine, wanted, other, body)
                tally.reasons[reason].append(f"{name}: {what} {mine!r}, not {wanted!r}")


def _other_count(body: bytes, record: Any, theirs: Any) -> str:
    if body.lstrip()[:1] in (b"{", b"["):
        return "JSON Feed, of which feedparser reads none (F26)"
    if record["error"]:
        return f"refused: {record['error'][:60]}"
    if theirs["bozo"] and len(record["entries"]) < len(theirs["entries"]):
        return "cut short: half an entry is no entry (F24)"
    return "more entries than feedparser finds"


def _misread(body: bytes, theirs: Any) -> str:
    """Tell whether feedparser took the bytes for another encoding than we did."""
    text = decode_body(body)
    try:
        same = body.decode(theirs.get("encoding") or "utf-8") == text
    except (UnicodeDecodeError, LookupError):
        same = False
    if same or text.isascii() or not theirs["bozo"]:
        return ""
    return "an encoding that feedparser misreads (F20)"


def _pairs(entry: Any, other: Any) -> dict[str, tuple[object, object]]:
    return {
        "id": (entry["id"] if _get(other, "id") else "", one_line(_get(other, "id"))),
        "link": (entry["url"], safe_url(_get(other, "link"))),
        "title": (entry["title"], title_text(_get(other, "title"))),
        "text": (_words(entry["content"] or entry["summary"]), _words(_their_text(other))),
        "published": (
            entry["published"],
            _iso(_time(other, "published") or _time(other, "created") or _time(other, "updated")),
        ),
        "updated": (entry["updated"], _iso(_time(other, "updated"))),
    }


def _get(entry: Any, name: str) -> str:
    return str(dict.get(entry, name) or "")


def _time(entry: Any, name: str) -> Any:
    return dict.get(entry, f"{name}_parsed")


def _iso(moment: Sequence[int] | None) -> str | None:
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*moment[:6]) if moment else None


def _their_text(other: Any) -> str:
    contents = [_get(part, "value") for part in dict.get(other, "content") or ()]
    markup = max(contents, key=len, default="") or _get(other, "summary")
    return plain_text(markup)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def _reason(what: str, mine: Any, wanted: Any, other: Any, body: bytes) -> str:
    if what in ("published", "updated"):
        return _date_reason(mine, wanted)
    if what == "link":
        return _link_reason(mine, other)
    if what == "text" and len(mine) < len(wanted) and b"iframe" in body:
        return "text inside frames, which no browser shows"
    if what == "text" and re.search(r"<(?:script|style|svg|math|title)|</?\w+:", str(other)):
        return "text of scripts, styles and drawings is none"
    if what == "text":
        return "text: tags that are not well made"
    return f"{what}: other"


def _link_reason(mine: str | None, other: Any) -> str:
    link = _get(other, "link")
    if not link:
        return "no link to a page: an enclosure or other alternate stands in (F16)"
    if safe_url(link) is None and mine is None:
        return "a link that is no web address is none (F15, F17)"
    if safe_url(link) is None:
        return "a link that is relative or no web address: resolved, or the next best (F14, F15)"
    return "link: other"


def _date_reason(mine: str | None, wanted: str | None) -> str:
    if wanted is None:
        return "a date that feedparser cannot read (M8)"
    year = int(wanted[:4])
    if mine is None:
        return (
            "a date out of range is none (F12)" if not 1990 <= year < 2100 else "date: we read none"
        )
    hours = (
        datetime.fromisoformat(mine) - datetime.fromisoformat(wanted).replace(tzinfo=UTC)
    ).total_seconds() / 3600
    if abs(hours) < 24:
        return "a zone or a PM that feedparser does not know (F13)"
    return "a date that feedparser misreads (M8)"


def compare_expected(data: Path, tally: Tally) -> None:
    """Compare titles, links and ids with the JSON that two sets keep beside their feeds."""
    for folder in ("feeds-fastfeedparser-integration", "feeds-feed-rs-fixture"):
        for path in sorted((data / folder).rglob("*")):
            beside = _expectation(path)
            if beside and not is_expectation(path):
                _compare_with(path, json.loads(beside.read_text("utf-8"))["entries"], tally)


def _compare_with(path: Path, expected: Sequence[Any], tally: Tally) -> None:
    record: Any = feed_record(path.name, path.read_bytes())
    entries = record["entries"]
    tally.note("feeds: as many entries", agrees=len(entries) == len(expected))
    if len(entries) != len(expected):
        counts = f"{path.name}: {len(entries)} entries, not {len(expected)}"
        tally.reasons["not well-formed: another number of entries"].append(counts)
        return
    for entry, other in zip(entries, expected, strict=True):
        _compare_entry(path.name, entry, other, tally)


def _expectation(path: Path) -> Path | None:
    choices = (
        path.with_name(f"{path.stem}{end}") for end in (".serde.json", ".expected.json", ".json")
    )
    return next((choice for choice in choices if choice.exists() and choice != path), None)


def _compare_entry(name: str, entry: Any, other: Any, tally: Tally) -> None:
    title = other.get("title") or ""
    title = title["content"] if isinstance(title, dict) else title
    links = [other.get("link"), *(link.get("href") for link in other.get("links") or ())]
    addresses = {safe_url(str(link)) for link in links if link} or {entry["url"]}
    pairs: dict[str, tuple[Any, set[Any]]] = {
        "title": (entry["title"], {title_text(str(title))}),
        "link": (entry["url"], addresses),
        "id": (entry["id"], {one_line(str(other.get("id") or ""))}),
    }
    for what, (mine, wanted) in pairs.items():
        tally.note(what, agrees=mine in wanted)
        if mine not in wanted:
            reason = "an id made up, where the entry has none" if what == "id" else f"{what}: other"
            tally.reasons[reason].append(f"{name}: {mine!r}, not {sorted(map(str, wanted))}")
