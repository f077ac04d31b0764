"""Which forms of a word are found, language by language."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match.form import Form
from monitor.match.inflect import Word, tail
from monitor.match.inflect.chinese import variants
from monitor.match.inflect.tail import Kind
from monitor.match.spelling import Mark, compile_forms
from monitor.text.fold import fold

_TABLE = yaml.safe_load((Path(__file__).parent / "inflections.yaml").read_text(encoding="utf-8"))
_ROWS = [(language, *row) for language, rows in _TABLE.items() for row in rows]
_FOUND = [(language, word, form) for language, word, found, _ in _ROWS for form in found]
_REFUSED = [(language, word, form) for language, word, _, refused in _ROWS for form in refused]
_LANGUAGES = ("ru", "kk", "ky", "uz", "uz-Cyrl", "tg", "en", "zh", "zh-TW", "fr", None)


def _find(forms: tuple[Form, ...], text: str) -> list[str]:
    """Give what the forms find in a text, as written there."""
    folded = fold(text)
    places = set()
    for form in forms:
        at = folded.text.find(form.anchor)
        while at >= 0:
            place = form.find(folded, text, at + len(form.anchor))
            if place is not None:
                places.add(folded.span(*place))
            at = folded.text.find(form.anchor, at + 1)
    return [text[start:end] for start, end in sorted(places)]


@pytest.mark.parametrize(("language", "word", "form"), _FOUND, ids=map("-".join, _FOUND))
def test_form_is_found(language: str, word: str, form: str) -> None:
    """A form is found whole, within a sentence that has capitals and small letters."""
    assert _find(compile_forms(word, language), f"Aa бб {form}, Вв cc.") == [form]


@pytest.mark.parametrize(("language", "word", "other"), _REFUSED, ids=map("-".join, _REFUSED))
def test_other_word_is_refused(language: str, word: str, other: str) -> None:
    """Another word, a derived one, or a name in small letters is not found whole."""
    assert other not in _find(compile_forms(word, language), f"Aa бб {other}, Вв cc.")


def test_table_is_long_enough() -> None:
    """The table has at least 150 forms, right and wrong, and no row twice."""
    assert len(_FOUND) + len(_REFUSED) >= 150
    assert len({(language, word) for language, word, *_ in _ROWS}) == len(_ROWS)


@pytest.mark.parametrize(
    ("spelling", "text", "found"),
    [
        ("Астана", "бүгін астана қаласы", ["астана"]),
        ("Астана", "Бүгін елдің астанасы", []),
        ("Белый дом", "Белого дома. Он увидел белый дом.", ["Белого дома"]),
        ("Совет ООН", "в совете ООН", ["совете ООН"]),
        ("Астан*", "Все астанинские", ["астанинские"]),
        ("Шанхайск* организация", "в Шанхайской организации", ["Шанхайской организации"]),
    ],
    ids=["no-capitals-at-all", "small-in-a-text-with-capitals", "one-of-the-words", "acronym-beside",
         "wildcard", "wildcard-beside-inflected"],
)  # fmt: skip
def test_capitals_of_a_name(spelling: str, text: str, found: list[str]) -> None:
    """A name has a capital in the text, unless nothing near it has one or a wildcard asks for more."""
    assert _find(compile_forms(spelling, "kk" if "ү" in text else "ru"), text) == found


@pytest.mark.parametrize(
    ("spelling", "mark", "text", "found"),
    [
        ("=Астана", "", "Астана, АСТАНА, астана, Астаны", ["Астана", "АСТАНА"]),
        ("^Астана", "", "Астана, АСТАНА, астана, Астаны", ["Астана"]),
        ("Астана", "=", "Астана и астана", ["Астана"]),
        ("^apple", "", "apple, Apple", ["apple"]),
        ("=астана", "", "Астана, астане", ["Астана"]),
        ("=Kaz*", "", "Kazakh and kazakh", ["Kazakh"]),
    ],
)
def test_exact_spelling(spelling: str, mark: Mark, text: str, found: list[str]) -> None:
    """An exact spelling has no other forms; its capitals count, and with ^ its small letters too."""
    assert _find(compile_forms(spelling, "ru", mark), text) == found


@pytest.mark.parametrize(
    ("spelling", "language", "text", "found"),
    [
        ("США Китай", "ru", "пара США-Китай", ["США-Китай"]),
        ("ШЫҰ саммиті", "kk", "ШЫҰ-ның саммитінде", ["ШЫҰ-ның саммитінде"]),
        ("саммит ШОС 2026", "ru", "о саммите ШОС-2026", ["саммите ШОС-2026"]),
        ("Китай", "ru", "Китай-Казахстан", ["Китай"]),
        ("Kazakhstan", "en", "‘Kazakhstan’", ["Kazakhstan"]),
        ("WhatsApp", "kk", "WhatsApp-та", ["WhatsApp-та"]),
        ("WhatsApp", "ky", "WhatsApp-та", ["WhatsApp-та"]),
        ("G20", "kk", "G20-ның", ["G20-ның"]),
        ("в Казахстане", "ru", "В Казахстане", ["В Казахстане"]),
    ],
)
def test_joined_endings(spelling: str, language: str, text: str, found: list[str]) -> None:
    """A hyphen or an apostrophe may bring an ending, or the next word, or nothing of the name's."""
    assert _find(compile_forms(spelling, language), f"Aa {text}.") == found


def test_without_a_language_nothing_is_inflected() -> None:
    """A spelling without a language, or of one without rules, is found as it stands only."""
    assert _find(compile_forms("Казахстан"), "В Казахстане и казахстан") == ["казахстан"]
    assert _find(compile_forms("Kasachstan", "de"), "Kasachstans, Kasachstan") == ["Kasachstan"]


def test_chinese_variants_keep_what_is_given() -> None:
    """A spelling comes first as given, then in the other script, and never in a flood of guesses."""
    assert variants("上海合作組織") == ("上海合作組織", "上海合作组织")
    assert variants("托卡耶夫") == ("托卡耶夫",)
    assert len(variants("发干里后历复系" * 3)) <= 26


_words = st.text(
    "абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіҳҷӣӯўabcdefgghiklmnoqstuvxyz'", min_size=1
)


@settings(deadline=None)  # the first word of a class works out its endings
@given(_words, st.sampled_from(_LANGUAGES))
def test_a_word_is_a_form_of_itself(word: str, language: str | None) -> None:
    """Whatever the rules make of a word, the word itself is among its forms."""
    kinds: tuple[Kind, ...] = ("acronym", "name", "common")
    for kind in kinds:
        known = tail(Word(fold(word).text, kind), language)
        if known is not None:
            assert known.stem
            assert fold(word).text.startswith(known.stem)
            assert known.allows(fold(word).text[len(known.stem) :])


@settings(deadline=None)  # the first word of a class works out its endings
@given(_words, st.sampled_from(_LANGUAGES), st.booleans())
def test_a_spelling_finds_itself(word: str, language: str | None, name: bool) -> None:
    """A spelling is found where it stands just as it is written, in a phrase too."""
    spelling = word.capitalize() if name else word
    if not any(char.isalnum() for char in spelling):
        return
    trimmed = spelling.strip("'")
    for text in (trimmed, f"{trimmed} два {trimmed}"):
        assert _find(compile_forms(text, language), f"Я {text}!")
