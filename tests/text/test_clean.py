"""Lines and blocks of text made tidy."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.clean import block_text, one_line

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  a \t b\r\nc ", "a b c", id="white space"),
        pytest.param("a\u2028b\u2029c\x85d\u3000e", "a b c d e", id="odd white space"),
        pytest.param("a\x00\x07b\x9f", "ab", id="controls"),
        pytest.param("Ка\u00adзах\u200bстан\ufeff", "Казахстан", id="hidden"),
        pytest.param("a\u202eb\u2066c\u200f", "abc", id="bidi"),
        pytest.param("a\ud800b\ufffd", "ab", id="surrogate and lost byte"),
        pytest.param("и\u0306", "й", id="NFC"),
        pytest.param("и\u200b\u0306", "й", id="NFC after hidden ones go"),
        pytest.param(f"a \u200d {FAMILY}\u200c", f"a {FAMILY}", id="joiners only inside"),
        pytest.param("", "", id="empty"),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    """Controls and hidden characters go, white space collapses (F29)."""
    assert one_line(text) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("abcdef", 6, "abcdef", id="fits"),
        pytest.param("abcdef", 5, "abcd…", id="cut"),
        pytest.param("ab cdef", 4, "ab…", id="no blank before the dots"),
        pytest.param(f"ab{FAMILY}cd", 5, "ab…", id="family whole"),
        pytest.param("a🇰🇿🇺🇿bc", 5, "a🇰🇿…", id="flags whole"),
        pytest.param("a👍🏽bcd", 3, "a…", id="skin tone"),
        pytest.param("abc", 0, "", id="nothing"),
    ],
)
def test_limit(text: str, limit: int, expected: str) -> None:
    """A line is cut on a whole grapheme and never longer than its limit."""
    assert one_line(text, limit) == expected


def test_block_text_keeps_paragraphs() -> None:
    """Paragraphs stay, parted by one blank line; single line breaks do not."""
    assert block_text("a\nb\r\n \r\n\n c \u2029d\n\u200b\ne") == "a b\n\nc\n\nd\n\ne"


@given(st.text())
def test_one_line_is_stable(text: str) -> None:
    """Cleaning twice is cleaning once; the result is NFC and holds no line break."""
    line = one_line(text)
    assert one_line(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert len(line.splitlines()) <= 1


@given(st.text(alphabet="a \n\u200d\u0301🇰🏽", max_size=30), st.integers(0, 12))
def test_limit_holds(text: str, limit: int) -> None:
    """No line is longer than its limit."""
    assert len(one_line(text, limit)) <= limit


def test_a_stack_of_marks() -> None:
    """Thousands of marks on one letter cost no seconds, and the letter keeps those that it may have."""
    text = one_line("e" + "\u0301\u0327" * 50_000)
    assert text[0] == "\u0229"
    assert len(text) <= 31
