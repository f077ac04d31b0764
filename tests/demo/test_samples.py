"""The demo's sample feeds: whole, dated relative to now, in seven languages, and matched as meant."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from monitor.config.load import load
from monitor.config.yaml import read_yaml
from monitor.demo.server import SampleServer
from monitor.errors import ParseError
from monitor.match.matcher import Matcher
from monitor.model.source import Entry, ParsedFeed
from monitor.model.watch import Document
from monitor.parse import parse_feed

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "monitor" / "demo" / "feeds"
ARTICLES = ROOT / "tests" / "data" / "articles"
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NAMES = sorted(path.name for path in FOLDER.iterdir())
READABLE = [name for name in NAMES if name != "maintenance.xml"]
LANGUAGES = {"en", "ru", "kk", "zh", "uz", "ky", "tg"}


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    """Serve the samples at a fixed moment; one for all tests, as closing it takes half a second."""
    with SampleServer(now=NOW) as running:
        yield running


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """Compile the shipped watches."""
    settings = load(ROOT / "feeds.yaml", environ={}, secrets=False)
    return Matcher(settings.watches, settings.terms)


def listed() -> list[dict[str, str]]:
    """Read the demo's own list of feeds."""
    path = ROOT / "monitor" / "demo" / "feeds.yaml"
    data = read_yaml(path.read_bytes(), "feeds.yaml").data
    assert isinstance(data, dict)
    assert set(data) == {"feeds"}
    return cast("list[dict[str, str]]", data["feeds"])


def parsed(server: SampleServer, name: str) -> ParsedFeed:
    """Read a sample as the pipeline would."""
    body = server.body(name)
    assert body is not None
    return parse_feed(body, feed_id=name, now=NOW)


def watches(matcher: Matcher, entry: Entry) -> set[str]:
    """Name the watches that want an entry."""
    return {match.watch for match in matcher.match(Document(title=entry.title, text=entry.text))}


def test_lists_every_sample_once() -> None:
    """Each sample is polled, and an edited version is no feed of its own."""
    names = [row["url"].removeprefix("{base}/") for row in listed()]
    assert sorted(names) == [name for name in NAMES if ".2." not in name]
    assert {row["language"] for row in listed()} == LANGUAGES


@pytest.mark.parametrize("name", NAMES)
def test_fills_in_every_time(server: SampleServer, name: str) -> None:
    """Times are written as minutes before now, and none is left unfilled."""
    body = server.body(name)
    assert body is not None
    assert not re.search(rb"\{\{(?! config )", body)


@pytest.mark.parametrize("name", READABLE)
def test_every_item_is_recent(server: SampleServer, name: str) -> None:
    """All items fall within the last day, so that the first digest holds them."""
    for entry in parsed(server, name).entries:
        assert entry.published_at is not None
        assert timedelta() < NOW - entry.published_at < timedelta(hours=12)


def test_a_page_in_a_feeds_place_is_refused(server: SampleServer) -> None:
    """One sample is a web page where a feed was."""
    with pytest.raises(ParseError) as caught:
        parsed(server, "maintenance.xml")
    assert caught.value.kind == "html-page"


def test_a_cut_feed_keeps_its_whole_items(server: SampleServer) -> None:
    """One sample breaks off in its second item (F24)."""
    feed = parsed(server, "cut-short.xml")
    assert feed.truncated
    assert [entry.title for entry in feed.entries] == [
        "Kyrgyz hosts count the guests of the SCO summit"
    ]


def test_one_item_is_edited_on_the_second_poll() -> None:
    """The agency corrects an item under the same identity (F6)."""
    with SampleServer(now=NOW) as fresh:
        first = {entry.key: entry.title for entry in parsed(fresh, "steppe-wire.xml").entries}
        second = {entry.key: entry.title for entry in parsed(fresh, "steppe-wire.xml").entries}
    assert first.keys() == second.keys()
    assert len([key for key in first if first[key] != second[key]]) == 1


def test_nothing_among_the_look_alikes_matches(server: SampleServer, matcher: Matcher) -> None:
    """Software firm, orchestra, football, offices and a disco are refused."""
    entries = parsed(server, "look-alikes.xml").entries
    assert len(entries) >= 6
    assert {entry.title: watches(matcher, entry) for entry in entries} == {
        entry.title: set() for entry in entries
    }


@pytest.mark.parametrize("words", ["шоссе", "马上合格", "亚军", "XDS Astana", "Футбол"])
def test_look_alikes_in_other_feeds_are_refused(
    server: SampleServer, matcher: Matcher, words: str
) -> None:
    """Look-alikes that stand among real news are refused too."""
    names = ("dala-novosti.xml", "huaxia.json", "steppe-times.xml")
    entries = [entry for name in names for entry in parsed(server, name).entries]
    found = [entry for entry in entries if words in entry.title]
    assert found
    assert all(watches(matcher, entry) == set() for entry in found)


@pytest.mark.parametrize(
    "name",
    [
        "steppe-times.xml",
        "steppe-wire.xml",
        "dala-novosti.xml",
        "dala-habar.xml",
        "huaxia.json",
        "toshkent-xabar.xml",
        "ala-too.xml",
        "bomi-jahon.xml",
    ],
)
def test_each_language_brings_an_urgent_story(
    server: SampleServer, matcher: Matcher, name: str
) -> None:
    """In every language an item is about the SCO and Kazakhstan."""
    found = [watches(matcher, entry) for entry in parsed(server, name).entries]
    assert any("sco-kazakhstan" in names for names in found)


def test_hostile_titles_match_and_become_one_line(server: SampleServer, matcher: Matcher) -> None:
    """Hostile titles reach the digest, or they would prove nothing; none keeps a line break (F19)."""
    entries = parsed(server, "hostile.xml").entries
    assert len(entries) == 7
    for entry in entries:
        assert watches(matcher, entry)
        assert not re.search("[\u0000-\u001f\u2028\u2029\u202a-\u202e]", entry.title)
        assert entry.url is None or entry.url.startswith("https://")


def test_the_feeds_carry_the_test_articles(server: SampleServer) -> None:
    """The interview, its repost and the speech are the articles that other tests read."""
    for name, file in (
        ("steppe-wire.xml", "interview-agency.txt"),
        ("thousand-hills.xml", "interview-repost.txt"),
        ("steppe-times.xml", "summit-speech.txt"),
    ):
        title, _, text = (ARTICLES / file).read_text("utf-8").partition("\n")
        [entry] = [e for e in parsed(server, name).entries if e.title == title]
        paragraphs = [part.strip() for part in text.split("\n\n") if len(part) > 200]
        assert all(paragraph in entry.text for paragraph in paragraphs)
