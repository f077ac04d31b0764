"""What another setting would have changed: an archive of polls, replayed under two.

    python -m bench.quality.replay --data DIR [--before feeds.yaml] [--after other.yaml] [--shift 0.1]
        [--polls 300] [--list 10] [--json out.json]

DIR/series-rss-arch-polls holds polls of a few feeds (see bench.quality.polls). Or DIR itself has an
``index.tsv`` with the columns ``at`` (ISO 8601), ``feed`` and ``file``: any saved polls of your own.
All feeds are replayed together in the order of time, through the parser, poller, store (SQLite) and
composer of the program; alerts are looked for after each poll, and a digest is sent once a day.

Terms, watches and alerts are those of ``--before`` and ``--after``; without a file one watch wants
every entry. ``--shift`` adds to the score of each pair of hits in the second run: below zero, stories
join less easily.

- **gained**, **lost**: hits that only the second run has, or only the first;
- **merged**: a story of the second run with hits of several stories of the first; **split**: the reverse;
  hits of one run only do not count;
- **alerts**: raised in one run only, by their first headline.
"""

import argparse
import asyncio
import csv
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bench.quality.polls import SERIES, Wire, make_composer, make_poller, read_series
from monitor.config.load import load
from monitor.model.outbox import AlertPolicy, Channel, Digest, Schedule, TerminalSettings
from monitor.model.source import Feed, Fetched, ParsedFeed
from monitor.model.telling import Evidence, Telling
from monitor.model.watch import Term, Watch
from monitor.parse import parse_feed
from monitor.pipeline.breaking import raise_breaking
from monitor.pipeline.digest import Composer
from monitor.store import Store, open_store
from monitor.store.schema import entry, hit
from monitor.story.evidence import weigh

CHANNEL = Channel("screen", "terminal", TerminalSettings())
SCHEDULE = Schedule("daily", "Daily", (), frozenset(range(7)), "UTC", ("screen",), limit=10_000)
LEASE = timedelta(minutes=5)

Poll = tuple[datetime, str, bytes]  # when, of which feed, what it answered
Item = tuple[str, str, str]  # feed, key and headline of a hit


