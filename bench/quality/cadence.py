"""What a learned pace is worth: requests, delay and lost entries over real feeds, against fixed intervals.

    python -m bench.quality.cadence --data DIR [--days 30] [--json out.json]

DIR holds ``series-rss-arch-polls``: the same feeds read every few hours for ten months. From these
readings each entry's time on the list is rebuilt: it appeared when it says it was published if that
lies between the first reading that has it and the one before, else at a moment between the two
drawn from its id; it was listed until the first reading without it. Entries of the first reading
are no news. Every policy then polls the same lists, minute-exact, with the program's own jitter; an
entry is lost if it left the list unseen. The learned paces know only what their own polls saw.

Each feed is shown for its whole series and for the last ``--days``, by which time the pace is
learned. ``gentle`` and ``prompt`` are the values of ``polling: pace``.
"""

import argparse
import csv
import json
import os
import statistics
import sys
import tarfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from monitor.cadence import after_success, learn
from monitor.errors import ParseError
from monitor.model.rhythm import UNKNOWN, Rhythm
from monitor.model.source import Feed, Pace, PollPolicy
from monitor.parse import parse_feed

_SET = "series-rss-arch-polls"
_HOUR, _QUARTER = timedelta(hours=1), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Stay:
    """One entry's time on its feed's list."""

    key: str
    published_at: datetime | None
    appeared_at: datetime
    left_at: datetime


@dataclass(frozen=True, slots=True)
class Series:
    """A feed's whole history."""

    name: str
    begin: datetime
    end: datetime
    stays: Sequence[Stay]  # by appearance


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a policy came to."""

    feed: str
    span: str
    policy: str
    requests: int
    entries: int
    mean_delay_minutes: float
    p95_delay_minutes: float
    lost: int


def histories(data: Path) -> Iterator[Series]:
    """Rebuild each feed's list from its readings."""
    with (data / _SET / "index.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    readings: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in rows:
        at = datetime.fromisoformat(row["committed_at"]).astimezone(UTC)
        readings[row["feed"]].append((at, row["blob"]))
    bodies = _bodies(data / _SET / "polls.tar.xz")
    for name, found in sorted(readings.items()):
        read = [(at, bodies[blob]) for at, blob in sorted(found) if bodies.get(blob)]
        yield _series(name.removesuffix(".xml"), read)


def _bodies(archive: Path) -> dict[str, dict[str, datetime | None]]:
    """Read each distinct body: its entries by key, with their dates."""
    found: dict[str, dict[str, datetime | None]] = {}
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member) if member.isfile() else None
            if content is not None:
                blob = Path(member.name).stem.rpartition("_")[2]
                found[blob] = _entries(content.read())
    return found


def _entries(body: bytes) -> dict[str, datetime | None]:
    try:
        parsed = parse_feed(body, feed_id="f")
    except ParseError:
        return {}
    return {entry.key: entry.published_at for entry in parsed.entries}


def _series(name: str, readings: Sequence[tuple[datetime, dict[str, datetime | None]]]) -> Series:
    times = [at for at, _ in readings]
    first: dict[str, tuple[int, datetime | None]] = {}
    last: dict[str, int] = {}
    for number, (_, entries) in enumerate(readings):
        for key, published in entries.items():
            first.setdefault(key, (number, published))
            last[key] = number
    after = [*times[1:], times[-1] + timedelta(days=1)]
    stays = [
        Stay(key, published, _appeared(times, number, published, key), after[last[key]])
        for key, (number, published) in first.items()
    ]
    return Series(name, times[0], times[-1], sorted(stays, key=lambda stay: stay.appeared_at))


def _appeared(
    times: Sequence[datetime], number: int, published: datetime | None, key: str
) -> datetime:
    if number == 0:
        return times[0]
    before, seen = times[number - 1], times[number]
    if published is not None and before < published <= seen:
        return published
    share = int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") / 2**32
    return before + (seen - before) * share


Wait = Callable[[datetime, Sequence[Stay], int], datetime]  # now, new, listed -> next poll


