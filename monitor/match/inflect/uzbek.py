"""Uzbek, in Latin and in Cyrillic letters: number, possession, case and predicate; no harmony."""

import re

from monitor.match.inflect.tail import Tail
from monitor.match.inflect.turkic import Grammar, Order, inflect

_LATIN_VOWELS, _CYRILLIC_VOWELS = frozenset("aeiou"), frozenset("аеёиоуўэюя")
# The suffixes as they are written in Cyrillic; longer ones first.
_LETTERS = (
    ("ch", "ч"), ("sh", "ш"), ("ya", "я"), ("yu", "ю"), ("yo", "ё"), *zip("abdgiklmnqrstuvyz", "абдгиклмнқрстувйз", strict=True)
)  # fmt: skip

_CASES = (
    ("ning", "end"), ("niki", "end"), ("ga", "end"), ("ka", "end"), ("qa", "end"), ("gacha", "end"),
    ("kacha", "end"), ("qacha", "end"), ("ni", "end"), ("da", "place"), ("ta", "place"), ("dan", "place"),
    ("tan", "place"),
)  # fmt: skip
_LAST_CASES = tuple((suffix, "end") for suffix, _ in _CASES)
_POSSESSION = (
    ("(I)m", "its"), ("(I)ng", "its"), ("(I)ngiz", "its"), ("(I)miz", "its"), ("(s)i", "its"),
    ("lari", "its"),
)  # fmt: skip
_PREDICATES = (
    ("man", "end"), ("san", "end"), ("miz", "end"), ("siz", "end"), ("dir", "end"), ("mi", "end"), ("u", "end"), ("yu", "end"),
)  # fmt: skip
_LIKE = (("dek", "end"), ("day", "end"), ("dagi", "there"))
_ORDER: Order = {
    "noun": (
        ("lar", "many"), *_POSSESSION, *_CASES, *_PREDICATES, *_LIKE,
    ),
    "many": (*_POSSESSION, *_CASES, *_LIKE),
    "its": (*_CASES, ("dek", "end"), ("day", "end"), ("dagi", "there")),
    "place": _PREDICATES,
    "made": (("lar", "few"), *_POSSESSION[4:], *_LAST_CASES),
    "few": (*_POSSESSION, *_LAST_CASES),
    "there": (("lar", "those"), *_LAST_CASES),
    "those": _LAST_CASES,
    "end": (),
}  # fmt: skip
_NEVER = re.compile("(?!)")


def _in_cyrillic(suffix: str) -> str:
    for latin, cyrillic in _LETTERS:
        suffix = suffix.replace(latin, cyrillic)
    return suffix


def _latin_harmony(sound: str, vowel: str) -> str:  # noqa: ARG001  # one shape for all languages
    return "i"


def _cyrillic_harmony(sound: str, vowel: str) -> str:  # noqa: ARG001  # one shape for all languages
    return "и"


def _no_consonants(sound: str, before: str) -> str:  # noqa: ARG001  # one shape for all languages
    return ""


LATIN = Grammar(_LATIN_VOWELS, frozenset("oue"), _NEVER, _ORDER, _no_consonants, _latin_harmony)
CYRILLIC = Grammar(
    _CYRILLIC_VOWELS,
    frozenset("оуе"),
    _NEVER,
    {
        state: tuple((_in_cyrillic(suffix), onward) for suffix, onward in following)
        for state, following in _ORDER.items()
    },
    _no_consonants,
    _cyrillic_harmony,
)
_LATIN_SOFT, _CYRILLIC_SOFT = {"k": "g", "q": "g'"}, {"к": "г", "қ": "ғ"}


def inflect_uzbek(word: str) -> Tail:
    """List the forms of an Uzbek word in the script it is written in."""
    if word.isascii():
        return inflect(word, LATIN, _LATIN_SOFT, "aiu", ("noun",))
    return inflect(word, CYRILLIC, _CYRILLIC_SOFT, "аиу", ("noun",))
