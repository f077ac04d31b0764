"""What a letter is: its script, whether it belongs to words, and which language it hints at."""

import re
import unicodedata
from collections import Counter

# Han with its extensions and compatibility forms, kana, bopomofo: written without spaces.
_CJK = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x3041, 0x30FF),
    (0x3100, 0x312F),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x20000, 0x3FFFF),
)

# For use inside the brackets of a regular expression.
CJK_RANGES = "".join(f"{chr(low)}-{chr(high)}" for low, high in _CJK)

# Letters that only some of the Cyrillic languages use, most telling first: what Kyrgyz has of its
# own Kazakh has too, and Tajik shares letters with Uzbek and Kazakh.
_CYRILLIC_MARKS = (
    ("uk", frozenset("їєґ")),
    ("tg", frozenset("ӣӯҷ")),
    ("kk", frozenset("әұһ")),
    ("uz-Cyrl", frozenset("ў")),
    ("tg", frozenset("ҳ")),
    ("kk", frozenset("іқғ")),
    ("ky", frozenset("өүң")),
)
_RUSSIAN = re.compile(r"\b(?:и|в|на|с|не|что|по|для|из|о|к|от|за)\b")
_ALL_MARKS = frozenset().union(*(marks for _, marks in _CYRILLIC_MARKS))
_APOSTROPHES = "'’‘ʻʼ`"
_UZBEK_LETTER = re.compile(f"[og][{_APOSTROPHES}][a-z]")
_UZBEK = frozenset(
    [
        "va",
        "bilan",
        "uchun",
        "bu",
        "ham",
        "haqida",
        "yil",
        "qildi",
        "boshqa",
        "davlat",
        "prezidenti",
        "vazirlar",
        "tashkiloti",
        "sammiti",
    ]
)
_UZBEK_BEGINNINGS = (" mamlakat", " toshkent", " qozog")
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "for",
        "on",
        "with",
        "is",
        "are",
        "at",
        "as",
        "by",
        "from",
        "say",
        "says",
        "will",
    ]
)
_WORD = re.compile(r"\w+")
_ASCII_BLANKS = str.maketrans(
    {chr(code): " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
)
_SAMPLE = 2000  # code points: the label needs no more, and a long text costs no more


def is_cjk(char: str) -> bool:
    """Tell whether a character is written without spaces between words (Han, kana, bopomofo)."""
    code = ord(char)
    return code >= _CJK[0][0] and any(low <= code <= high for low, high in _CJK)


class _WordChars(dict[str, bool]):
    """Answers, and remembers, whether a character belongs to a word that has edges."""

    def __missing__(self, char: str) -> bool:
        found = char == "_" or unicodedata.category(char)[0] in "LNM"
        self[char] = answer = found and not is_cjk(char)
        return answer


WORD_CHARS = _WordChars()  # letters, digits, combining marks and "_"; not Han and kana


def has_edge(text: str, at: int) -> bool:
    """Tell whether a word may begin or end at this offset: not between two characters of one word.

    Han and kana have an edge on either side of every character.
    """
    if at <= 0 or at >= len(text):
        return True
    return not (WORD_CHARS[text[at - 1]] and WORD_CHARS[text[at]])


def words_of(text: str) -> list[str]:
    """Give the runs of letters, digits and "_" in their order."""
    if text.isascii():  # several times as fast, and many texts are
        return text.translate(_ASCII_BLANKS).split()
    return _WORD.findall(text)


def language_of(text: str) -> str | None:
    """Guess the language from its letters: en, ru, kk, ky, uz, uz-Cyrl, tg, uk, zh, ja, ko or None.

    A label for people, not a condition of any match: spellings carry their own language. None
    where the letters do not tell, such as Latin letters of a language that is none of ours.
    """
    sample = text[:_SAMPLE].lower()
    if sample.isascii():
        return _latin_language(sample) if any(map(str.isalpha, sample)) else None
    chars = Counter(sample)
    scripts: Counter[str] = Counter()
    for char, count in chars.items():
        if char.isalpha():
            scripts[_script(char)] += count
    if not scripts:
        return None
    # A Han character says as much as several letters, and a Chinese headline may quote a Latin name.
    weights = {script: n * (3 if script == "han" else 1) for script, n in scripts.items()}
    script = max(weights, key=lambda name: weights[name])
    if script in {"han", "kana"}:
        return "ja" if scripts["kana"] * 10 > scripts["han"] else "zh"
    if script == "cyrillic":
        return _cyrillic_language(sample, chars)
    if script == "latin":
        return _latin_language(sample)
    return "ko" if script == "hangul" else None


def _script(char: str) -> str:
    if char < "\u0250":
        return "latin"
    if "\u0400" <= char <= "\u052f":
        return "cyrillic"
    if is_cjk(char):
        return "kana" if "\u3041" <= char <= "\u30ff" else "han"
    return "hangul" if "\uac00" <= char <= "\ud7a3" else "other"


def _cyrillic_language(sample: str, counts: Counter[str]) -> str:
    letters = sum(n for char, n in counts.items() if "\u0400" <= char <= "\u052f")
    marks_seen = sum(counts[mark] for mark in _ALL_MARKS)
    if marks_seen * 33 < letters and _RUSSIAN.search(sample):
        return "ru"  # which may quote a Kazakh name; Kazakh itself has a letter of its own in five
    for least in (letters / 100, 1):
        for language, marks in _CYRILLIC_MARKS:
            if sum(counts[mark] for mark in marks) >= least:
                return language
    return "ru"


def _latin_language(sample: str) -> str | None:
    words = words_of(sample)
    english = sum(map(_ENGLISH.__contains__, words))
    if _uzbek_signs(sample, words) > english:
        return "uz"
    if sample.isascii():
        return "en"
    foreign = sum(char > "\x7f" and char.isalpha() and char not in "ʻʼ" for char in sample)
    return "en" if foreign * 50 <= len(sample) or english * 20 > len(sample.split()) else None


def _uzbek_signs(sample: str, words: list[str]) -> int:
    line = f" {' '.join(words)}"
    signs = sum(map(_UZBEK.__contains__, words)) + sum(map(line.count, _UZBEK_BEGINNINGS))
    if any(mark in sample for mark in _APOSTROPHES):
        signs += len(_UZBEK_LETTER.findall(sample))
    return signs
