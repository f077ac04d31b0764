"""``monitor match``: which watches want a text, and why; JSON lines in, JSON lines out."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from monitor.cli.archive import match_record, near_record
from monitor.cli.options import command_app, options_of
from monitor.cli.output import emit, fail
from monitor.errors import QueryError
from monitor.match import Matcher
from monitor.match.boilerplate import without_boilerplate
from monitor.match.mistakes import point_out
from monitor.match.near import Explainer
from monitor.match.spelling import compile_spelling
from monitor.model.watch import Document, Spelling, Term, Watch

app = command_app()


@app.command()
def match(
    context: typer.Context,
    query: Annotated[
        list[str] | None, typer.Option(help="A query instead of the file's watches; repeatable.")
    ] = None,
    term: Annotated[
        list[str] | None, typer.Option(help="A spelling, as `ru:казахстан*`; repeatable.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what watches lack that nearly match.")
    ] = False,
) -> None:
    """Say which watches want a text, and why.

    Reads documents as JSON lines from stdin, writes each with its matches.
    A document is {"id","title","text","url","published","lang"}; all but the id may be left out.
    """
    try:
        watches, terms = _asked(context, query or [], term or [])
        matcher = Matcher(watches, terms)
        explainer = Explainer(watches, terms) if explain else None
    except QueryError as error:
        fail(explained(error, [*(query or []), *(term or [])]))
        raise typer.Exit(2) from error
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            given = read_line(line, number)
            document = without_boilerplate(document_of_line(given))
            matches = [match_record(each) for each in matcher.match(document)]
            told: dict[str, object] = {"id": given.get("id", number), "matches": matches}
            if explainer is not None:
                misses = explainer.why_not(document)
                told["near"] = [near_record(miss) for miss in misses if miss.seen]
            emit(told)


def _asked(
    context: typer.Context, queries: Sequence[str], terms: Sequence[str]
) -> tuple[Sequence[Watch], Sequence[Term]]:
    if queries or terms:
        asked = [Watch(name=text, title=text, query=text) for text in queries]
        named = [_spelling(text, number) for number, text in enumerate(terms)]
        of_terms = [Watch(name=name, title=name, query=f"@{t.name}") for name, t in named]
        return [*asked, *of_terms], [t for _, t in named]
    settings = options_of(context).settings(secrets=False)
    return settings.watches, settings.terms


def _spelling(text: str, number: int) -> tuple[str, Term]:
    """Read ``lang:spelling``; a text without a language stands for any."""
    language, colon, spelling = text.partition(":")
    if not colon:
        language, spelling = "any", text
    spoken = None if language == "any" else language
    try:
        compile_spelling(spelling, spoken)
    except QueryError as error:
        start, end = len(text) - len(spelling), len(text)
        raise QueryError(error.what, start=start, end=end, hint=error.hint, watch=text) from error
    return text, Term(f"term-{number}", text, (Spelling(spelling, spoken),))


def explained(error: QueryError, asked: Sequence[str]) -> str:
    """Show what was asked, with carets under the place of the error."""
    query = next((each for each in asked if each == error.watch), "")
    return point_out(query, error) if query.strip() else str(error)


def read_line(line: bytes, number: int) -> dict[str, object]:
    """Read a line of the input; ends the command with 2 if it is no object."""
    try:
        given = json.loads(line)
        if not isinstance(given, dict):
            raise TypeError("not an object")  # noqa: TRY301 - one message for all that is no document
    except (ValueError, TypeError, RecursionError) as error:
        fail(f"Line {number} of the input is no JSON object ({error}). Give one document a line.")
        raise typer.Exit(2) from error
    return given


def document_of_line(given: Mapping[str, object]) -> Document:
    """Lay a line of the input out as a document."""
    text = {key: str(value) for key, value in given.items() if value is not None}
    return Document(
        id=text.get("id", ""),
        title=text.get("title", ""),
        text=text.get("text", ""),
        url=text.get("url", ""),
        lang=text.get("lang", ""),
    )
