"""What an index of words must hold for a query to find anything at all."""

from collections.abc import Iterable, Sequence

from monitor.match.form import Form
from monitor.match.plan import Plan, asked_fields, required
from monitor.match.scan import Concept
from monitor.model.watch import Narrowing, Piece
from monitor.text.scripts import is_cjk
from monitor.text.words import index_words

_INDEXED = frozenset({"title", "text", "lead", "tag", "author"})  # the fields whose words are kept


def narrow(plans: Iterable[Plan], concepts: Sequence[Concept]) -> Narrowing | None:
    """Give groups of words of which one must be whole in an entry that any of the plans wants.

    None if entries without any such words may be wanted too: a query that asks for the feed or
    the language, or for ``*stan``, whose beginning is open.
    """
    groups: set[tuple[Piece, ...]] = set()
    for plan in plans:
        needed = required(plan)
        if needed is None or not asked_fields(plan) <= _INDEXED:
            return None
        for form in (form for concept in needed for form in concepts[concept].forms):
            group = _group(form)
            if not group:
                return None
            groups.add(group)
    return sorted(groups)


def _group(form: Form) -> tuple[Piece, ...]:
    """Give the words of a form's anchor; the last may go on, the first may have begun before."""
    words = index_words(form.anchor)
    pieces = [Piece(word) for word in words[:-1]]
    pieces += [Piece(word, begins=not is_cjk(word[0])) for word in words[-1:]]
    if not form.begins_word and words and not is_cjk(words[0][0]):
        pieces = pieces[1:]
    return tuple(pieces)
