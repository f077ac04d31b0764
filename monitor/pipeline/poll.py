"""One poll: fetch, parse, match, record; a feed's failure is recorded, never raised further."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from monitor.cadence import after_failure, after_success
from monitor.errors import FetchError, ParseError
from monitor.model.rhythm import Rhythm
from monitor.model.source import (
    Entry,
    Feed,
    FeedState,
    Fetched,
    FetchRequest,
    Habit,
    NotModified,
    PollPolicy,
    Validators,
)
from monitor.model.story import Change, NewHit
from monitor.pipeline.archive import (
    FRAME,
    Matching,
    SubjectReading,
    document_of,
    frame_of,
    read_hit,
)
from monitor.pipeline.gaps import missed_entries
from monitor.pipeline.holds import held_back, neighbours
from monitor.pipeline.listing import Listing, find_flood, notices_of, read_listing
from monitor.pipeline.memory import (
    Body,
    after_body,
    after_error,
    after_unchanged,
    is_news,
    oldest_news,
    request_for,
    rhythm_after,
)
from monitor.ports import (
    Articles,
    Clock,
    Edit,
    Fetcher,
    Lease,
    Parser,
    PollRecord,
    PollStore,
    Recorded,
)
from monitor.story.edits import find_change
from monitor.story.evidence import weigh
from monitor.story.reuse import is_other_item
from monitor.story.vicinity import Weigh
from monitor.text.scripts import language_of

_NOTHING = Recorded()

Verdict = Literal["entries", "unchanged", "failed", "lost"]


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll came to."""

    feed: Feed
    request: FetchRequest
    verdict: Verdict = "failed"
    status: int | None = None
    listed: int = 0  # entries in the body
    recorded: Recorded = _NOTHING
    error: FetchError | ParseError | None = None
    failures: int = 0  # in a row, this one included
    next_poll_at: datetime | None = None
    warnings: tuple[str, ...] = ()
    learned: frozenset[Habit] = frozenset()  # what the body was the first to show of the feed's ids
    held: int = 0  # entries of a flood that the operator is asked about (F4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """The collaborators of a poll, bound once."""

    feeds: Mapping[str, Feed]
    store: PollStore
    fetcher: Fetcher
    parser: Parser
    matcher: Matching
    subjects: SubjectReading
    policy: PollPolicy
    clock: Clock
    weigh: Weigh = weigh
    articles: Articles | None = None  # reads the pages of feeds that give mere titles

    async def poll(self, lease: Lease) -> Poll:
        """Poll one leased feed and record what it changed, in one transaction.

        Raises only what no single feed can cause, such as StoreError.
        """
        feed = self.feeds[lease.feed_id]
        state = lease.state
        poll = Poll(feed, request_for(feed, state, self.clock()))
        try:
            result = await self.fetcher.fetch(poll.request)
            body = await self._read(result, feed, state)
        except (FetchError, ParseError) as error:
            return await self._record_failure(poll, state, lease, error)
        if body is None:
            return await self._record_unchanged(poll, state, lease, result)
        return await self._record_entries(poll, state, lease, body)

    async def _read(
        self, result: Fetched | NotModified, feed: Feed, state: FeedState
    ) -> Body | None:
        """Parse a body; None if it is the one we know already."""
        if isinstance(result, NotModified):
            return None
        digest = blake2b(result.body, digest_size=16).hexdigest()
        if digest == state.body_hash and state.error is None:
            return None
        return Body(result, digest, await self.parser.parse(result, feed))

    async def _record_failure(
        self, poll: Poll, state: FeedState, lease: Lease, error: FetchError | ParseError
    ) -> Poll:
        now = self.clock()
        due = after_failure(poll.feed, self.policy, now, error, state.failures + 1)
        held = await self._held_back(poll.feed, error, now, due.at) if due else {}
        record = PollRecord(state=after_error(state, error, now, due), at=now, held=held)
        status = error.status if isinstance(error, FetchError) else 200
        poll = replace(poll, error=error, status=status, next_poll_at=due.at if due else None)
        poll = replace(poll, failures=state.failures + 1)
        return await self._record(poll, record, lease)

    async def _held_back(
        self, feed: Feed, error: FetchError | ParseError, now: datetime, until: datetime
    ) -> Mapping[str, datetime]:
        """Give the feeds that a refusal of this one reaches, and until when."""
        near = neighbours(feed, self.feeds.values()) if error.kind == "rate-limited" else ()
        states = await self.store.states(near) if near else {}
        return held_back(feed, self.feeds, states, now, until)

    async def _record_unchanged(
        self, poll: Poll, state: FeedState, lease: Lease, result: Fetched | NotModified
    ) -> Poll:
        now = self.clock()
        wasted = isinstance(result, Fetched) and result.validators == Validators()
        rhythm, max_age = state.rhythm, result.max_age
        due = after_success(
            poll.feed, self.policy, now, rhythm=rhythm, max_age=max_age, wasted=wasted
        )
        record = PollRecord(state=after_unchanged(state, result, now, due), at=now)
        status = result.status if isinstance(result, Fetched) else 304
        poll = replace(poll, verdict="unchanged", status=status, next_poll_at=due.at)
        return await self._record(poll, record, lease)

    async def _record_entries(self, poll: Poll, state: FeedState, lease: Lease, body: Body) -> Poll:
        now = self.clock()
        missed = await missed_entries(
            body, state, poll.feed, store=self.store, fetcher=self.fetcher, parser=self.parser
        )
        listing = await read_listing([*body.parsed.entries, *missed], state, self.store)
        catch = await self._catch(poll.feed, state, listing, now)
        wasted = not catch.new and body.fetched.validators == Validators()
        rhythm = rhythm_after(state, poll.request, body, catch.new, now)
        max_age = body.fetched.max_age
        due = after_success(
            poll.feed, self.policy, now, rhythm=rhythm, max_age=max_age, wasted=wasted
        )
        record = PollRecord(
            state=replace(
                after_body(state, body, now, due, rhythm, same=catch.same),
                habits=listing.habits | catch.habits,
            ),
            at=now,
            title=body.parsed.title,
            new=tuple(catch.new),
            hits=tuple(catch.hits),
            edits=tuple(catch.edits),
            retired=tuple(catch.retired),
            returned=listing.returned,
            seen_keys=tuple(entry.key for entry in listing.entries),
            revisions=catch.revisions,
            stale_keys=frozenset(catch.stale) | catch.flood,
            held_keys=catch.flood - catch.stale,
            notices=notices_of(state, listing, catch.flood - catch.stale),
        )
        poll = replace(
            poll,
            verdict="entries",
            status=body.fetched.status,
            listed=len(body.parsed.entries),
            next_poll_at=due.at,
            warnings=(*body.parsed.warnings, *_warnings(poll.feed, rhythm)),
            learned=record.state.habits - state.habits,
            held=len(record.held_keys),
        )
        return await self._record(poll, record, lease)

    async def _record(self, poll: Poll, record: PollRecord, lease: Lease) -> Poll:
        recorded = await self.store.record(record, lease, self.weigh)
        if recorded is None:
            return replace(poll, verdict="lost")
        return replace(poll, recorded=recorded)

    async def _catch(
        self, feed: Feed, state: FeedState, listing: Listing, now: datetime
    ) -> "_Catch":
        """Find what of a body is new or edited, and what of that is wanted."""
        if not listing.fresh:
            return _Catch(same=True)
        is_first = state.first_success_at is None  # then nothing is stored yet
        recent = () if is_first else await self.store.recent(feed.id, limit=FRAME)
        fresh = listing.fresh
        if self.articles and feed.full_text:
            fresh = await _with_articles(listing, self.articles, self.store)
        catch = await asyncio.to_thread(self._sift, feed, state, listing, fresh, recent, now)
        flood = find_flood(state, listing, catch.new, recent)
        return replace(catch, flood=flood, same=is_first or bool(listing.known))

    def _sift(
        self,
        feed: Feed,
        state: FeedState,
        listing: Listing,
        fresh: Sequence[tuple[Entry, str]],
        recent: Sequence[Entry],
        now: datetime,
    ) -> "_Catch":
        """Part new from edited entries and match both; runs off the event loop.

        ``recent`` entries of the feed help to show which lines are its own, not the article's.
        """
        catch = _Catch()
        standing = frame_of([*listing.entries, *recent])
        oldest = oldest_news(state, self.policy, now)
        for plain, digest in fresh:
            entry = _labelled(plain, feed)
            seen = listing.known.get(entry.key)
            catch.revisions[entry.key] = digest
            hit = self._hit(feed, entry, standing, now)
            if seen is not None:
                before = listing.before[seen.entry_id]
                if not is_other_item(entry, before):
                    change = _change(before, entry, hit)
                    catch.edits.append(Edit(seen.entry_id, entry, hit, change))
                    continue
                catch.retired.append(seen.entry_id)
            catch.add_new(entry, hit, news=is_news(entry, oldest, state))
        return catch

    def _hit(
        self, feed: Feed, entry: Entry, standing: frozenset[str], now: datetime
    ) -> NewHit | None:
        document = document_of(entry, feed, standing)
        matches = self.matcher.match(document)
        return read_hit(entry, document, matches, self.subjects, now) if matches else None


