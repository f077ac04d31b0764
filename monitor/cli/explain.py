"""``monitor explain``: the whole way of one entry, from its feed to the messages that told it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from monitor.cli.archive import match_record, missed, near_record, quotes
from monitor.cli.options import command_app, options_of
from monitor.cli.output import emit, facts, fail, result
from monitor.match import Matcher
from monitor.match.boilerplate import boilerplate, standing_lines
from monitor.match.near import Explainer, NearMiss
from monitor.model.watch import Document, Match
from monitor.pipeline.archive import FRAME, document_of
from monitor.ports import DeliveryRow, Dossier, Telling
from monitor.store import Store, open_store
from monitor.text.clean import one_line

app = command_app()

_MOST = 5  # entries of one URL that are told


@dataclass(frozen=True, slots=True)
class Case:
    """One entry, as stored and as matched now."""

    dossier: Dossier
    document: Document  # without its boilerplate
    boilerplate: int  # characters
    now: tuple[Match, ...]
    misses: tuple[NearMiss, ...]


@app.command()
def explain(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A URL, or a number that `monitor search` shows.")],
) -> None:
    """Tell the whole way of one entry, and why.

    For each watch that does not match: what is missing, or what stopped it.
    """
    options = options_of(context)
    settings = options.settings(secrets=False)
    matcher = Matcher(settings.watches, settings.terms)
    explainer = Explainer(settings.watches, settings.terms)

    async def read() -> list[Case]:
        async with open_store(options.state, create=False) as store:
            dossiers = await store.dossiers(name, limit=_MOST)
            return [await _case(store, each, matcher, explainer) for each in dossiers]

    cases = asyncio.run(read())
    if not cases:
        fail(
            f"No stored entry is called {name!r}. Give its URL as the feed has it, its GUID, or the "
            "number that `monitor search` shows. If the page is new, its feed may not have listed "
            "it yet: `monitor feeds list` shows when each was asked."
        )
        raise typer.Exit(1)
    for number, case in enumerate(cases):
        if options.json:
            emit(_record(case))
        else:
            if number:
                result.print()
            _print(case)


async def _case(store: Store, dossier: Dossier, matcher: Matcher, explainer: Explainer) -> Case:
    stored = dossier.stored
    standing = standing_lines(await store.recent_texts(stored.feed.id, limit=FRAME))
    document = document_of(stored.entry, stored.feed, standing)
    marked = boilerplate(stored.entry.text, standing)
    return Case(
        dossier,
        document,
        sum(end - start for start, end in marked),
        matcher.match(document),
        explainer.why_not(document),
    )


def _print(case: Case) -> None:
    stored = case.dossier.stored
    title = one_line(stored.entry.title, 200) or "Without title"
    result.print(Text(f"{stored.id}  ", style="dim") + Text(title, style="bold"))
    facts({f"  {key}": value for key, value in _facts(case)})
    result.print(Text("watches", style="bold"))
    for line in _watches(case):
        result.print(Text("  ") + line)
    for line in _way(case.dossier):
        result.print(line)


def _facts(case: Case) -> Iterator[tuple[str, str]]:
    dossier, stored = case.dossier, case.dossier.stored
    entry = stored.entry
    yield "url", one_line(entry.url or "none")
    if entry.canonical_url and entry.canonical_url != entry.url:
        yield "same as", one_line(entry.canonical_url)
    yield "feed", one_line(f"{stored.feed.title} ({stored.feed.id})")
    yield "guid", one_line(entry.guid or entry.key, 120)
    yield "published", _moment(entry.published_at)
    if entry.updated_at:
        yield "updated", _moment(entry.updated_at)
    yield "fetched", f"{_moment(stored.first_seen_at)}, last listed {_moment(dossier.last_seen_at)}"
    if stored.edited_at:
        yield "edited", f"{_moment(stored.edited_at)}; what follows is the newest wording"
    yield "language", case.document.lang or "unknown"
    yield "author", one_line(entry.author, 80) or "none"
    yield "tags", one_line(", ".join(entry.tags), 160) or "none"
    left_out = f", {case.boilerplate:,} of them boilerplate" if case.boilerplate else ""
    yield "text", f"{len(entry.text):,} characters{left_out}"


def _watches(case: Case) -> Iterator[Text]:
    then = {match.watch for match in case.dossier.stored.matches}
    for match in case.now:
        since = "" if match.watch in then else " (now; not when it came)"
        line = Text("matched  ", "green") + Text(match.watch, "bold")
        line.append(f"{since}  score {match.score:g}  {' · '.join(match.terms)}: ")
        yield line + quotes(case.document, match.spans)
    for miss in case.misses:
        since = " (matched when it came)" if miss.watch in then else ""
        seen = f"; seen: {', '.join(miss.seen)}" if miss.seen else ""
        line = Text("not      ", "yellow" if miss.seen else "dim") + Text(miss.watch, "bold")
        yield line + Text(f"{since}  {missed(miss)}{seen}")


def _way(dossier: Dossier) -> Iterator[Text]:
    """Say which story the entry belongs to and who was told of it."""
    stored = dossier.stored
    if stored.story_id is None:
        yield Text("story    ", "bold") + Text("none: no watch wanted it when it came")
        return
    members = dossier.members
    count = "the only entry" if len(members) == 1 else f"{len(members)} entries"
    yield Text("story    ", "bold") + Text(f"{stored.story_id}, {count}")
    for hit in members if len(members) > 1 else ():
        mark = " (this one)" if hit.entry.key == stored.entry.key else ""
        told = f"  {_moment(hit.told_at)}  {one_line(hit.source, 30)}: "
        yield Text(f"{told}{one_line(hit.entry.title, 120)}{mark}")
    yield Text("told", "bold")
    if not dossier.tellings:
        yield Text(f"  {_untold(dossier)}")
    for telling in dossier.tellings:
        yield from _telling(telling)


def _untold(dossier: Dossier) -> str:
    if dossier.stored.stale:
        return "to nobody: it was too old to be news when it came"
    return "to nobody yet: the next digest or alert of a channel of its watches will"


def _telling(telling: Telling) -> Iterator[Text]:
    yield Text(
        f"  to {telling.channel_id} by the {telling.kind} {telling.digest_key}, "
        f"{_moment(telling.created_at)}"
    )
    for row in telling.deliveries:
        yield Text(f"    {row.id[:8]}  ", "dim") + _delivery(row)


def _delivery(row: DeliveryRow) -> Text:
    to = f" to {one_line(row.recipient)}" if row.recipient else ""
    if row.state == "sent":
        return Text(f"sent{to}, {_moment(row.sent_at)}", "green")
    tries = f" after {row.attempts} tries" if row.attempts else ""
    said = f": {one_line(row.error, 200)}" if row.error else ""
    return Text(f"{row.state}{to}{tries}{said}", "yellow" if row.state == "pending" else "red")


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "not said"


def _record(case: Case) -> dict[str, object]:
    dossier, stored = case.dossier, case.dossier.stored
    entry = stored.entry
    return {
        "id": stored.id,
        "url": entry.url,
        "canonical_url": entry.canonical_url,
        "title": entry.title,
        "feed": stored.feed.id,
        "guid": entry.guid,
        "key": entry.key,
        "language": entry.language,
        "author": entry.author,
        "tags": list(entry.tags),
        "published": entry.published_at,
        "updated": entry.updated_at,
        "first_seen": stored.first_seen_at,
        "last_seen": dossier.last_seen_at,
        "edited": stored.edited_at,
        "characters": len(entry.text),
        "boilerplate": case.boilerplate,
        "matched": [match_record(match) for match in stored.matches],
        "matches": [match_record(match) for match in case.now],
        "near": [near_record(miss) for miss in case.misses],
        "story": stored.story_id,
        "stale": stored.stale,
        "members": [
            {"feed": hit.entry.feed_id, "url": hit.entry.url, "title": hit.entry.title}
            for hit in dossier.members
        ],
        "told": [_told(telling) for telling in dossier.tellings],
    }


def _told(telling: Telling) -> dict[str, object]:
    return {
        "channel": telling.channel_id,
        "kind": telling.kind,
        "digest": telling.digest_key,
        "at": telling.created_at,
        "deliveries": [
            {"id": row.id, "recipient": row.recipient, "state": row.state,
             "attempts": row.attempts, "sent_at": row.sent_at, "error": row.error}
            for row in telling.deliveries
        ],
    }  # fmt: skip
