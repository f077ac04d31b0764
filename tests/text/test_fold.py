"""Folding and the way back to the original."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.text.fold import fold

_LETTERS = "aZßİıéöKСOсоАяёйЁЙўїѓқҚҢӯӣШЫҰ上合組ザがㄅºªﬁ№½…™́̀̆̈̄ʻʼ‘’`´′–—−‑«»“”\"'-_.,，。！？*  \n\t\xa0\u3000\xad\u200b\u200d\ufeff\ufe0fＳＣＯ０각ᄀ"
_texts = st.text(_LETTERS, max_size=30) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("SCO Summit", "sco summit"),
        ("ещЁ Ёлка", "еще елка"),
        ("е\u0308лка", "елка"),
        ("Қазақстан", "қазақстан"),
        ("за\u0301мок и замо\u0301к", "замок и замок"),
        ("мои\u0306 Йод ї ѓ ќ ў ӣ", "мой йод ї ѓ ќ ў ӣ"),
        ("ѝ ѐ", "и е"),
        ("re\u0301sume\u0301 résumé", "résumé résumé"),
        ("Қа\xadзақ\u200bстан\ufeff", "қазақстан"),
        ("O‘zb O’zb Oʻzb Oʼzb O`zb O´zb O′zb", "o'zb o'zb o'zb o'zb o'zb o'zb o'zb"),
        ("a‐b‑c–d—e−f", "a-b-c-d-e-f"),
        ("«а» “b” „c“", '"а" "b" "c"'),
        ("a\xa0b \t\n\n c\u2003\u200bd", "a b c d"),
        ("ＳＣＯ，２０２４！", "sco,2024!"),
        ("ﬁne ß İ №5 …", "fine ss i no5 ..."),
        ("Kazakhstan™ ®", "kazakhstan ®"),
        ("Kaзахстан ШOC CШA", "казахстан шос сша"),
        ("Kаzаkhstan", "kazakhstan"),
        ("iPhoneның SCOнун", "iphoneның scoнун"),
        ("\ufe0f❤\ufe0f", "❤"),
        ("ｻﾞ", "ザ"),
        ("", ""),
    ],
)
def test_folded_form(text: str, folded: str) -> None:
    """All ways to type a word fold to one (F20)."""
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("text", "part", "original"),
    [
        ("в Казахста\u0301не", "казахстане", "Казахста\u0301не"),
        ("a  \n b c", "b c", "b c"),
        ("a  \n b c", "a b", "a  \n b"),
        ("…SCO…", "sco", "SCO"),
        ("İİ SCO", "sco", "SCO"),
        ("ﬁnﬁ", "inf", "ﬁnﬁ"),
        ("\u200bSCO\u200b", "sco", "SCO"),
        ("ＳＣＯ上", "co", "ＣＯ"),
        ("е\u0308ж", "е", "е\u0308"),
    ],
)
def test_way_back(text: str, part: str, original: str) -> None:
    """A part of the folded text maps to the part of the original that gave it, and no more."""
    folded = fold(text)
    at = folded.text.index(part)
    start, end = folded.span(at, at + len(part))
    assert text[start:end] == original


@given(_texts)
def test_parts_map_to_what_folds_to_them(text: str) -> None:
    """Ways back keep the order, stay inside the text, and the whole covers all that shows."""
    folded = fold(text)
    ends = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in ends)
    assert ends == sorted(ends)
    if not folded._edits:
        assert len(folded.text) == len(text)


@given(_texts.filter(lambda text: not re.search("[\u0400-\u04ff]", text)))
@example("\u0301")
@example("K \u0301")
@example("İ\u0300")
@example("K\xad\u0301")
def test_folding_folds_again_to_itself(text: str) -> None:
    """What is folded stays as it is, so stored prints and spellings agree with any text."""
    once = fold(text).text
    assert fold(once).text == once


@given(st.text("аеёиоуйўїӣӯқ шШ", max_size=20) | st.text("éöüñÅ ABC", max_size=20))
def test_composition_is_no_difference(text: str) -> None:
    """Letters typed with separate marks fold as the precomposed ones."""
    assert fold(unicodedata.normalize("NFD", text)).text == fold(text).text


def test_one_change_costs_no_map_for_the_rest() -> None:
    """A text without changes of length needs no map at all."""
    assert fold("Қазақстан – «ШЫҰ» ёлка 上合，")._edits == ()
    assert len(fold("Қазақстан… ШЫҰ")._edits) == 1
