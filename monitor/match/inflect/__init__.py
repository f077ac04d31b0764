"""Inflection: the forms of a word by the rules of its language, without a dictionary."""

from monitor.match.inflect.languages import tail
from monitor.match.inflect.tail import Tail, Word

__all__ = ["Tail", "Word", "tail"]
