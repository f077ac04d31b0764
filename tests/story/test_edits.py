"""Which edits are told: those that change what a reader knows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.source import Entry
from monitor.model.watch import Span
from monitor.story.edits import find_change

BODY = (
    "The ferry left the port of Aktau at dawn with 40 passengers on board. "
    "Rescue teams reached the scene by noon and took everybody to the hospital of the town."
)
MORE = (
    "The ministry of transport will review every licence on the Caspian routes before the autumn, "
    "its spokesman told reporters."
)


def entry(title: str = "Ferry runs aground near Aktau", text: str = BODY) -> Entry:
    return Entry("a", "k", title=title, summary=text)


def places(text: str, *words: str) -> list[Span]:
    return [Span("text", text.index(w), text.index(w) + len(w), w, "t") for w in words]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        pytest.param(entry(), entry(text=BODY.replace("40", "43")), "number", id="figure"),
        pytest.param(
            entry(), entry("Ferry runs aground near Aktau, 3 missing"), "number", id="figure-in-title"
        ),
        pytest.param(entry(), entry("CORRECTED: Ferry runs aground near Aktau"), "correction", id="en"),
        pytest.param(
            entry("Паром сел на мель у Актау"), entry("Паром сел на мель у Актау (исправлено)"),
            "correction", id="ru",
        ),
        pytest.param(
            entry("Ақтау маңында паром тоқтап қалды"),
            entry("Ақтау маңында паром тоқтап қалды (нақтыланды)"), "correction", id="kk",
        ),
        pytest.param(
            entry("渡轮在阿克套附近搁浅"), entry("更正:渡轮在阿克套附近搁浅"), "correction", id="zh"
        ),
        pytest.param(
            entry("Минтранс подтвердил отзыв лицензий"),
            entry("Минтранс не подтвердил отзыв лицензий"), "denial", id="denial-ru",
        ),
        pytest.param(
            entry("哈萨克斯坦确认参加阿斯塔纳峰会"), entry("哈萨克斯坦确认不参加阿斯塔纳峰会"),
            "denial", id="denial-zh",
        ),
    ],
)  # fmt: skip
def test_material_changes(before: Entry, after: Entry, kind: str) -> None:
    """Another figure, a denial or a correction is what a reader has to know (F7)."""
    change = find_change(before, after, [])
    assert change is not None
    assert change.kind == kind
    assert change.before != change.after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(entry(), entry("Ferry runs aground near Aktau!"), id="marks"),
        pytest.param(entry(), entry("Ferry runs aground off Aktau, minister says"), id="tweak"),
        pytest.param(entry(), entry("Passengers of stranded vessel safe"), id="other-headline"),
        pytest.param(
            entry(text=f"{BODY} Updated 12:05."), entry(text=f"{BODY} Updated 13:10."), id="clock"
        ),
        pytest.param(
            entry(text=f"{BODY}\n5 minutes ago"), entry(text=f"{BODY}\n2 hours ago"), id="ago"
        ),
        pytest.param(
            entry(text=f"{BODY}\nПросмотров: 120"), entry(text=f"{BODY}\nПросмотров: 1 350"),
            id="counter",
        ),
        pytest.param(
            entry(text=f"{BODY}\n阅读 120"), entry(text=f"{BODY}\n阅读 1350"), id="counter-zh"
        ),
        pytest.param(entry(), entry("Ferry with 40 runs aground near Aktau"), id="figure-known"),
        pytest.param(entry(), entry(text=BODY.replace("everybody", "everyone")), id="typing"),
        pytest.param(entry(), entry(text=BODY.split(". ")[0] + "."), id="cut"),
    ],
)  # fmt: skip
def test_small_changes(before: Entry, after: Entry) -> None:
    """Marks, clocks, counters, the choice of words and cuts are no news (F6)."""
    assert find_change(before, after, places(after.text, "ferry left")) is None


def test_a_new_sentence_counts_if_it_is_on_the_subject() -> None:
    """More text is told only where it carries what the watch looks for."""
    after = entry(text=f"{BODY}\n\n{MORE}")
    assert find_change(entry(), after, places(after.text, "ferry")) is None
    change = find_change(entry(), after, places(after.text, "ferry", "Caspian"))
    assert change is not None
    assert (change.kind, change.before, change.after) == ("addition", "", MORE)


def test_a_later_date_with_other_words_is_a_rewrite() -> None:
    """A live page that moves on under one headline is followed up; under one date it is not (F7)."""
    published = datetime(2026, 11, 22, 8, tzinfo=UTC)
    before = replace(entry(), published_at=published)
    other = (
        "Divers found the missing engine in the harbour basin late at night and will lift it today."
    )
    after = replace(entry(text=other), published_at=published + timedelta(hours=5))
    change = find_change(before, after, [])
    assert change is not None
    assert (change.kind, change.after) == ("rewrite", other)
    assert find_change(before, replace(after, published_at=published), []) is None
