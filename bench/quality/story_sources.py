"""Labelled texts for the quality of stories, as entries with the story each belongs to."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.model.source import Entry
from monitor.text.scripts import language_of
from monitor.text.urls import canonical_url, safe_url

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """An entry with its label: a story, or a group within which stories are told apart."""

    entry: Entry
    story: str
    group: str = ""
    labelled: bool = True  # somebody looked whether it belongs to a story of the others


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries, and whether they tell one event."""

    one: Entry
    other: Entry
    same: bool
    label: str


def entry_of(row: Mapping[str, str | None], key: str) -> Entry:
    """Make an entry of a line as ``monitor stories --stdin`` reads it: what is missing stays empty."""
    url = safe_url(row.get("url") or "")
    title, text = row.get("title") or "", row.get("text") or ""
    return Entry(
        feed_id=key,
        key=key,
        title=title,
        summary=text,
        url=url,
        canonical_url=canonical_url(url) if url else None,
        language=row.get("lang") or language_of(f"{title} {text}"),
        published_at=_moment(row.get("published")),
    )


def _moment(text: str | None) -> datetime | None:
    """Read a day, or a month as its first day."""
    parts = [int(part) for part in (text or "").split("-") if part.isdigit()]
    if not parts:
        return None
    year, month, day = [*parts, 1, 1][:3]
    return datetime(year, month, day, tzinfo=UTC)


def read_ecbplus(data: Path, mode: str) -> list[Item]:
    """Read ECB+: the first sentence is the headline; ``lead`` keeps two more, ``full`` all."""
    items = []
    for line in (data / "ecbplus" / "ecbplus_docs.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        title, *rest = row["sentences"]
        text = " ".join(rest[:2] if mode == "lead" else rest)
        entry = entry_of({"title": title, "text": text, "url": row["url"], "lang": "en"}, row["id"])
        items.append(Item(entry, row["cluster"], str(row["topic"])))
    return items


def read_tgcontest(data: Path) -> dict[str, list[Pair]]:
    """Read the contest's pairs by language."""
    pairs: dict[str, list[Pair]] = {}
    for path in sorted((data / "tgcontest-pairs").glob("*_pool.tsv")):
        for number, row in enumerate(_tsv(path)):
            if row["INPUT:first_title"]:
                sides = [
                    {part: row[f"INPUT:{side}_{part}"] for part in ("title", "text", "url")}
                    for side in ("first", "second")
                ]
                one, other = (
                    entry_of(side, side["url"] or f"{path.stem}{number}") for side in sides
                )
                same = row["GOLDEN:quality"] == "OK"
                pairs.setdefault(path.name[:2], []).append(
                    Pair(one, other, same, "same" if same else "other")
                )
    return pairs


def read_headlinecause(data: Path) -> dict[str, list[Pair]]:
    """Read pairs of headlines by language; a pair that stands in two files counts once."""
    pairs: dict[str, dict[tuple[str, str], Pair]] = {}
    for path in sorted((data / "headlinecause-pairs").glob("*.tsv")):
        for row in _tsv(path):
            before = "INPUT:" if "INPUT:left_title" in row else ""
            left, right = row[f"{before}left_title"], row[f"{before}right_title"]
            label = row["GOLDEN:result" if before else "result"]
            if left and label:
                one, other = entry_of({"title": left}, left), entry_of({"title": right}, right)
                pairs.setdefault(path.name[:2], {})[left, right] = Pair(
                    one, other, label == "same", label
                )
    return {language: list(found.values()) for language, found in pairs.items()}


def read_pages(data: Path) -> list[Item]:
    """Read pages in many languages: the first sentence is the headline; no cluster is a story alone."""
    items = []
    for line in (data / "pages-sco-kz-labelled" / "items.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        title, _, text = row["text"].partition(". ")
        fields = {
            "title": title,
            "text": text,
            "url": row["url"],
            "published": row["date"],
            "lang": row["lang"],
        }
        labelled = row["cluster"] is not None or row["relation"] == "hard-negative-event"
        story = row["cluster"] or row["id"]
        items.append(Item(entry_of(fields, row["id"]), story, row["lang"], labelled))
    return items


def read_chinese_pairs(data: Path) -> list[Pair]:
    """Read pairs of Chinese headlines."""
    rows = _jsonl(data / "dedup-central-asia-news-zh" / "pairs.jsonl")
    return [
        Pair(
            entry_of({"title": row["a"], "lang": "zh"}, f"a{number}"),
            entry_of({"title": row["b"], "lang": "zh"}, f"b{number}"),
            row["expect"] == "same",
            row["expect"],
        )
        for number, row in enumerate(rows)
    ]


def read_chinese_stories(data: Path) -> list[Item]:
    """Read Chinese headlines of one week with their events."""
    rows = _jsonl(data / "dedup-central-asia-news-zh" / "clusters.jsonl")
    return [
        Item(
            entry_of({"title": row["title"], "lang": "zh"}, f"h{number}"),
            row["event"],
            row["country"],
        )
        for number, row in enumerate(rows)
    ]


def _jsonl(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _tsv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="\t")


def all_entries(pairs: Sequence[Pair]) -> list[Entry]:
    """List the entries of pairs, each once."""
    return list({entry.key: entry for pair in pairs for entry in (pair.one, pair.other)}.values())
