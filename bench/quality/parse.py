"""How true the parser is: against what feedparser's tests expect, and against feedparser on real feeds.

    python -m bench.quality.parse --data DIR [--json out.json] [--show 200]

DIR holds folders ``feeds-*``. Part one takes each condition of ``feeds-feedparser-tests`` on an entry's id,
link, title, summary, content or dates or on a feed's title, and compares what ``monitor parse`` prints;
what is expected is made plain first, as we print no markup. Part two compares entries of all other
sets field by field with feedparser's, and with the ``.json`` that some sets keep beside a feed; every difference
is counted under its reason. Reasons are told by rule, never by name of a file.
"""

import argparse
import ast
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.parse import bodies, reference
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
Path_ = tuple[str | int, ...]


@dataclass
class Tally:
    """What a comparison adds up to."""

    compared: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


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


def _path(node: ast.expr) -> Path_ | None:
    """Read ``entries[0]['content'][0].value`` as its parts."""
    if isinstance(node, ast.Name):
        return (node.id,)
    inner: Path_ | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        inner = _path(node.value)
        return (*inner, node.slice.value) if inner else None
    if isinstance(node, ast.Attribute):
        inner = _path(node.value)
        return (*inner, node.attr) if inner else None
    return None


def _condition(path: Path_, right: ast.expr) -> Condition | None:
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
        for condition in wanted:
            tally.compared[condition.field] += 1
            mine = _printed(record, condition)
            if _is_met(mine, condition):
                tally.agreed[condition.field] += 1
            else:
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
        return mine in (title_text(str(expected)), one_line(str(expected)))
    if condition.field == "link":
        return mine == safe_url(str(expected))
    if condition.field == "id":
        return mine == one_line(str(expected))
    return _moment(mine) == tuple(expected[:6]) if isinstance(expected, tuple) else mine is expected


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
    tally.compared["feeds: as many entries"] += 1
    if len(entries) != len(others):
        reason = _other_count(body, record, theirs)
        tally.reasons[reason].append(f"{name}: {len(entries)} entries, not {len(others)}")
        return
    tally.agreed["feeds: as many entries"] += 1
    encoding = _misread(body, theirs)
    for entry, other in zip(entries, others, strict=True):
        for what, (mine, wanted) in _pairs(entry, other).items():
            tally.compared[what] += 1
            if mine == wanted:
                tally.agreed[what] += 1
            else:
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
    for path in sorted(
        [
            *data.glob("feeds-fastfeedparser-integration/*.xml"),
            *data.glob("feeds-fastfeedparser-integration/*sample.json"),
            *data.glob("feeds-feed-rs-fixture/**/*.xml"),
            *data.glob("feeds-feed-rs-fixture/**/*.json"),
        ]
    ):
        beside = _expectation(path)
        if beside is None or ".serde" in path.name or ".expected" in path.name:
            continue
        expected = json.loads(beside.read_text("utf-8"))
        record: Any = feed_record(path.name, path.read_bytes())
        name = str(path.relative_to(data))
        tally.compared["feeds: as many entries"] += 1
        if len(record["entries"]) != len(expected["entries"]):
            tally.reasons["another number of entries"].append(
                f"{name}: {len(record['entries'])}, not {len(expected['entries'])}"
            )
            continue
        tally.agreed["feeds: as many entries"] += 1
        for entry, other in zip(record["entries"], expected["entries"], strict=True):
            _compare_expected(name, entry, other, tally)


def _expectation(path: Path) -> Path | None:
    choices = (
        path.with_name(f"{path.stem}{end}") for end in (".serde.json", ".expected.json", ".json")
    )
    return next((choice for choice in choices if choice.exists() and choice != path), None)


def _compare_expected(name: str, entry: Any, other: Any, tally: Tally) -> None:
    title = other.get("title") or ""
    title = title.get("content", "") if isinstance(title, dict) else title
    links = [link["href"] for link in other.get("links") or () if link.get("href")]
    pairs = {
        "title": (entry["title"], {title_text(title)}),
        "link": (
            entry["url"],
            {safe_url(other.get("link") or ""), *map(safe_url, links)}
            if links or other.get("link")
            else {entry["url"]},
        ),
        "id": (entry["id"], {one_line(other.get("id") or "")}),
    }
    for what, (mine, wanted) in pairs.items():
        tally.compared[what] += 1
        if mine in wanted:
            tally.agreed[what] += 1
        else:
            tally.reasons[f"{what}: differs"].append(
                f"{name}: {mine!r}, not {sorted(map(str, wanted))}"
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", type=int, default=3, help="examples of each reason")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    parts = {
        "what feedparser's tests expect": expectations,
        "against feedparser": compare_feeds,
        "against what sets expect": compare_expected,
    }
    figures = {}
    for title, measure in parts.items():
        tally = Tally()
        measure(options.data, tally)
        _print(title, tally, options.show)
        figures[title] = {
            "compared": tally.compared,
            "agreed": tally.agreed,
            "differences": {reason: len(cases) for reason, cases in tally.reasons.items()},
        }
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _print(title: str, tally: Tally, show: int) -> None:
    print(f"\n{title}")
    for name, count in sorted(tally.compared.items()):
        print(
            f"  {name:12} {tally.agreed[name]:6} of {count:6}  {100 * tally.agreed[name] / count:6.2f} %"
        )
    for reason, cases in sorted(tally.reasons.items(), key=lambda pair: -len(pair[1])):
        print(f"  {len(cases):5} × {reason}")
        for case in cases[:show]:
            print(f"          {case[:220]}")


if __name__ == "__main__":
    main()