@dataclass(frozen=True, slots=True)
class Setting:
    """What one run is under."""

    feeds: Mapping[str, Feed]
    terms: Sequence[Term]
    watches: Sequence[Watch]
    alerts: AlertPolicy
    shift: float = 0.0

    def weigh(self, one: Telling, other: Telling, standing: frozenset[int]) -> Evidence:
        """Weigh as the program does, and shift the score."""
        found = weigh(one, other, standing)
        return replace(found, score=min(1.0, max(0.0, found.score + self.shift)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to."""

    stories: Mapping[Item, str] = field(default_factory=dict)
    alerts: Mapping[str, str] = field(default_factory=dict)  # headline -> when and why
    told: int = 0


class PlainWire(Wire):
    """A wire that tells no truth."""

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        """Parse as the program does."""
        return parse_feed(fetched.body, feed_id=feed.id, url=fetched.url, now=self.now)


def read_setting(file: Path | None, names: Iterable[str], shift: float) -> Setting:
    """Read a setting for feeds of these names; one that the file does not have is made up."""
    made = {
        name: Feed(name, f"https://{name}.example/feed", name, timedelta(hours=1)) for name in names
    }
    if file is None:
        every = " OR ".join(f"feed:{name}" for name in made)
        return Setting(made, (), (Watch("all", "All", every),), AlertPolicy(("screen",)), shift)
    found = load(file, environ=os.environ, secrets=False)
    feeds = made | {feed.id: feed for feed in found.feeds if feed.id in made}
    return Setting(feeds, found.terms, found.watches, found.alerts, shift)


async def run(polls: Sequence[Poll], setting: Setting, state: Path) -> Outcome:
    """Replay all polls under one setting, on a fresh state."""
    wire = PlainWire(polls[0][0])
    alerts: dict[str, str] = {}
    told, day = 0, wire.now.date()
    async with open_store(f"sqlite:///{state}") as store:
        await store.sync_feeds(list(setting.feeds.values()), wire.now)
        names = [watch.name for watch in setting.watches]
        await store.sync_subscriptions({CHANNEL.id: names}, wire.now)
        poller = make_poller(store, wire, setting.feeds.values(), setting.watches, setting.terms)
        poller = replace(poller, weigh=setting.weigh)
        composer = make_composer(store, wire, SCHEDULE, setting.watches, setting.terms)
        for wire.now, feed_id, wire.body in polls:
            for lease in await store.lease_feeds([feed_id], wire.now, lease=LEASE):
                await poller.poll(lease)
            for alert in await _alerts(composer, setting):
                alerts.setdefault(alert.lines[0].headline, _reason(alert))
                told += len(alert.lines)
            if wire.now.date() != day:
                day = wire.now.date()
                digest = await composer.send_now(SCHEDULE, CHANNEL)
                told += len(digest.lines) if digest else 0
        return Outcome(await _stories(store), alerts, told)


async def _alerts(composer: Composer, setting: Setting) -> list[Digest]:
    breaking = await raise_breaking(setting.alerts, CHANNEL, composer=composer)
    urgent = await composer.alert(replace(setting.alerts, wait=timedelta()), CHANNEL)
    return breaking + ([urgent] if urgent else [])


def _reason(alert: Digest) -> str:
    growth = alert.growth
    why = f"{growth.sources} sources, usually {growth.usual:.2f}" if growth else "urgent"
    return f"{alert.slot_at:%Y-%m-%d %H:%M}, {why}"


async def _stories(store: Store) -> dict[Item, str]:
    query = select(entry.c.feed_id, entry.c.key, entry.c.title, hit.c.story_id).join_from(
        hit, entry
    )
    rows = await store.database.read(lambda c: c.execute(query).all())
    return {(row.feed_id, row.key, row.title): row.story_id for row in rows}


def regrouped(before: Mapping[Item, str], after: Mapping[Item, str]) -> list[list[Item]]:
    """Find the stories of ``after`` that hold hits of several of ``before``; one hit of each is given."""
    parts: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in sorted(before.keys() & after.keys()):
        parts[after[item]].setdefault(before[item], item)
    return sorted(list(found.values()) for found in parts.values() if len(found) > 1)


def compare(before: Outcome, after: Outcome) -> dict[str, list[str]]:
    """List what changed, each change in one line."""
    old, new = before.stories, after.stories
    return {
        "hits gained": [_shown(item) for item in sorted(new.keys() - old.keys())],
        "hits lost": [_shown(item) for item in sorted(old.keys() - new.keys())],
        "stories merged": [" + ".join(map(_shown, group)) for group in regrouped(old, new)],
        "stories split": [" | ".join(map(_shown, group)) for group in regrouped(new, old)],
        "alerts gained": _alone(after.alerts, before.alerts),
        "alerts lost": _alone(before.alerts, after.alerts),
    }


def _alone(mine: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    return [f"{headline} ({why})" for headline, why in mine.items() if headline not in theirs]


def _shown(item: Item) -> str:
    return f"{item[0]}: {item[2][:100]}"


def read_polls(data: Path) -> list[Poll]:
    """Read an archive in the order of time."""
    if (data / SERIES).is_dir():
        series = read_series(data, None)
        return sorted((at, name, body) for name, polls in series.items() for at, body in polls)
    with (data / "index.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return sorted(
        (_moment(row["at"]), row["feed"], (data / row["file"]).read_bytes()) for row in rows
    )


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def report(before: Outcome, after: Outcome, examples: int) -> None:
    """Print both runs side by side, then what changed."""
    print(f"{'':<16}{'before':>10}{'after':>10}")
    for name, one, other in (
        ("hits", len(before.stories), len(after.stories)),
        ("stories", len({*before.stories.values()}), len({*after.stories.values()})),
        ("alerts", len(before.alerts), len(after.alerts)),
        ("lines told", before.told, after.told),
    ):
        print(f"{name:<16}{one:>10}{other:>10}")
    for name, lines in compare(before, after).items():
        print(f"\n{name}: {len(lines)}")
        for line in lines[:examples]:
            print(f"    {line[:300]}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("MONITOR_DATA"))
    parser.add_argument("--before", type=Path, help="a feeds.yaml; by default one watch for all")
    parser.add_argument("--after", type=Path, help="another; by default the same")
    parser.add_argument("--shift", type=float, default=0.0, help="of scores in the second run")
    parser.add_argument("--polls", type=int, help="the first ones only")
    parser.add_argument("--list", type=int, default=10, help="examples shown of each change")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("say where the polls are: --data DIR, or MONITOR_DATA")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay twice and print what changed; write it to ``--json``."""
    options = _options(arguments)
    polls = read_polls(Path(options.data))[: options.polls]
    names = sorted({feed for _, feed, _ in polls})
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for name, file, shift in (
            ("before", options.before, 0.0),
            ("after", options.after or options.before, options.shift),
        ):
            setting = read_setting(file, names, shift)
            outcomes.append(asyncio.run(run(polls, setting, Path(folder) / f"{name}.db")))
    before, after = outcomes
    report(before, after, options.list)
    if options.json:
        text = json.dumps(compare(before, after), indent=1, ensure_ascii=False)
        options.json.write_text(f"{text}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
