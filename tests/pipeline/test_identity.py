"""Entries that come back under other ids, and feeds that change their shape."""

from collections.abc import Sequence
from datetime import timedelta
from email.utils import format_datetime

import pytest

from monitor.model.outbox import Digest
from tests.desk import START, Desk, body

ONE = "https://one.example/feed"
WORDS = ("bridge", "ferry", "salmon", "mill", "dam", "port", "delta", "gauge", "canal", "lock")


def rss(
    *numbers: int,
    guid: str = "{}",
    link: str = "https://news.example/{}",
    minutes: int = 1,
    tail: str = "",
) -> bytes:
    """Write a feed of numbered items; each has a headline, a page and a date of its own."""
    rows = "".join(
        f"<item><guid isPermaLink='false'>{guid.format(n)}</guid>"
        f"<title>River {WORDS[n % 10]} number {n} opens to the public</title>"
        f"<link>{link.format(n)}</link><description>All about {n}.{tail}</description>"
        f"<pubDate>{format_datetime(START - timedelta(hours=2) + timedelta(minutes=minutes * n))}"
        "</pubDate></item>"
        for n in numbers
    )
    text = f"<rss version='2.0'><channel><title>Sample</title>{rows}</channel></rss>"
    return text.encode()


async def told(desk: Desk, data: bytes) -> Digest | None:
    """Poll a body an hour later and compose what is due."""
    desk.clock.sleep(hours=1)
    desk.web.answers[ONE] = body(data)
    await desk.poll()
    return await desk.composer.send_now(desk.schedule, desk.channel)


def notices(digest: Digest | None) -> Sequence[tuple[str, int]]:
    return [(n.kind, n.entries) for n in digest.health.notices] if digest else []


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"guid": "new-{}"}, id="guids"),
        pytest.param({"link": "https://new.example/{}?utm_source=x"}, id="links"),
        pytest.param({"guid": "https://news.example/{}"}, id="guids-become-links"),
        pytest.param({"guid": "n{}", "link": "https://new.example/a/{}"}, id="both"),
        pytest.param({"guid": "n{}", "tail": " Read on."}, id="guids-and-texts"),
    ],
)
async def test_a_feed_whose_ids_all_change_alerts_nobody(
    desk: Desk, changed: dict[str, str]
) -> None:
    """All ids change overnight, the headlines stay: no alert, one notice at the most (scenario 1)."""
    assert await told(desk, rss(*range(30)))
    digest = await told(desk, rss(*range(30), **changed))  # type: ignore[arg-type]  # all are words
    assert digest is None or not digest.lines
    assert len(notices(digest)) == int("guid" in changed)
    assert await told(desk, rss(*range(30), **changed)) is None  # type: ignore[arg-type]  # likewise
    [row] = [row for row in await desk.store.feeds() if row.feed.id == "one"]
    assert row.entries == 30


@pytest.mark.parametrize("dated", [True, False])
async def test_a_move_to_https_alerts_nobody(desk: Desk, dated: bool) -> None:
    """50 items whose guids and links go from http to https are the same 50 (F3)."""
    before = rss(*range(50), guid="http://news.example/{}", link="http://news.example/{}")
    after = before.replace(b"http://", b"https://www.")
    if not dated:
        before, after = (data.replace(b"pubDate", b"nothing") for data in (before, after))
    await told(desk, before)
    digest = await told(desk, after)
    assert digest is not None
    assert digest.lines == ()
    assert notices(digest) == [("ids changed", 50)]


async def test_news_among_changed_ids_is_told(desk: Desk) -> None:
    """What is new although all ids changed is told as ever."""
    await told(desk, rss(*range(30)))
    digest = await told(desk, rss(*range(31), guid="new-{}"))
    assert digest is not None
    assert [line.headline for line in digest.lines] == [
        "River bridge number 30 opens to the public"
    ]


