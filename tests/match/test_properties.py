"""What holds for all documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.hostile import WORD_QUERIES, WORD_TEXTS
from monitor.match import Matcher
from monitor.match.scan import field_text
from monitor.model.watch import Document, Match, Spelling, Term, Watch
from tests.steps import steps

_TERMS = [
    Term("sco", "SCO", (Spelling("SCO"), Spelling("ШОС*"), Spelling("上合")), (Spelling("SCO b"),)),
    Term("kz", "KZ", (Spelling("каз*"), Spelling("O'zb*"), Spelling("a b-?c"))),
]
_texts = st.lists(
    st.sampled_from(
        ["SCO", "ШОС", "ШОСе", "上合", "каз", "ка\u0301з", "Kаз", "O‘zbek", "a", "b", "c", "dc"]
    )
    | st.sampled_from(
        [" ", "  ", "\n\n", "-", ".", "…", "’", "\xad", "\u200b", "ﬁ", "İ", "ё", "é", "e\u0301"]
    ),
    max_size=25,
).map("".join)
_documents = st.builds(
    Document, title=_texts, text=_texts, tags=st.lists(_texts, max_size=2).map(tuple)
)


def _match(query: str, document: Document) -> tuple[Match, ...]:
    return Matcher([Watch("w", "W", query)], _TERMS).match(document)


@given(_documents)
def test_spans_are_cut_from_the_document(document: Document) -> None:
    """A span's text is what stands there; spans are sorted, and those of one term never overlap."""
    for match in _match("@sco OR @kz OR b OR a NEAR/4 c", document):
        for span in match.spans:
            assert span.start < span.end
            assert field_text(document, span.field)[span.start : span.end] == span.text  # type: ignore[arg-type]  # a Field
        assert match.terms == tuple(dict.fromkeys(span.term for span in match.spans))
        assert match.score > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a NOT (b OR c)", "a AND NOT b AND NOT c"),
        ("a NOT (b AND c)", "a AND (NOT b OR NOT c)"),
        ("a NOT NOT @sco", "a @sco"),
        ("a AND (b OR c)", "a b OR a c"),
        ("title:(a OR b)", "title:a OR title:b"),
        ("b NOT (a NEAR/1 b OR c)", "b AND NOT a NEAR/1 b AND NOT c"),
        ("c NOT (a SENTENCE b AND ATLEAST/2 c)", "c (NOT a SENTENCE b OR NOT ATLEAST/2 c)"),
        ("a NEAR/2 (b OR @sco)", "a NEAR/2 b OR a NEAR/2 @sco"),
        ("(a OR c) NEXT/1 b", "a NEXT/1 b OR c NEXT/1 b"),
        ("a NEAR/2 b", "b NEAR/2 a"),
        ("a NEAR/1 b", "a NEXT/1 b OR b NEXT/1 a"),
        ("a SENTENCE b", "b SENTENCE a"),
        ("a PARAGRAPH (b OR c)", "a PARAGRAPH b OR a PARAGRAPH c"),
        ("a", "a UNLESS b OR a NEAR/0 b OR a"),
        ("(a OR b) UNLESS c", "a OR b"),
        ("a UNLESS (@kz OR @sco)", "a UNLESS @kz UNLESS @sco"),
        ("FIRST/3 (a OR b)", "FIRST/3 a OR FIRST/3 b"),
        ("ATLEAST/1 (a OR b)", "a OR b"),
        ("WEIGHTS/2 (a=1, b=1)", "a b"),
        ("WEIGHTS/1 (a=1, b=1)", "a OR b"),
        ("WEIGHTS/1 (a=1, b=-1)", "a NOT b"),
        ("WEIGHTS/2 (a=1*2)", "ATLEAST/2 a"),
        ('"a b"~1', "a NEAR/1 b"),
    ],
)
@given(document=_documents)
def test_equal_queries_agree(one: str, other: str, document: Document) -> None:
    """De Morgan's laws and distribution hold for what is found."""
    assert bool(_match(one, document)) == bool(_match(other, document))


@given(_documents)
def test_watches_do_not_disturb_each_other(document: Document) -> None:
    """A watch finds the same alone as among others."""
    queries = ["@sco", "@kz NOT a", "url:a OR b", '"a b"', "*c", "a NEAR/3 b", "a SENTENCE @sco"]
    queries += ["a UNLESS @kz", "a NOT NEAR/1 b", "WEIGHTS/2 (a=2, c=-1)", "lead:a", "ATLEAST/2 a"]
    watches = [Watch(query, query, query) for query in queries]
    together = {match.watch: match for match in Matcher(watches, _TERMS).match(document)}
    for watch in watches:
        alone = Matcher([watch], _TERMS).match(document)
        assert alone == ((together[watch.name],) if watch.name in together else ())


@pytest.mark.parametrize("query", WORD_QUERIES.values(), ids=WORD_QUERIES)
@pytest.mark.parametrize("text", WORD_TEXTS.values(), ids=WORD_TEXTS)
def test_hostile_text_is_cheap(query: str, text: str) -> None:
    """No text of 10 kB takes a million steps, nor more than its length explains (X19)."""
    matcher = Matcher([Watch("w", "W", query)], [])
    whole = steps(lambda: matcher.match(Document(text=text)))
    assert whole < 1_000_000
    assert whole < 6 * steps(lambda: matcher.match(Document(text=text[: len(text) // 4])))
