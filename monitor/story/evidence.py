"""Weighs whether two hits tell one event; pure and symmetric.

A wrong merge hides news, a wrong split only repeats it: when in doubt, two stories.

Between houses a shared text is a reprint. Inside one house it is more often a bulletin, a footer or
a background paragraph, so there only the same item joins, however its guid or address changed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from math import exp, sqrt
from operator import mul

from monitor.model.telling import Evidence, Reason, Relation, Telling
from monitor.story.copies import find_copy, same_house
from monitor.story.stages import DENIAL

# Tuned by hand with ``python -m bench.quality.stories``, see docs/adr/0011: summed; above 0 they join.
_TEXT_SLOPE, _TEXT_EVEN = 9.0, 0.235  # of the cosine of two texts
_TITLE_SLOPE, _TITLE_EVEN = 8.0, 0.59  # of the cosine of two headlines, if there is little else
_HAN_EVEN = 0.45  # Chinese headlines are compared by pairs of characters, which meet less often
_MORE_THAN_A_NAME = 110  # weight of the words in common; less is a topic, not an event
_OTHER_STAGE = -2.5  # each, at most two: "A accuses B", "B denies"
_DENIED = -4.0  # by one of them
_OTHER_NUMBER = -1.5  # of the same thing
_OTHER_DAY = -4.0  # named in the headlines: "Weather on 8 November"
_EACH_DAY = -0.3  # between the two
_TONGUE_SLOPE, _TONGUE_EVEN = 8.0, 0.8  # of the cosine of what two languages speak about
_TONGUE_LEAST, _TONGUE_MOST = 5, 8  # subjects and numbers in common; each fewer or more counts
_TONGUE_FEWER, _TONGUE_MORE = 2.0, 0.8
_IN_HOUSE = 0.45  # at most: joins only where another house vouches
_SPAN = timedelta(days=7)  # between accounts of one event
_HEADLINE_SPAN = _TRANSLATION_SPAN = timedelta(hours=48)
_RELATED = 0.25  # less is no relation at all

NOTHING = Evidence(0.0, "none")


def weigh(one: Telling, other: Telling, standing: frozenset[int] = frozenset()) -> Evidence:
    """Weigh two hits; ``standing`` are sentences and headlines that come with many items."""
    copy = find_copy(one, other, standing)
    if copy is not None:
        return copy
    apart = abs(one.told_at - other.told_at)
    if apart > _SPAN or standing & {one.headline, other.headline}:
        return NOTHING
    if one.language and other.language and one.language != other.language:
        return _weigh_translation(one, other) if apart <= _TRANSLATION_SPAN else NOTHING
    if not (_has_text(one, standing) and _has_text(other, standing)):
        return _weigh_accounts(one, other, _headlines) if apart <= _HEADLINE_SPAN else NOTHING
    return _weigh_accounts(one, other, _texts)


def _has_text(telling: Telling, standing: frozenset[int]) -> bool:
    """Tell whether a text says more than its headline and what comes with every item."""
    known = len(telling.sentences & standing)
    return not telling.brief and (not known or 2 * known < len(telling.sentences))


def _weigh_accounts(
    one: Telling, other: Telling, compare: Callable[[Telling, Telling], Iterator[Reason]]
) -> Evidence:
    days = abs(one.told_at - other.told_at) // timedelta(days=1)
    reasons = [*compare(one, other), Reason(f"{days} days apart", days * _EACH_DAY)]
    if one.days and other.days and not one.days & other.days:
        reasons.append(Reason("other days in the headlines", _OTHER_DAY))
    evidence = _sum("same event", reasons)
    if evidence.score <= _IN_HOUSE or not same_house(one, other):
        return evidence
    return Evidence(_IN_HOUSE, "follow-up", (*evidence.reasons, Reason("one house", 0.0)))


def _texts(one: Telling, other: Telling) -> Iterator[Reason]:
    alike = _cosine(one.words, other.words)
    yield Reason(f"words alike by {alike:.2f}", _TEXT_SLOPE * (alike - _TEXT_EVEN))


def _headlines(one: Telling, other: Telling) -> Iterator[Reason]:
    mine, theirs = _headline(one), _headline(other)
    shared = sum(min(mine[word], theirs[word]) for word in mine.keys() & theirs.keys())
    alike = _cosine(mine, theirs) if shared >= _MORE_THAN_A_NAME else 0.0
    even = _HAN_EVEN if one.language == "zh" else _TITLE_EVEN
    yield Reason(f"headlines alike by {alike:.2f}", _TITLE_SLOPE * (alike - even))
    stages = min(2, (one.stages ^ other.stages).bit_count())
    yield Reason("one reports, one answers, denies, plans or explains", stages * _OTHER_STAGE)
    if (one.stages ^ other.stages) & DENIAL:
        yield Reason("one denies", _DENIED)
    if _count_otherwise(one.numbers, other.numbers):
        yield Reason("other numbers of the same thing", _OTHER_NUMBER)


def _weigh_translation(one: Telling, other: Telling) -> Evidence:
    mine, theirs = one.subjects | one.numbers.keys(), other.subjects | other.numbers.keys()
    shared = len(mine & theirs)
    if not shared:
        return NOTHING
    alike = shared / sqrt(len(mine) * len(theirs))
    more = min(shared, _TONGUE_MOST) - _TONGUE_LEAST
    reasons = [
        Reason(f"subjects alike by {alike:.2f}", _TONGUE_SLOPE * (alike - _TONGUE_EVEN)),
        Reason(
            f"{shared} subjects and numbers shared",
            more * (_TONGUE_MORE if more > 0 else _TONGUE_FEWER),
        ),
    ]
    return _sum("translation", reasons)


def _sum(relation: Relation, reasons: Collection[Reason]) -> Evidence:
    told = sorted((each for each in reasons if each.weight), key=lambda each: -abs(each.weight))
    score = 1 / (1 + exp(-sum(each.weight for each in told)))
    if score < _RELATED:
        relation = "none"
    elif score < 0.5:
        relation = "follow-up"
    return Evidence(score, relation, tuple(told))


def _headline(telling: Telling) -> Mapping[int, int]:
    return {word: telling.words[word] for word in telling.titled}


def _cosine(mine: Mapping[int, int], theirs: Mapping[int, int]) -> float:
    shared = mine.keys() & theirs.keys()
    if not shared:
        return 0.0
    product = sum(mine[word] * theirs[word] for word in shared)
    return product / (_length(mine) * _length(theirs))


def _length(words: Mapping[int, int]) -> float:
    return sqrt(sum(map(mul, words.values(), words.values())))


def _count_otherwise(mine: Mapping[int, int], theirs: Mapping[int, int]) -> bool:
    """Tell whether both count the same thing and nowhere agree on how many."""
    things = (set(mine.values()) & set(theirs.values())) - {0}
    return bool(things) and not mine.keys() & theirs.keys()
