"""Operators that ask where words stand, held to a slow model that tries every pair."""

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.hostile import PLACE_QUERIES, PLACE_TEXTS
from monitor.match import Matcher
from monitor.match.found import bits_at, spread
from monitor.match.sentences import paragraph_starts, sentence_starts
from monitor.model.watch import Document, Watch
from tests.steps import steps

Words = Sequence[str]
_BREAK = "|"  # where the sentence ends
_words = st.lists(st.sampled_from(["a", "b", "c", "x", "x"]), max_size=24)
_sentences = st.lists(st.sampled_from(["a", "b", "x", _BREAK]), max_size=24)


def _found(query: str, words: Words, *, text: str | None = None) -> set[int]:
    """Give the numbers of the words that earned the query."""
    given = " ".join(words) if text is None else text
    matches = Matcher([Watch("w", "W", query)], []).match(Document(text=given))
    spans = matches[0].spans if matches else ()
    return {len(given[: span.start].split()) for span in spans}


def _pairs(words: Words, near: Callable[[int, int], bool]) -> set[int]:
    """Give the places of all a and b that are near each other."""
    ones = [at for at, word in enumerate(words) if word == "a"]
    others = [at for at, word in enumerate(words) if word == "b"]
    return {at for one in ones for other in others if near(one, other) for at in (one, other)}


@given(_words, st.integers(0, 6))
def test_near_is_what_every_pair_says(words: Words, most: int) -> None:
    """NEAR and NEXT find the places of all pairs with so many words between, and no others."""
    near = _pairs(words, lambda one, other: abs(one - other) - 1 <= most)
    following = _pairs(words, lambda one, other: 0 <= other - one - 1 <= most)
    assert _found(f"a NEAR/{most} b", words) == near
    assert _found(f'"a b"~{most}', words) == near
    assert _found(f"a NEXT/{most} b", words) == following


@given(_words, st.integers(0, 6))
def test_not_near_is_the_rest(words: Words, most: int) -> None:
    """What is near and what is NOT NEAR are all there is; the same with NEXT."""
    ones = {at for at, word in enumerate(words) if word == "a"}
    for operator in (f"NEAR/{most}", f"NEXT/{most}"):
        near = _found(f"a {operator} b", words) & ones
        assert _found(f"a NOT {operator} b", words) == ones - near


@given(_words, st.integers(0, 4))
def test_chains_are_whole_ways(words: Words, most: int) -> None:
    """A chain finds the places on ways from its first part to its last, each step near enough."""
    steps = [[at for at, word in enumerate(words) if word == part] for part in "abc"]
    for operator in ("NEAR", "NEXT"):
        ways = [
            (a, b, c)
            for a, b, c in product(*steps)
            if _is_step(operator, b - a, most) and _is_step(operator, c - b, most)
        ]
        query = f"a {operator}/{most} b {operator}/{most} c"
        assert _found(query, words) == {at for way in ways for at in way}


def _is_step(operator: str, step: int, most: int) -> bool:
    return 0 < (abs(step) if operator == "NEAR" else step) <= most + 1


@given(_sentences)
def test_sentences_share_what_they_hold(words: Words) -> None:
    """SENTENCE finds the places of both in each sentence that has both."""
    text = "".join(f"{word} " for word in words).replace(_BREAK, "X! Y")
    numbers = [words[:at].count(_BREAK) for at in range(len(words))]
    shared = _pairs(words, lambda one, other: numbers[one] == numbers[other])
    # A break is two words of the text.
    assert _found("a SENTENCE b", words, text=text) == {at + numbers[at] for at in shared}


@given(_words, st.integers(1, 9))
def test_counting_is_counting(words: Words, number: int) -> None:
    """ATLEAST/n holds from n places on; FIRST/n keeps those among the first n words."""
    ones = {at for at, word in enumerate(words) if word == "a"}
    assert _found(f"ATLEAST/{number} a", words) == (ones if len(ones) >= number else set())
    assert _found(f"FIRST/{number} a", words) == {at for at in ones if at < number}


