"""Russian: the forms of a word by its ending, without a dictionary.

An ending seldom tells gender, or an adjective from a noun, so a word gets the forms of every class
it may belong to. What no one would write costs nothing; real words that would come in by it are kept
out by what a name is: it has a capital, and most names have no plural.
"""

from collections.abc import Iterable, Iterator

from monitor.match.inflect.tail import Tail, Word, tail_of

_HISS, _VELAR = "жшщч", "гкх"
_VOWELS = "аеиоуыэюя"

_HARD = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
_HARD_AFTER_HISS = ("", "а", "у", "ем", "ом", "е", "и", "ей", "ов", "ам", "ами", "ах")
_HARD_AFTER_C = ("", "а", "у", "ем", "ом", "е", "ы", "ев", "ов", "ам", "ами", "ах")
# Both genders: what is no form of Казань is no word at all.
_SOFT = ("ь", "я", "ю", "и", "ем", "ью", "е", "ей", "ям", "ями", "ях")
_YOT = ("й", "я", "ю", "ем", "е", "и", "ев", "ям", "ями", "ях")
_IY = ("ий", "ия", "ию", "ием", "ии", "ие", "иев", "иям", "иями", "иях")
_SURNAME = ("", "а", "у", "ым", "ом", "е", "ой", "ою", "ы", "ых", "ыми", "ам", "ами", "ах")
_A, _A_MANY = ("а", "ы", "е", "у", "ой", "ою", "ей", "ею"), ("", "ам", "ами", "ах")
_YA, _YA_MANY = ("я", "и", "е", "ю", "ей", "ею"), ("ь", "й", "", "ей", "ям", "ями", "ях")
_IYA, _IYA_MANY = ("ия", "ии", "ие", "ию", "ией", "иею"), ("ий", "иям", "иями", "иях")
_O, _O_MANY = ("о", "а", "у", "ом", "е"), ("", "ам", "ами", "ах")
_E, _E_MANY = ("е", "а", "у", "ем"), ("", "й", "ев", "ам", "ами", "ах")
_SEA, _SEA_MANY = ("е", "я", "ю", "ем"), ("ей", "ям", "ями", "ях")
_IE, _IE_MANY = ("ие", "ия", "ию", "ием", "ии"), ("ий", "иям", "иями", "иях")
_MANY_Y = ("ы", "", "ов", "ам", "ами", "ах")
_MANY_I = ("и", "", "ов", "ей", "ам", "ами", "ах")
_MANY_SOFT = ("и", "ей", "ь", "ям", "ями", "ях")

_HARD_FEMALE, _HARD_MANY = ("ая", "ой", "ую", "ою"), ("ые", "ых", "ым", "ыми")
_HARD_MALE = ("ого", "ому", "ым", "ом", "ое")
_SOFT_FEMALE, _SOFT_MANY = ("яя", "ей", "юю", "ею"), ("ие", "их", "им", "ими")
_SOFT_MALE = ("его", "ему", "им", "ем", "ее")
_OURS = ("ий", "ьего", "ьему", "ьим", "ьем", "ья", "ьей", "ью", "ье", "ьи", "ьих", "ьими")

# Names in -о that decline, if only for some writers: Косово, Сколково, Министерство.
_DECLINED_O = ("ово", "ево", "ино", "ыно", "тво", "ие")
_FLEETING = {  # endings before which the vowel may go, and what takes its place
    "ец": ("ц", "ьц", "йц"), "ок": ("к",), "ек": ("к", "ьк", "йк"), "ел": ("л",), "ол": ("л",),
    "пет": ("т",), "бет": ("т",),
}  # fmt: skip
_FLEETING_SOFT = {
    "ень": "н",
    "онь": "н",
    "оть": "т",
    "ель": "л",
    "овь": "в",
    "ось": "с",
    "ошь": "ш",
}


def inflect_russian(word: Word) -> Tail:
    """List the forms of a Russian word."""
    if word.kind == "acronym":
        return _acronym(word.text)
    if len(word.text) <= 2 and word.kind == "common":
        return tail_of([word.text])  # a preposition or a conjunction
    lonely_name = word.kind == "name" and word.alone
    return tail_of(dict.fromkeys((word.text, *_forms(word.text, lonely_name))))


