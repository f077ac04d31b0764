"""Bytes to text, whatever the labels claim: one bad byte or one wrong label must not cost a feed (F20)."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"), (b"{\0", "utf-16-le"), (b"\0{", "utf-16-be"))
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{1,40})[\"']")
_HEADER = re.compile(r"charset\s*=\s*[\"']?([^\"';,\s]{1,40})", re.IGNORECASE)
_CODE_PAGE = re.compile(
    r"x?(?:cp|win|windows|ansi|mscp|microsoftcp)?(125[0-8]|866|874|932|936|949|950)"
)
# What publishers mean by these labels; the wider encoding reads the narrower one too.
_MEANT = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "euccn": "gb18030", "cp936": "gb18030",
    "xgbk": "gb18030", "chinese": "gb18030", "iso88591": "cp1252", "latin1": "cp1252", "usascii": "cp1252",
    "ascii": "cp1252", "ansi": "cp1252", "big5": "big5hkscs", "cp950": "big5hkscs", "shiftjis": "cp932",
    "sjis": "cp932", "euckr": "cp949", "ksc56011987": "cp949", "koi8": "koi8_r", "utf8mb4": "utf-8",
    "unicode": "utf-8", "iso88599": "cp1254",
}  # fmt: skip
# Codecs that Python offers under a text label but that no feed means, and that may run away.
_REFUSED = frozenset(
    {"utf-7", "unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"}
)
_SEVEN_BIT = ("iso2022", "hz")
_LATIN = frozenset({"cp1252", "cp1254", "iso8859-15", "iso8859-2", "cp1250"})
_LOST = "\ufffd"
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 200_000
_CYRILLIC = ("cp1251", "koi8_r", "iso8859_5", "cp866")
_SMALL_CYRILLIC = re.compile("[а-яё]")
# Chinese writes nine in ten characters from the first level of GB 2312; Russian bytes hardly make any.
_COMMON_HANZI = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa0-\xfe]{2}")


def decode_body(body: bytes, content_type: str | None = None) -> str:
    """Decode a feed; never raises.

    A byte-order mark wins, then UTF-8 if the bytes are UTF-8 but for a few, then the encoding that the
    document or else the header names if the bytes bear it out, then the likeliest. What no
    encoding can read becomes U+FFFD, which ``text.clean`` leaves out.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _WIDE:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    labels = _labels(body, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(body, labels)
    return _decode_seven_bit(body, labels) or text


def _labels(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Name the codecs that document and header claim, in this order: servers send defaults."""
    declared = _DECLARED.search(body[:1024])
    header = _HEADER.search(content_type or "")
    claims = (
        declared.group(1).decode("ascii", "ignore") if declared else "",
        header[1] if header else "",
    )
    codecs_named = (_find_codec(claim) for claim in claims if claim)
    return tuple(dict.fromkeys(codec for codec in codecs_named if codec))


def _find_codec(label: str) -> str | None:
    """Find Python's name for a label however it is spelt: ``cp-1251``, ``Windows1251``, ``x-gbk``."""
    squeezed = re.sub(r"[^a-z0-9]", "", label.lower())
    page = _CODE_PAGE.fullmatch(squeezed)
    name = f"cp{page.group(1)}" if page else squeezed
    try:
        found = codecs.lookup(_MEANT.get(name, name if page else label.strip())).name
        "".encode(found)  # refuses codecs that are not about text
    except (LookupError, ValueError):
        return None
    return None if found in _REFUSED else found


def _decode_seven_bit(body: bytes, labels: tuple[str, ...]) -> str | None:
    """Decode pure ASCII bytes that stand for more, as ISO-2022 and HZ do."""
    if body.isascii():
        for label in labels:
            if label.startswith(_SEVEN_BIT):
                return body.decode(label, "replace")
    return None


def _decode_other(body: bytes, labels: tuple[str, ...]) -> str:
    text = body.decode("utf-8", "replace")
    lost = text.count(_LOST)
    kept = len(text) - lost - len(text.encode("ascii", "ignore"))
    may_be_utf8 = not labels or any(label.startswith("utf") for label in labels)
    if lost <= kept * (0.25 if may_be_utf8 else 0.02):
        return text
    claimed = [label for label in labels if not label.startswith("utf") and _bears_out(body, label)]
    return body.decode(claimed[0] if claimed else _likeliest(body, labels), "replace")


def _bears_out(body: bytes, label: str) -> bool:
    """Tell whether the bytes may be what the label says; Latin labels fit all bytes, so they prove nothing."""
    if label in _LATIN:
        return _likeliest(body, ()) == "cp1252"
    text = body.decode(label, "replace")
    return text.count(_LOST) <= 1 + len(body) // 500


def _likeliest(body: bytes, labels: tuple[str, ...]) -> str:
    """Guess from the high bytes: alone among ASCII letters they are Latin, in runs Cyrillic or Chinese."""
    runs = _HIGH_RUN.findall(body[:_SAMPLE])
    high = sum(map(len, runs))
    words = b" ".join(run for run in runs if len(run) > 2)
    if len(words) < high / 2:
        return next((label for label in labels if label in _LATIN), "cp1252")
    shares = {encoding: _small_share(words, encoding) for encoding in _CYRILLIC}
    shares["gb18030"] = _hanzi_share(words)
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] > 0.4 else "cp1252"


def _small_share(words: bytes, encoding: str) -> float:
    text = words.decode(encoding, "replace")
    return len(_SMALL_CYRILLIC.findall(text)) / max(1, len(text))


def _hanzi_share(words: bytes) -> float:
    pairs = _COMMON_HANZI.findall(words)
    common = sum(1 for pair in pairs if 0xB0 <= pair[0] <= 0xD7)
    return common / max(1, len(pairs))
