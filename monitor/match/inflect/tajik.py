"""Tajik: plural, ezafe, object marker, and what leans on a word: pronouns, and, is."""

from functools import cache
from itertools import product

from monitor.match.inflect.tail import Tail, Word

_VOWELS = "аеёиоуыэюяӣӯ"
_PLURALS = ("", "ҳо", "он")
_OWNERS = ("", "ам", "ат", "аш", "амон", "атон", "ашон")
_ENDS = ("", "и", "ро", "у", "ю", "ву", "е", "аст", "ст", "анд")


def inflect_tajik(word: Word) -> Tail:
    """List the forms of a Tajik word."""
    endings = _endings(word.text[-1:])
    if word.kind != "acronym":
        return Tail(word.text, (("", endings),))
    return Tail(word.text, (("", endings), ("-", endings - {""})), joined=True)


@cache
def _endings(last: str) -> frozenset[str]:
    """List the endings after a word that ends in this letter."""
    return frozenset(
        many + _after(last + many, owner) + end
        for many, owner, end in product(_plurals(last), _OWNERS, _ENDS)
    )


def _plurals(last: str) -> tuple[str, ...]:
    if last in "аяе":
        return (*_PLURALS, "гон", "ен")
    return (*_PLURALS, "ен", "вон", "гон") if last in _VOWELS else _PLURALS


def _after(before: str, owner: str) -> str:
    """Write a glide between a vowel and the vowel of a pronoun: ҳояш."""
    if owner and before[-1:] in _VOWELS:
        return "я" + owner[1:]
    return owner
