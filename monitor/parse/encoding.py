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
_SAMPLE = 50_000
# What text in an encoding is mostly made of; the same bytes in another encoding are hardly.
_SMALL_CYRILLIC = re.compile("[а-яё]")
_SIMPLIFIED = re.compile(
    "[的一是不了在人有我他这中大来上国个到说们为子和地出也时年得要下以生会过家学对可里后多天而能好都"
    "日于起还发成事只作当开用主行方如前所本经面公同三长民现分将外与高进实理月全部定力机业最间新重东政海"
    "平世关并内加化产市体总员报期合利界今京务战建交联区展议组际]"
)
_TRADITIONAL = re.compile(
    "[的一是不了在人有我他這中大來上國個到說們為子和地出也時年得要下以生會過家學對可裡後多天而能好都"
    "日於起還發成事只作當開用主行方如前所本經面公同三長民現分將外與高進實理月全部定力機業最間新重東政海"
    "平世關並內加化產市體總員報期合利界今京務戰建交聯區展議組際]"
)
_CYRILLIC = ("cp1251", "koi8-r", "iso8859-5", "cp866")
_EXPECTED = {
    **dict.fromkeys(_CYRILLIC, _SMALL_CYRILLIC),
    "gb18030": _SIMPLIFIED,
    "big5hkscs": _TRADITIONAL,
}
_LEAST = {_SMALL_CYRILLIC: 0.4, _SIMPLIFIED: 0.12, _TRADITIONAL: 0.12}
# Kazakh letters of its own 8-bit standard, read as windows-1251: no language writes these together.
_KAZAKH = re.compile("ќ.*[єїѕ]|[єїѕ].*ќ", re.DOTALL)


def decode_body(body: bytes, content_type: str | None = None) -> str:
    """Decode a feed; never raises.

    A byte-order mark wins, then UTF-8 if the bytes are UTF-8 but for a few, then the encoding that the
    document or else the header names if the bytes bear it out, then the likeliest: Cyrillic and Chinese
    are told by their commonest letters. What no encoding can read becomes U+FFFD, which ``text.clean`` leaves out.
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
    if lost <= kept / 4:  # nothing else comes so near to UTF-8 by chance
        return text
    guess = _likeliest(body)
    claims = [label for label in labels if not label.startswith("utf")]
    borne_out = (label for label in claims if _bears_out(body, label, guess))
    return body.decode(next(borne_out, guess or _latin(labels)), "replace")


def _bears_out(body: bytes, label: str, guess: str | None) -> bool:
    """Tell whether the bytes may be what the label says; Latin labels fit all bytes, so they prove nothing."""
    if label in _LATIN:
        return guess is None
    if label in _EXPECTED:
        return guess == label or (guess is None and _are_in_runs(body, 2))
    text = body.decode(label, "replace")
    return text.count(_LOST) <= 1 + len(body) // 500


def _latin(labels: tuple[str, ...]) -> str:
    return next((label for label in labels if label in _LATIN), "cp1252")


def _likeliest(body: bytes) -> str | None:
    """Guess which encoding of Cyrillic or Chinese it is; None if none of them."""
    shares = {encoding: _share(body, encoding) for encoding in _EXPECTED}
    if not _are_in_runs(body, 3):  # letters alone among ASCII are Latin with accents
        shares |= dict.fromkeys(_CYRILLIC, 0.0)
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] < 1:
        return None
    if best == "cp1251" and _KAZAKH.search(body[:_SAMPLE].decode("cp1251", "ignore")):
        return "kz1048"
    return best


def _are_in_runs(body: bytes, length: int) -> bool:
    """Tell whether most bytes beyond ASCII stand in runs of at least so many."""
    runs = [len(run) for run in _HIGH_RUN.findall(body[:_SAMPLE])]
    return sum(run for run in runs if run >= length) >= sum(runs) / 2


def _share(body: bytes, encoding: str) -> float:
    """Give the share of what is expected in all that is beyond ASCII, in units of the least that tells."""
    text = body[:_SAMPLE].decode(encoding, "replace")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    expected = _EXPECTED[encoding]
    return len(expected.findall(text)) / max(1, beyond) / _LEAST[expected]
