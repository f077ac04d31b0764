"""Bytes to text under wrong labels."""

from itertools import product

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


ARTICLES = {
    "ru": (
        "Казахстан примет саммит ШОС в Астане, сообщили в министерстве. Участники обсудят торговлю и транспорт.",
        ("utf-8", "cp1251", "koi8_r", "iso8859_5", "cp866", "utf-16"),
    ),
    "kk": (
        "Қазақстан Шанхай ынтымақтастық ұйымының саммитін өткізеді, деп хабарлады министрлік. Үкімет әңгімелесті.",
        ("utf-8", "kz1048", "utf-16", "utf-8-sig"),
    ),
    "zh-Hans": (
        "哈萨克斯坦将主办上海合作组织峰会，外交部表示，各国代表将讨论贸易、运输和安全问题。",
        ("utf-8", "gbk", "gb18030", "utf-16"),
    ),
    "zh-Hant": (
        "哈薩克斯坦將主辦上海合作組織峰會，外交部表示，各國代表將討論貿易、運輸和安全問題。",
        ("utf-8", "big5", "big5hkscs", "gb18030"),
    ),
    "uz": (
        "Qozog‘iston ShHT sammitiga mezbonlik qiladi, deya xabar berdi vazirlik. O‘zbekiston ham qatnashadi.",
        ("utf-8", "cp1252"),
    ),
    "fr": (
        f"{FR}, où s’est tenu un sommet; l’été dernier, déjà, une réunion.",
        ("utf-8", "cp1252"),
    ),
}
DECLARED = (None, "utf-8", "windows-1251", "koi8-r", "gbk", "big5", "iso-8859-1", "us-ascii")
HEADERS = (None, "utf-8", "windows-1251", "iso-8859-1", "gb2312")


@pytest.mark.parametrize(
    ("language", "real"), [(key, real) for key, (_, reals) in ARTICLES.items() for real in reals]
)
def test_every_lie(language: str, real: str) -> None:
    """Whatever document and header claim of whatever the bytes are, the article is read (F20)."""
    text = ARTICLES[language][0]
    for label, header in product(DECLARED, HEADERS):
        document = xml(text, label)
        claim = f"text/xml; charset={header}" if header else "text/xml"
        assert decode_body(document.encode(real), claim) == document, (label, header)


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
