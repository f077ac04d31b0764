"""Feeds of mere titles: their entries get the text of the pages they link to (P36)."""

from dataclasses import dataclass, field, replace

import pytest

from monitor.errors import FetchError
from monitor.model.source import Entry, Fetched
from monitor.pipeline.articles import MOST_PAGES, ArticleReader
from tests.desk import Desk, body, rss

ONE = "https://one.example/feed"
TEXT = "The ministry said that the railway will be closed until Monday, and thanked all travellers."


@dataclass(slots=True)
class Pages:
    """The far side: every page holds the same article but those that are missing."""

    missing: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def fetch_page(self, url: str) -> Fetched:
        self.asked.append(url)
        if url in self.missing:
            raise FetchError("missing", "no such page", status=404)
        return Fetched(url, TEXT.encode(), "text/html")


class Bare:
    """Takes a page for its article."""

    async def text(self, page: Fetched) -> str:
        return page.body.decode()


@pytest.fixture
def pages(desk: Desk) -> Pages:
    """Let the desk read pages for feed one."""
    far = Pages()
    feeds = {
        name: replace(feed, full_text=name == "one") for name, feed in desk.poller.feeds.items()
    }
    reader = ArticleReader(pages=far, extractor=Bare())
    desk.poller = replace(desk.poller, feeds=feeds, articles=reader)
    return far


async def stored(desk: Desk) -> dict[str, Entry]:
    """Give the entries stored, by key."""
    found = await desk.store.entries(since=None, limit=200)
    return {each.entry.key: each.entry for each in found}


async def test_an_article_is_matched_and_kept(desk: Desk, pages: Pages) -> None:
    """P36: what only the page says is found, stored and told."""
    desk.web.answers[ONE] = body(rss(("a", "Closed until Monday")))
    await desk.poll()
    [story] = await desk.owed("rails")
    assert story.lead.entry.content == TEXT
    assert pages.asked == ["https://example.org/a"]


async def test_each_page_is_asked_for_once(desk: Desk, pages: Pages) -> None:
    """P36: neither a listing again, nor a failure, nor an edit makes us ask again; the text stays."""
    pages.missing.add("https://example.org/b")
    for title in ("Closed", "Closed", "Closed for longer"):
        desk.web.answers[ONE] = body(rss(("a", title), ("b", title)))
        await desk.poll()
    assert sorted(pages.asked) == ["https://example.org/a", "https://example.org/b"]
    entries = await stored(desk)
    assert (entries["a"].title, entries["a"].content) == ("Closed for longer", TEXT)
    assert entries["b"].content == ""


async def test_a_poll_asks_for_twenty_pages_at_most(desk: Desk, pages: Pages) -> None:
    """P36: of a hundred new entries the first twenty are read; the rest stand as published, for good."""
    desk.web.answers[ONE] = body(rss(*((f"k{n}", f"Headline {n}") for n in range(100))))
    await desk.poll()
    await desk.poll()
    assert len(pages.asked) == MOST_PAGES == 20
    assert len(await stored(desk)) == 100


async def test_other_feeds_stay_as_they_are(desk: Desk, pages: Pages) -> None:
    """P36: a page is only read for a feed whose operator wants that."""
    desk.web.answers["https://two.example/feed"] = body(rss(("a", "Closed")))
    await desk.poll("two")
    assert pages.asked == []


async def test_what_the_feed_says_is_not_made_less(desk: Desk, pages: Pages) -> None:
    """A page shorter than the feed's own text, such as a notice about cookies, changes nothing."""
    long = rss(("a", "Closed")).replace(
        b"<link>", b"<description>" + b"word " * 60 + b"</description><link>"
    )
    desk.web.answers[ONE] = body(long)
    await desk.poll()
    assert (await stored(desk))["a"].content == ""