@dataclass(frozen=True, slots=True)
class _Catch:
    """What a body holds that the store does not."""

    new: list[Entry] = field(default_factory=list)
    hits: list[NewHit] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    retired: list[int] = field(default_factory=list)
    revisions: dict[str, str] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)
    flood: frozenset[str] = frozenset()  # keys of what came as one (F4)
    same: bool = False  # whether the body is of the feed that was asked for (P28)

    @property
    def habits(self) -> frozenset[Habit]:
        """What the body shows of how the feed treats its ids."""
        return frozenset(("guid reused",)) if self.retired else frozenset()

    def add_new(self, entry: Entry, hit: NewHit | None, *, news: bool) -> None:
        self.new.append(entry)
        if hit is not None:
            self.hits.append(hit)
        if not news:
            self.stale.add(entry.key)


async def _with_articles(
    listing: Listing, articles: Articles, store: PollStore
) -> list[tuple[Entry, str]]:
    """Give new entries the article that they link to, and edited ones the article they had."""
    edited = {
        seen.entry_id: entry.key
        for entry, _ in listing.fresh
        if (seen := listing.known.get(entry.key))
        and not is_other_item(entry, listing.before[seen.entry_id])
    }
    is_edit = frozenset(edited.values())
    new = [entry for entry, _ in listing.fresh if entry.key not in is_edit]
    found = dict(await articles.contents(new))
    kept = await store.contents(edited) if edited else {}
    found |= {edited[number]: content for number, content in kept.items()}
    return [
        (replace(entry, content=found.get(entry.key) or entry.content), digest)
        for entry, digest in listing.fresh
    ]


def _warnings(feed: Feed, rhythm: Rhythm) -> list[str]:
    """Warn where all a feed lists may be gone before the next look (N18)."""
    if rhythm.turnover is None or rhythm.turnover > feed.interval:
        return []
    text = f"{rhythm.fresh} of {rhythm.listed} entries are new: some may be missed between polls"
    return [f"{text}; it is asked as often as polling: floor allows"]


def _labelled(entry: Entry, feed: Feed) -> Entry:
    """Name the language a reader will see, where the feed itself does not."""
    if entry.language:
        return entry
    return replace(entry, language=feed.language or language_of(f"{entry.title} {entry.text}"))


def _change(before: Entry, after: Entry, hit: NewHit | None) -> Change | None:
    """Find what of an edit to tell; nothing of an entry that no watch wants."""
    if hit is None:
        return None
    return find_change(before, after, [span for match in hit.matches for span in match.spans])