def fixed(interval: timedelta, name: str) -> Wait:
    """Ask at one interval."""
    feed = Feed(name, f"https://{name}.example/", name, interval)
    policy = PollPolicy(pace="steady")
    return lambda now, _new, _listed: after_success(feed, policy, now).at


def learned(pace: Pace, name: str) -> Wait:
    """Ask as the daemon does at an interval of an hour."""
    feed = Feed(name, f"https://{name}.example/", name, _HOUR)
    policy = PollPolicy(pace=pace)
    rhythm: Rhythm = UNKNOWN

    def wait(now: datetime, new: Sequence[Stay], listed: int) -> datetime:
        nonlocal rhythm
        if new or rhythm == UNKNOWN:  # else the body is as it was
            rhythm = learn(rhythm, [stay.published_at for stay in new], now, listed=listed)
        return after_success(feed, policy, now, rhythm=rhythm).at

    return wait


def run(series: Series, wait: Wait) -> tuple[list[datetime], list[tuple[Stay, datetime | None]]]:
    """Poll a history; gives the times of the polls, and when each entry was seen, if ever."""
    polls: list[datetime] = []
    seen: list[tuple[Stay, datetime | None]] = []
    listed: list[Stay] = []
    now, coming = series.begin, 0
    while now < series.end:
        polls.append(now)
        upto = bisect_right(series.stays, now, lo=coming, key=lambda stay: stay.appeared_at)
        came, coming = series.stays[coming:upto], upto
        new = [stay for stay in came if stay.left_at > now]
        seen += [(stay, now if stay.left_at > now else None) for stay in came]
        listed = [stay for stay in [*listed, *came] if stay.left_at > now]
        now = wait(now, new, len(listed))
    return polls, seen


def outcomes(series: Series, days: int) -> Iterator[Outcome]:
    """Judge every policy, over the whole series and over its last days."""
    policies = {
        "fixed 1 h": fixed(_HOUR, series.name),
        "fixed 15 min": fixed(_QUARTER, series.name),
        "gentle": learned("gentle", series.name),
        "prompt": learned("prompt", series.name),
    }
    spans = {"all": series.begin, f"last {days} days": series.end - timedelta(days=days)}
    for policy, wait in policies.items():
        polls, seen = run(series, wait)
        for span, since in spans.items():
            told = [(s, at) for s, at in seen if s.appeared_at > max(since, series.begin)]
            delays = sorted((at - s.appeared_at) / _HOUR * 60 for s, at in told if at is not None)
            yield Outcome(
                feed=series.name,
                span=span,
                policy=policy,
                requests=sum(at > since for at in polls),
                entries=len(told),
                mean_delay_minutes=round(statistics.fmean(delays), 1),
                p95_delay_minutes=round(delays[int(len(delays) * 0.95)], 1),
                lost=sum(at is None for _, at in told),
            )


def main() -> None:
    """Run the simulation and print it; ends with 1 if the learned pace is no gain."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("MONITOR_DATA"))
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    if asked.data is None:
        sys.exit("Say where the series are: --data DIR or MONITOR_DATA.")
    rows = [row for series in histories(Path(asked.data)) for row in outcomes(series, asked.days)]
    for row in rows:
        print(f"{row.feed:12} {row.span:13} {row.policy:13} {row.requests:6} requests "
              f"{row.mean_delay_minutes:6.1f} min mean {row.p95_delay_minutes:6.1f} p95 "
              f"{row.lost} of {row.entries} lost")  # fmt: skip
    if asked.json:
        asked.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    if short := _shortfalls(rows):
        sys.exit("no gain: " + ", ".join(short))


def _shortfalls(rows: Sequence[Outcome]) -> list[str]:
    """Name the feeds for which ``prompt`` takes more requests, or is later, than once an hour."""
    by = {(row.feed, row.span, row.policy): row for row in rows}
    return [
        f"{feed} ({span})"
        for feed, span, policy in by
        if policy == "prompt"
        and (
            by[feed, span, "prompt"].requests > by[feed, span, "fixed 1 h"].requests
            or by[feed, span, "prompt"].mean_delay_minutes
            > by[feed, span, "fixed 1 h"].mean_delay_minutes
            or by[feed, span, "prompt"].lost
        )
    ]


if __name__ == "__main__":
    main()
