"""The other names of an entry in its feed: by them it is known although its guid or address changed."""

from hashlib import blake2b
from typing import Protocol
from urllib.parse import urlsplit

from monitor.story.headlines import headline_key


class Named(Protocol):
    """What an entry is called by its publisher."""

    @property
    def title(self) -> str: ...

    @property
    def canonical_url(self) -> str | None: ...

    @property
    def guid(self) -> str | None: ...


def aliases(feed_id: str, named: Named) -> frozenset[int]:
    """Give the other names of an entry: its pages and its headline, as 63-bit digests."""
    names = [("page", page) for page in pages(named)]
    if headline := headline_key(named.title):
        names.append(("title", headline))
    return frozenset(_number(kind, feed_id, name) for kind, name in names)


def pages(named: Named) -> frozenset[str]:
    """Give the paths that its link and a guid that is an address lead to, without scheme and host (F3).

    The front page of a site is nobody's.
    """
    links = (named.canonical_url or "", named.guid or "")
    return frozenset(page for link in links if (page := _page(link)))


def _page(link: str) -> str:
    """Give what follows the host; empty for what is no address, as many a guid is none."""
    if not link.startswith(("http://", "https://")):
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return "?".join((path, parts.query)) if parts.query else path + parts.fragment


def _number(kind: str, *words: str) -> int:
    joined = "\x1f".join(words).encode("utf-8", "replace")
    digest = blake2b(joined, digest_size=8, person=kind.encode()).digest()
    return int.from_bytes(digest, "big") >> 1  # 63 bits, as SQL has them
