"""News sitemaps as feeds."""

from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from monitor.parse import parse_feed

PAGE = """<url><loc>https://news.example/{n}</loc><image:image><image:loc>https://i.example/{n}.jpg</image:loc>
<image:title>a picture</image:title></image:image><lastmod>2026-11-21T09:30:00+05:00</lastmod>
<news:news><news:publication><news:name>Sample</news:name><news:language>ru</news:language></news:publication>
<news:publication_date>2026-11-21T09:00:00+05:00</news:publication_date><news:title>Саммит &amp; {n}</news:title>
<news:keywords>politics, summit</news:keywords></news:news></url>"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">"""


def sitemap(pages: int, end: str = "</urlset>") -> bytes:
    """Write a news sitemap."""
    return (HEAD + "".join(PAGE.format(n=n) for n in range(pages)) + end).encode()


def test_news() -> None:
    """Each page is an entry with title, address, times, language and keywords."""
    parsed = parse_feed(sitemap(2), feed_id="f")
    first, second = parsed.entries
    assert (parsed.title, first.title, first.url) == (
        "Sample",
        "Саммит & 0",
        "https://news.example/0",
    )
    assert first.published_at == datetime(2026, 11, 21, 4, tzinfo=UTC)
    assert first.updated_at == datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
    assert (first.language, first.tags) == ("ru", ("politics", "summit"))
    assert first.key != second.key
    assert not parsed.truncated


def test_pages_that_are_no_news() -> None:
    """Among news, pages without a title are no entries."""
    plain = b"<url><loc>https://news.example/about</loc></url>"
    parsed = parse_feed(sitemap(1).replace(b"</urlset>", plain + b"</urlset>"), feed_id="f")
    assert len(parsed.entries) == 1


def test_cut_short() -> None:
    """Of a body cut short whole pages are given, and its validators are not to be kept (F24)."""
    parsed = parse_feed(sitemap(3)[:-200], feed_id="f")
    assert len(parsed.entries) == 2
    assert parsed.truncated


def test_without_news() -> None:
    """A sitemap of mere addresses is no feed, and the message says what to look for."""
    with pytest.raises(ParseError, match="news sitemap"):
        parse_feed(b"<urlset><url><loc>https://news.example/</loc></url></urlset>", feed_id="f")


def test_index() -> None:
    """An index is told with the sitemaps to configure instead, the likely one first."""
    places = ("pages-1.xml", "news.xml")
    inner = "".join(f"<sitemap><loc>https://news.example/{name}</loc></sitemap>" for name in places)
    with pytest.raises(ParseError, match=r"names: https://news\.example/news\.xml, https"):
        parse_feed(f"<sitemapindex>{inner}</sitemapindex>".encode(), feed_id="f")
