"""Where anchors stand: what the quick way finds is what a plain search finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match.anchors import Anchors
from monitor.match.spelling import compile_spelling
from monitor.text.fold import fold

_FORMS = [
    compile_spelling(text)
    for text in ["ШОС", "*стан", "O'zb*", "C5+1", "上合", "SCO*", "x上", "a_b", "#sco", "AT&T", "é"]
]
_PIECES = ["ШОС", "шос", "казахстан", "o'zb", "c5+1", "c5 1", "上合", "x上", "a_b", "#sco", "at&t"]
_texts = st.lists(
    st.sampled_from([*_PIECES, " ", ".", "•", "№", "\u0301", "\u0651", "é", "日", "5", "_", "’"]),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("tail", ["", "日"], ids=["parted", "unparted"])
@given(text=_texts)
def test_finds_what_a_plain_search_finds(tail: str, text: str) -> None:
    """Blanks for marks hide no occurrence and invent none, in either kind of text."""
    folded = fold(text + tail)
    anchors = Anchors(dict.fromkeys(_FORMS, (0,)))
    found = [
        place
        for end, entries in anchors.find(folded.text)
        for form, _ in entries
        if (place := form.find(folded, None, end))
    ]
    plain = [
        place
        for form in _FORMS
        for end in range(1, len(folded.text) + 1)
        if folded.text.endswith(form.anchor, 0, end) and (place := form.find(folded, None, end))
    ]
    assert sorted(found) == sorted(plain)


def test_without_forms_nothing_is_found() -> None:
    """A matcher without words to look for, as with no watches at all, looks for nothing."""
    assert list(Anchors({}).find("anything")) == []