@given(st.sets(st.integers(0, 40)), st.integers(-9, 9))
def test_spread_sets_every_step(places: set[int], steps: int) -> None:
    """Bits spread to each place up to so many steps away, on one side."""
    way = 1 if steps > 0 else -1
    wanted = {at + way * step for at in places for step in range(abs(steps) + 1)}
    bits = spread(bits_at(places, 41), steps)
    assert {at for at in range(64) if bits >> at & 1} == {at for at in wanted if at >= 0}


@pytest.mark.parametrize("distance", [0, 10, 11, 200, 5_000])
def test_no_distance_is_too_far(distance: int) -> None:
    """NEAR/n has no upper limit, and counts exactly."""
    near, far = ["a", *["x"] * distance, "b"], ["a", *["x"] * (distance + 1), "b"]
    assert _found(f"a NEAR/{distance} b", near) == {0, distance + 1}
    assert _found(f"a NEAR/{distance} b", far) == set()
    assert _found("a NEAR/999999999 b", far) == {0, distance + 2}


def test_no_wildcard_is_too_many() -> None:
    """A query may have 500 wildcards, some behind a single letter."""
    names = [f"{chr(97 + number % 26)}*{number}?" for number in range(500)]
    query = f"({' OR '.join(names)}) NEAR/200 s*"
    assert _found(query, ["z*", "q42x", "some"]) == {1, 2}
    assert _found(" AND ".join(names), [f"{name[0]}z{name[2:-1]}y" for name in names]) == set(
        range(500)
    )


def test_places_beyond_the_first_hundreds_count() -> None:
    """However often a word stands in a text, each of its places may be the one that is near."""
    words = ["a", "x"] * 1_000 + ["b"]
    assert _found("a NEAR/1 b", words) == {1_998, 2_000}
    assert len(_found("ATLEAST/1000 a", words)) == 200  # what is shown is enough
    assert _found("ATLEAST/1001 a", words) == set()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four… Five", 5),
        ("It rose 3.5 per cent. Dr. A. B. Smith of the U.S. said so.", 2),
        ("В 2025 г. в Астане (ул. Абая, д. 5) прошёл саммит. Президент К. Токаев доволен.", 2),
        ("2025 ж. Астанада өтті. Қ.К. Тоқаев сөйледі.", 2),
        ("上合组织成立。峰会举行！“好。”他说", 4),
        ("A headline\n\nA text without a stop", 2),
        ("“It is so.” He left.", 2),
        ("Really?! Yes... no... Yes", 3),
        ("", 1),
    ],
)
def test_sentences(text: str, sentences: int) -> None:
    """Sentences end where a reader thinks so: abbreviations, initials and numbers end none."""
    assert len(list(sentence_starts(text))) + 1 == sentences


def test_paragraphs() -> None:
    """A blank line parts paragraphs, however it was typed; a line end does not."""
    assert list(paragraph_starts("a\nb\n \t\nc\n\n\n  d\u2029e")) == [7, 13, 15]


@given(st.text('aB.!? \n"»。”г1', max_size=60))
def test_sentences_begin_in_order(text: str) -> None:
    """Starts are sorted and inside the text; a paragraph's start is a sentence's too."""
    starts = list(sentence_starts(text))
    assert starts == sorted(set(starts))
    assert set(paragraph_starts(text)) <= set(starts)


@pytest.mark.parametrize("query", PLACE_QUERIES.values(), ids=PLACE_QUERIES)
@pytest.mark.parametrize("text", PLACE_TEXTS.values(), ids=PLACE_TEXTS)
def test_hostile_queries_are_cheap(query: str, text: str) -> None:
    """No text of 10 kB takes a million steps, nor more than its length explains (X19)."""
    matcher = Matcher([Watch("w", "W", query)], [])
    whole = _steps(matcher, text)
    assert whole < 1_000_000
    assert whole < 6 * _steps(matcher, text[: len(text) // 4])


def _steps(matcher: Matcher, text: str) -> int:
    return steps(lambda: matcher.match(Document(text=text)))


def test_watches_share_their_work() -> None:
    """A thousand watches with one proximity in common cost little more than ten of them."""
    text = PLACE_TEXTS["sparse"]
    few, many = (
        Matcher([Watch(str(n), "W", '"a b c"~9 NOT x') for n in range(count)], [])
        for count in (10, 1_000)
    )
    assert _steps(many, text) < 3 * _steps(few, text)
