"""Rules of the evidence: retellings and translations join, look-alikes never do."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from monitor.model.source import Entry
from monitor.model.telling import Evidence, Subjects, Telling
from monitor.story.cluster import QUORUM
from monitor.story.evidence import weigh
from monitor.story.features import tell

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

QUAKE = (
    "Strong earthquake shakes the port of Almavar",
    "A magnitude 6.1 earthquake struck near the port of Almavar on Tuesday evening and cut the power in two districts. Governor Irena Polsk said that 14 people were treated in the city hospital and that the harbour was closed.",
)
QUAKE_RETOLD = (
    "Almavar harbour closed after earthquake, 14 hurt",
    "The harbour of Almavar was closed after an earthquake of magnitude 6.1 on Tuesday. Fourteen people are in hospital, governor Polsk told reporters; two districts of the port city have no power.",
)
OTHER_QUAKE = (
    "Strong earthquake shakes mountain villages of Tersia",
    "A magnitude 5.2 earthquake struck the mountains of northern Tersia on Friday morning and damaged several houses. Nobody was hurt, the ministry of emergencies said, and the road to the valley stayed open.",
)


def telling(title: str, text: str = "", *, house: str = "a", lang: str = "en", at: datetime = NOW,
            subjects: Subjects | None = None) -> Telling:  # fmt: skip
    entry = Entry(house, title, title=title, summary=text, language=lang, published_at=at)
    return tell(entry, subjects or {}, NOW)


def joins(one: Telling, other: Telling) -> bool:
    return weigh(one, other).score >= QUORUM


def test_a_retelling_in_other_words_joins() -> None:
    """The same event told independently: place, figures and rare words agree."""
    assert joins(telling(*QUAKE), telling(*QUAKE_RETOLD, house="b"))


def test_another_event_of_the_kind_stays_apart() -> None:
    """Two earthquakes share the words of earthquakes, not the place."""
    assert not joins(telling(*QUAKE), telling(*OTHER_QUAKE, house="b"))


def test_one_house_does_not_join_its_own_articles() -> None:
    """Inside one house texts alike are two articles, unless another house vouches."""
    evidence = weigh(telling(*QUAKE), telling(*QUAKE_RETOLD))
    assert 0.25 < evidence.score < QUORUM
    assert evidence.relation == "follow-up"


def test_an_event_is_not_joined_with_one_of_last_month() -> None:
    """News of one event are not weeks apart; each day between them speaks against it."""
    months_ago = telling(*QUAKE_RETOLD, house="b", at=NOW - timedelta(days=30))
    assert weigh(telling(*QUAKE), months_ago) == Evidence(0.0, "none")
    near, later = (
        weigh(telling(*QUAKE), telling(*QUAKE_RETOLD, house="b", at=NOW - timedelta(days=days)))
        for days in (0, 3)
    )
    assert later.score < near.score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Senate of Tersia ratifies the agreement on an anti-drug centre",
                     "Senate of Tersia approves higher fines for wasting water", id="same-institution-other-bill"),
        pytest.param("President Kanat Orun visits the town of Kulva",
                     "President Kanat Orun speaks with the king of Almavar by phone", id="same-person-other-event"),
        pytest.param("Share of new homes in Tersia reached 98 percent in 2025",
                     "Share of private builders in Tersia reached 68.8 percent in 2025", id="same-bulletin-other-row"),
        pytest.param("Tersia denies plans of a 90-day ban on diesel exports",
                     "Tersia plans a 90-day ban on diesel exports", id="denial-and-claim"),
        pytest.param("Тимур Орун объяснил отказ от поездки в Альмавар",
                     "Тимур Орун отказался от поездки в Альмавар", id="explained-ru"),
        pytest.param("Прогноз погоды в области на 8 ноября", "Прогноз погоды в области на 16 ноября", id="other-day-ru"),
        pytest.param("西亚参议院批准反毒中心合作协定", "西亚参议院通过提高水资源违规罚款法案", id="same-institution-other-bill-zh"),
        pytest.param("特尔西亚否认将对柴油出口实施禁令", "特尔西亚将对柴油出口实施禁令", id="denial-and-claim-zh"),
    ],
)  # fmt: skip
def test_headlines_that_look_alike_stay_apart(one: str, other: str) -> None:
    """A headline alone shares names and topic with many others: in doubt, two stories."""
    lang = "zh" if one[0] > "\u2e80" else "ru" if one[0] > "\u0400" else "en"
    assert not joins(telling(one, lang=lang), telling(other, house="b", lang=lang))


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("Tersia and Almavar sign a memorandum on consular affairs", "Almavar and Tersia sign memorandum on consular matters", "en"),
        ("Военный погиб в Альмаваре из-за случайного выстрела сослуживца", "В Альмаваре контрактник погиб из-за случайного выстрела сослуживца", "ru"),
        ("特尔西亚与阿尔马瓦尔签署领事事务合作备忘录", "特尔西亚与阿尔马瓦尔签署领事合作备忘录", "zh"),
    ],
)  # fmt: skip
def test_headlines_that_say_the_same_join(one: str, other: str, lang: str) -> None:
    """Where feeds give only headlines, one that keeps nearly all words is the same news."""
    assert joins(telling(one, lang=lang), telling(other, house="b", lang=lang))


SPEECH: Subjects = {
    name: frozenset({name})
    for name in ("union", "summit", "capital", "chair", "president", "water")
}


def test_a_translation_joins_by_what_it_is_about() -> None:
    """The terms found in both languages, and the figures, carry evidence where words cannot."""
    russian = telling(
        "Президент открыл саммит", "Принято 25 документов. " * 9, lang="ru", subjects=SPEECH
    )
    english = telling(
        "President opens summit", "They adopted 25 documents. " * 9, house="b", subjects=SPEECH
    )
    found = weigh(russian, english)
    assert found.score > QUORUM
    assert found.relation == "translation"


def test_a_few_subjects_in_common_are_no_translation() -> None:
    """What every text of the day is about says nothing of one event."""
    few = {name: SPEECH[name] for name in ("union", "summit", "president")}
    russian = telling("Президент открыл саммит", "Он сказал речь. " * 9, lang="ru", subjects=few)
    english = telling("President opens summit", "He made a speech. " * 9, house="b", subjects=few)
    assert not joins(russian, english)


def test_evidence_is_the_same_from_both_sides() -> None:
    """Which hit came first never matters."""
    tellings = [
        telling(*QUAKE), telling(*QUAKE_RETOLD, house="b"), telling(*OTHER_QUAKE, house="b"),
        telling(QUAKE[0], house="c"), telling("Президент открыл саммит", lang="ru", subjects=SPEECH),
        telling("President opens summit", house="c", subjects=SPEECH),
    ]  # fmt: skip
    for one, other in combinations(tellings, 2):
        assert weigh(one, other) == weigh(other, one)


def test_reasons_add_up() -> None:
    """What an operator reads explains the score: heaviest first, against as below zero."""
    found = weigh(telling("Прогноз погоды в области на 8 ноября", lang="ru"),
                  telling("Прогноз погоды в области на 16 ноября", house="b", lang="ru"))  # fmt: skip
    assert [reason.weight for reason in found.reasons] == sorted(
        (reason.weight for reason in found.reasons), key=abs, reverse=True
    )
    assert "other days in the headlines" in [reason.what for reason in found.reasons]
