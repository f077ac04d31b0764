"""Tajik: plural, ezafe, object marker, and what leans on a word: pronouns, and, is."""

from itertools import product

from monitor.match.inflect.tail import Tail, Word, tail_of

_VOWELS = "аеёиоуыэюяӣӯ"
_PLURALS = ("", "ҳо", "он")
_OWNERS = ("", "ам", "ат", "аш", "амон", "атон", "ашон")
_ENDS = ("", "и", "ро", "у", "ву", "е", "аст", "анд")


def inflect_tajik(word: Word) -> Tail:
    """List the forms of a Tajik word."""
    text = word.text
    joints = ("", "-") if word.kind == "acronym" else ("",)
    ending = _endings(text)
    return tail_of(
        (text, *(text + joint + one for joint, one in product(joints, ending) if one)),
    )


def _endings(text: str) -> list[str]:
    return [
        many + _after(text + many, owner) + end
        for many, owner, end in product(_plurals(text), _OWNERS, _ENDS)
    ]


def _plurals(text: str) -> tuple[str, ...]:
    last = text[-1:]
    if last in "аяе":
        return (*_PLURALS, "гон", "ен")
    return (*_PLURALS, "ен", "вон", "гон") if last in _VOWELS else _PLURALS


def _after(before: str, owner: str) -> str:
    """Write a glide between a vowel and the vowel of a pronoun: ҳояш."""
    if owner and before[-1:] in _VOWELS:
        return "я" + owner[1:]
    return owner
