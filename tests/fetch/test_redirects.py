"""Rules of redirects."""

from itertools import pairwise

import pytest

from monitor.errors import FetchError
from monitor.fetch.redirects import Trail, start_trail

A, B, C = "https://a.example/feed", "https://b.example/feed", "https://c.example/feed"


def follow(url: str, *hops: tuple[int, str]) -> Trail:
    trail = start_trail(url)
    for status, location in hops:
        trail = trail.follow(status, location.encode())
    return trail


@pytest.mark.parametrize(
    ("hops", "moved_to"),
    [
        ([], None),
        ([(301, B)], B),
        ([(308, B)], B),
        ([(302, B)], None),
        ([(303, B)], None),
        ([(307, B)], None),
        ([(301, B), (302, C)], B),
        ([(301, B), (308, C)], C),
        ([(302, B), (301, C)], None),
        ([(301, B), (302, C), (301, "/x")], B),
    ],
)
def test_only_leading_permanent_redirects_move_a_feed(
    hops: list[tuple[int, str]], moved_to: str | None
) -> None:
    """P28: a feed has moved to the end of the permanent redirects before the first temporary one."""
    trail = follow(A, *hops)
    assert (str(trail.moved_to) if trail.moved_to else None) == moved_to


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/new", "https://a.example/new"),
        ("new?x=1", "https://a.example/dir/new?x=1"),
        ("//b.example/f", "https://b.example/f"),
        ("https://b.example/f#top", "https://b.example/f"),
        ("https://b.example/лента", "https://b.example/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"),
    ],
)
def test_locations_are_joined_to_the_url(location: str, url: str) -> None:
    """P29: relative and non-ASCII targets are understood; fragments are dropped."""
    assert str(follow("https://a.example/dir/feed#top", (302, location)).url) == url


@pytest.mark.parametrize(
    ("hops", "reason"),
    [
        pytest.param([(302, A)], "circle", id="to itself"),
        pytest.param([(302, B), (302, A)], "circle", id="and back"),
        pytest.param([(302, f"/{n}") for n in range(6)], "more than 5", id="six hops"),
        pytest.param([(302, "http://a.example/feed")], "plain http", id="downgrade"),
        pytest.param([(302, "file:///etc/passwd")], "only http", id="file"),
        pytest.param([(302, "gopher://b.example/")], "only http", id="gopher"),
        pytest.param([(302, "javascript:alert(1)")], "only http", id="script"),
        pytest.param([(302, "https://u:p@b.example/")], "user name", id="userinfo"),
        pytest.param([(302, "https://[::1/")], "no URL", id="broken"),
        pytest.param([(302, "")], "without saying where", id="empty"),
    ],
)
def test_bad_redirects_are_refused(hops: list[tuple[int, str]], reason: str) -> None:
    """P29: loops, long chains, downgrades and odd targets are errors that name the feed's host."""
    with pytest.raises(FetchError, match=reason) as caught:
        follow(A, *hops)
    assert caught.value.kind == "redirect"
    assert "a.example" in str(caught.value)
    assert "u:p" not in str(caught.value)


def test_a_location_in_an_old_charset_is_read_byte_for_byte() -> None:
    """P29: a target that is not UTF-8 is taken as Latin-1, as servers of old send it."""
    trail = start_trail(A).follow(302, b"/caf\xe9")
    assert str(trail.url) == "https://a.example/caf%C3%A9"


def test_five_hops_and_an_upgrade_are_fine() -> None:
    """P29: five redirects are followed, and http may become https."""
    trail = follow("http://a.example/", *[(302, f"https://a.example/{n}") for n in range(5)])
    assert len(trail.urls) == 6
    assert all(before != after for before, after in pairwise(trail.urls))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://h/",
        "https://u:p@h/",
        "https://u@h/",
        "/feed",
        "http://",
        "http://[::1/",
        "",
    ],
)
def test_feeds_off_the_web_are_refused(url: str) -> None:
    """X1: only http and https, with a host and without a password in the URL."""
    with pytest.raises(FetchError) as caught:
        start_trail(url)
    assert caught.value.kind == "blocked"
