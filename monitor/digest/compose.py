"""Stories to a digest: each once, the best first, with the reason why it is there."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.digest.snippet import snippet, title_fragments
from monitor.model.outbox import (
    Channel,
    Digest,
    DigestKind,
    FeedHealth,
    Fragment,
    Line,
    Section,
    Source,
    Update,
)
from monitor.model.story import Hit, Story
from monitor.model.watch import Match, Term, Watch
from monitor.text.clean import one_line
from monitor.text.urls import host_of, safe_url

_NO_FEEDS = FeedHealth()
_MORE_SOURCES = 0.25  # two feeds that tell a story weigh a quarter more than one, four a half more


@dataclass(frozen=True, slots=True)
class _Told:
    """A story with what ranks it."""

    story: Story
    section: str  # name of its best watch
    score: float
    urgent: bool


def compose(
    stories: Sequence[Story],
    *,
    channel: Channel,
    key: str,
    kind: DigestKind,
    title: str,
    slot_at: datetime,
    until: datetime,
    timezone: str,
    watches: Sequence[Watch],
    terms: Sequence[Term],
    limit: int,
    late: bool = False,
    health: FeedHealth = _NO_FEEDS,
    updates: Sequence[Update] = (),
) -> Digest:
    """Order stories into the sections of a digest; the same stories always give the same digest.

    Only ``watches`` count, in their order, urgent ones first. A story stands under an urgent watch
    if one wants it, and there or else anywhere where it scores best; those beyond the best ``limit`` are counted in ``omitted``. Stories of other watches are left out.
    """
    order = {watch.name: place for place, watch in enumerate(watches)}
    told = [_told(story, watches) for story in stories if _matches(story.hits, order)]
    ranked = sorted(told, key=_rank)
    titles = {term.name: term.title for term in terms}
    return Digest(
        key=key,
        kind=kind,
        channel_id=channel.id,
        title=title,
        slot_at=slot_at,
        until=until,
        timezone=timezone,
        sections=_sections(ranked[:limit], watches, titles),
        omitted=max(0, len(ranked) - limit),
        updates=tuple(updates),
        late=late,
        health=health,
    )


def _sections(
    told: Sequence[_Told], watches: Sequence[Watch], titles: Mapping[str, str]
) -> tuple[Section, ...]:
    sections = (
        Section(
            watch=watch.name,
            title=watch.title,
            lines=tuple(
                _line(each, watches, titles) for each in told if each.section == watch.name
            ),
        )
        for watch in sorted(watches, key=lambda watch: not watch.urgent)
    )
    return tuple(section for section in sections if section.lines)


def _rank(told: _Told) -> tuple[bool, float, float, str]:
    """Give the sort key; it ends with the story's id, so that no two are equal."""
    return (not told.urgent, -told.score, -told.story.lead.told_at.timestamp(), told.story.id)


def _told(story: Story, watches: Sequence[Watch]) -> _Told:
    order = {watch.name: place for place, watch in enumerate(watches)}
    urgent = {watch.name for watch in watches if watch.urgent}
    matches = _matches(story.hits, order)
    best = max(matches, key=lambda m: (m.watch in urgent, m.score, -order[m.watch]))
    feeds = len({hit.entry.feed_id for hit in story.hits})
    return _Told(
        story=story,
        section=best.watch,
        score=best.score * (1 + _MORE_SOURCES * math.log2(feeds)),
        urgent=best.watch in urgent,
    )


def _matches(hits: Iterable[Hit], names: Iterable[str]) -> list[Match]:
    wanted = frozenset(names)
    return [match for hit in hits for match in hit.matches if match.watch in wanted]


def _line(told: _Told, watches: Sequence[Watch], titles: Mapping[str, str]) -> Line:
    lead = told.story.lead
    names = frozenset(watch.name for watch in watches)
    matches = _matches(told.story.hits, names)
    spans = [span for match in _matches([lead], names) for span in match.spans]
    title, body = _words(
        lead, title_fragments(lead.entry.title, spans), snippet(lead.entry.text, spans)
    )
    return Line(
        story_id=told.story.id,
        title=title,
        url=_link(lead),
        source=one_line(lead.source),
        language=lead.entry.language,
        country=lead.country,
        published_at=lead.told_at,
        snippet=body,
        terms=_distinct(titles.get(term, term) for match in matches for term in match.terms),
        watches=tuple(w.title for w in watches if any(match.watch == w.name for match in matches)),
        score=round(told.score, 3),
        also=_also(told.story),
        edited=lead.edited,
        urgent=told.urgent,
        hit_ids=tuple(hit.id for hit in told.story.hits),
    )


def _words(
    lead: Hit, title: tuple[Fragment, ...], body: tuple[Fragment, ...]
) -> tuple[tuple[Fragment, ...], tuple[Fragment, ...]]:
    """Give title and snippet; an entry without title is told by its text, one whose text only
    repeats the title by its title."""
    if not title:
        host = host_of(lead.entry.url or "")
        return body or (Fragment(host or "Without title"),), ()
    return title, () if _plain(body) == _plain(title) else body


def _plain(fragments: Iterable[Fragment]) -> str:
    return "".join(fragment.text for fragment in fragments).casefold().rstrip(" .…")


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _link(hit: Hit) -> str | None:
    return safe_url(hit.entry.url) if hit.entry.url else None


def _also(story: Story) -> tuple[Source, ...]:
    """One source for each other feed, in the story's order."""
    others: dict[str, Source] = {}
    for hit in story.hits[1:]:
        if hit.entry.feed_id != story.lead.entry.feed_id:
            others.setdefault(hit.entry.feed_id, _source(hit))
    return tuple(others.values())


def _source(hit: Hit) -> Source:
    return Source(
        title=one_line(hit.source),
        url=_link(hit),
        language=hit.entry.language,
        country=hit.country,
        published_at=hit.told_at,
    )
