"""Feeds in several documents: where the older entries are (RFC 5005)."""

import html
import re
from urllib.parse import urljoin, urlsplit

_LINK = re.compile(rb"<(?:\w{1,20}:)?link\s([^<>]{1,2000})>")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_MARK = b"prev-archive"


def previous_archive(body: bytes, url: str) -> str | None:
    """Find the address of the document before this one; ``url`` is the base of relative links."""
    if _MARK not in body:
        return None
    for link in _LINK.finditer(body):
        pairs = _ATTRIBUTE.findall(link.group(1).decode("utf-8", "replace"))
        named = {name: html.unescape(double or single) for name, double, single in pairs}
        if named.get("rel") == _MARK.decode():
            return _web_address(url, named.get("href", ""))
    return None


def _web_address(base: str, href: str) -> str | None:
    try:
        address = urljoin(base, href.strip())
        return address if href and urlsplit(address).scheme in {"http", "https"} else None
    except ValueError:  # a bracket where no IPv6 address stands
        return None
