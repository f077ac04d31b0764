"""Kazakh in Latin and in Arabic letters: the Cyrillic chains, respelled.

Latin has had three official alphabets since 2017 (apostrophes, acute accents, and breves with
cedillas), and two that people use: one of Turkish make, and one of plain letters.
"""

from functools import cache

from monitor.match.inflect.kazakh import GRAMMAR
from monitor.match.inflect.tail import Tail

_LONGEST = 9  # Cyrillic letters of a chain; longer ones are as good as never respelled
_PLAIN = {
    **dict(zip("аеикқлмнпрсдгбті", "aeikqlmnprsdgbti", strict=True)), "з": "z", "т": "t", "у": "u",
}  # fmt: skip
_LATIN = (
    {**_PLAIN, "ы": "y", "й": "i'", "ң": "n'", "ғ": "g'", "ш": "s'"},
    {**_PLAIN, "ы": "y", "й": "ı", "ң": "ń", "ғ": "ǵ", "ш": "sh"},
    {**_PLAIN, "ы": "y", "й": "i", "ң": "ñ", "ғ": "ğ", "ш": "ş"},
    {**_PLAIN, "ы": "ı", "й": "y", "ң": "ñ", "ғ": "ğ", "ш": "ş"},
    {**_PLAIN, "ы": "y", "й": "i", "ң": "n", "ғ": "g", "ш": "sh"},
)
_LETTERS = dict(zip("абгғдеийкқлмнңпрстуыіш", "ابگعدەيىكقلمنڭپرستۋىىش", strict=True)) | {
    "й": "ي", "з": "ز",
}  # fmt: skip
# Folding parts the high hamza from the letter that bears it.
_ARABIC = (_LETTERS, {**_LETTERS, "і": "\u0649\u0674"})
# What a letter sounds like where it decides what follows; u, i and y are open to either.
_SOUNDS = {
    **{latin: cyrillic for cyrillic, latin in _PLAIN.items()}, "i": "и", "o": "о", "ö": "ө", "ó": "ө",
    "ü": "ү", "ú": "ү", "ä": "ә", "á": "ә", "ı": "", "y": "", "ū": "ұ", "ý": "у", "v": "в", "f": "ф",
    "h": "х", "j": "ж", "ń": "ң", "ñ": "ң", "ş": "ш", "w": "у",
    **{arabic: cyrillic for cyrillic, arabic in _LETTERS.items()}, "ى": "", "و": "о", "ۇ": "ұ",
}  # fmt: skip

_SOFT = {"k": ("g",), "q": ("ğ", "ǵ", "g", "g'"), "p": ("b",)}
_VOWELS = frozenset("aeiyı")


def inflect_respelled(word: str) -> Tail:
    """List the forms of a Kazakh word in Latin or Arabic letters."""
    sounds = "".join(_SOUNDS.get(char, "") for char in word)
    vowel = next((char for char in reversed(sounds) if char in GRAMMAR.vowels), "")
    latin = word[0] < "\u0600"
    endings = respelled_chains(vowel + _SOUNDS.get(word[-1], ""), latin)
    soft = _SOFT.get(word[-1], ())
    stem = word[:-1] if soft else word
    softened = frozenset(one for one in endings if one[:1] in _VOWELS)
    branches = ((word[len(stem) :], endings), *((begun, softened) for begun in soft))
    return Tail(stem, branches, joined=latin)


@cache
def respelled_chains(sounds: str, latin: bool = True) -> frozenset[str]:
    """List the chains after a stem that sounds like this, in Latin or in Arabic letters."""
    chains = GRAMMAR.tails(sounds, "noun") | GRAMMAR.tails(sounds, "its")
    alphabets = _LATIN if latin else _ARABIC
    return frozenset(
        "".join(alphabet[char] for char in chain)
        for chain in chains
        if len(chain) <= _LONGEST
        for alphabet in alphabets
    )
