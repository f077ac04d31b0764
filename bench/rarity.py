"""Makes ``monitor/story/rarity.bin``: how rare the stems of news are, counted over texts of seven languages.

    nice python -m bench.rarity --data DIR [--out monitor/story/rarity.bin]

Only counts leave the texts. None of them is in a data set that the quality of stories is measured on.
"""

import argparse
import os
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import chain
from math import log
from pathlib import Path

from bench.quality.name_sources import news
from monitor.errors import ParseError
from monitor.parse import parse_feed
from monitor.story.rarity import RAREST, STEP, key_of
from monitor.story.words import read

_UNIT = 1000  # characters: a long text counts as several
_LONGEST = 6000
_LEAST_TEXTS = {
    "han": 30,
    "other": 6,
}  # of a stem in the table; Chinese has many more pairs than words
_ITEM = re.compile(r"<item>(.*?)</item>", re.S)
_TOLD = re.compile(r"<(?:title|description)>(.*?)</", re.S)
_TAG = re.compile(r"<[^>]+>")


def main() -> None:
    """Count, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", default=os.environ.get("MONITOR_DATA"), required="MONITOR_DATA" not in os.environ
    )
    parser.add_argument("--out", default="monitor/story/rarity.bin", type=Path)
    options = parser.parse_args()
    table = _table(*_count(_texts(Path(options.data))))
    keys = sorted(table)
    options.out.write_bytes(b"".join(keys) + bytes(table[key] for key in keys))
    print(f"{len(keys)} stems, {options.out.stat().st_size} bytes")


def _texts(data: Path) -> Iterator[str]:
    return chain(
        _english(data), _packed_feeds(data), news(data), _parallel(data), _kazakh(data),
        _lines(data / "text-kyrgyz-24kg", "*"), _lines(data / "text-thucnews-headlines", "dev.txt"),
        (path.read_text("utf-8") for path in sorted((data / "text-nerel").glob("*/*.txt"))),
    )  # fmt: skip


def _english(data: Path) -> Iterator[str]:
    """Give each item of the polled feeds once."""
    known: set[str] = set()
    with tarfile.open(data / "series-rss-arch-polls" / "polls.tar.xz") as archive:
        for member in archive:
            handle = archive.extractfile(member)
            body = handle.read().decode("utf-8", "replace") if handle else ""
            for item in _ITEM.findall(body):
                text = _plain(". ".join(_TOLD.findall(item)))
                if text[:40] not in known:
                    known.add(text[:40])
                    yield text


def _plain(text: str) -> str:
    return _TAG.sub(" ", unescape(unescape(text)))


def _packed_feeds(data: Path) -> Iterator[str]:
    path = data / "feeds-fastfeedparser-benchmark" / "other-178-feeds.tar.xz"
    with tarfile.open(path) as archive:
        for member in archive:
            handle = archive.extractfile(member)
            if handle is None:
                continue
            try:
                parsed = parse_feed(handle.read(), feed_id=member.name)
            except ParseError:
                continue
            yield from (f"{entry.title}. {entry.text}" for entry in parsed.entries)


def _parallel(data: Path) -> Iterator[str]:
    for path in sorted((data / "parallel-ntrex" / "NTREX-128").iterdir()):
        lines = path.read_text("utf-8").splitlines()
        yield from (" ".join(lines[at : at + 8]) for at in range(0, len(lines), 8))


def _kazakh(data: Path) -> Iterator[str]:
    for block in (data / "text-kaznerd" / "IOB2_valid.txt").read_text("utf-8").split("\n\n"):
        yield " ".join(line.split(" ")[0] for line in block.splitlines())


def _lines(folder: Path, pattern: str) -> Iterator[str]:
    for path in sorted(folder.glob(pattern)):
        if path.name != "SOURCE.txt":
            yield from path.read_text("utf-8").splitlines()


def _count(texts: Iterable[str]) -> tuple[Counter[str], dict[str, float]]:
    """Count the texts that have each stem, and the texts of each script."""
    having: Counter[str] = Counter()
    sizes: dict[str, float] = {}
    for text in texts:
        stems = read(text[:_LONGEST]).counts
        having.update(stems.keys())
        for script in {_script(root) for root in stems}:
            sizes[script] = sizes.get(script, 0.0) + min(1.0, len(text) / _UNIT)
    return having, sizes


def _script(root: str) -> str:
    if root[0] >= "\u2e80":
        return "han"
    if root[0].isdigit():
        return "digits"
    return "cyrillic" if "\u0400" <= root[0] <= "\u052f" else "latin"


def _table(having: Mapping[str, int], sizes: Mapping[str, float]) -> dict[bytes, int]:
    table: dict[bytes, int] = {}
    for root, count in having.items():
        script = _script(root)
        least = _LEAST_TEXTS["han" if script == "han" else "other"]
        if count < least:
            continue
        rarest = log(sizes[script] / least)
        rarity = max(0.0, log(sizes[script] / count)) * RAREST / rarest
        key = key_of(root)
        table[key] = min(round(rarity / STEP), table.get(key, 255))
    return table


if __name__ == "__main__":
    main()
