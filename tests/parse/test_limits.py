"""Bodies made to be slow: each is refused or read within seconds, in whichever reader it lands (X11, X12, F25)."""

import contextlib
import time
import tracemalloc

import pytest

from monitor.errors import ParseError
from monitor.parse import UnfitError, parse_feed

HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
TAIL = "</channel></rss>"
ITEM = "<item><title>x</title><link>https://news.example/1</link><guid>1</guid></item>"
MANY = "".join(f'a{n}="1" ' for n in range(100_000))
MARKS = "\u0301\u0327"
DEEP = "<a>" * 100_000 + "</a>" * 100_000
LAUGHS = "".join(f'<!ENTITY l{n + 1} "&l{n};&l{n};">' for n in range(30))


def rss(inner: str) -> bytes:
    """Write a feed."""
    return (HEAD + inner + TAIL).encode()


BOMBS = {
    "laughs": f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]><rss>&l30;</rss>'.encode(),
    "quadratic": f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]><rss>{"&a;" * 10_000}</rss>'.encode(),
    "comments": b"<!--" * 250_000,
    "comments in a feed": rss("<!--" * 250_000),
    "attributes": rss(f"<item {MANY}/>"),
    "attributes, not well-formed": rss(f"&nope;<item {MANY}/>"),
    "deep": rss(f"<item>{DEEP}</item>"),
    "deep, not well-formed": rss(f"&nope;<item>{DEEP}</item>"),
    "deep markup": rss(f"<item><description><![CDATA[{'<div>' * 100_000}]]></description></item>"),
    "items": rss(ITEM * 20_000),
    "items, not well-formed": rss("&nope;" + ITEM * 20_000),
    "items never closed": rss("<item>" * 100_000),
    "ampersands": rss(f"<item><description>{'&' * 1_000_000}</description></item>"),
    "brackets": rss(f"<item><description>{'<' * 1_000_000}</description></item>"),
    "categories": rss(f"<item>{'<category>c</category>' * 40_000}</item>"),
    "marks": rss(f"<item><title>a{MARKS * 100_000}</title></item>"),
    "JSON": b'{"items":' + b"[" * 500_000,
    "sitemap": b"<urlset>" + b"<url><loc>x</loc></url>" * 40_000,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(bomb: str) -> None:
    """No body costs more than two seconds of CPU."""
    start = time.process_time()
    with contextlib.suppress(ParseError):
        parse_feed(BOMBS[bomb], feed_id="f")
    assert time.process_time() - start < 2


@pytest.mark.slow
@pytest.mark.parametrize("bomb", ["laughs", "quadratic", "attributes", "deep"])
def test_memory(bomb: str) -> None:
    """No body takes more than a hundred megabytes."""
    tracemalloc.start()
    with contextlib.suppress(ParseError):
        parse_feed(BOMBS[bomb], feed_id="f")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * 1024**2


@pytest.mark.parametrize("bomb", ["attributes, not well-formed", "deep, not well-formed"])
def test_refused(bomb: str) -> None:
    """What would keep feedparser for minutes is named and never given to it."""
    with pytest.raises(ParseError, match="attack"):
        parse_feed(BOMBS[bomb], feed_id="f")


def test_newest_of_a_broken_feed() -> None:
    """Of a broken feed with more entries than wanted the newest are kept, in its order, and the rest counted (F25)."""
    days = ["2026-01-05", "2026-01-01", "", "2026-01-09"]
    items = "".join(f"<item><title>{day}</title><pubDate>{day}</pubDate></item>" for day in days)
    parsed = parse_feed(
        rss(f"<description>&nope;</description>{items}"), feed_id="f", max_entries=3
    )
    assert [entry.title for entry in parsed.entries] == ["2026-01-05", "", "2026-01-09"]
    assert "older ones left out: 1" in parsed.warnings[0]


@pytest.mark.parametrize(
    "body", [rss("<item><title>a &nope; b</title></item>"), rss("<a/>" * 7000)]
)
def test_not_at_once(body: bytes) -> None:
    """What needs feedparser, or is long, is not read where it could hold up others."""
    with pytest.raises(UnfitError):
        parse_feed(body, feed_id="f", tolerant=False)
    assert parse_feed(body, feed_id="f").title == "t"
