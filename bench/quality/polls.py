"""What months of real polls come to: repeats of edited entries, lost entries, rolling pages.

    python -m bench.quality.polls --data DIR [--polls 300] [--feed economist] [--list 20] [--json out.json]

DIR/series-rss-arch-polls holds every poll of a few feeds (``index.tsv``: when, which feed, which snapshot) and
the snapshots (``polls.tar.xz``). Each feed is replayed alone, poll by poll, through the real parser, poller,
store (SQLite) and composer; only the fetcher, which hands out the snapshot, and the clock, which stands at the
poll's time, are made up. Every entry matches, and a digest is composed after each poll.

The truth follows from the snapshots alone. What a guid says is compared from one snapshot to the next by the
share of equal characters (difflib) of headline and of summary, the better of both counting: from 0.6 on it is
the same **article**, up to 0.4 and with a later date it is another one (a rolling page); anything else is
unclear and counted neither way. One headline under two guids is one article if the summaries are alike (0.6)
and the dates within a day. An article that is first listed at a feed's first poll is no news, nor is one that
was published a week before it was first listed.

- **told**: articles with a digest line; **followed**: those told as a material change of an entry instead;
- **lost**: neither of both; **held**: neither, as they came in a flood that the operator is asked about;
- **repeats**: digest lines of which every article was told before;
- **rolling**: articles that took over the guid of another one.
"""

import argparse
import asyncio
import csv
import json
import os
import platform
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path

from sqlalchemy import func, select

from monitor.errors import ParseError
from monitor.match import Matcher
from monitor.match.subjects import SubjectReader
from monitor.model.outbox import Channel, ChannelKind, Digest, Message, Schedule, TerminalSettings
from monitor.model.source import (
    Entry,
    Feed,
    Fetched,
    FetchRequest,
    ParsedFeed,
    PollPolicy,
)
from monitor.model.story import Story
from monitor.model.watch import Term, Watch
from monitor.parse import parse_feed
from monitor.pipeline.digest import Composer
from monitor.pipeline.poll import Poller
from monitor.store import Store, open_store
from monitor.store.schema import entry as entry_table
from monitor.store.schema import held, hit, revision

SERIES = "series-rss-arch-polls"
SAME, OTHER = 0.6, 0.4
REPOSTED = timedelta(days=1)
OLD = timedelta(days=7)


@dataclass(slots=True)
class Article:
    """One article as the snapshots tell it."""

    number: int
    guid: str
    title: str
    first_at: datetime
    published_at: datetime | None
    baseline: bool
    rolling: bool = False
    unclear: bool = False
    edits: int = 0

    @property
    def is_news(self) -> bool:
        """Tell what has to be told."""
        old = self.published_at is not None and self.published_at < self.first_at - OLD
        return not (self.baseline or self.unclear or old)


@dataclass(slots=True)
class Truth:
    """Which article each guid stood for, snapshot by snapshot."""

    articles: list[Article] = field(default_factory=list)
    _last: dict[str, tuple[Entry, Article]] = field(default_factory=dict)
    _by_title: dict[str, tuple[Entry, Article]] = field(default_factory=dict)
    _named: dict[tuple[str, str], Article] = field(default_factory=dict)

    def see(self, entries: Iterable[Entry], at: datetime, *, first: bool) -> None:
        """Note what one snapshot lists."""
        for entry in entries:
            article = self._article(entry, at, first=first)
            self._last[entry.guid or entry.key] = entry, article
            self._by_title[_plain(entry.title)] = entry, article
            self._named[entry.guid or entry.key, entry.title] = article

    def article(self, entry: Entry) -> Article:
        """Give the article that a stored entry is."""
        return self._named[entry.guid or entry.key, entry.title]

    def _article(self, entry: Entry, at: datetime, *, first: bool) -> Article:
        last = self._last.get(entry.guid or entry.key)
        if last is None:
            return self._posted_before(entry) or self._new(entry, at, first=first)
        before, article = last
        if (before.title, before.summary) == (entry.title, entry.summary):
            return article
        share = max(_alike(before.title, entry.title), _alike(before.summary, entry.summary))
        if share >= SAME:
            article.edits += 1
            return article
        is_other = share <= OTHER and _is_later(entry, before)
        again = self._posted_before(entry)
        return again or self._new(entry, at, first=first, rolling=is_other, unclear=not is_other)

    def _posted_before(self, entry: Entry) -> Article | None:
        before, article = self._by_title.get(_plain(entry.title), (None, None))
        if before is None or not entry.published_at or not before.published_at:
            return None
        is_near = abs(entry.published_at - before.published_at) <= REPOSTED
        return article if is_near and _alike(before.summary, entry.summary) >= SAME else None

    def _new(
        self,
        entry: Entry,
        at: datetime,
        *,
        first: bool,
        rolling: bool = False,
        unclear: bool = False,
    ) -> Article:
        article = Article(
            len(self.articles),
            entry.guid or entry.key,
            entry.title,
            at,
            entry.published_at,
            first,
            rolling,
            unclear,
        )
        self.articles.append(article)
        return article


