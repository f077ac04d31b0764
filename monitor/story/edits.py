"""Which edits a reader has to know of: another figure, a denial, a correction, more of the subject."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.model.source import Entry
from monitor.model.story import Change, ChangeKind
from monitor.model.watch import Span
from monitor.story.headlines import kept, words_of
from monitor.text.fold import fold

# Words by which publishers mark a correction, in the seven languages, as they look when folded.
_CORRECTION = re.compile(
    r"\b(?:correct(?:ed|ion|s)|clarification|retract(?:ed|ion|s)|withdrawn|erratum"
    r"|исправлен\w*|уточнен\w*|уточняется|поправк[аи]|опровержени[ея]|опроверг\w*|отозван\w*"
    r"|түзетілді|түзету|нақтыланды|тузатилди|tuzatildi|tuzatish|aniqlik kiritildi|оңдолду|такталды"
    r"|ислоҳ шуд|тасҳеҳ)\b|更正|勘误|勘誤|撤稿|撤回报道|修正"
)
_DENIAL = re.compile(
    r"\b(?:not|no|never|nobody|none|without|cannot|den(?:y|ies|ied)|refut\w+|\w+n['’]t"
    r"|не|нет|ни|никогда|никто|отрица\w+|опровер\w+|без"
    r"|емес\w*|жоқ|emas\w*|yo[ʻ'’]q|эмес\w*|жок|нест|не[сй]т)\b|[不未没沒否]|[无無](?!人)"
)
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
# Figures that move by themselves: clocks, dates, how often a page was read.
_CLOCK = re.compile(
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?!\d)(?:\s*(?:[ap]\.?m\.?|utc|gmt|мск|msk))?"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\b\d+\s*(?:seconds?|minutes?|mins?|hours?|hrs?|days?)\s+ago\b"
    r"|\b\d+\s*(?:секунд\w*|минут\w*|час\w*|дн\w+|день)\s+назад\b|\d+\s*(?:分钟|小时|秒|天)前"
)
_COUNTER = re.compile(
    r"\b(?:views?|reads?|comments?|likes?|shares?|votes?|followers|updated|published|posted"
    r"|просмотр\w*|прочтен\w*|комментари\w*|лайк\w*|обновлен\w*|опубликован\w*"
    r"|көрілім\w*|қаралым\w*|пікір\w*|жаңартылды|ko[ʻ'’]rish\w*|көрүү\w*)\b|阅读|閱讀|浏览|评论|点赞|更新时间|发布时间"
)
# A point after one capital is that of an abbreviation: "U.S."
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?<![A-ZА-ЯЁ]\.)[\"'»”’)\]]*\s+|(?<=[。！？；])|\n+")
_NO_DIGIT = re.compile(r"\D")
_SAME_SENTENCE = 0.6  # of the shorter one's words: an edited sentence keeps more
_NEW_SENTENCE = 0.3  # a sentence that keeps more of any old one is an edit of that
_SHORTEST = 6  # words of a sentence that adds something; Chinese counts pairs of characters
_LEAD, _LEAD_LENGTH = 0.4, 400  # of the words in the first characters: an edited text keeps more
_MOST_SENTENCES = 200  # of a text that are compared
_LONGEST = 300  # characters kept of a passage


@dataclass(frozen=True, slots=True)
class _Passage:
    """A headline or sentence."""

    shown: str
    folded: str
    start: int = 0

    @property
    def words(self) -> frozenset[str]:
        """What it is compared by."""
        return words_of(self.folded)

    @property
    def numbers(self) -> frozenset[str]:
        """The figures that say something, without blanks and marks between their digits."""
        if _COUNTER.search(self.folded):
            return frozenset()
        return frozenset(_figures(_CLOCK.sub(" ", self.folded)))

    @property
    def denials(self) -> int:
        """How often it says no."""
        return len(_DENIAL.findall(self.folded))


def find_change(before: Entry, after: Entry, places: Sequence[Span]) -> Change | None:
    """Find the most telling change of an edit; None if there is none that a reader has to know (F7).

    ``places`` are those that earned the edited entry its matches: a new sentence counts only if it
    has one. A later date with other words is a rewrite. Marks, clocks, dates, counters and the
    choice of words are no such change.
    """
    titles = _passage(before.title), _passage(after.title)
    old, new = _sentences(before.text), _sentences(after.text)
    known = frozenset(_figures(f"{titles[0].folded} {_passage(before.text).folded}"))
    pairs = [titles, *_edited(old, new)]
    return (
        _correction([titles[0], *old], [titles[1], *new])
        or next((found for pair in pairs if (found := _other_words(*pair, known))), None)
        or _addition(old, new, [place for place in places if place.field == "text"])
        or _rewrite(before, after)
    )


def _figures(folded: str) -> Iterator[str]:
    """Yield figures without the blanks and marks between their digits."""
    yield from (_NO_DIGIT.sub("", number) for number in _NUMBER.findall(folded))


def _correction(old: Sequence[_Passage], new: Sequence[_Passage]) -> Change | None:
    known = {word for passage in old for word in _CORRECTION.findall(passage.folded)}
    for passage in _without(new, old):
        if set(_CORRECTION.findall(passage.folded)) - known:
            closest = max(old, key=lambda other: len(other.words & passage.words))
            was = closest if _share(closest, passage) >= _SAME_SENTENCE else None
            return _change("correction", was, passage)
    return None


def _other_words(old: _Passage, new: _Passage, known: frozenset[str]) -> Change | None:
    """Find a figure that was nowhere before, or a denial that came or went."""
    if old.folded == new.folded or not old.words or not new.words:
        return None
    if _share(old, new) < _SAME_SENTENCE:
        return None
    if new.numbers - known:
        return _change("number", old, new)
    return _change("denial", old, new) if old.denials != new.denials else None


def _edited(
    old: Sequence[_Passage], new: Sequence[_Passage]
) -> Iterator[tuple[_Passage, _Passage]]:
    """Pair each sentence that is new with the closest of those that are gone."""
    gone, come = _without(old, new), _without(new, old)
    for passage in come:
        closest = max(gone, key=lambda other: _share(other, passage), default=None)
        if closest is not None:
            yield closest, passage


def _addition(
    old: Sequence[_Passage], new: Sequence[_Passage], places: Sequence[Span]
) -> Change | None:
    for passage in _without(new, old):
        end = passage.start + len(passage.shown)
        matched = any(passage.start <= place.start < end for place in places)
        long = len(passage.words) >= _SHORTEST and not _COUNTER.search(passage.folded)
        if matched and long and all(_share(other, passage) <= _NEW_SENTENCE for other in old):
            return _change("addition", None, passage)
    return None


def _rewrite(before: Entry, after: Entry) -> Change | None:
    """Find a text that a later date gives other words from its beginning on: the story moved."""
    if not (before.published_at and after.published_at):
        return None
    share = kept(before.text[:_LEAD_LENGTH], after.text[:_LEAD_LENGTH])
    if after.published_at <= before.published_at or share is None or share > _LEAD:
        return None
    return Change("rewrite", _short(before.text), _short(after.text))


def _without(some: Sequence[_Passage], others: Sequence[_Passage]) -> list[_Passage]:
    same = {passage.folded for passage in others}
    return [passage for passage in some if passage.folded not in same]


def _share(one: _Passage, other: _Passage) -> float:
    """Give how much of the shorter passage's words the longer one has."""
    shorter = min(len(one.words), len(other.words))
    return len(one.words & other.words) / shorter if shorter else 0.0


def _change(kind: ChangeKind, before: _Passage | None, after: _Passage) -> Change:
    return Change(kind, _short(before.shown) if before else "", _short(after.shown))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _sentences(text: str) -> list[_Passage]:
    found, start = [], 0
    for end in [*(each.end() for each in _SENTENCE_END.finditer(text)), len(text)]:
        if text[start:end].strip():
            found.append(_passage(text[start:end], start))
        start = end
    return found[:_MOST_SENTENCES]


def _passage(text: str, start: int = 0) -> _Passage:
    return _Passage(text, " ".join(fold(text).text.split()), start)
