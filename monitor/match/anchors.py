"""Where the anchors of all forms stand in a text: the one pass over it.

Nearly every anchor begins a word. Asked for with a blank before it, in a text whose marks are all
made blanks, it costs nothing inside a word: a quarter of the time. Anchors in Chinese, which does
not part its words, are looked for everywhere, by themselves: the automaton tries all first
characters in turn, so the fewer it has, the faster it is. So it goes with ASCII.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import ahocorasick

from monitor.match.form import Form
from monitor.text.alphabet import ALPHABET, Respelling, to_octets, to_octets_in_part
from monitor.text.scripts import CJK_RANGES

Owners = tuple[int, ...]
Entries = tuple[tuple[Form, Owners], ...]
_Anchored = dict[str, list[tuple[Form, Owners]]]
_Pass = tuple[ahocorasick.Automaton | None, str, int]  # what to look in, and to add to an end

_UNPARTED = re.compile(f"[{CJK_RANGES}]")
_LETTER = re.compile(rf"[^\W{CJK_RANGES}]")  # of a script that parts its words
_MARK = re.compile(rf"[^\w ]|[{CJK_RANGES}]")
_ODD_MARK = re.compile(rf"[^\w{re.escape(ALPHABET)}]")
# What a text in Chinese nearly always keeps to: no letter that the alphabet lacks.
_USUAL = re.compile(rf"[{re.escape(ALPHABET)}{CJK_RANGES}\u2010-\u206f\u3000-\u301f]*")


def _without_mark(char: str) -> str:
    return _MARK.sub(" ", char)


_BLANKING = Respelling(_without_mark)


class Anchors:
    """Finds the anchors of forms, each with those who want the form; built once, then read-only."""

    def __init__(self, owners: Mapping[Form, Owners]) -> None:
        """Build the automata: for words that are parted, for those in ASCII, for those that are not."""
        parted: dict[str, _Anchored] = {}
        unparted: dict[str, _Anchored] = {}
        for form, wanted in owners.items():
            is_unparted = _UNPARTED.search(form.anchor) is not None
            keys, key = (unparted, form.anchor) if is_unparted else (parted, _key(form))
            keys.setdefault(key, {}).setdefault(form.anchor, []).append((form, wanted))
        self._parted = _automaton(parted)
        self._ascii = _automaton({key: found for key, found in parted.items() if key.isascii()})
        self._unparted = _automaton(unparted)
        self._has_odd = any(_is_odd(anchor) for found in parted.values() for anchor in found)

    def find(self, text: str) -> Iterator[tuple[int, Entries]]:
        """Yield the end of each anchor in a folded text, with the forms it may belong to."""
        for automaton, haystack, shift in self._passes(text):
            if automaton is None:
                continue
            for last, anchored in automaton.iter(haystack):
                end = last + shift
                for anchor, entries in anchored:
                    if text.endswith(anchor, 0, end):  # its marks were blanks too
                        yield end, entries

    def _passes(self, text: str) -> Sequence[_Pass]:
        octets = to_octets(text)
        if octets is not None:
            # The blank in front makes up for an end that is the last character itself.
            automaton = self._ascii if octets.isascii() else self._parted
            return ((automaton, f" {_BLANKING.read(octets)}", 0),)
        passes: list[_Pass] = []
        if self._has_odd or _LETTER.search(text):
            passes.append((self._parted, f" {self._blanked(text)}", 0))
        if _UNPARTED.search(text):
            passes.append((self._unparted, text, 1))
        return passes

    def _blanked(self, text: str) -> str:
        """Make each mark a blank, none more or less, and each character that no word goes across."""
        if self._has_odd or not _USUAL.fullmatch(text):
            return _MARK.sub(" ", text)
        # The automaton passes over a letter in a tenth of the time; the last blank parts words.
        return _BLANKING.read(to_octets_in_part(text).replace(b"?" * 8, b"_______?"))


def _is_odd(anchor: str) -> bool:
    """Tell an anchor that may stand where a text has neither letters nor marks of the alphabet."""
    return _LETTER.search(anchor) is None or _ODD_MARK.search(anchor) is not None


def _key(form: Form) -> str:
    """Give what to look for in a text without marks."""
    key = _without_mark(form.anchor)
    return key if key[0] == " " or not form.begins_word else f" {key}"


def _automaton(keys: Mapping[str, _Anchored]) -> ahocorasick.Automaton | None:
    if not keys:
        return None
    automaton = ahocorasick.Automaton()
    # Letters that begin words are tried in the order they came in: first those of most texts.
    for key, anchored in sorted(keys.items(), key=lambda item: item[0].isascii()):
        automaton.add_word(key, tuple((a, tuple(entries)) for a, entries in anchored.items()))
    automaton.make_automaton()
    return automaton
