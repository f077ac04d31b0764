"""When a known key stands for other news."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.source import Entry
from monitor.story.reuse import is_other_item

SEEN = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "later", "other"),
    [
        ("Euro slips after weak survey", "Sterling hit by tariffs", 1, True),
        ("Euro slips after weak survey", "Sterling hit by tariffs", 0, False),
        ("Talks end in days", "Talks end in days, warns minister", 1, False),
        ("Talks fail", "CORRECTED: Talks end well", 1, False),
        ("上合组织峰会今日开幕", "哈萨克斯坦铁路新线通车", 1, True),
        ("上合组织峰会今日开幕", "上合组织峰会在阿斯塔纳开幕", 1, False),
        ("", "Sterling hit by tariffs", 1, False),
    ],
)
def test_only_later_news_under_another_headline_is_other_news(
    old: str, new: str, later: int, other: bool
) -> None:
    """A headline that keeps words, or a date that stays, is an edit and owes nothing (F6, F7)."""
    stored = Entry("a", "k", title=old, published_at=SEEN)
    entry = Entry("a", "k", title=new, published_at=SEEN + timedelta(hours=later))
    assert is_other_item(entry, stored) is other


def test_undated_entries_are_edited() -> None:
    """Without dates nothing tells a rolling page from an edit."""
    stored = Entry("a", "k", title="Euro slips")
    assert not is_other_item(Entry("a", "k", title="Sterling hit", published_at=SEEN), stored)


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        pytest.param(
            "Gauges will be replaced in all ports by autumn, the ministry said on Monday.",
            "The ministry said on Monday that gauges will be replaced in all ports by autumn.",
            False,
            id="another-headline-over-the-same-text",
        ),
        pytest.param(
            "Gauges will be replaced in all ports by autumn, the ministry said on Monday.",
            "Traders sold the currency after the bank had left its rate where it was.",
            True,
            id="other-news",
        ),
    ],
)
def test_the_text_tells_a_new_headline_from_other_news(old: str, new: str, other: bool) -> None:
    """A desk that changes its headline through the day is not told again (F6)."""
    stored = Entry("a", "k", title="What to watch at sea today", summary=old, published_at=SEEN)
    later = SEEN + timedelta(hours=4)
    entry = Entry("a", "k", title="Rates stay for the third month", summary=new, published_at=later)
    assert is_other_item(entry, stored) is other
