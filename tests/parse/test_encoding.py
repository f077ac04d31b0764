"""Bytes to text under wrong labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.encoding import decode_body

RU = "Казахстан примет саммит ШОС, сообщили в министерстве"
ZH = "哈萨克斯坦将主办上海合作组织峰会，外交部表示"
FR = "Le président français a été reçu à Astana"


def xml(text: str, label: str | None) -> str:
    """Write a document that claims an encoding."""
    claim = f' encoding="{label}"' if label else ""
    return f'<?xml version="1.0"{claim}?><a>{text}</a>'


@pytest.mark.parametrize(
    ("text", "real", "label", "header"),
    [
        pytest.param(RU, "utf-8", None, None, id="nothing said"),
        pytest.param(
            RU, "utf-8", "windows-1251", "text/xml; charset=windows-1251", id="UTF-8 as 1251"
        ),
        pytest.param(ZH, "utf-8", "gbk", "text/xml; charset=GBK", id="UTF-8 as GBK"),
        pytest.param(RU, "cp1251", "cp-1251", None, id="odd label"),
        pytest.param(RU, "cp1251", "Windows1251", None, id="odder label"),
        pytest.param(RU, "cp1251", None, "text/xml; charset=win-1251", id="header only"),
        pytest.param(RU, "cp1251", "utf-8", None, id="1251 as UTF-8"),
        pytest.param(RU, "cp1251", None, None, id="1251 unlabelled"),
        pytest.param(RU, "cp1251", "iso-8859-1", None, id="1251 as Latin"),
        pytest.param(RU, "koi8_r", None, None, id="KOI8-R unlabelled"),
        pytest.param(
            RU, "koi8_r", "koi8-r", "text/xml; charset=iso-8859-1", id="document before header"
        ),
        pytest.param(ZH, "gb18030", "gb2312", None, id="GB 2312"),
        pytest.param(ZH, "gb18030", "x-gbk", None, id="x-gbk"),
        pytest.param(ZH, "gb18030", None, None, id="GB unlabelled"),
        pytest.param(ZH, "gb18030", "utf-8", "text/xml; charset=utf-8", id="GB as UTF-8"),
        pytest.param(FR, "cp1252", None, None, id="Latin unlabelled"),
        pytest.param(FR, "latin-1", "iso-8859-1", None, id="Latin"),
        pytest.param(FR, "cp1252", "us-ascii", None, id="Latin as ASCII"),
        pytest.param(RU, "utf-16", "utf-16", None, id="UTF-16 with mark"),
        pytest.param(RU, "utf-16-le", "utf-16", None, id="UTF-16 without mark"),
        pytest.param(RU, "utf-16-be", None, None, id="UTF-16 big end first"),
        pytest.param(RU, "utf-32", "utf-32", None, id="UTF-32"),
        pytest.param(RU, "utf-8-sig", "windows-1251", None, id="mark before label"),
        pytest.param(RU, "utf-8", "utf-7", None, id="refused codec"),
        pytest.param(RU, "utf-8", "base64", None, id="no text codec"),
        pytest.param(RU, "utf-8", "nonsense\x07", None, id="no codec"),
        pytest.param("日本語", "iso2022_jp", "iso-2022-jp", None, id="seven bits"),
    ],
)
def test_decode(text: str, real: str, label: str | None, header: str | None) -> None:
    """The bytes count more than the labels (F20)."""
    assert decode_body(xml(text, label).encode(real), header) == xml(text, label)


@pytest.mark.parametrize("label", ["utf-8", None, "windows-1251"])
def test_a_bad_byte(label: str | None) -> None:
    """One invalid byte costs one character and not the encoding of the whole."""
    body = xml(RU + " @ " + ZH * 3, label).encode().replace(b"@", b"\xff")
    assert decode_body(body) == xml(RU + " \ufffd " + ZH * 3, label)


@given(st.binary(max_size=200), st.text(max_size=30))
def test_never_raises(body: bytes, label: str) -> None:
    """Any bytes under any label become text."""
    decode_body(body, f"text/xml; charset={label}")
    decode_body(b'<?xml version="1.0" encoding="' + label.encode("utf-8", "ignore") + b'"?>' + body)
