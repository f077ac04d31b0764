"""Kazakh: number, possession, case and predicate, in Cyrillic."""

import re

from monitor.match.inflect.tail import Tail
from monitor.match.inflect.turkic import Grammar, Order, inflect

_VOWELS = frozenset("аәеёиоөуұүыіэюя")
_BACK, _FRONT = frozenset("аоұыё"), frozenset("әеөүіэ")
# Voiced after what; a character that is in none of these leaves it open.
_NASAL, _SONANT, _LIQUID, _BUZZ = "мнң", "рйу", "л", "зж"
_MUTE = "кқпстфхһцчшщ"
_CONSONANTS = {  # after a vowel, nasals, р й у, л, з ж, and voiceless ones
    "L": ("л", "д", "л", "дл", "д", "т"),
    "N": ("н", "н", "д", "д", "д", "т"),  # of the genitive
    "E": ("н", "д", "д", "д", "д", "т"),  # of the accusative
    "F": ("д", "н", "д", "д", "д", "т"),  # of the ablative
    "D": ("д", "д", "д", "д", "д", "т"),
    "M": ("м", "м", "м", "м", "б", "п"),
    "G": ("ғг", "ғг", "ғг", "ғг", "ғг", "қк"),
}
# Surnames go with the vowels before -ев (Назарбаевтың), loanwords in к with front ones (банктің).
_UNSETTLED = re.compile("(?:[кгь]|ев|ева|евна|евич)$")
_CLASSES = ("аәеёоөұүыіэя", _NASAL, _SONANT, _LIQUID, _BUZZ, _MUTE)


def _harmony(sound: str, vowel: str) -> str:
    if sound not in "AI":
        return ""
    back, front = ("а", "е") if sound == "A" else ("ы", "і")
    if vowel in _BACK:
        return back
    return front if vowel in _FRONT else back + front


def _consonants(sound: str, before: str) -> str:
    sounds = _CONSONANTS[sound]
    for members, sound_there in zip(_CLASSES, sounds, strict=True):
        if before and before in members:
            return sound_there if before != "у" else sound_there + sounds[0]
    return "".join(dict.fromkeys("".join(sounds)))


_PREDICATES = (
    ("MIн", "end"), ("MIз", "end"), ("сIң", "end"), ("сIз", "end"), ("сIңдAр", "end"),
    ("сIздAр", "end"), ("DIр", "end"),
)  # fmt: skip
_LIKE = (("DAй", "made"),)
_CASES = (
    ("NIң", "end"), ("NIкі", "made"), ("GA", "end"), ("EI", "end"), ("DA", "place"),
    ("FAн", "end"), ("Mен", "end"),
)  # fmt: skip
_LAST_CASES = tuple((suffix, "end") for suffix, _ in _CASES)
_POSSESSION = (
    ("(I)м", "mine"), ("(I)ң", "mine"), ("(I)ңIз", "ours"), ("(I)мIз", "ours"), ("(с)I", "its"),
)  # fmt: skip
_ORDER: Order = {
    "noun": (
        ("LAр", "many"), *_POSSESSION, *_CASES, *_PREDICATES, *_LIKE,
    ),
    "many": (*_POSSESSION, *_CASES, *_LIKE),
    "mine": (("A", "end"), *_CASES, *_LIKE),
    "ours": (*_CASES, *_LIKE),
    "its": (
        ("нIң", "end"), ("нікі", "end"), ("нA", "end"), ("н", "end"), ("ндA", "place"), ("нAн", "end"),
        ("мен", "end"), ("ндAй", "end"),
    ),
    "place": (("ғы", "there"), ("гі", "there"), *_PREDICATES),
    "made": (("LAр", "few"), ("(с)I", "its"), *_LAST_CASES),
    "few": (("(с)I", "its"), *_LAST_CASES),
    "there": (("LAр", "those"), ("(с)I", "end"), *_LAST_CASES),
    "those": _LAST_CASES,
    "end": (),
}  # fmt: skip

GRAMMAR = Grammar(_VOWELS, frozenset("иую"), _UNSETTLED, _ORDER, _consonants, _harmony)
_SOFT = {"к": "г", "қ": "ғ", "п": "б"}


def inflect_kazakh(word: str) -> Tail:
    """List the forms of a Kazakh word in Cyrillic."""
    # It may be possessed already, as a word that names an institution is: ұйымы, ұйымында.
    states = ("noun", "its") if word[-1:] in "ыі" else ("noun",)
    return inflect(word, GRAMMAR, _SOFT, "ыіуү", states)
