"""Rules of autodiscovery: what a page names, and what it only links to."""

import pytest

from monitor.parse.discover import feed_links, usual_places

_PAGE = "https://site.example/news/today"
_RSS = 'rel="alternate" type="application/rss+xml"'


@pytest.mark.parametrize(
    ("page", "urls"),
    [
        pytest.param(
            f'<link {_RSS} title="All" href="/rss"><link {_RSS} href="more?a=1&amp;b=2">',
            ["https://site.example/rss", "https://site.example/news/more?a=1&b=2"],
            id="in-the-head",
        ),
        pytest.param(
            f'<base href="https://cdn.example/x/"><link {_RSS} href="rss">',
            ["https://cdn.example/x/rss"],
            id="base",
        ),
        pytest.param(
            '<link REL="Alternate stylesheet" TYPE="application/ATOM+xml; charset=utf-8" href="/a">',
            ["https://site.example/a"],
            id="case-and-parameters",
        ),
        pytest.param(
            '<link rel=alternate hreflang=ru href="/ru"><a href="/rss/">RSS</a><a href="/about">A</a>',
            ["https://site.example/rss/"],
            id="links-of-the-page",
        ),
        pytest.param(
            f'<link {_RSS} href="javascript:alert(1)"><a href="http://[x/rss">', [], id="bad"
        ),
        pytest.param("", [], id="nothing"),
    ],
)
def test_feed_links(page: str, urls: list[str]) -> None:
    """Links in the head come first, each once, made absolute; else links that look like feeds."""
    assert [link.url for link in feed_links(page + page, _PAGE)] == urls


def test_usual_places_are_of_the_site() -> None:
    """Only a handful of places is tried, all on the page's own host."""
    places = usual_places(_PAGE)
    assert len(places) <= 6
    assert all(place.startswith("https://site.example/") for place in places)
