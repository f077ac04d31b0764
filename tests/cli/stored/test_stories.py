"""``monitor stories``, and what ``explain`` says of a story: who tells it, as what, and why."""

import asyncio
import io
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.config.load import load
from monitor.match import Matcher
from monitor.match.subjects import SubjectReader
from monitor.model.source import Entry, Feed, FeedState
from monitor.pipeline.archive import document_of, read_hit
from monitor.ports import PollRecord
from monitor.store import open_store
from monitor.story.evidence import weigh
from tests.cli.stored.conftest import Run

FLOOD = """The river Ilim rose by two metres in one night and flooded eleven streets of the old town of Karsk.

Rescuers brought 340 people to the school on the hill, among them the whole maternity ward of the hospital.

Governor Alina Borsova said that the dam above the town holds, and that the water will fall by Friday."""
BRIDGE = """Governor Alina Borsova cut the ribbon of a railway bridge over the river Wolma near Orsk on Monday.

Freight to the port will take two hours less, said the director of the yards, Pavel Kim.

The builders needed four winters, as no crane could stand on the ice."""
OTHER = """The salmon came back to the river Wend for the first time since the mill was built in 1911.

Anglers of the club counted sixty fish at the ladder beside the lock within a single afternoon."""
TEXTS = {
    "agency": ("River Ilim floods the old town of Karsk", FLOOD),
    "portal": ("Old town under water: river rises in Karsk", FLOOD + "\n\nPhoto: archive"),
    "angler": ("Salmon returns to the river Wend", OTHER),
}


@pytest.fixture
def told(run: Run, config: Path) -> Run:
    """Let three more sources have told of rivers."""
    asyncio.run(_poll(config, TEXTS))
    return run


async def _poll(config: Path, texts: Mapping[str, tuple[str, str]]) -> None:
    settings = load(config, environ={}, secrets=False)
    matcher, subjects = Matcher(settings.watches, settings.terms), SubjectReader(settings.terms)
    at = datetime.now(UTC) - timedelta(minutes=30)
    async with open_store(f"sqlite:///{config.parent}/monitor.db") as store:
        feeds = [Feed(name, f"https://{name}.example/", name.title(), timedelta(hours=1)) for name in texts]  # fmt: skip
        await store.sync_feeds([*settings.feeds, *feeds], at)
        for source, (title, text) in texts.items():
            entry = Entry(source, "1", title, content=text, language="en", published_at=at,
                          url=f"https://{source}.example/1", canonical_url=f"https://{source}.example/1")  # fmt: skip
            document = document_of(entry, feeds[0])
            hit = read_hit(entry, document, matcher.match(document), subjects, at)
            state = FeedState(source, last_polled_at=at, last_success_at=at, first_success_at=at)
            await store.record(PollRecord(state, at, new=(entry,), hits=(hit,)), None, weigh)


def test_stories_are_listed_with_their_sources(told: Run) -> None:
    """The newest first: lead, sources, languages, growth, and each member with its relation (F27)."""
    salmon, flood, *_ = told("stories", "--json").rows
    assert salmon["sources"] == ["Angler"]
    assert (flood["title"], flood["languages"]) == (TEXTS["agency"][0], ["en"])
    assert [member["feed"] for member in flood["members"]] == ["agency", "portal"]
    assert [member["relation"] for member in flood["members"]] == ["lead", "copy"]
    assert sum(flood["growth"]) == 2
    assert TEXTS["agency"][0] in told("stories").out
    assert "copy" in told("stories", "--members").out
    assert len(told("stories", "--limit", "1", "--json").rows) == 1


def test_explain_says_what_ties_an_entry_to_its_story(told: Run) -> None:
    """The evidence of a join stands beside the entry it joins."""
    [row] = told("explain", "https://portal.example/1", "--json").rows
    evidence = {member["feed"]: member.get("evidence") for member in row["members"]}
    assert evidence["agency"]["relation"] == "copy"
    assert evidence["agency"]["reasons"]
    assert evidence["portal"] is None
    assert "copy 0." in told("explain", "https://portal.example/1").out


def test_explain_names_the_nearest_story_that_was_not_joined(told: Run, config: Path) -> None:
    """Who wonders why two stories are two sees what was weighed."""
    asyncio.run(_poll(config, {"weekly": ("Freight trains cross the river at Orsk", BRIDGE)}))
    [row] = told("explain", "https://weekly.example/1", "--json").rows
    assert [member["feed"] for member in row["members"]] == ["weekly"]
    [nearest] = row["nearest"]
    assert nearest["title"] in {title for title, _ in TEXTS.values()}
    assert nearest["evidence"]["score"] < 0.5
    assert "not joined" in told("explain", "https://weekly.example/1").out


def test_texts_of_stdin_are_joined(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line gets its story, the line that speaks for it, and the evidence, in their order."""
    lines = [
        {"id": "a", "title": TEXTS["agency"][0], "text": FLOOD, "published": "2026-11-20T09:00:00Z"},
        {"id": "b", "title": TEXTS["angler"][0], "text": OTHER, "published": "2026-11-20T09:00:00Z"},
        {"id": "c", "text": FLOOD, "published": "2026-11-20T08:00:00Z"},
    ]  # fmt: skip
    rows = _join(run, monkeypatch, lines)
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert rows[0]["story"] == rows[2]["story"] != rows[1]["story"]
    assert [row["lead"] for row in rows] == ["c", "b", "c"]
    assert rows[0]["evidence"]["joined"]["id"] == "c"
    assert rows[0]["evidence"]["joined"]["relation"] == "copy"
    assert rows[1]["evidence"] == {}
    turned = _join(run, monkeypatch, lines[::-1])
    assert {row["id"]: row["lead"] for row in turned} == {row["id"]: row["lead"] for row in rows}


def test_a_line_that_is_no_object_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong input ends with 2 and the number of the line."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": 1}\n[]\n')))
    answer = run("stories", "--stdin")
    assert (answer.code, "Line 2" in answer.err) == (2, True)


def _join(
    run: Run, monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, str]]
) -> list[dict[str, Any]]:
    given = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    return run("stories", "--stdin").rows
