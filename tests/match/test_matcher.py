"""What watches find, and what their matches say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.errors import QueryError
from monitor.match import Matcher, check_spelling
from monitor.match.scan import field_text
from monitor.model.watch import Document, Match, Spelling, Term, Watch

_TABLE = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


def _spellings(texts: list[str], language: str) -> list[Spelling]:
    return [Spelling(text, None if language == "any" else language) for text in texts]


def _term(name: str, given: dict[str, list[str]]) -> Term:
    spellings = [
        one for lang, texts in given.items() if lang != "unless" for one in _spellings(texts, lang)
    ]
    unless = _spellings(given.get("unless", []), "any")
    return Term(name, name.title(), tuple(spellings), tuple(unless))


TERMS = [_term(name, given) for name, given in _TABLE["terms"].items()]


def _find(query: str, document: Document, **watch: Any) -> Match | None:
    found = Matcher([Watch("w", "W", query, **watch)], TERMS).match(document)
    return found[0] if found else None


def _document(given: str | dict[str, Any]) -> Document:
    if isinstance(given, str):
        return Document(text=given)
    fields: dict[str, Any] = {key: tuple(v) if key == "tags" else v for key, v in given.items()}
    return Document(**fields)


@pytest.mark.parametrize(
    ("query", "given", "found"),
    [case[1:] for case in _TABLE["found"]],
    ids=[c[0] for c in _TABLE["found"]],
)
def test_found(query: str, given: str | dict[str, Any], found: list[str]) -> None:
    """A query finds these places and no others, and each span is cut from the original (F20)."""
    document = _document(given)
    match = _find(query, document)
    spans = match.spans if match else ()
    assert [span.text for span in spans] == found
    for span in spans:
        assert field_text(document, span.field)[span.start : span.end] == span.text  # type: ignore[arg-type]  # a Field


@pytest.mark.parametrize(
    ("query", "part", "words"),
    [case[1:] for case in _TABLE["refused"]],
    ids=[c[0] for c in _TABLE["refused"]],
)
def test_refused(query: str, part: str, words: str) -> None:
    """A query that cannot be read is refused, with its watch, the place and the mend."""
    with pytest.raises(QueryError) as caught:
        _find(query, Document())
    error = caught.value
    assert error.watch == "w"
    assert query[error.start : error.end] == part
    assert words in str(error)
    assert error.hint


def test_table_is_long_enough() -> None:
    """The table of meanings covers operators and languages: at least 300 cases, none twice."""
    names = [case[0] for case in _TABLE["found"] + _TABLE["refused"]]
    assert len(names) == len(set(names)) >= 300


def test_exclude_keeps_a_watch_silent() -> None:
    """A watch does not match where its exclude query does."""
    document = Document(text="SCO football cup")
    assert _find("@sco", document) is not None
    assert _find("@sco", document, exclude="football OR hockey") is None


def test_exclude_is_named_in_errors() -> None:
    """A mistake in the exclude query says that it stands there."""
    with pytest.raises(QueryError) as caught:
        _find("@sco", Document(), exclude="a or b")
    assert caught.value.part == "exclude"


def test_matches_come_in_order_of_watches() -> None:
    """Matches stand in the order of the watches, whatever the text says first."""
    watches = [Watch("b", "B", "two"), Watch("none", "N", "three"), Watch("a", "A", "one")]
    matches = Matcher(watches, []).match(Document(text="one two"))
    assert [match.watch for match in matches] == ["b", "a"]


def test_terms_come_in_order_of_place() -> None:
    """The terms of a match are distinct, by first place; a query's own word is named as written."""
    document = Document(title="Kazakhstan", text="Astana hosts the SCO, Kazakhstan said")
    match = _find("@sco AND @kazakhstan AND astana", document)
    assert match is not None
    assert match.terms == ("kazakhstan", "astana", "sco")


@pytest.mark.parametrize(
    ("document", "weight", "score"),
    [
        (Document(text="a"), 1, 1.0),
        (Document(title="a"), 1, 3.0),
        (Document(text="a a a a"), 1, 1.5),
        (Document(text="a " * 1000), 1, 2.0),
        (Document(title="a", text="b"), 2, 8.0),
    ],
    ids=["once", "in-title", "four-times", "capped", "two-terms-weighed"],
)
def test_score(document: Document, weight: float, score: float) -> None:
    """A term is worth 1, 2 more in the title, 0.25 a doubling up to 1; times the watch's weight."""
    match = _find("a OR b", document, weight=weight)
    assert match is not None
    assert match.score == score


