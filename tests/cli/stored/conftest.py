"""A desk's folder with a configuration and a state that holds a few entries."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.main import main
from monitor.config.load import load
from monitor.match import Matcher
from monitor.match.subjects import SubjectReader
from monitor.model.source import Entry, FeedState
from monitor.pipeline.archive import document_of, read_hit
from monitor.ports import PollRecord
from monitor.store import open_store
from monitor.story.evidence import weigh

CONFIG = """
contact: mailto:desk@example.org
feeds:
  - {title: The Delta Times, id: delta, url: https://delta.example/feed, language: en}
terms:
  river: {en: [river*], ru: [рек*], unless: [River Cafe]}
  sport: {en: [football]}
shorthands: {money: 'fund OR coffee'}
watches:
  rivers: {title: Rivers, query: '@river', exclude: '@sport'}
  funds: {title: Funds, query: '@river AND fund'}
"""
ENTRIES = {
    "Council founds a river fund": "The river fund begins.\n\nRead also: Football by the river",
    "Снова поднялась река": "Уровень реки растёт.",
    "River football": "Football was played.",
    "River Cafe opens": "Coffee is served.",
    "Snow falls": "A fund for snow ploughs.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """Read its lines as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Answer]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Give a configuration, and a state that was filled by it an hour ago."""
    path = tmp_path / "feeds.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    asyncio.run(_fill(path, f"sqlite:///{tmp_path}/monitor.db"))
    return path


@pytest.fixture
def run(config: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command of the program in this process."""

    def run_command(*arguments: str) -> Answer:
        shared = ["--config", str(config), "--state", f"sqlite:///{config.parent}/monitor.db"]
        with pytest.raises(SystemExit) as ended:
            main([*shared, *arguments])
        printed = capsys.readouterr()
        code = ended.value.code
        return Answer(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run_command


async def _fill(config: Path, state: str) -> None:
    settings = load(config, environ={}, secrets=False)
    matcher = Matcher(settings.watches, settings.terms)
    subjects = SubjectReader(settings.terms)
    at = datetime.now(UTC) - timedelta(hours=1)
    [feed] = settings.feeds
    entries = [
        Entry("delta", str(n), title, url=f"https://delta.example/{n}", content=text,
              canonical_url=f"https://delta.example/{n}", published_at=at)
        for n, (title, text) in enumerate(ENTRIES.items(), start=1)
    ]  # fmt: skip
    hits = tuple(
        read_hit(entry, document_of(entry, feed), matches, subjects, at)
        for entry in entries
        if (matches := matcher.match(document_of(entry, feed)))
    )
    state_of_feed = FeedState("delta", last_polled_at=at, last_success_at=at, first_success_at=at)
    async with open_store(state) as store:
        await store.sync_feeds(settings.feeds, at)
        record = PollRecord(state_of_feed, at, new=tuple(entries), hits=hits)
        assert await store.record(record, None, weigh) is not None
