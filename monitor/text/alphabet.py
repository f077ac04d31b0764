"""One byte a character for the texts that need no more: what C does to bytes costs next to nothing.

The alphabet has ASCII, the Cyrillic letters of our languages, and the letters and marks most often
met beside them: 256 characters. Nearly every text in letters keeps to it; no Chinese one does.
"""

import codecs
from collections.abc import Callable

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіўҳӣӯҷїєґ"
_LATIN = "éáíóöüç"
_MARKS = "«»“”„‘’ʻʼ–—−·\xa0"

ALPHABET = "".join(
    [*map(chr, range(128)), _CYRILLIC, _CYRILLIC.upper(), _LATIN, _LATIN.upper(), _MARKS]
)
_CODES = codecs.charmap_build(ALPHABET)


def to_octets(text: str) -> bytes | None:
    """Write a text as one byte a character; None if the alphabet lacks one."""
    if text.isascii():
        return text.encode()
    try:
        return codecs.charmap_encode(text, "strict", _CODES)[0]
    except UnicodeEncodeError:
        return None


def to_octets_in_part(text: str) -> bytes:
    """Write a text as one byte a character, ``?`` for each that the alphabet lacks."""
    return codecs.charmap_encode(text, "replace", _CODES)[0]


class Respelling:
    """Reads octets with another character for each of the alphabet; built once, then read-only."""

    def __init__(self, respell: Callable[[str], str]) -> None:
        """Ask for the other character, one, of each of the alphabet; ASCII's must be ASCII too."""
        self._letters = "".join(map(respell, ALPHABET))
        self._ascii = self._letters[:128].encode("ascii").ljust(256)

    def read(self, octets: bytes) -> str:
        """Give the text that the octets stand for, respelt."""
        if octets.isascii():
            return octets.translate(self._ascii).decode("ascii")
        return codecs.charmap_decode(octets, "strict", self._letters)[0]
