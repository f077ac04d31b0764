"""Bodies that are no feeds, cut short, or out to do harm."""

import contextlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.parse import parse_feed
from monitor.parse.dates import DateContext
from monitor.parse.entries import FeedContext, plain_entries
from monitor.parse.raw import RawEntry

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
BODIES = [path.read_bytes() for path in sorted(FEEDS.glob("*/feed.xml"))]
HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
TAIL = b"</channel></rss>"
PAGE = b"<!DOCTYPE html><html><head><title>Just a moment</title></head><body>Wait</body></html>"


def rss(items: bytes) -> bytes:
    """Wrap items as a feed."""
    return HEAD + items + TAIL


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \n\xef\xbb\xbf", "not-a-feed", id="odd bytes"),
        pytest.param(b"\xef\xbb\xbf \r\n", "empty", id="white space"),
        pytest.param(PAGE, "html-page", id="F21"),
        pytest.param(b"<html><body>maintenance</body></html>", "html-page", id="no doctype"),
        pytest.param(b"\n<!-- x -->\n<HTML></HTML>", "html-page", id="comment first"),
        pytest.param(b"null", "not-a-feed", id="null"),
        pytest.param(b"{}", "not-a-feed", id="object"),
        pytest.param(b"[1]", "not-a-feed", id="list"),
        pytest.param(b'{"items": [', "not-a-feed", id="JSON cut short"),
        pytest.param(b"[" * 100_000, "not-a-feed", id="deep JSON"),
        pytest.param(b'<opml version="2.0"><body/></opml>', "not-a-feed", id="OPML"),
        pytest.param(b"<urlset></urlset>", "not-a-feed", id="sitemap"),
        pytest.param(b"hello", "not-a-feed", id="words"),
        pytest.param(b"/etc/hostname", "not-a-feed", id="X13"),
        pytest.param(b"https://news.example/feed", "not-a-feed", id="X13 address"),
    ],
)
def test_no_feed(body: bytes, kind: str) -> None:
    """What is no feed is told by its kind, and never taken for an empty feed (F21, F22, X13)."""
    with pytest.raises(ParseError) as caught:
        parse_feed(body, feed_id="f")
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "subset",
    [
        b'<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">',
        b'<!ENTITY x "]>"><!ENTITY a "lol"><!ENTITY b "&a;&a;">',
        b'<!ENTITY a "' + b"a" * 100_000 + b'">',
        b'<!ENTITY a SYSTEM "file:///etc/passwd">',
        b"<!ENTITY % p \"<!ENTITY a SYSTEM 'http://x'>\">%p;",
    ],
)
def test_entities_that_refer(subset: bytes) -> None:
    """Entities that grow or reach for files are refused before a parser sees them (X11)."""
    body = b'<?xml version="1.0"?><!DOCTYPE rss [' + subset + b"]>" + HEAD[21:] + b"&b;" + TAIL
    start = time.process_time()
    with pytest.raises(ParseError, match="attack"):
        parse_feed(body, feed_id="f")
    assert time.process_time() - start < 1


def test_harmless_entities() -> None:
    """Entities that stand for a few characters are what old feeds do."""
    body = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY co "Sample">]>'
    parsed = parse_feed(body + rss(b"<item><title>a&nbsp;b &co;</title></item>")[21:], feed_id="f")
    assert parsed.entries[0].title == "a b Sample"


def test_entity_in_an_article() -> None:
    """An article about XML entities is no attack."""
    body = rss(
        b"<item><title>x</title><description><![CDATA[&lt;!ENTITY a &amp;b;]]></description></item>"
    )
    assert parse_feed(body, feed_id="f").entries[0].summary == "<!ENTITY a &b;"


def test_illegal_characters() -> None:
    """Characters that XML forbids go, written out or as references; halves of one are joined."""
    body = rss(
        b"<item><title>&#0;a\x00\x0b&#x1f;&#99999999999;&#55357;&#56832;&#xD83D;\x08b&#10;c</title></item>"
    )
    assert parse_feed(body, feed_id="f").entries[0].title == "a😀b c"


def test_cut_at_every_byte() -> None:
    """A body cut anywhere gives only whole entries, or says that it is no feed (F24)."""
    items = b"".join(
        b"<item><title>Title %d</title><guid>g%d</guid><description><![CDATA[x]]></description></item>"
        % (n, n)
        for n in range(3)
    )
    body = rss(items)
    titles = tuple(f"Title {n}" for n in range(3))
    for end in range(1, len(body)):
        try:
            parsed = parse_feed(body[:end], feed_id="f")
        except ParseError:
            continue
        found = tuple(entry.title for entry in parsed.entries)
        assert found == titles[: body[:end].count(b"</item>")]
        assert parsed.truncated == (b"</rss" not in body[:end])


def test_entries_that_are_never_closed() -> None:
    """A generator that never closes its items is no body cut short: all items are read."""
    body = HEAD + b"<item><title>a</title><item><title>b</title><item><title>c</title>"
    assert len(parse_feed(body, feed_id="f").entries) == 3


