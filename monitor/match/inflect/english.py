"""English: the plural and the possessive of the last word."""

from monitor.match.inflect.tail import Tail, Word, tail_of

_SIBILANTS = ("s", "x", "z", "ch", "sh")


def inflect_english(word: Word) -> Tail:
    """List the forms of an English word; only the last of a phrase has more than one."""
    text = word.text
    if not word.last or not text[-1:].isalpha():
        return tail_of([text])
    forms = [text, f"{text}'s", f"{text}s", f"{text}s'", f"{text}s's"]
    if text.endswith("s"):
        forms = [text, f"{text}'s", f"{text}'"]
    if word.kind == "acronym":
        return tail_of(forms)
    if text.endswith(_SIBILANTS):
        forms += [f"{text}es", f"{text}es'"]
    if word.kind == "common" and text[-1:] == "y" and text[-2:-1] not in "aeiou":
        forms += [f"{text[:-1]}ies", f"{text[:-1]}ies'"]
    return tail_of(forms)