def _acronym(text: str) -> Tail:
    endings = ("а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
    direct = () if text[-1] in _VOWELS else endings
    return tail_of((text, *(text + one for one in direct), *(f"{text}-{one}" for one in endings)))


def _forms(text: str, name: bool) -> Iterator[str]:
    last = text[-1]
    if last in "йь":
        yield from _soft(text)
    elif last in "ая":
        yield from _feminine(text, name)
    elif last in "ое":
        yield from _neuter(text, name)
    elif last in "иы":
        yield from _plural(text, name)
    elif "а" <= last <= "я" and last not in _VOWELS:
        yield from _hard(text, name)


def _each(stem: str, *endings: Iterable[str]) -> Iterator[str]:
    for group in endings:
        for ending in group:
            yield stem + ending


def _eased(stem: str, endings: Iterable[str]) -> tuple[str, ...]:
    """Write и for ы after velars and hissing sounds."""
    if stem[-1:] in _VELAR + _HISS:
        return tuple(one.replace("ы", "и", 1) if one[:1] == "ы" else one for one in endings)
    return tuple(endings)


def _hard(text: str, name: bool) -> Iterator[str]:
    if text.endswith("ъ") and text[:-1]:
        text = text[:-1]  # Коммерсантъ declines as if the old letter were not there
    if text.endswith(("ых", "их")):
        return  # a surname such as Черных, or a plural in the genitive
    if text.endswith(("ов", "ев", "ин", "ын")):
        yield from _each(text, _SURNAME)
    if text.endswith(("анин", "янин")):
        yield from _each(text[:-2], ("е", "", "ам", "ами", "ах"))
    endings: tuple[str, ...] = _HARD_AFTER_HISS if text[-1] in _HISS else _HARD
    endings = _HARD_AFTER_C if text[-1] == "ц" else endings
    yield from _each(text, _eased(text, endings))
    stems = ("ьв",) if text == "лев" else _FLEETING.get(text[-3:], _FLEETING.get(text[-2:], ()))
    # The plural of a man's name would be another man's surname: Павлов, Львов.
    endings = tuple(one for one in endings[1:] if not (name and one in {"ов", "ев"}))
    for stem in stems:
        yield from _each(text[:-2] + stem, _eased(stem, endings))


def _soft(text: str) -> Iterator[str]:
    stem = text[:-1]
    if text.endswith("ь"):
        yield from _each(stem, _SOFT)
        if text[-3:] in _FLEETING_SOFT:
            yield from _each(text[:-3] + _FLEETING_SOFT[text[-3:]], _SOFT[1:])
        return
    if text.endswith("ый"):
        yield from _adjective(text[:-2])
        return
    if text.endswith("ий"):
        yield from _iy(text[:-2])
        return
    yield from _each(stem, _YOT)
    if text.endswith("ой"):
        yield from _adjective(text[:-2])
    elif text.endswith("ей"):
        yield from _each(text[:-2], _OURS[5:])


def _adjective(stem: str) -> Iterator[str]:
    yield from _each(stem, ("ый", "ий", "ой"))
    yield from _each(stem, _eased(stem, (*_HARD_MALE, *_HARD_FEMALE, *_HARD_MANY)))
    if stem[-1:] in _HISS + "ц":
        yield from _each(stem, _SOFT_MALE, _SOFT_FEMALE[1:2])


def _iy(stem: str) -> Iterator[str]:
    if stem[-1:] in _VELAR + _HISS:
        yield from _adjective(stem)
    elif stem[-1:] == "н":
        yield from _each(stem, _SOFT_MALE, _SOFT_FEMALE, _SOFT_MANY)
    if stem[-1:] not in _VELAR:
        yield from _each(stem, _IY)
    if stem[-1:] in "тжбвч":
        yield from _each(stem, _OURS)


def _feminine(text: str, name: bool) -> Iterator[str]:
    stem, many = text[:-1], not name
    if text.endswith("ая"):
        yield from _each(stem[:-1], _eased(stem[:-1], (*_HARD_FEMALE, *_HARD_MANY)), ("ей",))
        yield from _each(stem, _YA)
    elif text.endswith("яя"):
        yield from _each(stem[:-1], _SOFT_FEMALE, _SOFT_MANY)
    elif text.endswith("ия"):
        yield from _each(text[:-2], _IYA, _IYA_MANY if many else _IYA_MANY[1:])
    elif text.endswith("мя"):
        yield from _each(stem, ("я", "ени", "енем", "ена", "ен", "енам", "енами", "енах"), _YA)
    elif text.endswith("я"):
        yield from _each(stem, _YA, _YA_MANY if many else ())
        yield from _each(text[:-2], ("ий", "ей", "ьев")) if many and stem[-1:] == "ь" else ()
    else:
        yield from _each(stem, _eased(stem, _A), _A_MANY if many else ())
        yield from _filled(stem) if many else ()
    if text.endswith(("ова", "ева", "ина", "ына")):
        yield from _each(stem, ("ых", "ыми"))


def _filled(stem: str) -> Iterator[str]:
    """Fill the cluster that a genitive plural without an ending would have: поездок, писем."""
    if len(stem) < 3 or stem[-1] in _VOWELS or stem[-2] in "аеиоуыэюя":
        return
    begun = stem[:-2] if stem[-2] in "ьй" else stem[:-1]
    yield from (begun + vowel + stem[-1] for vowel in "ое")


def _neuter(text: str, name: bool) -> Iterator[str]:
    stem = text[:-1]
    if name and text[-2:] not in {"ие", "ые", "ье", "ое", "ее"} and not text.endswith(_DECLINED_O):
        return  # Токио, Марокко, Тимошенко: the same in every case
    if text.endswith(("ое", "ее")):
        yield from _each(stem[:-1], _eased(stem[:-1], (*_HARD_MALE, *_HARD_MANY)))
        yield from _each(stem[:-1], _SOFT_MALE, _SOFT_MANY)
    elif text.endswith(("ые", "ие")):
        yield from _each(
            text[:-2], _HARD_MANY if text[-2] == "ы" else (*_IE, *_IE_MANY, *_SOFT_MANY)
        )
    elif text.endswith("ье"):
        yield from _each(stem, _SEA, ("и", "в", "ев", "ям", "ями", "ях"))
    elif text.endswith("е"):
        yield from _each(stem, _E, _E_MANY, _SEA, _SEA_MANY)
    elif stem[-1:] not in _VOWELS:
        yield from _each(stem, _O, _O_MANY)
        yield from _filled(stem)


def _plural(text: str, name: bool) -> Iterator[str]:
    stem = text[:-1]
    if text.endswith("ы"):
        yield from _each(stem, _MANY_Y)
        yield from _each(stem, _SURNAME) if text[-3:-1] in {"ов", "ев", "ин", "ын"} else ()
    elif text.endswith("ии"):
        yield from _each(stem[:-1], ("ии", "ий", "иям", "иями", "иях", "иев"))
    elif stem[-1:] in _VELAR + "щ" or (stem[-1:] in _HISS and not name):
        yield from _each(stem, _MANY_I)
        yield from _filled(stem)
    elif not name or text.endswith("сти"):
        yield from _each(stem, _MANY_SOFT)
