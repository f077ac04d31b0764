"""The quick reader against feedparser: the same entries, or none of its business."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from monitor.parse.detect import without_preface
from monitor.parse.encoding import decode_body
from monitor.parse.raw import UnfitError
from monitor.parse.wellformed import read_wellformed
from tests.parse.differential import both

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
CASES = {path.parent.name: path.read_bytes() for path in sorted(FEEDS.glob("*/feed.xml"))}
# Cases that are for feedparser: no XML, cut short, or with entities of HTML.
TOLERANT = {"en-hostile", "en-json-feed", "en-truncated", "en-warning-first"}

SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:x="https://x.example/ns" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcterms="http://purl.org/dc/terms/"'
)
SHELLS = {
    "rss": ('<rss version="2.0" {}>', "<channel>", "item", "</channel></rss>"),
    "atom": ('<feed xmlns="http://www.w3.org/2005/Atom" {}>', "", "entry", "</feed>"),
    "rdf": (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" {}>',
        "<channel><title>t</title></channel>",
        "item",
        "</rdf:RDF>",
    ),
}
TEXTS = (
    "", " ", "Kazakhstan", "Саммит ШОС", "上合组织 峰会", "A & B", "a < b", "<b>bold</b> words", "<p>one</p><p>two</p>",
    "&nbsp;", "&lt;b&gt;", "Ð\xa8Ð\x9e", "caf\x85\xe9", "https://news.example/1?a=1&b=2", "/relative", "a,b, c",
    "ann@news.example (Ann)", "Ann <ann@news.example>", "Tue, 30 May 2023 12:00:00 GMT", "2023-05-30T12:00:00Z",
)  # fmt: skip
NAMES = (
    "title", "link", "guid", "id", "description", "summary", "content", "content:encoded", "pubDate", "published",
    "updated", "dc:date", "dcterms:issued", "dc:creator", "author", "category", "dc:subject", "media:title",
    "media:description", "media:keywords", "media:thumbnail", "media:group", "itunes:summary", "itunes:author",
    "itunes:keywords", "itunes:category", "enclosure", "source", "comments", "x:title", "x:unknown", "unknown",
    "language", "dc:language", "atom:link", "atom:updated", "subtitle", "rights", "name", "email", "uri", "image",
    "width", "ttl", "dc:title", "dc:rights", "contributor", "generator", "date", "tags",
)  # fmt: skip
ATTRIBUTES = (
    ("type", "html"), ("type", "text"), ("type", "xhtml"), ("type", "text/html"), ("rel", "alternate"),
    ("rel", "enclosure"), ("rel", "self"), ("href", "https://news.example/2"), ("href", "3"), ("isPermaLink", "false"),
    ("isPermaLink", "true"), ("xml:lang", "ru"), ("lang", "kk_KZ"), ("xml:base", "https://base.example/a/"),
    ("term", "word"), ("label", "Word"), ("scheme", "s"), ("url", "https://news.example/4"), ("text", "News"), ("x:y", "z"),
    ("rdf:about", "urn:5"), ("domain", "d"),
)  # fmt: skip


def element(name: str, attributes: list[tuple[str, str]], inner: str) -> str:
    """Write an element."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in dict(attributes).items())
    return f"<{name}{written}>{inner}</{name}>"


attributes = st.lists(st.sampled_from(ATTRIBUTES), max_size=3)
leaves = st.builds(
    element, st.sampled_from(NAMES), attributes, st.sampled_from(TEXTS).map(escape)
) | st.builds(
    lambda name, text: f"<{name}><![CDATA[{text}]]></{name}>",
    st.sampled_from(NAMES),
    st.sampled_from(TEXTS),
)
parts = st.recursive(
    leaves,
    lambda inner: st.builds(
        element,
        st.sampled_from(("media:group", "author", "source", "x:box", "image", "contributor")),
        st.just([]),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=5,
)
markup = st.sampled_from(("div", "p", "br", "b", "a", "svg", "title"))
xhtml = st.builds(
    lambda name, tag, text: f'<{name} type="xhtml"><div>{text}<{tag}>{text}</{tag}></div></{name}>',
    st.sampled_from(("title", "summary", "content")),
    markup,
    st.sampled_from(TEXTS).map(escape),
)
entries = st.lists(parts | leaves | leaves | xhtml, max_size=9).map("".join)


@st.composite
def feeds(draw: st.DrawFn) -> str:
    """Make a feed that is well-formed and hardly ever sensible."""
    head, begin, item, end = SHELLS[draw(st.sampled_from(sorted(SHELLS)))]
    spaces = SPACES.replace("2005/Atom", "2005/other") if "RDF" in head else SPACES
    head = head.format(spaces + draw(st.sampled_from(("", " xml:lang='tg'"))))
    own = draw(st.lists(leaves, max_size=4).map("".join))
    items = draw(st.lists(st.tuples(attributes, entries), max_size=3))
    return head + begin + own + "".join(element(item, *parts) for parts in items) + end


@pytest.mark.parametrize("case", CASES)
def test_same_as_feedparser(case: str) -> None:
    """A feed that is well-formed needs no feedparser and loses nothing by it."""
    text = without_preface(decode_body(CASES[case]))
    try:
        quick, tolerant = both(text)
    except UnfitError:
        assert case in TOLERANT
        return
    assert quick == tolerant


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(feeds())
def test_same_as_feedparser_for_any_feed(text: str) -> None:
    """Whatever elements come in whatever order, the quick reader agrees or stands back."""
    try:
        quick, tolerant = both(text)
    except UnfitError:
        reject()
    assert quick == tolerant


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><item></channel></rss>",
        "<!DOCTYPE rss><rss><channel/></rss>",
        "<rss><channel>&nbsp;</channel></rss>",
        "<rss><channel><item><item/></item></channel></rss>",
        "<rss><channel><item><title>a<b>c</b></title></item></channel></rss>",
        "<rss><channel href='https://x.example/'/></rss>",
        "<html><body/></html>",
        "<rss xmlns:dc='https://other.example/'><channel/></rss>",
        "<rss><channel><item><content type='image/png'>AA==</content></item></channel></rss>",
        "<feed xml:base='feed.xml'/>",
        "<rss>\ufffe</rss>",
    ],
)
def test_stands_back(text: str) -> None:
    """What is not well-formed or is unusual is left to feedparser."""
    with pytest.raises(UnfitError):
        read_wellformed(text)
