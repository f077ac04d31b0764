"""``monitor search``: the query language, put to what is stored."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.text import Text

from monitor.app import utc_now
from monitor.cli.archive import match_record, quotes, span_of
from monitor.cli.options import Options, command_app, options_of
from monitor.cli.output import emit, fail, note, result
from monitor.errors import ConfigError, QueryError
from monitor.match import Matcher
from monitor.match.mistakes import point_out
from monitor.match.shorthand import written_out
from monitor.model.watch import Term, Watch
from monitor.pipeline.archive import Sifted, sift
from monitor.store import open_store
from monitor.text.clean import one_line

app = command_app()


@app.command()
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A query, as in a watch.")],
    since: Annotated[
        str | None, typer.Option(help="Only what came in the last 30m, 12h, 7d or 2w.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 50,
) -> None:
    """Search the stored entries, newest first.

    The language is that of watches, terms and shorthands of the configuration included.
    """
    options = options_of(context)
    span = span_of(since)
    terms, shorthands = names_of(options)
    try:
        query = written_out(query, shorthands)
        matcher = Matcher([Watch(query, query, query)], terms)
    except QueryError as error:
        fail(point_out(query, error) if query.strip() else str(error))
        raise typer.Exit(2) from error

    async def find() -> list[Sifted]:
        found: list[Sifted] = []
        async with open_store(options.state, create=False) as store:
            oldest = utc_now() - span if span else None
            archive = sift(store, matcher, since=oldest, narrowing=matcher.narrowing())
            async for sifted in archive:
                if sifted.matches:
                    found.append(sifted)
                if len(found) == limit:
                    break
        return found

    found = asyncio.run(find())
    _show(found, json=options.json)
    if not found and not options.json:
        note("Nothing stored matches.")
    elif len(found) == limit:
        note(f"The newest {limit} are shown; --limit {2 * limit} shows more.")


def names_of(options: Options) -> tuple[Sequence[Term], Mapping[str, str]]:
    """Give the terms and shorthands of the configuration; without a file there are none to name."""
    if not options.config.exists():
        return (), {}
    try:
        settings = options.settings(secrets=False)
    except ConfigError:
        note("The configuration has mistakes (`monitor check` lists them): no terms.", "yellow")
        return (), {}
    return settings.terms, settings.shorthands


def _show(found: Sequence[Sifted], *, json: bool) -> None:
    for sifted in found:
        stored = sifted.stored
        if json:
            emit(
                {
                    "id": stored.id,
                    "url": stored.entry.url,
                    "title": stored.entry.title,
                    "feed": stored.feed.id,
                    "published": stored.entry.published_at,
                    "first_seen": stored.first_seen_at,
                    "story": stored.story_id,
                    "matches": [match_record(match) for match in sifted.matches],
                }
            )
            continue
        head = Text(f"{stored.id:>6}  ", style="dim")
        head.append(f"{stored.entry.published_at or stored.first_seen_at:%Y-%m-%d %H:%M}  ")
        head.append(f"{one_line(stored.feed.title, 30)}  ", "cyan")
        head.append(one_line(stored.entry.title, 160) or "Without title", "bold")
        result.print(head)
        spans = [span for match in sifted.matches for span in match.spans]
        result.print(Text("        ") + quotes(sifted.document, spans))