def _is_later(entry: Entry, before: Entry) -> bool:
    if entry.published_at is None or before.published_at is None:
        return False
    return entry.published_at > before.published_at


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())


def _alike(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


@dataclass(slots=True)
class Wire:
    """The far side and the clock: one snapshot at one moment."""

    now: datetime
    body: bytes = b""
    truth: Truth = field(default_factory=Truth)
    polls: int = 0

    def clock(self) -> datetime:
        """Tell the poll's time."""
        return self.now

    async def fetch(self, request: FetchRequest) -> Fetched:
        """Hand out the snapshot."""
        return Fetched(request.url, self.body, "application/rss+xml")

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        """Parse as the program does, and show the entries to the truth."""
        parsed = parse_feed(fetched.body, feed_id=feed.id, url=fetched.url, now=self.now)
        self.truth.see(parsed.entries, self.now, first=self.polls == 0)
        self.polls += 1
        return parsed


class Blank:
    """Renders nothing: what is told is counted, not read."""

    def render(self, digest: Digest, kind: ChannelKind) -> tuple[Message, ...]:  # noqa: ARG002  # the port's
        """Give one empty message."""
        return (Message(),)


@dataclass(slots=True)
class Tally:
    """What the replay of one feed came to."""

    feed: str
    polls: int = 0
    unreadable: int = 0
    articles: int = 0
    news: int = 0
    told: int = 0
    followed: int = 0
    repeats: int = 0
    lost: int = 0
    held: int = 0
    rolling: int = 0
    edits: int = 0
    revisions: int = 0
    material: dict[str, int] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    examples: list[str] = field(default_factory=list)


def make_poller(
    store: Store, wire: Wire, feeds: Iterable[Feed], watches: Sequence[Watch], terms: Sequence[Term]
) -> Poller:
    """Put together what polls, as the program does, but for the far side and the clock."""
    return Poller(
        feeds={feed.id: feed for feed in feeds}, store=store, fetcher=wire, parser=wire,
        matcher=Matcher(watches, terms), subjects=SubjectReader(terms), policy=PollPolicy(),
        clock=wire.clock,
    )  # fmt: skip


def make_composer(
    store: Store, wire: Wire, schedule: Schedule, watches: Sequence[Watch], terms: Sequence[Term]
) -> Composer:
    """Put together what tells, likewise; nothing is rendered."""
    return Composer(
        store=store, renderer=Blank(), schedules=(schedule,), watches=watches, terms=terms,
        clock=wire.clock,
    )  # fmt: skip


async def replay(feed_id: str, polls: Sequence[tuple[datetime, bytes]], folder: Path) -> Tally:
    """Replay the polls of one feed on a fresh state."""
    feed = Feed(feed_id, f"https://{feed_id}.example/feed", feed_id, timedelta(hours=1))
    watch = Watch("all", "All", f"feed:{feed_id}")
    channel = Channel("screen", "terminal", TerminalSettings())
    schedule = Schedule("polls", "Polls", (), frozenset(range(7)), "UTC", ("screen",), limit=10_000)
    wire = Wire(polls[0][0])
    tally = Tally(feed_id)
    async with open_store(f"sqlite:///{folder / feed_id}.db") as store:
        await store.sync_feeds([feed], wire.now)
        poller = make_poller(store, wire, [feed], (watch,), ())
        composer = make_composer(store, wire, schedule, (watch,), ())
        told: set[int] = set()
        for wire.now, wire.body in polls:
            [lease] = await store.lease_feeds([feed.id], wire.now, lease=timedelta(minutes=5))
            poll = await poller.poll(lease)
            tally.polls += 1
            tally.unreadable += isinstance(poll.error, ParseError)
            stories = await store.owed(channel, ["all"], wire.now)
            _count_lines(stories, wire.truth, told, tally)
            if stories:
                await composer.send_now(schedule, channel)
        await _conclude(store, wire.truth, told, tally)
    return tally


def _count_lines(stories: Iterable[Story], truth: Truth, told: set[int], tally: Tally) -> None:
    for story in stories:
        articles = [truth.article(each.entry) for each in story.hits]
        if all(article.number in told or article.unclear for article in articles):
            repeat = any(article.number in told for article in articles)
            tally.repeats += repeat
            if repeat:
                tally.examples.append(f"repeat: {story.lead.entry.title}")
        told.update(article.number for article in articles)


async def _conclude(store: Store, truth: Truth, told: set[int], tally: Tally) -> None:
    """Count at the end what was never told, and what edits came to."""
    waiting, changes = await _held(store), await _changes(store)
    followed = {(guid, at) for guid, at, *_ in changes}
    news = [article for article in truth.articles if article.is_news]
    missing = [article for article in news if article.number not in told]
    untold = [each for each in missing if (each.guid, each.first_at) not in followed]
    lost = [article for article in untold if article.title not in waiting]
    tally.articles, tally.news, tally.told = (
        len(truth.articles),
        len(news),
        len(news) - len(missing),
    )
    tally.followed, tally.lost = len(missing) - len(untold), len(lost)
    tally.held = len(untold) - len(lost)
    tally.rolling = sum(article.rolling for article in truth.articles)
    tally.edits = sum(article.edits for article in truth.articles)
    tally.revisions = await _count_revisions(store)
    tally.material = dict(Counter(kind for _, _, kind, *_ in changes))
    tally.examples += [f"lost: {each.first_at:%Y-%m-%d} {each.title}" for each in lost]
    tally.examples += [f"{kind}: {before!r} -> {now!r}" for _, _, kind, before, now in changes]


async def _changes(store: Store) -> list[tuple[str, datetime, str, str, str]]:
    columns = (revision.c.edited_at, revision.c.kind, revision.c.before, revision.c.after)
    query = (
        select(entry_table.c.guid, *columns)
        .join_from(revision, entry_table)
        .where(revision.c.kind.is_not(None))
        .order_by(revision.c.id)
    )
    rows = await store.database.read(lambda c: c.execute(query).all())
    return [(guid, at, kind, before, now) for guid, at, kind, before, now in rows]


async def _count_revisions(store: Store) -> int:
    query = select(func.count()).select_from(revision)
    return await store.database.read(lambda c: c.scalar(query)) or 0


async def _held(store: Store) -> set[str]:
    query = select(entry_table.c.title).join_from(held, entry_table).join(hit)
    return set(await store.database.read(lambda c: c.scalars(query).all()))


def read_series(data: Path, only: str | None) -> dict[str, list[tuple[datetime, bytes]]]:
    """Read the polls of each feed in the order of their time."""
    folder = data / SERIES
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    feeds: dict[str, list[tuple[datetime, bytes]]] = {}
    snapshots = dict(_snapshots(folder / "polls.tar.xz"))
    for row in rows:
        name = row["feed"].removesuffix(".xml")
        body = snapshots.get((name, row["blob"]))
        if body is not None and only in {None, name}:
            at = datetime.fromisoformat(row["committed_at"]).astimezone(UTC)
            feeds.setdefault(name.replace("_", "-"), []).append((at, body))
    return {name: sorted(polls, key=lambda poll: poll[0]) for name, polls in feeds.items()}


def _snapshots(path: Path) -> Iterator[tuple[tuple[str, str], bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            name = Path(member.name)
            if file is not None:
                yield (name.parent.name, name.stem.rpartition("_")[2]), file.read()


_COLUMNS = (
    "feed", "polls", "unreadable", "articles", "news", "told", "followed", "lost", "held", "repeats",
    "rolling", "edits", "revisions", "cpu_seconds",
)  # fmt: skip


def report(tallies: Sequence[Tally], examples: int) -> None:
    """Print a table, what edits were material, and some of what went wrong."""
    print("  ".join(f"{name:>12}" for name in _COLUMNS))
    for tally in tallies:
        print("  ".join(f"{_shown(getattr(tally, name)):>12}" for name in _COLUMNS))
    for tally in tallies:
        share = sum(tally.material.values()) / (tally.revisions or 1)
        print(f"{tally.feed}: material changes {tally.material}, {share:.1%} of its revisions")
        for example in tally.examples[:examples]:
            print(f"    {example[:300]}")


def _shown(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("MONITOR_DATA"))
    parser.add_argument("--polls", type=int, help="of each feed, the first ones only")
    parser.add_argument("--feed", help="only this one, as index.tsv names it")
    parser.add_argument("--list", type=int, default=10, help="examples shown of each feed")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("say where the data is: --data DIR, or MONITOR_DATA")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay each feed and print; write figures to ``--json``."""
    options = _options(arguments)
    print(f"python {platform.python_version()}")
    tallies = []
    with tempfile.TemporaryDirectory() as folder:
        for name, polls in read_series(Path(options.data), options.feed).items():
            started = time.process_time()
            tally = asyncio.run(replay(name, polls[: options.polls], Path(folder)))
            tally.cpu_seconds = time.process_time() - started
            tallies.append(tally)
    report(tallies, options.list)
    if options.json:
        figures: Mapping[str, object] = {tally.feed: asdict(tally) for tally in tallies}
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
