"""Addresses that carry another address: redirects, archives and caches of an article."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl

Target = Callable[[SplitResult], str | None]

_ARCHIVE_HOST = re.compile(r"archive\.(?:is|ph|today|li|vn|fo|md)")
_ARCHIVE_PATH = re.compile(r"/(?:(?:newest|oldest|latest|\d{4,14}|o/\w+|wip/\w+)/)?(?=https?:/)")
_WAYBACK_HOST = re.compile(r"web\.archive\.org")
_WAYBACK_PATH = re.compile(r"/web/(?:\d{1,14}\w*|\*)/(?=https?:/)")
_AMP_CACHE_HOST = re.compile(r".+\.cdn\.ampproject\.org|cdn\.ampproject\.org")
_AMP_CACHE_PATH = re.compile(r"/[acirv]/(s/)?")
_GOOGLE_HOST = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")
_GOOGLE_AMP_PATH = re.compile(r"/amp/(s/)?")
_GOOGLE_NEWS_HOST = re.compile(r"news\.google\.com")
_GOOGLE_NEWS_PATH = re.compile(r"/(?:(?:rss/)?articles|(?:rss/)?read|__i/rss/rd/articles)/([\w-]+)")
_REDIRECT_HOST = re.compile(
    r"(?:www\.)?bing\.com|lm?\.facebook\.com|out\.reddit\.com|t\.umblr\.com"
)
_REDIRECT_PATH = re.compile(r"/news/apiclick\.aspx|/l\.php|/redirect|/t3_\w+|/url|/")
_TARGET_PARAMETERS = ("url", "q", "u", "z")
_ONE_SLASH = re.compile(r"(https?):/(?!/)")  # what servers leave of "https://" inside a path

_PROXY = re.compile(
    r"https?://(?:feedproxy\.google\.com|feeds\d*\.feedburner\.com)/~r/", re.IGNORECASE
)

_VARINT, _BYTES = 0x08, 0x22  # tags of a Google News id: its kind, and the article's address


def is_feed_proxy(url: str) -> bool:
    """Tell a FeedBurner link, which hides the article's address behind a number."""
    return _PROXY.match(url) is not None


def wrapped_target(parts: SplitResult) -> str | None:
    """Find the address that a redirect, an archive or a cache carries in its own; None for others."""
    host = (parts.hostname or "").rstrip(".")
    for pattern, find in _WRAPPERS:
        if pattern.fullmatch(host):
            return find(parts)
    return None


def _behind(path: re.Pattern[str]) -> Target:
    """Find the address that follows a prefix of the path."""

    def find(parts: SplitResult) -> str | None:
        prefix = path.match(parts.path)
        if prefix is None:
            return None
        target = _ONE_SLASH.sub(r"\1://", parts.path[prefix.end() :], count=1)
        return f"{target}?{parts.query}" if parts.query else target

    return find


def _cached(path: re.Pattern[str]) -> Target:
    """Find the address without scheme that follows a prefix which tells the scheme."""

    def find(parts: SplitResult) -> str | None:
        prefix = path.match(parts.path)
        if prefix is None:
            return None
        rest = parts.path[prefix.end() :]
        scheme = "https" if prefix[1] else "http"
        return f"{scheme}://{rest}?{parts.query}" if parts.query else f"{scheme}://{rest}"

    return find


def _google(parts: SplitResult) -> str | None:
    return _in_query(parts) if parts.path == "/url" else _cached(_GOOGLE_AMP_PATH)(parts)


def _redirect(parts: SplitResult) -> str | None:
    return _in_query(parts) if _REDIRECT_PATH.fullmatch(parts.path) else None


def _in_query(parts: SplitResult) -> str | None:
    given = dict(reversed(parse_qsl(parts.query)))
    candidates = (given.get(name, "") for name in _TARGET_PARAMETERS)
    return next((url for url in candidates if url.startswith(("http://", "https://"))), None)


def _google_news(parts: SplitResult) -> str | None:
    """Decode the address in an article's id; ids since 2024 hold only a number that Google resolves."""
    found = _GOOGLE_NEWS_PATH.match(parts.path)
    if found is None:
        return None
    try:
        data = urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    except (Base64Error, ValueError):
        return None
    url = _bytes_field(data).decode("ascii", "replace")
    return url if url.startswith(("http://", "https://")) and "\ufffd" not in url else None


def _bytes_field(data: bytes) -> bytes:
    """Read the address from ``08 <kind> 22 <length> <address>``; empty for any other shape."""
    if len(data) < 4 or data[0] != _VARINT or data[2] != _BYTES:
        return b""
    length, start = data[3], 4
    if length & 0x80:
        if len(data) < 5:
            return b""
        length, start = (length & 0x7F) | (data[4] << 7), 5
    return data[start : start + length]


_WRAPPERS: tuple[tuple[re.Pattern[str], Target], ...] = (
    (_ARCHIVE_HOST, _behind(_ARCHIVE_PATH)),
    (_WAYBACK_HOST, _behind(_WAYBACK_PATH)),
    (_AMP_CACHE_HOST, _cached(_AMP_CACHE_PATH)),
    (_GOOGLE_NEWS_HOST, _google_news),
    (_GOOGLE_HOST, _google),
    (_REDIRECT_HOST, _redirect),
)
