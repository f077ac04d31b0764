"""``monitor stories``: what is told together; or, of JSON lines, which texts tell one event."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.table import Column
from rich.text import Text

from monitor.app import utc_now
from monitor.cli.archive import evidence_record, span_of
from monitor.cli.match import document_of_line, read_line
from monitor.cli.options import Options, command_app, options_of
from monitor.cli.output import ago, emit, note, result, table
from monitor.cli.search import names_of
from monitor.match.boilerplate import without_boilerplate
from monitor.match.subjects import SubjectReader
from monitor.model.source import Entry
from monitor.model.story import Hit, Story
from monitor.model.telling import Evidence
from monitor.model.watch import Document
from monitor.parse.dates import DateContext, parse_date
from monitor.pipeline.archive import read_hit
from monitor.store import open_store
from monitor.story.evidence import weigh
from monitor.story.growth import growth
from monitor.story.lead import lead_first
from monitor.story.vicinity import Pair, join_all
from monitor.text.clean import one_line
from monitor.text.urls import canonical_url

app = command_app()

_BARS = " ▁▂▃▄▅▆▇█"
_STEPS, _STEP = 12, timedelta(hours=2)  # of growth


@app.command()
def stories(
    context: typer.Context,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Join the texts of JSON lines instead.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="Only what grew in the last 30m, 12h, 7d or 2w.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 20,
    members: Annotated[bool, typer.Option(help="List who tells each, and as what.")] = False,
) -> None:
    """List the stories that grew last and who tells them.

    With --stdin: reads documents as JSON lines, as `monitor match` does, and writes which tell one event.
    """
    options = options_of(context)
    if stdin:
        _join(options)
        return
    span = span_of(since)
    now = utc_now()

    async def read() -> Sequence[Story]:
        async with open_store(options.state, create=False) as store:
            return await store.stories(since=now - span if span else None, limit=limit)

    found = asyncio.run(read())
    if options.json:
        for story in found:
            emit(_record(story, now))
    elif not found:
        note("No story yet: nothing matched so far.")
    elif members:
        for story in found:
            _print_members(story)
    else:
        _print(found, now)


def _print(found: Sequence[Story], now: datetime) -> None:
    columns = (Column("sources", justify="right"), "languages", "first seen", "growth", "story", "lead")  # fmt: skip
    table(
        columns,
        (
            (
                str(len(story.sources)),
                " ".join(story.languages),
                ago(story.first_seen, now),
                _sparkline(_growth(story, now)),
                story.id,
                one_line(story.lead.entry.title, 120) or "Without title",
            )
            for story in found
        ),
    )


def _print_members(story: Story) -> None:
    head = Text(f"{story.id}  ", "dim") + Text(one_line(story.lead.entry.title, 160), "bold")
    result.print(head)
    if story.development_of:
        result.print(Text(f"  development of {story.development_of}", "dim"))
    for hit in story.hits:
        relation = story.relations.get(hit.id, "lead")
        line = Text(f"  {relation:<11} {hit.told_at:%Y-%m-%d %H:%M}  ")
        line.append(f"{one_line(hit.source, 30)}: ", "cyan")
        result.print(line + Text(one_line(hit.entry.title, 120)))


def _growth(story: Story, now: datetime) -> list[int]:
    return growth((hit.seen_at for hit in story.hits), now, steps=_STEPS, step=_STEP)


def _sparkline(counts: Sequence[int]) -> str:
    most = max(counts, default=0) or 1
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in counts)


def _record(story: Story, now: datetime) -> dict[str, object]:
    return {
        "story": story.id,
        "title": story.lead.entry.title,
        "first_seen": story.first_seen,
        "sources": list(story.sources),
        "languages": list(story.languages),
        "growth": _growth(story, now),
        "development_of": story.development_of,
        "members": [
            {"relation": story.relations.get(hit.id, "lead"), "title": hit.entry.title,
             "url": hit.entry.url, "feed": hit.entry.feed_id, "source": hit.source,
             "language": hit.entry.language, "told": hit.told_at, "seen": hit.seen_at}
            for hit in story.hits
        ],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """A document of the input, as a hit of a house of its own."""

    id: object
    hit: Hit


def _join(options: Options) -> None:
    """Group the lines of the input as if each were a hit; writes them in their order."""
    terms, _ = names_of(options)
    subjects, now = SubjectReader(terms), utc_now()
    lines, tellings = [], []
    for number, given in _input():
        document = document_of_line(given)
        entry = _entry(document, number, str(given.get("published") or ""))
        plain = without_boilerplate(document)
        tellings.append(read_hit(entry, plain, (), subjects, now).telling)
        lines.append(_Line(given.get("id", number), Hit(number, "", entry, (), now, "")))
    groups, links = join_all(tellings, weigh)
    leads = {at: _lead(lines, group) for group in groups for at in group}
    names = {at: f"s{place}" for place, group in enumerate(groups, start=1) for at in group}
    for at, line in enumerate(lines):
        evidence = _evidence(at, lines, links, names)
        emit({"id": line.id, "story": names[at], "lead": leads[at], "evidence": evidence})


def _input() -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            yield number, read_line(line, number)


def _entry(document: Document, number: int, published: str) -> Entry:
    """Make an entry; one without a title is told by its first sentence."""
    return Entry(
        feed_id=f"{document.id} {number}",  # a house of its own; named so that order never decides
        key=document.id,
        title=document.title or one_line(document.text.partition("\n")[0], 200),
        url=document.url or None,
        canonical_url=canonical_url(document.url) if document.url else None,
        summary=document.text,
        language=document.lang or None,
        published_at=parse_date(published, DateContext()) if published else None,
    )


def _lead(lines: Sequence[_Line], group: Iterable[int]) -> object:
    ids = {lines[at].hit.id: lines[at].id for at in group}
    return ids[lead_first(lines[at].hit for at in group)[0].id]


def _evidence(
    at: int, lines: Sequence[_Line], links: Mapping[Pair, Evidence], names: Mapping[int, str]
) -> dict[str, object]:
    """Say what ties a line to its story, and what came nearest without joining."""
    mine = [(sum(pair) - at, found) for pair, found in links.items() if at in pair]
    told: dict[str, object] = {}
    for name, inside in (("joined", True), ("apart", False)):
        those = [pair for pair in mine if (names[pair[0]] == names[at]) is inside]
        if those:
            other, found = max(those, key=lambda pair: (pair[1].score, -pair[0]))
            told[name] = {"id": lines[other].id, **evidence_record(found)}
    return told
