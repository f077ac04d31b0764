"""Slack's words: inert, and within its limits."""

import pytest

from monitor.digest import slack
from tests.digest.hostile import TITLES
from tests.digest.slack_rules import units


@pytest.mark.parametrize("text", TITLES)
def test_mrkdwn_is_inert(text: str) -> None:
    """Feed text shows as it is: no markup, no mention, no formatting, never too long (S1, S3, S8)."""
    shown = slack.mrkdwn(text, 60)
    assert units(shown) <= 60
    assert "<" not in shown
    assert ">" not in shown
    for sign in "*_~`":
        assert shown.count(sign) == shown.count(f"\u034f{sign}")


def test_escape_is_exact() -> None:
    """Three characters are escaped, once, and no others (S1)."""
    assert slack.escape("a & b < c > d \" ' &amp;") == "a &amp; b &lt; c &gt; d \" ' &amp;amp;"


@pytest.mark.parametrize(
    ("url", "label", "expected"),
    [
        ("https://e.org/a?b=1&c=2", "Title", "<https://e.org/a?b=1&amp;c=2|Title>"),
        ("https://e.org/a|b>c", "Title", "<https://e.org/a%7Cb%3Ec|Title>"),
        ("https://e.org/", "a|b\nc>d", "<https://e.org/|a¦b c&gt;d>"),
        ("javascript:alert(1)", "Title", "Title"),
        (None, "Title", "Title"),
        ("https://e.org/" + "a" * 2000, "Title", "Title"),
    ],
    ids=["plain", "url-signs", "label-signs", "script", "none", "too-long"],
)
def test_link(url: str | None, label: str, expected: str) -> None:
    """A link is one token whatever is in its parts; an address that may not be shown is none (S4)."""
    assert slack.link(url, label) == expected


@pytest.mark.parametrize(
    ("fragments", "expected"),
    [
        ([("The ", False), ("SCO", True), (" met", False)], "The *SCO* met"),
        ([("SCO", True), (": news", False)], "*SCO*: news"),
        ([("в ", False), ("Казахстан", True), ("е", False)], "в Казахстане"),
        ([("上合组织", True), ("成员国", False)], "上合组织成员国"),
        ([("(", False), ("SCO", True), ("a", False)], "(SCOa"),
    ],
    ids=["spaces", "colon", "inside-word", "chinese", "one-side"],
)
def test_marks(fragments: list[tuple[str, bool]], expected: str) -> None:
    """Marks are bold only where Slack reads the stars as bold: between words."""
    assert slack.marked([{"text": text, "mark": mark} for text, mark in fragments]) == expected


def test_marked_is_cut() -> None:
    """Fragments together keep the limit."""
    fragments = [{"text": "слово & " * 30, "mark": False}, {"text": "SCO", "mark": True}]
    assert units(slack.marked(fragments, 100)) <= 100


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("", "no block"),
        ("{", "line 1"),
        ('\n{"type": "image"}', "line 2"),
        ('{"type": "section", "text": {"type": "mrkdwn", "text": " "}}', "without text"),
        (slack.section("x" * 3001), "3000"),
        (slack.context(*"abcdefghijk"), "10 elements"),
    ],
    ids=["empty", "no-json", "odd-type", "blank", "too-long", "too-many"],
)
def test_faulty_blocks_are_told(lines: str, fault: str) -> None:
    """What a template wrote is checked before Slack sees it (S18, S20)."""
    with pytest.raises(ValueError, match=fault):
        slack.read_blocks(lines)


def test_header_is_cut() -> None:
    """A header has at most 150 units, also of letters that take two (S6, S8)."""
    (block,) = slack.read_blocks(slack.header("🇰🇿" * 100))
    assert units(slack.block_texts(block)[0]) <= 150
