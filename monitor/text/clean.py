"""Text that is safe to show and to compare: no controls, no hidden characters, tidy white space."""

import re
import unicodedata

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f"  # C0 and C1, but those that part words
    "\u00ad\u034f\u061c\u180e"  # soft hyphen, joiners and marks without a shape
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, bidi marks and overrides
    "\ufff9-\ufffd"  # annotations; U+FFFD stands for a byte that was lost (F20)
    "\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f"  # tags: can hide whole sentences
    "]+"
)
# All controls but line breaks, and what turns the direction of a line around.
_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# The joiners are letters of some scripts and glue of emoji, so they stay between two characters.
_LOOSE_JOINER = re.compile(r"(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\S)")
_ODD = ("\u034f", "\ufffc", "\ufffd")  # all others of the hidden are not printable
_PARAGRAPHS = re.compile(r"\n\s*\n")
_MOST_MARKS = 30
_ELLIPSIS = "…"
_ZWJ = "\u200d"


def one_line(text: str, limit: int | None = None) -> str:
    """Make text one tidy line in NFC (F29).

    Control and hidden characters go, white space of any kind becomes one space. With ``limit``
    the result has at most so many code points; what is cut ends on a whole grapheme and "…".
    """
    line = " ".join(text.split())
    if not line.isprintable() or _has_odd(line):
        line = " ".join(_visible(line).split())
    elif not line.isascii():
        line = _composed(line)
    return line if limit is None or len(line) <= limit else _cut(line, limit)


def screen_text(text: str) -> str:
    """Take out all that could steer a terminal or turn a line around; line breaks and layout stay (X20)."""
    return _STEERING.sub("", text)


def block_text(text: str) -> str:
    """Make text tidy as ``one_line`` does, but keep its paragraphs, parted by one blank line."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n\n")
    blocks = _blocks(plain)
    if not "".join(blocks).isprintable() or _has_odd(plain):
        blocks = _blocks(_visible(plain))
    whole = "\n\n".join(block for block in blocks if block)
    return whole if whole.isascii() else _composed(whole)


def _blocks(text: str) -> list[str]:
    return [" ".join(block.split()) for block in _PARAGRAPHS.split(text)]


def _has_odd(text: str) -> bool:
    """Tell whether text that Python calls printable holds characters that nobody sees."""
    return not text.isascii() and any(odd in text for odd in _ODD)


def _composed(text: str) -> str:
    """Put text in NFC; of more than 30 marks on one letter the rest go, as sorting them is quadratic (UAX 15)."""
    if unicodedata.is_normalized("NFC", text):
        return text
    kept = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def _visible(text: str) -> str:
    text = _HIDDEN.sub("", text)
    if text.isascii():
        return text
    text = _composed(text)
    return _LOOSE_JOINER.sub("", text) if "\u200c" in text or _ZWJ in text else text


def _cut(line: str, limit: int) -> str:
    if limit < 1:
        return ""
    end = limit - len(_ELLIPSIS)
    while end > 0 and _inside_grapheme(line, end):
        end -= 1
    return line[:end].rstrip(f" {_ZWJ}") + _ELLIPSIS


def _inside_grapheme(line: str, at: int) -> bool:
    """Tell whether a cut before ``line[at]`` would part what a reader sees as one character."""
    before, after = line[at - 1], line[at]
    if _is_flag_letter(before) and _is_flag_letter(after):
        run = len(line[:at]) - len(line[:at].rstrip("".join(_FLAG_LETTERS)))
        return run % 2 == 1
    return _ZWJ in (before, after) or _joins_to_the_left(after)


_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


def _is_flag_letter(char: str) -> bool:
    return char in _FLAG_LETTERS


def _joins_to_the_left(char: str) -> bool:
    is_skin_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    return is_skin_tone or unicodedata.category(char) in {"Mn", "Mc", "Me"}
