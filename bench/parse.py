"""How true and how fast the parser is, against feedparser as it comes.

    python -m bench.parse --data DIR [--json out.json] [--show N]

DIR holds folders ``feeds-*`` of saved feeds; ``.tar.xz`` and ``.tar.gz`` archives in them are read too.
"""

import argparse
import io
import json
import platform
import statistics
import tarfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import feedparser

from bench.hostile import MARKUP
from monitor.errors import ParseError
from monitor.model.source import ParsedFeed
from monitor.parse import parse_feed
from monitor.text.clean import one_line
from monitor.text.html import plain_text, title_text
from monitor.text.urls import safe_url

_SUFFIXES = frozenset({"", ".xml", ".rss", ".atom", ".rdf", ".html"})


@dataclass
class Tally:
    """What a run over all feeds adds up to."""

    feeds: int = 0
    refused: int = 0
    crashes: list[str] = field(default_factory=list)
    entries: int = 0
    reference_entries: int = 0
    same_count: int = 0
    agreed: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    ours_ms: list[float] = field(default_factory=list)
    reference_ms: list[float] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def bodies(data: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every saved feed under the folders ``feeds-*``."""
    for path in sorted(data.glob("feeds-*/**/*")):
        if path.name.endswith((".tar.xz", ".tar.gz")):
            yield from _members(path)
        elif path.is_file() and path.suffix in _SUFFIXES:
            yield str(path.relative_to(data)), path.read_bytes()


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            opened = archive.extractfile(member) if member.isfile() else None
            if opened and not member.name.endswith((".json", ".txt")):
                yield f"{path.name}:{member.name}", opened.read()


def measure(name: str, body: bytes, tally: Tally) -> None:
    """Parse one body both ways and add up what differs."""
    reference, spent = _reference(body)
    if reference is None:
        return
    tally.reference_ms.append(spent)
    tally.feeds += 1
    start = time.process_time()
    try:
        parsed = parse_feed(body, feed_id="bench", max_entries=1_000_000)
    except ParseError as error:
        tally.refused += 1
        _compare_refusal(name, error, reference, tally)
        return
    except Exception as error:  # noqa: BLE001 - a crash is what we look for
        tally.crashes.append(f"{name}: {error!r}")
        return
    tally.ours_ms.append((time.process_time() - start) * 1000)
    _compare(name, parsed, reference, tally)


def _reference(body: bytes) -> tuple[Any, float]:
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = feedparser.parse(io.BytesIO(body))
    except Exception:  # noqa: BLE001 - feedparser may fail as it likes
        return None, 0.0
    return result, (time.process_time() - start) * 1000


def _compare_refusal(name: str, error: ParseError, reference: Any, tally: Tally) -> None:
    count = len(reference["entries"])
    tally.reference_entries += count
    if count:
        tally.differences.append(f"{name}: refused ({error.kind}), feedparser has {count}")
    else:
        tally.same_count += 1


def _compare(name: str, parsed: ParsedFeed, reference: Any, tally: Tally) -> None:
    theirs = reference["entries"]
    tally.entries += len(parsed.entries)
    tally.reference_entries += len(theirs)
    if len(parsed.entries) != len(theirs):
        tally.differences.append(
            f"{name}: {len(parsed.entries)} entries, feedparser {len(theirs)}, truncated={parsed.truncated}"
        )
        return
    tally.same_count += 1
    for ours, entry in zip(parsed.entries, theirs, strict=True):
        pairs = {
            "title": (ours.title, title_text(dict.get(entry, "title") or "")),
            "link": (ours.url, safe_url(dict.get(entry, "link") or "")),
            "id": (ours.guid or "", one_line(dict.get(entry, "id") or "")),
            "published": (ours.published_at is not None, bool(_time(entry))),
        }
        for what, (mine, other) in pairs.items():
            tally.compared[what] += 1
            tally.agreed[what] += mine == other
            if mine != other:
                tally.differences.append(f"{name}: {what} {mine!r} != {other!r}")


def _time(entry: Any) -> Any:
    return (
        dict.get(entry, "published_parsed")
        or dict.get(entry, "updated_parsed")
        or dict.get(entry, "created_parsed")
    )


def report(tally: Tally, show: int) -> dict[str, Any]:
    """Print the figures; returns them as plain values."""
    shares = {
        what: round(100 * tally.agreed[what] / count, 2) for what, count in tally.compared.items()
    }
    figures = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "feedparser": feedparser.__version__,
        "feeds": tally.feeds,
        "refused": tally.refused,
        "crashes": len(tally.crashes),
        "entries": tally.entries,
        "feedparser_entries": tally.reference_entries,
        "same_count_percent": round(100 * tally.same_count / max(1, tally.feeds), 2),
        "agreement_percent": shares,
        "ours_ms": _spread(tally.ours_ms),
        "feedparser_ms": _spread(tally.reference_ms),
        "hostile_markup_ms": {piece: _markup_ms(piece) for piece in MARKUP},
    }
    print(json.dumps(figures, indent=2))
    for line in [*tally.crashes, *tally.differences[:show]]:
        print(line[:300])
    return figures


def _markup_ms(piece: str) -> float:
    """Measure milliseconds for half a megabyte of markup made to be slow."""
    markup = piece * (500_000 // len(piece))
    begun = time.process_time()
    plain_text(markup)
    return round(1000 * (time.process_time() - begun), 1)


def _spread(times: list[float]) -> dict[str, float]:
    if not times:
        return {}
    return {
        "median": round(statistics.median(times), 2),
        "mean": round(statistics.fmean(times), 2),
        "max": round(max(times), 1),
        "total": round(sum(times), 0),
    }


def main() -> None:
    """Run over all feeds of the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="", help="part of the names to take")
    parser.add_argument("--show", type=int, default=20, help="differences to print")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    tally = Tally()
    for name, body in bodies(options.data):
        if options.only in name:
            measure(name, body, tally)
    figures = report(tally, options.show)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
