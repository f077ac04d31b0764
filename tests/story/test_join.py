"""Rules of joining: copies become one story, look-alikes never do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.source import Entry
from monitor.model.telling import Telling
from monitor.story.cluster import QUORUM
from monitor.story.copies import find_standing
from monitor.story.evidence import weigh
from monitor.story.features import tell
from monitor.story.prints import revision

SEEN = datetime(2026, 11, 22, 8, tzinfo=UTC)

SPEECH = """The president set out four fields of work for the coming decade in his opening speech.

He asked the member states to found a joint centre for the study of shared rivers by next summer.

Trade between the neighbours grew by a third over the past two years, the ministry of economy said.

"We shall not wait for others to lay the rails across our own steppe," he told the assembled leaders."""


def entry(text: str = SPEECH, title: str = "President opens the summit with a call for joint water research",
          feed: str = "agency", url: str | None = None) -> Entry:  # fmt: skip
    return Entry(feed, f"{feed}-{title}", title=title, summary=text, canonical_url=url)


def stored(told: Entry, story: str = "s1", seen_at: datetime = SEEN) -> tuple[str, Telling]:
    return story, tell(told, {}, seen_at)


def joins(new: Entry, *old: tuple[str, Telling]) -> str | None:
    """Name the story of the stored hit that tells the same event, the strongest if there are more."""
    telling = tell(new, {}, max(SEEN, new.published_at or SEEN))
    standing = find_standing([telling, *(other for _, other in old)])
    strength = {story: weigh(telling, other, standing).score for story, other in reversed(old)}
    best = max(strength, key=lambda story: strength[story], default=None)
    return best if best and strength[best] >= QUORUM else None


def test_nothing_alike_founds_a_story() -> None:
    """Without neighbours a hit is a story of its own."""
    assert joins(entry()) is None


def test_a_repost_with_hashtags_and_a_tail_joins() -> None:
    """A changed headline, a dropped paragraph and a comment tail do not make a second story."""
    paragraphs = SPEECH.split("\n\n")
    repost = "\n\n".join([*paragraphs[1:], "Source :", "Post a Comment", "Post a Comment (0)"])
    blog = entry(repost, "President opens the summit with a call #rwanda #RwOT", feed="blog")
    assert joins(blog, stored(entry())) == "s1"


def test_a_teaser_joins_the_full_text() -> None:
    """The shorter text decides: its only sentence stands in the longer one of another feed."""
    teaser = entry(SPEECH.split("\n\n")[1], "Joint river centre proposed", feed="portal")
    assert joins(teaser, stored(entry())) == "s1"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param(
            "The president set out four fields of work for the coming decade in his opening speech. "
            "Yet the opposition called the plan a wish list without a single figure for its cost. "
            "Its leader said that parliament had never been shown the drafts of the agreements.",
            "Opposition calls the plan a wish list", id="one-quoted-sentence-of-three",
        ),
        pytest.param("Short words. Very short. He said so.", "Other news of the day here", id="short"),
        pytest.param("", "", id="empty"),
    ],
)  # fmt: skip
def test_too_little_in_common_stays_apart(text: str, title: str) -> None:
    """A shared quotation, or nothing to compare, is no copy."""
    assert joins(entry(text, title, feed="other"), stored(entry())) is None


def test_a_standing_tail_is_no_evidence() -> None:
    """A sentence that a house prints in entry after entry joins nothing, also elsewhere."""
    tail = "Read all the latest news of the region in the free application of our agency today."
    others = [
        stored(entry(tail, f"Headline number {n} about something else", feed="f0"), f"s{n}")
        for n in range(3)
    ]
    assert joins(entry(tail, "A new headline about a new thing", feed="f9"), *others) is None
    assert joins(entry(tail, "Another headline", feed="f0"), others[0]) is None


def test_the_same_page_in_two_feeds_joins() -> None:
    """One canonical address is one story across feeds (F27)."""
    page = "https://example.org/a/1"
    assert joins(entry("", "B", "two", page), stored(entry("", "A", "one", page))) == "s1"


def test_a_rolling_page_of_one_feed_stays_apart() -> None:
    """The address of a daily page is used again for other news."""
    page = "https://example.org/today"
    monday = entry(
        "The river froze over early this year, and the ferries stopped on Monday.",
        "Monday",
        "one",
        page,
    )
    tuesday = entry(
        "A new railway bridge was opened by the minister of transport on Tuesday.",
        "Tuesday",
        "one",
        page,
    )
    assert joins(tuesday, stored(monday)) is None


def test_a_headline_alone_joins_across_feeds_within_two_days() -> None:
    """Title-only feeds reprint agency headlines; the same feed's standing headline is new each day."""
    title = "Five countries agree to build the southern rail corridor by 2030"
    agency = stored(entry("", title, "agency"))
    assert joins(entry("", title, "portal"), agency) == "s1"
    assert joins(entry("", title, "agency"), agency) is None
    late = replace(entry("", title, "portal"), published_at=SEEN + timedelta(days=3))
    assert joins(late, agency) is None


