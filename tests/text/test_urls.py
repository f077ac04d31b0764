"""Addresses that are safe to show, and those that mean one article."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.urls import canonical_url, host_of, safe_url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://news.example/",
        "/relative",
        "//news.example/a",
        "not a url",
        "https://",
        "https:///path",
        "https://user@news.example/",
        "https://news.example\\@evil.example/",
        "https://news.example:99999/",
        "https://[broken/",
        "https://a b/",
        "",
        "https://news.example/" + "a" * 9000,
    ],
)
def test_unsafe(url: str) -> None:
    """Only absolute http and https without a user is an address (F15, F17)."""
    assert safe_url(url) is None
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (" https://news.example/a\n", "https://news.example/a"),
        ("https://news.example/a\tb", "https://news.example/ab"),
        ('https://news.example/a b"<>', "https://news.example/a%20b%22%3C%3E"),
        ("https://news.example/Путь?q=1#x", "https://news.example/Путь?q=1#x"),
        ("HTTP://News.Example:8080/", "HTTP://News.Example:8080/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_safe(url: str, expected: str) -> None:
    """A safe address stays as published, but for what breaks mail and HTML."""
    assert safe_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a?id=5",
        "http://NEWS.example:80/a?id=5#top",
        "https://www.news.example/a/?utm_source=rss&id=5&utm_medium=x",
        "https://m.news.example/a/amp/?id=5&yclid=1",
        "https://amp.news.example/a?id=5&fbclid=x&amp=1",
        "https://news.example./%61?id=5&from=rss&_openstat=z",
        "https://wap.news.example/amp/a/index.html?id=5",
        "https://archive.is/newest/https://www.news.example/a?id=5",
        "https://archive.ph/2026/https:/news.example/a?id=5",
        "https://web.archive.org/web/20260102030405id_/http://news.example/a?id=5",
        "https://news-example.cdn.ampproject.org/c/s/news.example/amp/a?id=5",
        "https://www.google.com/amp/s/amp.news.example/a?id=5",
        "https://www.google.co.uk/url?rct=j&sa=t&url=https%3A%2F%2Fnews.example%2Fa%3Fid%3D5&ct=ga",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fnews.example%2fa%3fid%3d5",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fa%3Fid%3D5&h=AT0",
    ],
)
def test_one_article(url: str) -> None:
    """Trackers, scheme, mirrors, encoding and a slash at the end do not make another article (F28)."""
    assert canonical_url(url) == "https://news.example/a?id=5"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?id=5", "https://news.example/?id=6"),
        ("https://news.example/?p=1&p=2", "https://news.example/?p=1"),
        ("https://news.example/#!/a", "https://news.example/#!/b"),
        ("https://news.example/A", "https://news.example/a"),
        ("https://news.example:8443/", "https://news.example/"),
        ("https://news.example/?from=2026-01-01", "https://news.example/?from=2026-01-02"),
        ("https://m.ru/a", "https://ru/a"),
    ],
)
def test_different_articles(one: str, other: str) -> None:
    """What may tell articles apart stays: merging two would lose news."""
    assert canonical_url(one) != canonical_url(other)


def _google_news(address: str, tail: bytes = b"\xd2\x01\x00", path: str = "rss/articles") -> str:
    """Lay an article's id out as Google News does: kind, length, address, the address for phones."""
    size = len(address)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    data = b"\x08\x13\x22" + length + address.encode() + tail
    return f"https://news.google.com/{path}/{urlsafe_b64encode(data).decode().rstrip('=')}?oc=5"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        pytest.param(_google_news("https://news.example/a"), "https://news.example/a", id="short"),
        pytest.param(
            _google_news(f"https://www.news.example/{'a' * 150}/", path="articles"),
            f"https://news.example/{'a' * 150}",
            id="two-bytes-of-length",
        ),
        pytest.param(
            _google_news("https://archive.is/newest/https://news.example/a"),
            "https://news.example/a",
            id="an-archive-inside",
        ),
    ],
)
def test_google_news_links_are_decoded(url: str, canonical: str) -> None:
    """The article's address stands in the id of a Google News link, as long as it does (F28)."""
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(_google_news("AU_yqLNumbersOnly"), id="a-number"),
        pytest.param(_google_news("javascript:alert(1)"), id="no-web-address"),
        pytest.param("https://news.google.com/rss/articles/CBMi", id="cut-short"),
        pytest.param("https://news.google.com/rss/articles/%%%", id="no-base64"),
        pytest.param("https://archive.is/AbC12", id="an-archive-by-number"),
        pytest.param("https://www.google.com/url?q=about%3Ablank", id="no-target"),
    ],
)
def test_what_cannot_be_unwrapped_stands_for_itself(url: str) -> None:
    """A link whose target is not in it keeps its own identity."""
    canonical = canonical_url(url)
    assert canonical is not None
    assert canonical.startswith(
        ("https://news.google.com/", "https://archive.is/", "https://google.com/")
    )


def test_parameters_in_any_order() -> None:
    """The order of parameters does not count; a name in Cyrillic is the same in both spellings."""
    assert canonical_url("https://пример.рф/ё?b=1&a=2") == canonical_url(
        "https://xn--e1afmkfd.xn--p1ai/%d1%91?a=2&b=1"
    )


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://News.example:80/a", "news.example"), ("nothing", ""), ("https://[bad", "")],
)
def test_host_of(url: str, host: str) -> None:
    """The host is in lower case and without a port; empty where there is none."""
    assert host_of(url) == host


@given(st.text(max_size=40).map(lambda tail: f"https://news.example/{tail}"))
def test_canonical_is_stable(url: str) -> None:
    """A canonical address is its own canonical address."""
    canonical = canonical_url(url)
    assert canonical is None or canonical_url(canonical) == canonical


@given(st.text())
def test_never_raises(url: str) -> None:
    """Any text may stand where an address should."""
    safe_url(url)
    canonical_url(url)
    host_of(url)
