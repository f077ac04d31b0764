"""Suffix chains of Turkic languages: which suffix may follow which, and how each sounds there.

A language gives its sounds and its order of suffixes; a suffix is written with capitals for
sounds that depend on what stands before: ``LAр`` is лар, лер, дар, дер, тар or тер in Kazakh. Capitals
in brackets stand only after a consonant, small letters in brackets only after a vowel:
``(I)м`` is м or ым, ``(с)I`` is сы or ы.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

from monitor.match.inflect.tail import Tail, common_start

_SHORTENED = 4  # letters of a word that may lose its last vowel, or more: орын, орны

# From the state of a chain to what may come next: suffixes, and the states they lead to.
Order = Mapping[str, tuple[tuple[str, str], ...]]
_Key = tuple[str, str, str]  # state, last character, last vowel

_PIECE = re.compile(r"\((.)\)|(.)")


@dataclass(frozen=True)
class Grammar:
    """A language's sounds and chains; ``tails`` remembers what it worked out."""

    vowels: frozenset[str]
    glides: frozenset[str]  # of the vowels, those that may count as a consonant: тау, тауы
    unsettled: re.Pattern[str]  # what ends like this goes with any vowels, whatever its own are
    order: Order
    # The sound that a capital stands for, after this character and this last vowel.
    consonants: Callable[[str, str], str]
    harmony: Callable[[str, str], str]
    _known: dict[_Key, frozenset[str]] = field(default_factory=dict)
    _shared: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    _joint: dict[tuple[frozenset[str], ...], tuple[frozenset[str], frozenset[str]]] = field(
        default_factory=dict
    )

    def tails(self, stem: str, state: str) -> frozenset[str]:
        """List all chains that may follow a stem, the empty one too."""
        own = next((char for char in reversed(stem) if char in self.vowels), "")
        vowel = "" if self.unsettled.search(stem) else own
        return self._tails((state, stem[-1:], vowel))

    def joint(self, stem: str, states: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
        """List the chains from any of the states, and of them those that begin with a vowel."""
        parts = tuple(self.tails(stem, state) for state in states)
        if parts not in self._joint:
            chains = frozenset().union(*parts)
            vowelled = frozenset(chain for chain in chains if chain and chain[0] in self.vowels)
            self._joint[parts] = self._share(chains), self._share(vowelled)
        return self._joint[parts]

    def _share(self, tails: frozenset[str]) -> frozenset[str]:
        """Keep one of equal sets: words that sound alike have the same thousands of chains."""
        return self._shared.setdefault(tails, tails)

    def _tails(self, key: _Key) -> frozenset[str]:
        if key not in self._known:
            state, last, vowel = key
            found = {""}
            for suffix, onward in self.order[state]:
                for text in self._sound(suffix, last, vowel):
                    own = next((char for char in reversed(text) if char in self.vowels), vowel)
                    found.update(text + rest for rest in self._tails((onward, text[-1], own)))
            self._known[key] = self._share(frozenset(found))
        return self._known[key]

    def _sound(self, suffix: str, last: str, vowel: str) -> Iterator[str]:
        """Yield the ways a suffix may sound; several where the sounds before do not decide."""
        yield from reduce(
            lambda made, piece: [m + s for m in made for s in self._piece(piece, m, last, vowel)],
            _PIECE.finditer(suffix),
            [""],
        )

    def _piece(self, piece: re.Match[str], made: str, last: str, vowel: str) -> list[str]:
        optional, plain = piece.groups()
        sound = optional or plain
        before = made[-1:] or last
        if optional is not None and before in self.glides:
            return ["", *self._choices(sound, made, before, vowel)]
        if optional is not None and (before in self.vowels) == sound.isupper():
            return [""]
        return self._choices(sound, made, before, vowel)

    def _choices(self, sound: str, made: str, before: str, vowel: str) -> list[str]:
        if not sound.isupper():
            return [sound]
        own = next((char for char in reversed(made) if char in self.vowels), vowel)
        return list(self.harmony(sound, own) or self.consonants(sound, before))


def inflect(
    word: str, grammar: Grammar, soft: Mapping[str, str], fleeting: str, states: tuple[str, ...]
) -> Tail:
    """List the forms of a word; before a vowel ``soft`` consonants change, ``fleeting`` vowels go."""
    endings, vowelled = grammar.joint(word, states)
    begun = [word]
    if word[-1:] in soft:
        begun.append(word[:-1] + soft[word[-1]])
    if len(word) >= _SHORTENED and word[-2] in fleeting and word[-1] not in grammar.vowels:
        begun.append(word[:-2] + word[-1])
    stem = common_start(begun)
    return Tail(
        stem,
        tuple((one[len(stem) :], endings if one == word else vowelled) for one in begun),
        joined=word[-1:] in soft and "'" in soft[word[-1]],
    )
