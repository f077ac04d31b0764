"""Where anchors stand: what the quick way finds is what a plain search finds."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.match.anchors import Anchors
from monitor.match.spelling import compile_spelling
from monitor.text.fold import fold

_FORMS = [
    compile_spelling(text)
    for text in ["ШОС", "*стан", "O'zb*", "C5+1", "上合", "SCO*", "x上", "a_b", "#sco", "AT&T", "é"]
]
_PIECES = ["ШОС", "шос", "казахстан", "o'zb", "c5+1", "c5 1", "上合", "x上", "a_b", "#sco", "at&t"]
_PIECES += [*" .•№\u0301\u0651é日5_’合", "日" * 8, "+++ ", "a、"]
_texts = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


@pytest.mark.parametrize("tail", ["", "日"], ids=["parted", "unparted"])
@pytest.mark.parametrize("odd", [[], ["+++ 合"], ["a、"]], ids=["usual", "no letter", "rare mark"])
@given(text=_texts)
@example(text="日" * 8 + "шос")
@example(text="+++ 合")
@example(text="a、" + "日" * 7)
def test_finds_what_a_plain_search_finds(odd: list[str], tail: str, text: str) -> None:
    """Blanks for marks hide no occurrence and invent none, in either kind of text."""
    folded = fold(text + tail)
    forms = _FORMS + [compile_spelling(each) for each in odd]
    anchors = Anchors(dict.fromkeys(forms, (0,)))
    found = [
        place
        for end, entries in anchors.find(folded.text)
        for form, _ in entries
        if (place := form.find(folded, None, end))
    ]
    plain = [
        place
        for form in forms
        for end in range(1, len(folded.text) + 1)
        if folded.text.endswith(form.anchor, 0, end) and (place := form.find(folded, None, end))
    ]
    assert sorted(found) == sorted(plain)


def test_without_forms_nothing_is_found() -> None:
    """A matcher without words to look for, as with no watches at all, looks for nothing."""
    assert list(Anchors({}).find("anything")) == []
