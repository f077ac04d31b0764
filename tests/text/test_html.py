"""Markup made plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborNode

from bench.hostile import MARKUP
from monitor.text.html import _MAX_DEPTH, _SILENT, _parse, looks_like_html, plain_text, title_text
from tests.steps import steps


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            "<p>A summit</p><p>Line two</p>", "A summit\n\nLine two", id="blocks are parted"
        ),
        pytest.param("Ka<b>zakh</b>stan", "Kazakhstan", id="inline tags do not part a word"),
        pytest.param("a<br>b", "a b", id="a line break is a blank"),
        pytest.param("a<br><br/>b", "a\n\nb", id="two are a paragraph"),
        pytest.param("<ul><li>a<li>b</ul>tail", "a\n\nb\n\ntail", id="lists"),
        pytest.param("<tr><td>a<td>b", "ab", id="cells outside a table"),
        pytest.param("<table><tr><td>a<td>b<tr><td>c</table>", "a b\n\nc", id="cells"),
        pytest.param("x<script>no()</script><style>p{}</style><!-- c -->y", "xy", id="silent"),
        pytest.param("<![CDATA[a <b>b</b>]]>", "a b", id="CDATA twice"),
        pytest.param("a\n\nb", "a\n\nb", id="plain paragraphs"),
        pytest.param("a <p\nclass='>'>b</p>\n c", "a\n\nb\n\nc", id="quoted bracket"),
        pytest.param("5 < 6 & 7", "5 < 6 & 7", id="loose bracket"),
        pytest.param("<html><head><title>t</title></head><body>b</body></html>", "b", id="page"),
        pytest.param("", "", id="empty"),
    ],
)
def test_plain_text(markup: str, expected: str) -> None:
    """Blocks are parted by a blank line, words never joined nor split."""
    assert plain_text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<b>A</b> &amp; B", "A & B", id="F18"),
        pytest.param("AT&amp;amp;T", "AT&T", id="F19 escaped twice"),
        pytest.param("&amp;lt;script", "<script", id="F19 stays text"),
        pytest.param("&lt;b&gt;x", "<b>x", id="undone once, never parsed again"),
        pytest.param("&#171;Ка&#1079;ахстан&raquo;", "«Казахстан»", id="references"),
        pytest.param("Option<T> and a <b or c", "Option<T> and a <b or c", id="no HTML"),
        pytest.param("<img src=x onerror=alert(1)>a<script>b</script>", "a", id="attack"),
        pytest.param("one<p>two", "one two", id="one line"),
    ],
)
def test_title_text(markup: str, expected: str) -> None:
    """A title is one line of text; entities are undone once (F18, F19)."""
    assert title_text(markup) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a &amp; b", True), ("<p>a", True), ("AT&T", False), ("a < b", False), ("List<T>", False)],
)
def test_looks_like_html(text: str, expected: bool) -> None:
    """Plain text is believed unless it holds tags or entities of HTML."""
    assert looks_like_html(text) is expected


@pytest.mark.parametrize("piece", MARKUP)
def test_hostile_nesting_is_made_flat(piece: str) -> None:
    """Whatever the nesting, what is read stays shallow, the steps few, and text stands (X12)."""
    markup = "begin " + piece * (100_000 // len(piece))
    assert plain_text(markup).startswith("begin")
    assert _depth(_parse(markup)) <= _MAX_DEPTH
    quarter = markup[: len(markup) // 4]
    assert steps(lambda: plain_text(markup)) < 6 * steps(lambda: plain_text(quarter))


def _depth(body: LexborNode | None) -> int:
    """Count the levels of elements, without what nobody reads, such as drawings."""
    depth, level = 0, [body] if body else []
    while level:
        level = [child for node in level for child in node.iter() if child.tag not in _SILENT]
        depth += 1
    return depth


def test_deep_nesting_keeps_text_and_blocks() -> None:
    """Markup too deep to be nested still gives its words and blocks."""
    assert plain_text("<div>" * 600 + "a<p>b <i>c</i></p>d") == "a\n\nb c\n\nd"


def test_many_elements_side_by_side() -> None:
    """Many elements that are closed again are not deep: nothing is lost or joined."""
    assert plain_text("</i><div>a<span>b</span></div>" * 600) == "\n\n".join(["ab"] * 600)


@given(st.text(alphabet="<>/&;!-[]\"'= apbrdivscript#x3\n\u200b", max_size=80))
def test_never_raises(markup: str) -> None:
    """Any text may stand where markup should."""
    plain_text(markup)
    assert "\n" not in title_text(markup)
