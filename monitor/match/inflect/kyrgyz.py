"""Kyrgyz: number, possession, case and predicate; vowels agree in place and in rounding."""

import re

from monitor.match.inflect.tail import Tail
from monitor.match.inflect.turkic import Grammar, Order, inflect

_VOWELS = frozenset("аеёиоөуүыэюя")
# By the last vowel: what an open and a close vowel become after it.
_HARMONY = {
    **dict.fromkeys("аыя", ("а", "ы")),
    **dict.fromkeys("еиэ", ("е", "и")),
    **dict.fromkeys("оё", ("о", "у")),
    **dict.fromkeys("ую", ("а", "у")),
    **dict.fromkeys("өү", ("ө", "ү")),
}
_VOICED = "бвгджзлмнңр"
_UNSETTLED = re.compile("(?:ев|ева|евна|евич|ь)$")
_CONSONANTS = {  # after a vowel or й, л м н ң р and other voiced ones, and voiceless ones
    "L": ("л", "дл", "т"),
    "N": ("н", "д", "т"),
    "D": ("д", "д", "т"),
    "G": ("г", "г", "к"),
}


def _harmony(sound: str, vowel: str) -> str:
    if sound not in "AI":
        return ""
    at = 0 if sound == "A" else 1
    choices = [_HARMONY[vowel]] if vowel in _HARMONY else [*_HARMONY.values()]
    return "".join(dict.fromkeys(choice[at] for choice in choices))


def _consonants(sound: str, before: str) -> str:
    open_, voiced, mute = _CONSONANTS[sound]
    if not before.isalpha():
        return "".join(dict.fromkeys(open_ + voiced + mute))
    if before in _VOWELS:
        return open_
    if before == "й":  # Кытайлар, but Кытайдын
        return open_ + voiced
    return voiced if before in _VOICED else mute


_CASES = (
    ("NIн", "end"), ("NIкI", "made"), ("GA", "end"), ("NI", "end"), ("DA", "place"), ("DAн", "end"),
)  # fmt: skip
_LAST_CASES = tuple((suffix, "end") for suffix, _ in _CASES)
_POSSESSION = (
    ("(I)м", "mine"), ("(I)ң", "mine"), ("(I)ңIз", "mine"), ("(I)бIз", "mine"), ("(с)I", "its"),
)  # fmt: skip
_PREDICATES = (("мIн", "end"), ("сIң", "end"), ("сIз", "end"), ("бIз", "end"), ("пIз", "end"))
_LIKE = (("DAй", "made"),)
_ORDER: Order = {
    "noun": (
        ("LAр", "many"), *_POSSESSION, *_CASES, *_PREDICATES, *_LIKE,
    ),
    "many": (*_POSSESSION, *_CASES, *_LIKE),
    "mine": (("A", "end"), *_CASES, *_LIKE),
    "its": (
        ("нIн", "end"), ("нIкI", "end"), ("нA", "end"), ("н", "end"), ("нDA", "place"), ("нAн", "end"),
        ("нDAй", "end"),
    ),
    "place": (("гI", "there"), *_PREDICATES),
    "made": (("LAр", "few"), ("(с)I", "its"), *_LAST_CASES),
    "few": (("(с)I", "its"), *_LAST_CASES),
    "there": (("LAр", "those"), ("(с)I", "end"), *_LAST_CASES),
    "those": _LAST_CASES,
    "end": (),
}  # fmt: skip

GRAMMAR = Grammar(_VOWELS, frozenset(), _UNSETTLED, _ORDER, _consonants, _harmony)
_SOFT = {"к": "г", "п": "б"}


def inflect_kyrgyz(word: str) -> Tail:
    """List the forms of a Kyrgyz word."""
    # It may be possessed already, as a word that names an institution is: уюму, уюмунда.
    states = ("noun", "its") if word[-1:] in "ыиуү" else ("noun",)
    return inflect(word, GRAMMAR, _SOFT, "ыиуү", states)
