"""What a document is about: the terms in it, whatever the watches ask for."""

from collections.abc import Sequence

from monitor.match.matcher import Matcher
from monitor.model.telling import Subjects
from monitor.model.watch import Document, Term, Watch


class SubjectReader:
    """Finds all terms in a document; compiled once, then read-only."""

    def __init__(self, terms: Sequence[Term]) -> None:
        """Compile. Raises QueryError where a spelling finds nothing."""
        # Terms that share a title are one subject.
        each = [Watch(term.title, term.title, f"@{term.name}") for term in terms]
        self._matcher = Matcher(each, terms)

    def read(self, document: Document) -> Subjects:
        """Give the titles of the terms found, each with the words that say so."""
        found: dict[str, frozenset[str]] = {}
        for match in self._matcher.match(document):
            words = frozenset(span.text for span in match.spans)
            found[match.watch] = found.get(match.watch, frozenset()) | words
        return found
