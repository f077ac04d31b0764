"""Cuts a word to what its forms have in common: by endings and length, without a dictionary.

A stem is compared, never shown: "president" and "presiding" may meet, as long as one event's words
meet more often than another's. Six letters hold together the forms of a Turkic or Slavic word.
"""

import re

_LATIN = 8  # letters kept
_CYRILLIC = 6
_LEAST = 3  # letters that must remain before an English ending
_LEAST_CYRILLIC = 4
_ENGLISH = re.compile(
    r"(?:ations?|ments?|ingly|edly|ings?|ers?|ies|ied|ed|es|ly|s|y|e)$", re.IGNORECASE
)
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")
_RUSSIAN = re.compile(
    "(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ешь|ишь|ает|яет|ует|ают|яют|уют|ить|ать|ять|еть|ала|яла|ила|ела"
    "|али|яли|или|ели|ало|ило|ал|ял|ил|ел|ется|ится|ются|ятся|лся|лась|лись|ться|ная|ный|ной|ном|ную|ные|ных|ным|ая|яя|ое"
    "|ее|ый|ий|ой|ые|ие|ых|их|ым|им|ом|ем|ам|ям|ах|ях|ов|ев|ей|ую|юю|ию|ия|ии|ла|ли|ло|ет|ит|ут|ют|ат|ят|[аяоеыиуюьйл])$"
)


def stem(word: str) -> str:
    """Cut a folded word to its stem; a word of another script is only cut to length."""
    if "a" <= word[0] <= "z":
        root = _DOUBLED.sub(r"\1", _without(_ENGLISH, word.partition("'")[0], _LEAST))
        return (root[:-1] if len(root) > _LEAST and root[-1] == "e" else root)[:_LATIN]
    if "\u0400" <= word[0] <= "\u052f":
        root = word.replace("ё", "е")
        for _ in range(2):  # саммите, саммит: what remains of one form may end as another does
            root = _without(_RUSSIAN, root, _LEAST_CYRILLIC)
        return root[:_CYRILLIC]
    return word[:_LATIN]


def _without(endings: re.Pattern[str], word: str, least: int) -> str:
    found = endings.search(word, least)
    return word[: found.start()] if found else word