def test_newest_are_kept() -> None:
    """Of more entries than wanted the newest stay, in the feed's order; undated ones go before dated (F25)."""
    dates = ["2026-01-05", "2026-01-01", "", "2026-01-09"]
    items = "".join(
        f"<item><title>{date}</title><pubDate>{date}</pubDate></item>" for date in dates
    )
    parsed = parse_feed(rss(items.encode()), feed_id="f", max_entries=3)
    assert [entry.title for entry in parsed.entries] == ["2026-01-05", "", "2026-01-09"]
    assert "older ones left out: 1" in parsed.warnings[0]


def test_future_depends_on_now() -> None:
    """A date more than two days ahead is none (F12)."""
    body = rss(b"<item><title>x</title><pubDate>2026-11-25</pubDate></item>")
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert parse_feed(body, feed_id="f", now=now).entries[0].published_at is None
    later = parse_feed(body, feed_id="f", now=now + timedelta(days=2))
    assert later.entries[0].published_at == datetime(2026, 11, 25, tzinfo=UTC)


def test_unknown_timezone() -> None:
    """A zone this system does not know must not cost the feed."""
    assert parse_feed(rss(b""), feed_id="f", timezone="Nowhere/Land").entries == ()


def test_one_entry_that_breaks_the_reader() -> None:
    """An entry on which feedparser itself fails is left out; the others come through (F30)."""
    good = b"".join(b"<item><title>%d</title></item>" % n for n in range(49))
    bad = b'<item xmlns:psc="http://podlove.org/simple-chapters"><title>x</title><tags/><psc:chapters><psc:chapter/></psc:chapters></item>'
    parsed = parse_feed(rss(good[:290] + bad + good[290:]), feed_id="f")
    assert [entry.title for entry in parsed.entries] == [str(n) for n in range(49)]
    assert "cannot be read and are left out: 1" in parsed.warnings[0]
    assert parsed.title == "t"


def test_feed_that_breaks_the_reader() -> None:
    """A body on which feedparser fails as a whole is no feed."""
    bad = b'<x xmlns:psc="http://podlove.org/simple-chapters"><psc:chapters><psc:chapter/></psc:chapters></x>'
    with pytest.raises(ParseError):
        parse_feed(bad, feed_id="f")
    assert parse_feed(b"<rss>" + bad + b"</rss>", feed_id="f").entries == ()


def test_entry_that_cannot_be_made_plain() -> None:
    """An entry that surprises us costs itself only (F30)."""
    odd = RawEntry(title=cast("str", None))
    context = FeedContext("f", None, None, DateContext())
    entries, unreadable = plain_entries([odd, RawEntry(title="b")], context)
    assert ([entry.title for entry in entries], unreadable) == (["b"], 1)


@pytest.mark.parametrize("link", ["//[bad", "http://[bad", "mailto:a@b.c", "x y", "word"])
def test_links_that_lead_nowhere(link: str) -> None:
    """What cannot be made absolute http(s) is no link (F14, F15)."""
    body = rss(f"<item><title>x</title><link>{link}</link></item>".encode())
    assert parse_feed(body, feed_id="f", url="https://x.example/").entries[0].url is None


@pytest.mark.parametrize("count", [2, 5])
def test_keys_are_unique_and_stable(count: int) -> None:
    """Keys are unique in a body, and the same when entries before them change (F2)."""
    items = b"".join(
        b'<item><title>%d</title><link>https://x.example/%d</link><guid isPermaLink="false">1</guid></item>'
        % (n, n)
        for n in range(count)
    )
    first = parse_feed(rss(items), feed_id="f")
    again = parse_feed(rss(b"<item><title>new</title></item>" + items), feed_id="f")
    keys = [entry.key for entry in first.entries]
    assert len(set(keys)) == count
    assert [entry.key for entry in again.entries[1:]] == keys


@given(st.binary(max_size=300))
def test_random_bytes(body: bytes) -> None:
    """No bytes whatever raise anything but ParseError."""
    with contextlib.suppress(ParseError):
        parse_feed(body, feed_id="f", url="https://x.example/")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(BODIES), st.data())
def test_mutated_feeds(body: bytes, data: st.DataObject) -> None:
    """A feed with bytes put in, taken out or doubled raises nothing but ParseError, and keys stay unique."""
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 60)))
    odd = [
        b"",
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"\x00",
        b"\xff\xfe",
        b"<item>",
        b"</item>",
        b'"',
        b"&#xD800;",
        b"<!--",
    ]
    inserted = data.draw(st.sampled_from([*odd, body[start:end] * 2]) | st.binary(max_size=8))
    try:
        parsed = parse_feed(
            body[:start] + inserted + body[end:], feed_id="f", url="https://x.example/"
        )
    except ParseError:
        return
    keys = [entry.key for entry in parsed.entries]
    assert len(keys) == len(set(keys))
