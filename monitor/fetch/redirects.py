"""Follows redirects by rule, one hop at a time (P26, P28, P29). Pure."""

from dataclasses import dataclass

import httpx

from monitor.errors import FetchError, FetchKind

MOST_HOPS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Trail:
    """The URLs asked so far; ``moved_to`` is the end of the leading permanent redirects (P28)."""

    urls: tuple[httpx.URL, ...]
    moved_to: httpx.URL | None = None
    permanent: bool = True  # no temporary hop yet

    @property
    def url(self) -> httpx.URL:
        """The URL to ask now."""
        return self.urls[-1]

    def follow(self, status: int, location: bytes | None) -> "Trail":
        """Take one hop; raises FetchError if a rule forbids it."""
        if not location:
            raise self._refuse(f"answers {status} without saying where to")
        target = self._target(location)
        if len(self.urls) > MOST_HOPS:
            raise self._refuse(f"leads through more than {MOST_HOPS} redirects")
        if target in self.urls:
            raise self._refuse("leads in a circle, as sites do that insist on cookies")
        permanent = self.permanent and status in _PERMANENT
        return Trail(
            urls=(*self.urls, target),
            moved_to=target if permanent else self.moved_to,
            permanent=permanent,
        )

    def _target(self, location: bytes) -> httpx.URL:
        try:
            joined = self.url.join(_decode(location))
        except (httpx.InvalidURL, ValueError) as error:
            raise self._refuse("leads to something that is no URL") from error
        target = web_address(joined, kind="redirect", host=self.urls[0].host)
        if self.url.scheme == "https" and target.scheme == "http":
            raise self._refuse(f"leads from https to plain http on {target.host}")
        return target

    def _refuse(self, what: str) -> FetchError:
        return FetchError("redirect", f"{self.urls[0].host} {what}.")


def start_trail(url: str) -> Trail:
    """Begin at the feed's URL; raises FetchError ("blocked") if it is not fit to be fetched (X1)."""
    return Trail(urls=(web_address(parse_url(url), kind="blocked", host="The feed"),))


def parse_url(url: str) -> httpx.URL:
    """Read a URL; raises FetchError ("blocked") if it is none."""
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(
            "blocked", "The feed's URL cannot be read. Check `url:` in feeds.yaml."
        ) from error


def web_address(url: httpx.URL, *, kind: FetchKind, host: str) -> httpx.URL:
    """Check scheme, host and userinfo, and drop the fragment (X1)."""
    if url.scheme not in {"http", "https"}:
        scheme = url.scheme[:20] or "no scheme"
        raise FetchError(kind, f"{host} leads to {scheme}; only http and https are fetched.")
    if not url.host:
        raise FetchError(kind, f"{host} leads to a URL without a host.")
    if url.userinfo:
        raise FetchError(kind, f"{host} leads to a URL with a user name or password in it.")
    return url.copy_with(fragment=None) if "#" in str(url) else url


def _decode(location: bytes) -> str:
    try:
        return location.decode()
    except UnicodeDecodeError:
        return location.decode("latin-1")
