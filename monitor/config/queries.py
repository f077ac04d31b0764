"""Terms, shorthands and watches: spellings and queries that can be read, and names that exist."""

from collections.abc import Mapping

from monitor.config.codes import LANGUAGES
from monitor.config.draft import Draft
from monitor.config.places import Path
from monitor.config.schema import TermModel, WatchModel
from monitor.config.values import language, nearest
from monitor.errors import QueryError
from monitor.match.grammar import parse_query
from monitor.match.nodes import Node, TermName, leaves
from monitor.match.shorthand import written_out
from monitor.match.spelling import check_spelling
from monitor.model.watch import Spelling, Term, Watch

_ANY = "any"  # a spelling that is the same in every language


def read_terms(draft: Draft) -> tuple[Term, ...]:
    """Check the terms that fit the schema, and build them."""
    return tuple(_term(draft, name, term) for name, term in draft.model.terms.items())


def _term(draft: Draft, name: str, term: TermModel) -> Term:
    path: Path = ("terms", name)
    by_language: dict[str, list[str]] = term.model_extra or {}
    if not any(by_language.values()):
        mend = f"Add a line such as `en: [{name}]`."
        draft.refuse(path, f"The term `{name}` has no spelling.", mend, at_key=True)
    for code in by_language:
        _check_language(draft, (*path, code), code)
    for key, texts in {**by_language, "unless": term.unless}.items():
        for number, text in enumerate(texts):
            _check_spelling(draft, (*path, key, number), text)
    spellings = tuple(
        Spelling(text, None if code == _ANY else code)
        for code, texts in by_language.items()
        for text in texts
    )
    unless = tuple(Spelling(text) for text in term.unless)
    return Term(name=name, title=term.title or name, spellings=spellings, unless=unless)


def _check_language(draft: Draft, path: Path, code: str) -> None:
    if code == _ANY:
        return
    try:
        language(code)
    except ValueError:
        guess = nearest(code, ("title", "unless")) or _language_guess(code)
        mend = f"Did you mean `{guess}`?" if guess else "Known here: title, unless, codes, any."
        what = f"There is no key `{code}` here, and no language with this code."
        draft.refuse(path, what, mend, at_key=True)


def _language_guess(code: str) -> str | None:
    try:
        language(code)
    except ValueError as error:
        mend = str(getattr(error, "context", {}).get("mend", ""))
        word = mend.removeprefix("Did you mean ").removesuffix("?")
        return word if word in LANGUAGES else None
    return code


def _check_spelling(draft: Draft, path: Path, text: str) -> None:
    try:
        check_spelling(text)
    except QueryError as error:
        draft.refuse(path, error.what, error.hint)


def read_shorthands(draft: Draft) -> Mapping[str, str]:
    """Check the shorthands, and write out in each those that stand above it."""
    terms = draft.names.get("terms", ())
    found: dict[str, str] = {}
    for name, text in draft.model.shorthands.items():
        path: Path = ("shorthands", name)
        if name in terms:
            what = f"There is a term @{name} too."
            draft.refuse(path, what, "Give one of them another name.", at_key=True)
        found[name] = _query(draft, path, text, found, known=(*terms, *found))
    return found


def read_watches(draft: Draft, shorthands: Mapping[str, str]) -> tuple[Watch, ...]:
    """Check the watches that fit the schema, and build them, shorthands written out."""
    if not draft.model.watches and "watches" not in draft.faulty:
        mend = "Add `watches:` with a name and a query."
        draft.refuse(("watches",), "There is no watch, so nothing could match.", mend, at_key=True)
    return tuple(_watch(draft, name, w, shorthands) for name, w in draft.model.watches.items())


def _watch(draft: Draft, name: str, watch: WatchModel, shorthands: Mapping[str, str]) -> Watch:
    known = (*draft.names.get("terms", ()), *draft.names.get("shorthands", ()))
    query, exclude = (
        text and _query(draft, ("watches", name, key), text, shorthands, known=known)
        for key, text in (("query", watch.query), ("exclude", watch.exclude))
    )
    return Watch(
        name=name,
        title=watch.title or name,
        query=query or watch.query,
        exclude=exclude,
        urgent=watch.urgent,
        weight=watch.weight,
    )


def _query(
    draft: Draft, path: Path, text: str, shorthands: Mapping[str, str], *, known: tuple[str, ...]
) -> str:
    """Check a query and write its shorthands out; one that cannot be read stays as it is."""
    try:
        node = parse_query(text)
    except QueryError as error:
        _refuse_inside(draft, path, text, error.start, error.what, error.hint)
        return text
    _check_names(draft, path, text, node, known)
    whole = written_out(text, shorthands)
    try:
        parse_query(whole)
    except QueryError as error:
        what = f"{path[-1]}: With its shorthands written out: {error.what}"
        draft.refuse(path, what, error.hint)
    return whole


def _check_names(draft: Draft, path: Path, text: str, node: Node, known: tuple[str, ...]) -> None:
    for term in leaves(node):
        if isinstance(term, TermName) and term.name not in known:
            _refuse_inside(draft, path, text, term.start, *_unknown(draft, term.name, known))


def _unknown(draft: Draft, name: str, known: tuple[str, ...]) -> tuple[str, str]:
    """Say what is wrong with a name that a query cannot use, and the mend."""
    if name in draft.names.get("shorthands", ()):
        return f"The shorthand @{name} does not stand above.", "Put it above this one."
    guess = nearest(name, known)
    mend = f"Did you mean @{guess}?" if guess else "Add it under `terms:`."
    return f"There is no term @{name}.", mend


def _refuse_inside(draft: Draft, path: Path, text: str, at: int, what: str, mend: str) -> None:
    line, column = draft.places.inside(path, text, at)
    draft.refuse_at(line, column, f"{path[-1]}: {what}", mend)
