"""Finds the feeds that a web page names, or may have without saying so."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from monitor.text.clean import one_line

_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
)
_ENDINGS = (
    "/rss",
    "/feed",
    "/atom",
    ".rss",
    ".atom",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "feed.json",
)
_USUAL = ("/feed/", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/feed.json")
_MOST = 20


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address that may be a feed, with the name the page gives it."""

    url: str
    title: str = ""


def feed_links(page: str, url: str) -> tuple[FeedLink, ...]:
    """Find the feeds a page names in its head, else links that look like feeds; in its order.

    ``url`` is the page's own, the base of relative links.
    """
    tree = LexborHTMLParser(page)
    base = tree.css_first("base[href]")
    root = urljoin(url, (base.attributes.get("href") if base else None) or "")
    named = [
        (node.attributes.get("href"), node.attributes.get("title"))
        for node in tree.css("link[rel~=alternate][href]")
        if (node.attributes.get("type") or "").partition(";")[0].strip().lower() in _TYPES
    ]
    linked = [(node.attributes.get("href"), node.text()) for node in tree.css("a[href]")]
    return _links(root, named) or _links(root, [(href, t) for href, t in linked if _looks(href)])


def usual_places(url: str) -> tuple[str, ...]:
    """Give the addresses at which sites often have a feed, to be tried one after the other."""
    return tuple(urljoin(url, place) for place in _USUAL)


def _looks(href: str | None) -> bool:
    path = re.split("[?#]", href or "", maxsplit=1)[0]
    return path.rstrip("/").lower().endswith(_ENDINGS)


def _links(root: str, found: list[tuple[str | None, str | None]]) -> tuple[FeedLink, ...]:
    links: dict[str, FeedLink] = {}
    for href, title in found:
        try:
            address = urljoin(root, (href or "").strip())
            is_web = urlsplit(address).scheme in {"http", "https"}
        except ValueError:  # a bracket where no IPv6 address stands
            continue
        if href and is_web:
            links.setdefault(address, FeedLink(address, one_line(title or "", 200)))
    return tuple(links.values())[:_MOST]
