"""What two tellings of one text share, as short stable digests.

A sentence is the unit: reprints change the headline, drop paragraphs, add tails such as "Post a
Comment (0)" or hashtags, yet keep most sentences word for word.
"""

import re
from hashlib import blake2b

from monitor.model.source import Entry
from monitor.model.story import Prints
from monitor.text.fold import fold
from monitor.text.scripts import is_cjk, words_of

# A sentence ends at its mark before white space, at any CJK mark, and at the end of a line.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'»”’)\]]*\s+|(?<=[。！？；])|\n+")
_HASHTAG = re.compile(r"(?<!\w)#\w+")

_MIN_WORDS = 8  # shorter sentences ("He said so on Monday.") recur in unrelated texts
_MIN_CJK = 14
_MIN_TITLE_WORDS = 5
_MIN_TITLE_CJK = 12
_MIN_TEXT = 80  # characters; shorter bodies are boilerplate as often as not


def prints(entry: Entry) -> Prints:
    """Digest an entry's title, text and long sentences."""
    text = _words(entry.text)
    return Prints(
        text=_digest(text) if len(text) >= _MIN_TEXT else "",
        title=_title_print(entry.title),
        sentences=frozenset(_sentence_prints(entry.text)),
    )


def revision(entry: Entry) -> str:
    """Digest what a reader sees of an entry, so that an edit shows (F6)."""
    return _digest(f"{_words(entry.title)}\n{_words(entry.text)}")


def sentence_print(text: str) -> int:
    """Digest one sentence as ``prints`` does those of a text."""
    return _number(_words(text))


def _title_print(title: str) -> str:
    words = _words(_HASHTAG.sub(" ", title))
    return _digest(words) if _is_long(words, _MIN_TITLE_WORDS, _MIN_TITLE_CJK) else ""


def _sentence_prints(text: str) -> set[int]:
    sentences = (_words(sentence) for sentence in _SENTENCE_END.split(text) if sentence)
    return {_number(words) for words in sentences if _is_long(words, _MIN_WORDS, _MIN_CJK)}


def _is_long(words: str, min_words: int, min_cjk: int) -> bool:
    if words.count(" ") + 1 >= min_words:
        return True
    return sum(map(is_cjk, words)) >= min_cjk


def _words(text: str) -> str:
    return " ".join(words_of(fold(text).text))


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _number(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1  # 63 bits: fits a signed SQL integer