async def test_each_days_rates_are_news(desk: Desk) -> None:
    """A column with one headline and one page has a new item each day, under a new guid."""
    headlines = []
    for day in range(3):
        item = (
            f"<item><guid isPermaLink='false'>r{day}</guid><title>River levels today</title>"
            f"<link>https://news.example/levels</link><description>The gauge shows {day} m.</description>"
            f"<pubDate>{format_datetime(START + timedelta(days=day))}</pubDate></item>"
        )
        desk.clock.now = START + timedelta(days=day)
        digest = await told(desk, f"<rss version='2.0'><channel>{item}</channel></rss>".encode())
        headlines += [line.headline for line in digest.lines] if digest else []
    assert headlines == ["River levels today"] * 3


async def test_shared_guids_get_the_link_for_good(desk: Desk) -> None:
    """Five items under the guid "1" are five; so they stay, also when only one is listed (F2)."""
    await told(desk, rss(1, guid="1"))
    digest = await told(desk, rss(*range(1, 6), guid="1"))
    assert digest is not None
    assert len(digest.lines) == 4
    assert await told(desk, rss(*range(1, 6), guid="1")) is None
    assert await told(desk, rss(3, guid="1")) is None
    assert (await desk.store.feed_state("one")).habits >= {"guid shared"}
    [row] = [row for row in await desk.store.feeds() if row.feed.id == "one"]
    assert row.entries == 5


async def test_an_entry_that_vanishes_and_returns_is_told_once(desk: Desk) -> None:
    """A, B → B → A, B: A is known (F8)."""
    digest = await told(desk, rss(1, 2))
    assert digest is not None
    assert len(digest.lines) == 2
    assert await told(desk, rss(2)) is None
    assert await told(desk, rss(1, 2)) is None


async def test_a_body_with_a_clock_in_it_is_told_once(desk: Desk) -> None:
    """100 edits that only move a clock owe nothing and keep 20 revisions (F6)."""
    await told(desk, rss(1))
    for minute in range(40):
        assert await told(desk, rss(1, tail=f" Updated 12:{minute:02}.")) is None


async def test_a_flood_is_held_and_asked_about_once(desk: Desk) -> None:
    """200 entries at once are held with one notice; what comes after passes (F4)."""
    await told(desk, rss(*range(20)))
    digest = await told(desk, rss(*range(1000, 1200), minutes=0))
    assert digest is not None
    assert (digest.lines, notices(digest)) == ((), [("held", 200)])
    assert await told(desk, rss(*range(1000, 1200), minutes=0)) is None
    digest = await told(desk, rss(*range(1000, 1208), minutes=0))
    assert digest is not None
    assert len(digest.lines) == 8
    [row] = [row for row in await desk.store.feeds() if row.feed.id == "one"]
    assert row.held == 200


async def test_an_approved_flood_is_told_and_a_muted_one_never(desk: Desk) -> None:
    """The operator decides what becomes of what is held; a like number passes from then on (F4)."""
    await told(desk, rss(*range(20)))
    await told(desk, rss(*range(1000, 1030), minutes=0))
    assert await desk.store.mute_held("one") == 30
    assert await told(desk, rss(*range(1000, 1030), minutes=0)) is None
    await told(desk, rss(*range(2000, 2030), minutes=0))
    assert await desk.store.approve_held("one") == 30
    digest = await told(desk, rss(*range(2000, 2030), minutes=0))
    assert digest is not None
    assert len(digest.lines) == 30
    digest = await told(desk, rss(*range(3000, 3030), minutes=0))
    assert digest is not None
    assert (len(digest.lines), notices(digest)) == (30, [])


@pytest.mark.parametrize("minutes", [1, 3])
async def test_a_busy_feed_is_no_flood(desk: Desk, minutes: int) -> None:
    """A feed that turns over between two polls moves on: nothing of it is held (N18)."""
    counts = []
    for start in range(0, 100, 20):
        digest = await told(desk, rss(*range(start, start + 20), minutes=minutes))
        counts.append(len(digest.lines) if digest else 0)
        assert notices(digest) == []
    assert counts == [20] * 5


async def test_few_new_entries_pass(desk: Desk) -> None:
    """Eight new ones are news as ever, whatever part of the feed they are (F4)."""
    await told(desk, rss(*range(8)))
    digest = await told(desk, rss(*range(100, 108), minutes=0))
    assert digest is not None
    assert len(digest.lines) == 8
