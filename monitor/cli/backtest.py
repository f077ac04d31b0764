"""``monitor backtest``: what watches would have found in what is stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.text import Text

from monitor.app import utc_now
from monitor.cli.archive import match_record, missed, quotes, span_of
from monitor.cli.options import Options, command_app, options_of
from monitor.cli.output import emit, fail, note, result
from monitor.config.settings import Settings
from monitor.match import Matcher
from monitor.match.near import Explainer, NearMiss
from monitor.model.watch import Match, Watch
from monitor.pipeline.archive import Sifted, sift
from monitor.store import open_store
from monitor.text.clean import one_line

app = command_app()

Change = Literal["gained", "lost", "kept"]
_SIGNS: dict[Change, tuple[str, str]] = {
    "gained": ("+", "green"),
    "lost": ("-", "red"),
    "kept": (" ", "dim"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """An entry that a watch wants now, or wanted when it came."""

    change: Change
    watch: str
    sifted: Sifted
    now: Match | None  # what it matches now
    then: Match | None  # what it matched when it came
    miss: NearMiss | None  # why no longer


@dataclass(slots=True)
class Tally:
    """How much of the archive was looked through, and what it came to."""

    entries: int = 0
    cases: list[Case] = field(default_factory=list)

    def count(self, watch: str, change: Change) -> int:
        """Count the cases of a watch."""
        return sum(case.watch == watch and case.change == change for case in self.cases)


@app.command()
def backtest(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="How far back: 12h, 30d, 8w.")] = "30d",
    watch: Annotated[list[str] | None, typer.Option(help="Only this watch; repeatable.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="An edited configuration to try; default: the current one.")
    ] = None,
    kept: Annotated[bool, typer.Option("--kept", help="List what stays the same too.")] = False,
) -> None:
    """Compare what watches want now with what they found before.

    Gained are entries that a watch wants now and did not, lost those it wanted and no longer does.
    Nothing is changed, nothing sent.
    """
    options = options_of(context)
    span = span_of(since) or timedelta(days=30)
    settings = replace(options, config=file or options.config).settings(secrets=False)
    watches = _chosen(settings, watch or [])
    tally = asyncio.run(_compare(options, settings, watches, span))
    shown = [case for case in tally.cases if kept or options.json or case.change != "kept"]
    for case in shown:
        if options.json:
            emit(_record(case))
        else:
            _print(case)
    for one in watches:
        counts = ", ".join(f"{tally.count(one.name, change)} {change}" for change in _SIGNS)
        note(f"{one.name}: {counts}", "bold")
    note(f"{tally.entries:,} entries of the last {since} were looked through.")


def _chosen(settings: Settings, names: Sequence[str]) -> list[Watch]:
    known = {watch.name: watch for watch in settings.watches}
    for name in names:
        if name not in known:
            fail(f"There is no watch called {name!r}. There are: {', '.join(known)}.")
            raise typer.Exit(2)
    return [known[name] for name in names or known]


async def _compare(
    options: Options, settings: Settings, watches: Sequence[Watch], span: timedelta
) -> Tally:
    matcher = Matcher(watches, settings.terms)
    explainer = Explainer(watches, settings.terms)
    names = [watch.name for watch in watches]
    tally = Tally()
    async with open_store(options.state, create=False) as store:
        async for sifted in sift(store, matcher, since=utc_now() - span):
            tally.entries += 1
            tally.cases += _cases(sifted, names, explainer)
    return tally


def _cases(sifted: Sifted, names: Sequence[str], explainer: Explainer) -> list[Case]:
    now = {match.watch: match for match in sifted.matches}
    then = {match.watch: match for match in sifted.stored.matches if match.watch in names}
    lost = then.keys() - now.keys()
    misses = {one.watch: one for one in explainer.why_not(sifted.document)} if lost else {}
    return [
        Case(_change(name in now, name in then), name, sifted, now.get(name), then.get(name),
             misses.get(name) if name in lost else None)
        for name in names
        if name in now or name in then
    ]  # fmt: skip


def _change(now: bool, then: bool) -> Change:
    if now and then:
        return "kept"
    return "gained" if now else "lost"


def _record(case: Case) -> dict[str, object]:
    stored = case.sifted.stored
    return {
        "change": case.change,
        "watch": case.watch,
        "id": stored.id,
        "url": stored.entry.url,
        "title": stored.entry.title,
        "feed": stored.feed.id,
        "first_seen": stored.first_seen_at,
        "match": match_record(case.now) if case.now else None,
        "before": match_record(case.then) if case.then else None,
        "missing": list(case.miss.missing) if case.miss else [],
        "stopped_by": list(case.miss.stopped_by) if case.miss else [],
    }


def _print(case: Case) -> None:
    sign, colour = _SIGNS[case.change]
    stored = case.sifted.stored
    head = Text(f"{sign} {case.watch}  ", style=colour)
    head.append(f"{stored.first_seen_at:%Y-%m-%d}  {one_line(stored.feed.title, 30)}  ", "dim")
    head.append(one_line(stored.entry.title, 160) or "Without title", "bold")
    result.print(head)
    result.print(Text("    ") + _reason(case))


def _reason(case: Case) -> Text:
    if case.now is not None:
        return quotes(case.sifted.document, case.now.spans)
    if case.miss is not None:
        return Text(missed(case.miss))
    return Text("no longer matches")
