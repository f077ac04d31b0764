"""How fast the parser is, against feedparser as it comes.

    python -m bench.parse [--data DIR] [--repeat 20] [--json out.json]

Without data: a feed of 25 entries made up here, and the same with an HTML entity that no XML parser knows,
which only the tolerant reader can read. With ``--data``: all saved feeds in its folders ``feeds-*`` (archives
``.tar.xz`` and ``.tar.gz`` too), which tells how many of them need the tolerant reader. CPU time, both parsers in turn.
"""

import argparse
import io
import json
import platform
import statistics
import tarfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import feedparser

from bench.hostile import MARKUP
from bench.poll import feed
from monitor.errors import ParseError
from monitor.parse import UnfitError, parse_feed
from monitor.text.html import plain_text

_SUFFIXES = frozenset({"", ".xml", ".rss", ".atom", ".rdf", ".html", ".json"})


def bodies(data: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every saved feed under the folders ``feeds-*``; what is beside a feed as its expectation is none."""
    for path in sorted(data.glob("feeds-*/**/*")):
        if path.name.endswith((".tar.xz", ".tar.gz")):
            yield from _members(path)
        elif path.is_file() and path.suffix in _SUFFIXES and not is_expectation(path):
            yield str(path.relative_to(data)), path.read_bytes()


def is_expectation(path: Path) -> bool:
    """Tell whether a JSON file says what another feed must come to."""
    if path.suffix != ".json":
        return False
    return ".expected" in path.name or ".serde" in path.name or path.with_suffix(".xml").exists()


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            opened = archive.extractfile(member) if member.isfile() else None
            if opened and not member.name.endswith(".txt"):
                yield f"{path.name}:{member.name}", opened.read()


def reference(body: bytes) -> Any:
    """Parse with feedparser; None if it fails, as it may."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return feedparser.parse(io.BytesIO(body))
        except Exception:  # noqa: BLE001 - feedparser may fail as it likes
            return None


def ours(body: bytes, *, tolerant: bool = True) -> bool:
    """Parse with our parser; False if it needs the tolerant reader and may not have it."""
    try:
        parse_feed(body, feed_id="bench", max_entries=1_000_000, tolerant=tolerant)
    except UnfitError:
        return False
    except ParseError:
        pass
    return True


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def hostile_markup() -> dict[str, float]:
    """Measure milliseconds for half a megabyte of each kind of markup made to be slow."""
    texts = {piece: piece * (500_000 // len(piece)) for piece in MARKUP}
    return {
        piece: round(_milliseconds(partial(plain_text, text)), 1) for piece, text in texts.items()
    }


def compare(body: bytes, repeat: int) -> dict[str, float]:
    """Time both parsers in turn; the least of each, as other work only adds."""
    pairs = [
        (_milliseconds(lambda: ours(body)), _milliseconds(lambda: reference(body)))
        for _ in range(repeat)
    ]
    least, theirs = (min(column) for column in zip(*pairs, strict=True))
    return {
        "ms": round(least, 2),
        "feedparser_ms": round(theirs, 2),
        "ratio": round(theirs / least, 1),
    }


def over_all(data: Path) -> dict[str, object]:
    """Time both parsers once on each saved feed."""
    quick, times = 0, []
    for _, body in bodies(data):
        quick += ours(body, tolerant=False)
        times.append((_milliseconds(lambda: ours(body)), _milliseconds(lambda: reference(body))))  # noqa: B023
    mine, theirs = (sorted(column) for column in zip(*times, strict=True))
    return {
        "feeds": len(times),
        "without_feedparser_percent": round(100 * quick / len(times), 1),
        "ms_median": round(statistics.median(mine), 2),
        "ms_total": round(sum(mine)),
        "feedparser_ms_median": round(statistics.median(theirs), 2),
        "feedparser_ms_total": round(sum(theirs)),
        "ratio_total": round(sum(theirs) / sum(mine), 1),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    made = feed(1, 25)
    figures: dict[str, object] = {
        "python": platform.python_version(),
        "feedparser": feedparser.__version__,
        "25_entries": compare(made, options.repeat),
        "25_entries_tolerant": compare(
            made.replace(b"</title>", b"&nbsp;</title>", 1), options.repeat
        ),
        "hostile_markup_ms": hostile_markup(),
    }
    if options.data:
        figures["saved_feeds"] = over_all(options.data)
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