@pytest.mark.parametrize(
    ("query", "text", "score"),
    [
        ("WEIGHTS/10 (a=10)", "a", 2.0),
        ("WEIGHTS/10 (a=30)", "a", 4.0),
        ("WEIGHTS/10 (a=30, b=-10)", "a b", 3.0),
        ("WEIGHTS/10 (a=10) OR b", "b", 1.0),
        ("b WEIGHTS/10 (a=10*2)", "a a b", 4.25),
    ],
)
def test_weights_add_to_the_score(query: str, text: str, score: float) -> None:
    """Weights add their sum in thresholds to what the terms are worth, where they hold."""
    match = _find(query, Document(text=text))
    assert match is not None
    assert match.score == score


def test_lead_is_the_first_paragraph_or_sixty_words() -> None:
    """The lead is the first paragraph; where it is short, or all there is, the first 60 words."""
    words = " ".join(["word"] * 58)
    long = f"{words} {words} late\n\nnext"
    assert _find("lead:late", Document(text=long)) is not None
    assert _find("lead:next", Document(text=long)) is None
    assert _find("lead:last", Document(text=f"ASTANA.\n\n{words} last more")) is not None
    assert _find("lead:more", Document(text=f"ASTANA.\n\n{words} last more")) is None
    assert _find("lead:last", Document(text=f"one {words} last more")) is not None
    assert _find("lead:more", Document(text=f"one {words} last more")) is None
    assert _find("lead:@sco OR title:@sco", Document(title="SCO", text=long)) is not None


def test_required_terms_reach_every_operator() -> None:
    """A watch is put to each document that it may want, whatever operator asks for its terms."""
    queries = ["a NOT NEAR/2 b", "a UNLESS b", "FIRST/9 a", "(a OR c) NOT SENTENCE b", "lead:a"]
    queries += ["WEIGHTS/3 (a=3, b=1, c=2)", "WEIGHTS/3 (b=2, a=3)", "a NOT (b NEAR/1 c)"]
    watches = [Watch(query, query, query) for query in queries]
    matches = Matcher(watches, []).match(Document(text="a"))
    assert [match.watch for match in matches] == queries


def test_places_of_one_term_are_apart() -> None:
    """Spellings of one term that overlap count once, as the longest from the first place."""
    term = Term("t", "T", (Spelling("b c"), Spelling("a b"), Spelling("a b c")))
    [match] = Matcher([Watch("w", "W", "@t")], [term]).match(Document(text="a b c, b c"))
    assert [span.text for span in match.spans] == ["a b c", "b c"]


def test_two_terms_share_a_spelling() -> None:
    """A spelling of two terms earns both."""
    terms = [Term(name, name, (Spelling("SCO"),)) for name in ("one", "two")]
    [match] = Matcher([Watch("w", "W", "@one @two")], terms).match(Document(text="SCO"))
    assert match.terms == ("one", "two")


def test_watches_share_what_they_look_for() -> None:
    """Two watches on one term give the same places."""
    watches = [Watch("one", "One", "@sco"), Watch("two", "Two", "@sco OR nothing")]
    one, two = Matcher(watches, TERMS).match(Document(text="The SCO"))
    assert one.spans == two.spans


def test_no_watches_match_nothing() -> None:
    """Without watches nothing matches."""
    assert Matcher([], TERMS).match(Document(title="SCO")) == ()


def test_bad_spelling_of_a_term() -> None:
    """A term that finds nothing is refused with the watch that asks for it."""
    with pytest.raises(QueryError, match="The term t has a spelling that finds nothing") as caught:
        Matcher([Watch("w", "W", "@t")], [Term("t", "T", (Spelling("*"),))])
    assert caught.value.watch == "w"


@pytest.mark.parametrize("text", ["", "  ", "*", "? *", '"Astana', "—", "''"])
def test_spelling_that_finds_nothing(text: str) -> None:
    """A spelling is refused that is empty, a lone wildcard or an unclosed quotation."""
    with pytest.raises(QueryError) as caught:
        check_spelling(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["SCO", '"Shanghai Cooperation"', "казах*", "Qozog'iston", "上合组织"]
)
def test_spelling_that_is_fine(text: str) -> None:
    """Words, phrases, wildcards and apostrophes are spellings."""
    check_spelling(text)
