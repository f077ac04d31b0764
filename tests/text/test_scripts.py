"""Letters, edges and the language they hint at."""

import pytest

from monitor.text.scripts import has_edge, is_cjk, language_of


@pytest.mark.parametrize("char", "上合組ザカがㄅ々〇豈ｶ𠀀")
def test_written_without_spaces(char: str) -> None:
    """Han, kana and bopomofo are written without spaces."""
    assert is_cjk(char)


@pytest.mark.parametrize("char", "aЯқ1_-'，。「 한é")
def test_written_with_spaces(char: str) -> None:
    """Alphabets, digits, punctuation and Hangul are not."""
    assert not is_cjk(char)


@pytest.mark.parametrize(
    ("text", "at", "edge"),
    [
        ("sco", 0, True),
        ("sco", 3, True),
        ("sco", 1, False),
        ("sco2", 3, False),
        ("sco_", 3, False),
        ("sco's", 3, True),
        ("sco-led", 3, True),
        ("sco峰会", 3, True),
        ("上合", 1, True),
        ("не\u0301т", 2, False),
    ],
)
def test_edges(text: str, at: int, edge: bool) -> None:
    """Words end at apostrophes, hyphens and Han, not at digits, underscores or marks."""
    assert has_edge(text, at) is edge


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kazakhstan joins the SCO", "en"),
        ("Tokayev arrives", "en"),
        ("Саммит ШОС прошёл в Астане", "ru"),
        ("Қазақстан Президенті Тоқаев ШЫҰ саммитіне қатысты", "kk"),
        ("Кыргызстанда ШКУ саммити өтөт, Жапаров катышат", "ky"),
        ("Кыргызстандын өкмөтү жаңы мыйзам кабыл алды", "ky"),
        ("Oʻzbekiston prezidenti Qozogʻistonga bordi", "uz"),
        ("Toshkentda SHHT sammiti bilan bogliq tadbir", "uz"),
        ("Ўзбекистон Республикаси Президенти Қозоғистонга боради", "uz-Cyrl"),
        ("Ҷумҳурии Тоҷикистон ва Созмони ҳамкории Шанхай", "tg"),
        ("Україна та її сусіди", "uk"),
        ("上海合作组织峰会", "zh"),
        ("出席SCO峰会的领导人", "zh"),
        ("上海協力機構のサミットが開かれた", "ja"),
        ("카자흐스탄 대통령", "ko"),
        ("Türkiye Cumhurbaşkanı Özbekistan'ı ziyaret etti, görüşmeler sürüyor", None),
        (
            "Президент принял посла Қазақстан в Москве и обсудил с ним торговлю и транзит грузов",
            "ru",
        ),
        ("منظمة شانغهاي للتعاون", None),
        ("12:30 — …", None),
        ("", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    """Letters tell the language of a headline well enough for a label."""
    assert language_of(text) == language
