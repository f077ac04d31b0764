"""Rules of ``monitor match``: JSON lines in, the watches and the places that earned them out."""

import json

import pytest

from tests.cli.conftest import Monitor, Ran, Site


def lines(*documents: object) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents).encode()


def spans_hold(ran: Ran, *documents: dict[str, str]) -> bool:
    """Whether each span's text stands at its place in the field as it was given."""
    return all(
        given[span["field"]][span["start"] : span["end"]] == span["text"]
        for given, answer in zip(documents, ran.lines, strict=True)
        for found in answer["matches"]
        for span in found["spans"]
    )


def test_queries_are_watches_of_their_own(monitor: Monitor) -> None:
    """--query needs no configuration; each is a watch named by its text."""
    document = {"id": "1", "title": "The SCO met", "text": "A river, a sco, and\n\nthe RIVERS."}
    ran = monitor("match", "--query", "SCO", "--query", "river*", "--query", "absent",
                  stdin=lines(document))  # fmt: skip
    assert ran.code == 0
    assert ran.err == ""
    [answer] = ran.lines
    assert answer["id"] == "1"
    assert sorted(found["watch"] for found in answer["matches"]) == ["SCO", "river*"]
    assert all(
        set(found) == {"watch", "score", "terms", "spans"} and found["score"] > 0
        for found in answer["matches"]
    )
    assert spans_hold(ran, document)


@pytest.mark.parametrize(
    ("term", "title"),
    [
        ("ru:казахстан*", "🇰🇿 Встреча в КАЗАХСТАНЕ прошла"),
        ("kk:Қазақстан*", "Бүгін Қазақстанда"),
        ("zh:上合组织", "托卡耶夫在上合组织峰会"),
        ("en:Kazakhstan", "A «Kazakhstan» of ﬁne cafe\u0301s"),
        ("fine", "A ﬁne thing"),
    ],
)
def test_terms_and_places_in_the_given_text(monitor: Monitor, term: str, title: str) -> None:
    """--term takes lang:spelling or a spelling; spans count code points of what was given."""
    document = {"id": "x", "title": title, "text": f"… {title}"}
    ran = monitor("match", "--term", term, stdin=lines(document))
    [found] = ran.lines[0]["matches"]
    assert found["watch"] == term
    assert {span["field"] for span in found["spans"]} == {"title", "text"}
    assert spans_hold(ran, document)


def test_the_files_watches(monitor: Monitor, site: Site) -> None:
    """Without --query and --term the configured watches are asked; a document without match stays."""
    ran = monitor("match", stdin=lines({"id": "a", "title": "A river"}, {"id": "b"}))
    assert [(line["id"], len(line["matches"])) for line in ran.lines] == [("a", 1), ("b", 0)]
    assert ran.lines[0]["matches"][0]["watch"] == "rivers"


def test_ids_come_back_as_they_were_given(monitor: Monitor) -> None:
    """A number stays a number, odd characters survive, blank lines are passed over."""
    given = lines({"id": 7}) + b"\n" + lines({"id": None, "title": None}) + b'{"id": "\\ud800"}\n'
    assert [each["id"] for each in monitor("match", "--query", "x", stdin=given).lines] == [
        7, None, "\ud800",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'"x"', b"\xff\xfe{}", b"[" * 100_000, b'{"id": "\xe9"}'],
    ids=["cut", "list", "string", "utf-16", "deep", "latin-1"],
)  # fmt: skip
def test_a_line_that_is_no_document(monitor: Monitor, line: bytes) -> None:
    """It is named by its number and ends the run with 2; earlier lines were answered."""
    ran = monitor("match", "--query", "x", stdin=lines({"id": "first"}) + line + b"\n")
    assert ran.code == 2
    assert [each["id"] for each in ran.lines] == ["first"]
    assert ran.err.startswith("Line 2 of the input is no JSON object")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "text", "marked"),
    [
        ("--query", "река AND (b", "("),
        ("--query", "上合组织 NEARBY/3 b", "NEARBY/3"),
        ("--query", "x AND titel:y", "titel:"),
        ("--query", "x AND @sco", "@sco"),
        ("--term", "ru:*", "*"),
    ],
)
def test_a_query_that_cannot_be_read(monitor: Monitor, option: str, text: str, marked: str) -> None:
    """It exits with 2, and carets stand under the part at fault; a wide letter takes two."""
    ran = monitor("match", option, text)
    assert (ran.code, ran.out) == (2, "")
    what, shown, carets = ran.err.splitlines()
    assert what.endswith(f"(line 1, column {text.index(marked) + 1})")
    assert shown == f"  {text}"
    wide = sum(char >= "\u2e80" for char in text.partition(marked)[0])
    start = len(carets) - len(carets.lstrip()) - wide - 2
    length = carets.count("^")
    assert text[start : start + length] == marked


def test_an_empty_query(monitor: Monitor) -> None:
    """There is nothing to point at, so one line says what is missing."""
    ran = monitor("match", "--query", "")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
