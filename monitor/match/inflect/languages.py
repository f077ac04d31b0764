"""Which rules inflect a word: by its language, and by the script it is written in."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from monitor.match.inflect import kazakh, kyrgyz, uzbek
from monitor.match.inflect.english import inflect_english
from monitor.match.inflect.kazakh_scripts import inflect_respelled, respelled_chains
from monitor.match.inflect.russian import inflect_russian
from monitor.match.inflect.tail import Tail, Word
from monitor.match.inflect.tajik import inflect_tajik

_CYRILLIC = re.compile("[\u0400-\u052f]+")
_LATIN = re.compile("[a-z'\u00df-\u024f]+")
_ARABIC = re.compile("[\u0600-\u06ff]+")
_LONGEST = 9  # letters of a chain after an acronym; longer ones are as good as never written
_TURKIC: Mapping[str, Callable[[str], Tail]] = {
    "kk": kazakh.inflect_kazakh,
    "ky": kyrgyz.inflect_kyrgyz,
    "uz": uzbek.inflect_uzbek,
}


def tail(word: Word, language: str | None) -> Tail | None:
    """Find the forms of a folded word; None where the language or the script has no endings.

    Nor has a word any that is too short to keep a letter in all its forms.
    """
    known = _tail(word, (language or "").partition("-")[0])
    return known if known is not None and known.stem else None


def _tail(word: Word, language: str) -> Tail | None:
    cyrillic = _CYRILLIC.fullmatch(word.text) is not None
    if language == "en":
        return inflect_english(word) if _LATIN.fullmatch(word.text) else None
    if language == "ru":
        return inflect_russian(word) if cyrillic else None
    if language == "tg":
        return inflect_tajik(word) if cyrillic else None
    return _turkic(word, language, cyrillic) if language in _TURKIC else None


def _turkic(word: Word, language: str, cyrillic: bool) -> Tail | None:
    text = word.text
    if not text[-1:].isalnum():
        return None
    latin = _LATIN.fullmatch(text) is not None
    if word.kind == "acronym" or not (cyrillic or latin or _ARABIC.fullmatch(text)):
        return _of_any_sound(text, language)
    if cyrillic or language == "uz":
        return _TURKIC[language](text)
    if language == "kk":
        return _respelled(text, latin)
    return _of_any_sound(text, language)


def _respelled(text: str, latin: bool) -> Tail:
    """Let a Latin name in a Cyrillic text have its Cyrillic ending after a hyphen too."""
    known = inflect_respelled(text)
    if not latin:
        return known
    hyphened = f"{text[len(known.stem) :]}-", _chains("kk", False) - {""}
    return Tail(known.stem, (*known.branches, hyphened), joined=True)


def _of_any_sound(text: str, language: str) -> Tail:
    """List the forms of an acronym, a number or a foreign word: read who knows how."""
    chains = _chains(language, text[-1].isascii())
    joined = chains - {""}
    return Tail(text, (("", chains), ("-", joined), ("'", joined)), joined=True)


@cache
def _chains(language: str, latin: bool) -> frozenset[str]:
    grammars = {
        "kk": (kazakh.GRAMMAR,),
        "ky": (kyrgyz.GRAMMAR,),
        "uz": (uzbek.CYRILLIC, *([uzbek.LATIN] if latin else ())),
    }[language]
    found = {
        one
        for grammar in grammars
        for state in ("noun", "its")  # its: ШЫҰ-на, as if the name were read out
        for one in grammar.tails("", state)
        if len(one) <= _LONGEST
    }
    return frozenset(found | respelled_chains("") if latin and language == "kk" else found)
