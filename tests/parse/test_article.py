"""Pages to articles, with pages written by us."""

import pytest

from monitor.parse.article import article_text

_RUSSIAN = "Река поднялась на два метра, сообщило министерство, и мост закрыли до понедельника."
_CHINESE = "上海合作组织成员国元首理事会会议在比什凯克举行，各方就安全和经贸合作交换了意见。"


def page(*paragraphs: str, head: str = "") -> str:
    """Write a page with an article and the usual things around it."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head>{head}<title>Site</title></head><body><nav><a href='/'>Home</a> <a href='/s'>"
        f"Sport</a></nav><article><h1>River</h1>{text}</article><aside>Subscribe to our letter"
        "</aside><footer>Copyright by the site</footer><script>alert(1)</script></body></html>"
    )


@pytest.mark.parametrize(
    ("encoding", "text", "content_type", "head"),
    [
        pytest.param("utf-8", _RUSSIAN, "text/html; charset=utf-8", "", id="by the header"),
        pytest.param("cp1251", _RUSSIAN, "text/html", '<meta charset="windows-1251">', id="by meta"),
        pytest.param("gb18030", _CHINESE, None,
                     '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">',
                     id="by http-equiv"),
        pytest.param("utf-8", _CHINESE, None, "", id="by the bytes"),
    ],
)  # fmt: skip
def test_articles_are_found(encoding: str, text: str, content_type: str | None, head: str) -> None:
    """The article's blocks are kept, in any encoding; what the site puts around them is not."""
    blocks = [f"{text} ({number})" for number in range(8)]
    found = article_text(page(*blocks, head=head).encode(encoding), content_type)
    assert found.endswith("\n\n".join(blocks))
    assert not any(word in found for word in ("Sport", "Copyright", "Subscribe", "alert", "<"))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe\x00", b"%PDF-1.7 \x00\x01", b"<html></html>", b"<div>" * 50_000,
        b"<!--" * 100_000, b"&" * 500_000, b"<p " + b"a=1 " * 100_000 + b">",
    ],
    ids=["empty", "nothing", "pdf", "bare", "deep", "comments", "ampersands", "attributes"],
)  # fmt: skip
def test_other_pages_give_nothing(body: bytes) -> None:
    """A page without an article is no error and gives no text (X12)."""
    assert len(article_text(body, "text/html")) < 200
