"""Rules of feed lists: what other readers write is read, what we write is read again."""

import pytest

from monitor.errors import ParseError
from monitor.parse.opml import Listed, read_opml, write_opml
from tests.store.samples import feed

_NESTED = b"""<?xml version="1.0" encoding="windows-1251"?>
<opml version="1.0"><head/><body>
 <outline text="News">
  <outline text="KZ"><outline type="rss" text="\xcd\xee\xe2\xee\xf1\xf2\xe8" xmlUrl="https://a.example/rss"/></outline>
  <outline title="Wire" text="w" xmlUrl=" https://b.example/?a=1&amp;b=2 " language="ru" category="/x,/UZ/y"/>
 </outline>
 <outline text="no feed" htmlUrl="https://c.example/"/>
</body></opml>"""


def test_folders_and_categories() -> None:
    """Feeds in folders are found; a country's code as folder or category is the country."""
    assert read_opml(_NESTED) == (
        Listed("https://a.example/rss", "Новости", None, "KZ"),
        Listed("https://b.example/?a=1&b=2", "Wire", "ru", "UZ"),
    )


def test_round_trip() -> None:
    """What is written is read again: addresses, titles with signs in them, language, country."""
    feeds = [
        feed("a", url="https://a.example/?x=1&y=2", title='Tom & "Jerry" <b>', language="kk"),
        feed("b", url="https://b.example/", title="Новости", country="KZ"),
    ]
    listed = read_opml(write_opml(feeds).encode())
    assert sorted(listed, key=lambda one: one.url) == [
        Listed(f.url, f.title, f.language, f.country) for f in feeds
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<rss/>", id="another-root"),
        pytest.param(b"<opml><body>", id="cut-short"),
        pytest.param(
            b"<!DOCTYPE opml [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
            b"<opml><body><outline xmlUrl='https://a.example' text='&a;'/></body></opml>",
            id="outside-file",
        ),
        pytest.param(
            b"<!DOCTYPE opml [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><opml>&b;</opml>", id="bomb"
        ),
    ],
)
def test_what_is_no_list_is_refused(body: bytes) -> None:
    """No file is read and no entity expanded (X7)."""
    with pytest.raises(ParseError, match="OPML"):
        read_opml(body)
