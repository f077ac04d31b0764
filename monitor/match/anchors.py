"""Where the anchors of all forms stand in a text: the one pass over it.

Nearly every anchor begins a word. Asked for with a blank before it, in a text whose marks are all
made blanks, it costs nothing inside a word: a quarter of the time. Where words are not parted, as
in Chinese, all anchors are looked for everywhere.
"""

import re
from collections.abc import Iterator, Mapping

import ahocorasick

from monitor.match.form import Form
from monitor.text.scripts import CJK_RANGES

Owners = tuple[int, ...]
Entries = tuple[tuple[Form, Owners], ...]
_Anchored = dict[str, list[tuple[Form, Owners]]]

_UNPARTED = re.compile(f"[{CJK_RANGES}]")
_MARK = re.compile(r"[^\w ]")
_FREQUENT_MARKS = ".,-\"'():;/%?!"
# Once these are blanks, nearly every text in an alphabet of ours has nothing but this.
_UNUSUAL = re.compile("[^ 0-9a-z_\u00e0-\u00f6\u00f8-\u00ff\u0430-\u0481\u048a-\u052f]")


def _without_mark(code: int) -> int:
    return ord(_MARK.sub(" ", chr(code)))


_ASCII_BLANKED = bytes(map(_without_mark, range(128))).ljust(256)


class Anchors:
    """Finds the anchors of forms, each with those who want the form; built once, then read-only."""

    def __init__(self, owners: Mapping[Form, Owners]) -> None:
        """Build the automata: one for texts that part their words, one for those that do not."""
        everywhere: dict[str, _Anchored] = {}
        parted: dict[str, _Anchored] = {}
        for form, wanted in owners.items():
            everywhere.setdefault(form.anchor, {}).setdefault(form.anchor, []).append(
                (form, wanted)
            )
            if not _UNPARTED.search(form.anchor):
                keyed = parted.setdefault(_key(form), {})
                keyed.setdefault(form.anchor, []).append((form, wanted))
        self._everywhere = _automaton(everywhere)
        self._parted = _automaton(parted)

    def find(self, text: str) -> Iterator[tuple[int, Entries]]:
        """Yield the end of each anchor in a folded text, with the forms it may belong to."""
        blanked = _blanked(text)
        if blanked is None:
            automaton, haystack, shift = self._everywhere, text, 1
        else:  # the blank in front makes up for an end that is the last character itself
            automaton, haystack, shift = self._parted, f" {blanked}", 0
        if automaton is None:
            return
        for last, anchored in automaton.iter(haystack):
            end = last + shift
            for anchor, entries in anchored:
                if text.endswith(anchor, 0, end):  # the marks inside an anchor were blanks too
                    yield end, entries


def _key(form: Form) -> str:
    """Give what to look for in a text without marks."""
    key = _MARK.sub(" ", form.anchor)
    return key if key[0] == " " or not form.begins_word else f" {key}"


def _blanked(text: str) -> str | None:
    """Make each mark a blank, none more or less; None where words are not parted."""
    if text.isascii():
        return text.encode().translate(_ASCII_BLANKED).decode()
    blanked = text
    for mark in _FREQUENT_MARKS:
        blanked = blanked.replace(mark, " ")
    if not _UNUSUAL.search(blanked):
        return blanked
    return None if _UNPARTED.search(blanked) else _MARK.sub(" ", blanked)


def _automaton(keys: Mapping[str, _Anchored]) -> ahocorasick.Automaton | None:
    if not keys:
        return None
    automaton = ahocorasick.Automaton()
    for key, anchored in keys.items():
        automaton.add_word(key, tuple((a, tuple(entries)) for a, entries in anchored.items()))
    automaton.make_automaton()
    return automaton
