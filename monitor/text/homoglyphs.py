"""Letters of one script that stand, by mistake or by malice, in words of another."""

import re

from monitor.text.alphabet import ALPHABET

# Pairs that look alike in the same case: "н" is no look-alike of "h", but "Н" is one of "H".
_LATIN = "ABCEHIKMOPTXYaceiopxy"
_CYRILLIC = "АВСЕНІКМОРТХУасеіорху"
# No word of ours has the Cyrillic Ѕ or Ј: they only pose as Latin, or SCO with a Cyrillic ending
# would become a word of its own.
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC + "ЅЈѕј", _LATIN + "SJsj")

_LATIN_LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff"
_CYRILLIC_LETTERS = "\u0400-\u052f"
_CYRILLIC_LETTER = re.compile(f"[{_CYRILLIC_LETTERS}]")
_LETTER = f"[{_LATIN_LETTERS}{_CYRILLIC_LETTERS}]"
# Possessive, and only from where a word begins: nothing in a long word is looked at twice.
_MIXED_WORD = re.compile(
    rf"(?<!{_LETTER})(?:[{_LATIN_LETTERS}]++[{_CYRILLIC_LETTERS}]"
    rf"|[{_CYRILLIC_LETTERS}]++[{_LATIN_LETTERS}]){_LETTER}*+"
)


def _shape(byte: int) -> int:
    if byte == ord("?"):  # what is beyond ASCII becomes one too: real ones cost a second look
        return ord("x")
    return ord("a") if chr(byte).isascii() and chr(byte).isalpha() else ord(" ")


_SHAPES = bytes(_shape(byte) for byte in range(256))


def _script(char: str) -> str:
    if _CYRILLIC_LETTER.match(char):
        return "x"
    return "a" if re.match(_LETTER, char) else " "


_SCRIPTS = "".join(map(_script, ALPHABET)).encode()


def mixes_scripts(octets: bytes) -> bool:
    """Tell of a text in the alphabet whether Latin and Cyrillic letters touch in it."""
    if octets.isascii():
        return False
    scripts = octets.translate(_SCRIPTS)
    return b"a" in scripts and (b"ax" in scripts or b"xa" in scripts)


def unify_scripts(text: str) -> str:
    """Give each word that mixes Latin and Cyrillic look-alikes one script; the length stays.

    The majority's script wins, or the other one if only that can spell the word. A word that
    neither can (``iPhoneның``) is left alone.
    """
    # Bytes answer "does a Latin letter touch something else" five times faster than a pattern does.
    shape = text.encode("ascii", "replace").translate(_SHAPES)
    if b"a" not in shape or (b"ax" not in shape and b"xa" not in shape):
        return text
    # Latin letters touch Han, or an ellipsis, far more often than Cyrillic.
    return _MIXED_WORD.sub(_unify, text) if _CYRILLIC_LETTER.search(text) else text


def _unify(found: re.Match[str]) -> str:
    word = found.group()
    cyrillic = len(_CYRILLIC_LETTER.findall(word))
    as_cyrillic, as_latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    readings = [
        as_cyrillic if _CYRILLIC_LETTER.sub("", as_cyrillic) == "" else None,
        None if _CYRILLIC_LETTER.search(as_latin) else as_latin,
    ]
    if cyrillic * 2 < len(word):
        readings.reverse()
    return next((reading for reading in readings if reading), word)
