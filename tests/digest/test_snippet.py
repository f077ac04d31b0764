"""Which words of an entry a digest shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.snippet import SNIPPET_LIMIT, snippet, title_fragments
from monitor.model.outbox import Fragment
from monitor.model.watch import Span
from tests.digest.hostile import TITLES
from tests.digest.samples import span


def plain(fragments: tuple[Fragment, ...]) -> str:
    return "".join(fragment.text for fragment in fragments)


def marked(fragments: tuple[Fragment, ...]) -> list[str]:
    return [fragment.text for fragment in fragments if fragment.mark]


def test_title_marks() -> None:
    """A title is marked where a span says so; spans of the text do not touch it."""
    title = "SCO leaders meet in Astana"
    spans = [span(title, "SCO", field="title"), Span("text", 4, 11, "leaders", "x")]
    assert title_fragments(title, spans) == (
        Fragment("SCO", mark=True),
        Fragment(" leaders meet in Astana"),
    )


def test_overlapping_spans_are_one_mark() -> None:
    """Places that overlap or touch are marked as one."""
    title = "Shanghai Cooperation Organisation"
    spans = [Span("title", 0, 20, title[:20], "a"), Span("title", 9, 33, title[9:], "b")]
    assert marked(title_fragments(title, spans)) == [title]


def test_stale_span_is_left_out() -> None:
    """A span that no longer fits the text marks nothing: the entry was edited since."""
    assert marked(snippet("A new text.", [Span("text", 2, 5, "old", "old")])) == []


def test_best_sentence() -> None:
    """The sentence with the most distinct terms is shown, not the first with one."""
    text = "SCO met. " + "Filler words follow here. " * 12 + "Later the SCO thanked Kazakhstan."
    spans = [
        span(text, "SCO"),
        Span("text", text.rindex("SCO"), text.rindex("SCO") + 3, "SCO", "SCO"),
        span(text, "Kazakhstan"),
    ]
    assert plain(snippet(text, spans)) == "Later the SCO thanked Kazakhstan."


def test_following_sentences_fill_up() -> None:
    """What follows is shown as well while it fits, paragraphs joined by a space."""
    text = "Opening.\n\nThe SCO met today.\n\nIt was brief. " + "x" * 300 + "."
    assert plain(snippet(text, [span(text, "SCO")])) == "The SCO met today. It was brief."


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Nothing else. The U.S. envoy met the SCO.", "SCO", "The U.S. envoy met the SCO."),
        ("Ничего нового. В г. Астане прошёл саммит ШОС.", "ШОС", "В г. Астане прошёл саммит ШОС."),
        ("开幕。上合组织在阿斯塔纳举行会议。", "上合组织", "上合组织在阿斯塔纳举行会议。"),
        ("Итог? ШОС растёт!", "ШОС", "ШОС растёт!"),
    ],
    ids=["abbreviation", "russian-abbreviation", "chinese", "question"],
)
def test_sentence_ends(text: str, word: str, expected: str) -> None:
    """Sentences end as the language ends them; an abbreviation ends none."""
    assert plain(snippet(text, [span(text, word)])) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("слово " * 60 + "ШОС " + "ещё " * 100, "ШОС"),
        ("会议" * 150 + "哈萨克斯坦" + "会议" * 200, "哈萨克斯坦"),
        ("👩‍👩‍👧‍👦" * 70 + "SCO" + "🇰🇿" * 200, "SCO"),
    ],
    ids=["words", "no-spaces", "emoji"],
)
def test_long_sentence_is_cut_around_the_mark(text: str, word: str) -> None:
    """A sentence beyond 280 characters is cut on both sides, with "…", and keeps its mark."""
    shown = snippet(text, [span(text, word)])
    assert marked(shown) == [word]
    assert len(plain(shown)) <= SNIPPET_LIMIT
    assert plain(shown).startswith("…")
    assert plain(shown).endswith("…")
    assert "\u200d…" not in plain(shown)


def test_without_spans() -> None:
    """Without a span in the text its beginning is shown; an empty text gives nothing."""
    assert plain(snippet("First. Second.", [])) == "First. Second."
    assert snippet("", []) == snippet(" \n\n ", []) == ()


@given(st.text(max_size=900), st.integers(0, 900), st.integers(1, 30))
def test_never_too_long(text: str, start: int, length: int) -> None:
    """Whatever the text, a snippet keeps its limit, is one line and tidy."""
    word = text[start : start + length]
    spans = [Span("text", start, start + len(word), word, "t")] if word else []
    shown = plain(snippet(text, spans))
    assert len(shown) <= SNIPPET_LIMIT + 20  # NFC may write a few rare letters as two
    assert shown == " ".join(shown.split())


@pytest.mark.parametrize("title", TITLES)
def test_hostile_titles(title: str) -> None:
    """Fragments bear no control character, whatever the title (E6, X20)."""
    shown = plain(title_fragments(title, []))
    assert all(char.isprintable() or char in "\u200d\u200c" for char in shown)