def test_chinese_sentences_count_by_characters() -> None:
    """A text without spaces joins by its sentences too."""
    text = "各成员国领导人一致同意在明年夏天之前建立联合水资源研究中心。贸易额在过去两年增长了三分之一以上。"
    copy = entry(text + "责任编辑：某某", "成员国将建联合研究中心", feed="portal")
    assert joins(copy, stored(entry(text, "领导人同意建立中心"))) == "s1"


def test_a_revision_changes_with_what_a_reader_sees() -> None:
    """White space is no edit; a changed word is (F6)."""
    told = entry()
    assert revision(told) == revision(replace(told, summary=SPEECH.replace("\n\n", "\n \n")))
    assert revision(told) != revision(replace(told, summary=SPEECH.replace("third", "fourth")))


FOOTER = """Subscribe to our channel and switch on the bell so that you never miss a new film from us.

All rights belong to our studio, and any copying needs the written consent of its owners in advance."""


@pytest.mark.parametrize(
    "text", [FOOTER, FOOTER + "\n\nThis time we look at how the railway was laid."]
)
def test_a_footer_of_several_sentences_never_joins_items_of_a_house(text: str) -> None:
    """Items of one feed, or of two feeds of one site, that share only their footer stay apart."""
    site = "https://studio.example/"
    old = stored(entry(FOOTER, "How a dam is built in the mountains", "films", site + "1"))
    assert (
        joins(entry(text, "How a railway is laid in the steppe", "films", site + "2"), old) is None
    )
    assert joins(entry(text, "How a railway is laid in the steppe", "all", site + "2"), old) is None


def test_a_footer_does_not_hide_behind_one_wrong_story() -> None:
    """What a house prints in item after item is no evidence, even if these are one story already."""
    olds = [
        stored(entry(FOOTER, f"Film number {n} of our studio this year", "films")) for n in range(3)
    ]
    assert joins(entry(FOOTER + "\n\nShort.", "Another site's new film", "copy"), *olds) is None


def test_a_link_to_other_news_is_no_copy_of_it() -> None:
    """A "read also" line repeats the headline that is also the teaser of the other article."""
    headline = "Five countries agree to build the southern rail corridor by the year 2030"
    teaser = entry(headline, headline, "portal")
    article = entry(f"{SPEECH}\n\n{headline}", "President opens the summit", "agency")
    assert joins(teaser, stored(article)) is None
    assert joins(article, stored(teaser)) is None


@pytest.mark.parametrize("title", ["Exchange rates", "Exchange rates of the tenge for today"])
def test_a_daily_item_is_new_each_day(title: str) -> None:
    """A standing headline on one page, published after the last one was seen, is news."""
    page = "https://bank.example/rates"
    rates = "The dollar costs {} tenge and the euro {} tenge at the banks of the city this morning."
    monday = replace(entry(rates.format(480, 520), title, "bank", page), published_at=SEEN)
    tuesday = replace(
        entry(rates.format(482, 523), title, "bank", page), published_at=SEEN + timedelta(days=1)
    )
    assert joins(tuesday, stored(monday)) is None
    assert joins(replace(tuesday, summary=""), stored(replace(monday, summary=""))) is None


def test_a_standing_headline_never_chains_the_days_of_two_houses() -> None:
    """Two portals with the same headline each morning: the first day joins, later days stay apart."""
    title = "Exchange rates of the tenge for today"
    first, second = entry("", title, "one"), entry("", title, "two")
    assert joins(second, stored(first)) == "s1"
    next_day = replace(first, published_at=SEEN + timedelta(days=1))
    assert joins(next_day, stored(first), stored(second)) is None


@pytest.mark.parametrize(
    ("url", "published"),
    [
        pytest.param("https://e.example/news/1", SEEN - timedelta(hours=3), id="guid-changed"),
        pytest.param(None, SEEN - timedelta(hours=3), id="no-address-same-moment"),
        pytest.param("https://e.example/news/1", None, id="undated-headline"),
    ],
)
def test_an_item_under_a_new_guid_is_the_same_item(
    url: str | None, published: datetime | None
) -> None:
    """A feed that changes all its guids tells nothing new, however short the titles (F3)."""
    item = replace(entry("", "River rises", "one", url), published_at=published)
    assert joins(replace(item, key="new"), stored(item)) == "s1"


def test_items_without_an_address_of_their_own_stay_apart() -> None:
    """Links to the front page say nothing of what they lead to."""
    front = "https://e.example/"
    assert joins(entry("", "A", "one", front), stored(entry("", "B", "two", front))) is None
