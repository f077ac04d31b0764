"""Stories to a digest."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from monitor.digest.compose import compose
from monitor.model.outbox import Digest
from monitor.model.story import Story
from monitor.model.watch import Watch
from tests.digest.samples import (
    KAZAKHSTAN,
    NOW,
    PAGE,
    SCO,
    TERMS,
    hit,
    match,
    span,
    story,
)


def composed(
    *stories: Story, watches: tuple[Watch, ...] = (SCO, KAZAKHSTAN), limit: int = 40
) -> Digest:
    return compose(
        stories,
        channel=PAGE,
        key="k",
        kind="digest",
        title="News",
        slot_at=NOW,
        until=NOW,
        timezone="UTC",
        watches=watches,
        terms=TERMS,
        limit=limit,
    )


def ids(digest: Digest) -> list[str]:
    return [line.story_id for line in digest.lines]


def test_each_story_once_under_its_best_watch() -> None:
    """A story of two watches stands once, where it scores best; sections keep the file's order."""
    both = story("both", hit(matches=[match("sco", 1), match("kazakhstan", 3)]))
    only = story("only", hit(matches=[match("sco", 1)]))
    digest = composed(both, only)
    assert [(s.watch, [line.story_id for line in s.lines]) for s in digest.sections] == [
        ("sco", ["only"]),
        ("kazakhstan", ["both"]),
    ]
    assert digest.sections[1].lines[0].watches == ("SCO", "Kazakhstan")


def test_equal_scores_stand_under_the_first_watch() -> None:
    """With equal scores the watch that comes first in the file has the story."""
    both = story("both", hit(matches=[match("kazakhstan", 2), match("sco", 2)]))
    assert [section.watch for section in composed(both).sections] == ["sco"]


def test_an_urgent_watch_has_the_story_and_comes_first() -> None:
    """What is urgent opens the digest, also if another watch wants it more."""
    urgent = Watch("kazakhstan", "Kazakhstan", "q", urgent=True)
    both = story("both", hit(matches=[match("sco", 9), match("kazakhstan", 1)]))
    only = story("only", hit(matches=[match("sco", 9)]))
    sections = composed(both, only, watches=(SCO, urgent)).sections
    assert [section.watch for section in sections] == ["kazakhstan", "sco"]


def test_order() -> None:
    """Urgent first, then score, sources, recency, and at last the id: never by arrival."""
    urgent = Watch("kazakhstan", "Kazakhstan", "q", urgent=True)
    old, new = NOW - timedelta(hours=9), NOW - timedelta(hours=1)
    stories = [
        story("urgent", hit(matches=[match("kazakhstan", 0.1), match("sco", 0.2)])),
        story("strong", hit(matches=[match("sco", 5)], at=old)),
        story("told-twice", hit(at=old), hit(feed="times", at=old)),
        story("new", hit(at=new)),
        story("old-a", hit(at=old)),
        story("old-b", hit(at=old)),
    ]
    orders = {tuple(ids(composed(*each, watches=(SCO, urgent)))) for each in permutations(stories)}
    assert orders == {("urgent", "strong", "told-twice", "new", "old-a", "old-b")}


def test_limit_counts_the_rest() -> None:
    """Stories beyond the limit are the lowest in rank over all sections, and counted."""
    stories = [
        story(f"s{i}", hit(matches=[match("sco" if i % 2 else "kazakhstan", i)]))
        for i in range(1, 8)
    ]
    digest = composed(*stories, limit=3)
    assert sorted(ids(digest)) == ["s5", "s6", "s7"]
    assert digest.omitted == 4


def test_other_watches_do_not_count() -> None:
    """A story that only matches a watch not asked for is neither told nor counted."""
    digest = composed(story("x", hit(matches=[match("football")])), limit=0)
    assert (digest.sections, digest.omitted) == ((), 0)


def test_terms_are_shown_by_title() -> None:
    """Terms have their titles, each once over all hits; a query's own word stands for itself."""
    title = "SCO meets"
    lead = hit(title, matches=[match(spans=[span(title, "SCO", term="sco", field="title")])])
    other = hit(feed="times", matches=[replace(match(), terms=("sco", "water fund"))])
    line = composed(story("s", lead, other)).lines[0]
    assert line.terms == ("Shanghai Cooperation Organisation", "water fund")
    assert line.title[0].text == "SCO"
    assert line.title[0].mark


def test_also_names_each_other_feed_once() -> None:
    """Other sources: one a feed, never the lead's own."""
    told = story("s", hit(), hit("again"), hit(feed="b"), hit("b2", feed="b"), hit(feed="c"))
    assert [source.title for source in composed(told).lines[0].also] == ["B", "C"]


@pytest.mark.parametrize(
    ("title", "text", "url", "headline"),
    [
        ("", "The SCO met. It was brief.", None, "The SCO met. It was brief."),
        ("", "", "https://example.org/a", "example.org"),
        ("", "", None, "Without title"),
        ("The SCO met", "The SCO met.", None, "The SCO met"),
    ],
    ids=["text", "host", "nothing", "text-repeats-title"],
)
def test_what_speaks_for_an_entry(title: str, text: str, url: str | None, headline: str) -> None:
    """An entry without title is told by its text or host; nothing is said twice."""
    line = composed(story("s", hit(title, text=text, url=url))).lines[0]
    assert line.headline == headline
    assert line.snippet == ()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://u:p@h/", "/a"])
def test_unsafe_address_is_no_link(url: str) -> None:
    """An address that is not plain http(s) is not linked (X17)."""
    assert composed(story("s", hit(url=url))).lines[0].url is None
