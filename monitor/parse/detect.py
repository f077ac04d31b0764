"""What a body is, before anything expensive or dangerous reads it."""

import re
from typing import Literal

from monitor.errors import ParseError

BodyKind = Literal["xml", "json", "sitemap"]

FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_SITEMAPS = frozenset({"urlset", "sitemapindex"})
_MISC = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE([^\[>]*)(?:\[(.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ELEMENT = re.compile(r"<([A-Za-z_][\w:.-]*)")
_FEED_START = re.compile(r"<(?:\?xml|!DOCTYPE|!--|rss|feed|rdf:RDF)(?=[\s>])", re.IGNORECASE)
_FEED_INSIDE = re.compile(r"<(?:rss|feed|rdf:RDF)\s[^>]*(?:version|xmlns)", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY(?![a-z])", re.IGNORECASE)
# A name for a few characters; anything that refers to other entities or files is no feed's business (X11).
_HARMLESS_ENTITY = re.compile(
    r"\s+[\w.-]+\s+([\"'])(?:&#\w+;|[^&%<]){0,200}?\1\s*>|\s+%\s+[\w.-]+\s+(?:PUBLIC|SYSTEM)\s"
)
_HEAD = 4096


def kind_of(text: str) -> BodyKind:
    """Tell how a body is to be read; raises ParseError if it is surely no feed (F21, F22, X11)."""
    if not text.strip():
        raise ParseError(
            "empty",
            "The answer has no content. If this stays so, look at the address in a browser.",
        )
    if text.lstrip()[0] in "{[":
        return "json"
    doctype, subset, at = _after_prolog(text)
    _refuse_entities(subset)
    root = root_of(text, at)
    is_page = root == "html" or "html" in doctype.lower()
    if is_page and root not in FEED_ROOTS and not _FEED_INSIDE.search(text):
        raise ParseError(
            "html-page",
            "The address gives a web page, not a feed. Open it in a browser: it may be an error or log-in "
            "page; else look there for the address of the feed.",
        )
    return "sitemap" if root in _SITEMAPS else "xml"


def root_of(text: str, at: int | None = None) -> str:
    """Name the first element in lower case, without prefix; empty if there is none."""
    element = _ELEMENT.search(text, _after_prolog(text)[2] if at is None else at)
    return element.group(1).rpartition(":")[2].lower() if element else ""


def without_preface(text: str) -> str:
    """Drop what stands before the XML: blanks, and warnings that a broken server prints first."""
    start = _FEED_START.search(text[:_HEAD])
    return text[start.start() :] if start else text.lstrip()


def no_feed(text: str) -> ParseError:
    """Make the error for XML that turned out to hold no feed."""
    root = root_of(text)
    if root == "opml":
        what = (
            "This is a list of feeds (OPML), not a feed: read it with `monitor feeds import FILE`."
        )
    elif root:
        what = f"The body is no feed: it begins with <{root[:40]}>. Check the address."
    else:
        what = "The body is no feed: neither XML nor JSON. Check the address."
    return ParseError("not-a-feed", what)


def _after_prolog(text: str) -> tuple[str, str, int]:
    """Return name and inner part of the DOCTYPE, and where the document itself begins."""
    name = subset = ""
    at = 0
    while found := (_MISC.match(text, at) or _DOCTYPE.match(text, at)):
        if found.re is _DOCTYPE:
            name, subset = found.group(1), f"{subset}{found.group(2) or ''}"
        at = found.end()
    return name, subset, at


def _refuse_entities(subset: str) -> None:
    for declaration in _ENTITY.finditer(subset):
        if not _HARMLESS_ENTITY.match(subset, declaration.end()):
            raise ParseError(
                "not-a-feed",
                "The body defines XML entities that refer to others or to files: that is an attack, not a feed.",
            )
