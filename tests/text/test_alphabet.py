"""One byte a character: nothing is lost on the way, and folding by it folds as ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.alphabet import ALPHABET, Respelling, to_octets, to_octets_in_part
from monitor.text.fold import _fold_any, fold

_texts = st.text(ALPHABET, max_size=30) | st.text("Шaа ёҚ«’\xa0\n  é", max_size=12)


@given(_texts)
def test_octets_give_the_text_back(text: str) -> None:
    """A text in the alphabet is a byte a character, and reads as it was."""
    octets = to_octets(text)
    assert octets is not None
    assert octets == to_octets_in_part(text)
    assert Respelling(str).read(octets) == text


@pytest.mark.parametrize(("text", "octets"), [("上a", b"?a"), ("№ b…", b"? b?")])
def test_what_the_alphabet_lacks(text: str, octets: bytes) -> None:
    """A text with other characters has no octets but in part, one byte for each all the same."""
    assert to_octets(text) is None
    assert to_octets_in_part(text) == octets


@given(_texts)
def test_folds_as_other_texts_do(text: str) -> None:
    """The quick way through the alphabet and the way for all texts agree, places included (F20)."""
    assert fold(text) == _fold_any(text)
