"""Rules of joining: copies become one story, look-alikes never do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.source import Entry
from monitor.model.story import Neighbour, NewHit
from monitor.story.join import find_story
from monitor.story.prints import prints, revision

SEEN = datetime(2026, 11, 22, 8, tzinfo=UTC)

SPEECH = """The president set out four fields of work for the coming decade in his opening speech.

He asked the member states to found a joint centre for the study of shared rivers by next summer.

Trade between the neighbours grew by a third over the past two years, the ministry of economy said.

"We shall not wait for others to lay the rails across our own steppe," he told the assembled leaders."""


def entry(text: str = SPEECH, title: str = "President opens the summit with a call for joint water research",
          feed: str = "agency", url: str | None = None) -> Entry:  # fmt: skip
    return Entry(feed, f"{feed}-{title}", title=title, summary=text, canonical_url=url)


def stored(told: Entry, story: str = "s1", seen_at: datetime = SEEN) -> Neighbour:
    return Neighbour(story, told.feed_id, told.canonical_url, prints(told), seen_at)


def joins(new: Entry, *old: Neighbour) -> str | None:
    return find_story(NewHit(new, (), prints(new)), old)


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
    """A sentence that stands in many stories, or in one feed's every entry, joins nothing."""
    tail = "Read all the latest news of the region in the free application of our agency today."
    others = [
        stored(entry(f"{tail}", f"Headline number {n} about something else", feed=f"f{n}"), f"s{n}")
        for n in range(4)
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


def test_the_oldest_story_wins_whatever_the_order() -> None:
    """Equal evidence goes to the story seen first, however the neighbours are ordered."""
    first, second = stored(entry(), "s9", SEEN - timedelta(hours=1)), stored(entry(), "s1")
    copy = entry(feed="third")
    assert joins(copy, first, second) == joins(copy, second, first) == "s9"


def test_a_revision_changes_with_what_a_reader_sees() -> None:
    """White space is no edit; a changed word is (F6)."""
    told = entry()
    assert revision(told) == revision(replace(told, summary=SPEECH.replace("\n\n", "\n \n")))
    assert revision(told) != revision(replace(told, summary=SPEECH.replace("third", "fourth")))
