"""Rules of one poll: what is remembered, what is news, what is owed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import FetchError
from monitor.model.source import NotModified, Validators
from tests.desk import Desk, body, rss

ONE = "https://one.example/feed"
TWO = "https://two.example/feed"
HOME = "https://home.example/feed"


async def test_a_first_poll_owes_only_what_is_fresh(desk: Desk) -> None:
    """Of a new feed's entries only those of the last 24 h are told; the rest is known (F5)."""
    old = rss(("a", "Old river news"), age=timedelta(days=2))
    new = rss(("b", "Fresh river news"))
    items = old.replace(b"</channel></rss>", new.split(b"Sample</title>")[1])
    desk.web.answers[ONE] = body(items)
    poll = await desk.poll()
    assert (poll.verdict, poll.listed, poll.recorded.new_entries) == ("entries", 2, 2)
    assert [story.lead.entry.key for story in await desk.owed()] == ["b"]
    assert (await desk.poll()).recorded.new_entries == 0


@pytest.mark.parametrize(
    ("configured", "title", "language"),
    [
        pytest.param("kk", "A river rises", "kk", id="as-configured"),
        pytest.param(None, "A river rises after the rain", "en", id="by-its-letters"),
    ],
)
async def test_an_entry_without_a_language_is_labelled(
    desk: Desk, configured: str | None, title: str, language: str
) -> None:
    """A reader sees a language although the feed names none: the operator's word, else a guess."""
    feeds = {"one": replace(desk.poller.feeds["one"], language=configured)}
    desk.poller = replace(desk.poller, feeds=feeds)
    desk.web.answers[ONE] = body(rss(("a", title)))
    await desk.poll()
    [story] = await desk.owed()
    assert story.lead.entry.language == language


async def test_an_undated_backlog_is_no_news_but_what_comes_later_is(desk: Desk) -> None:
    """Entries without dates count as news only if they appear while we watch (F10)."""
    desk.web.answers[ONE] = body(rss(("a", "A river"), dated=False))
    await desk.poll()
    assert await desk.owed() == []
    desk.web.answers[ONE] = body(rss(("b", "Another river"), ("a", "A river"), dated=False))
    await desk.poll()
    assert [story.lead.entry.key for story in await desk.owed()] == ["b"]


async def test_an_archive_listed_again_is_no_news(desk: Desk) -> None:
    """Posts years old that show up anew after a migration are stored, not told (scenario 5)."""
    desk.web.answers[ONE] = body(rss(("a", "A river")))
    await desk.poll()
    desk.web.answers[ONE] = body(rss(("z", "A river of 2019"), age=timedelta(days=2500)))
    poll = await desk.poll()
    assert poll.recorded.new_entries == 1
    assert [story.lead.entry.key for story in await desk.owed()] == ["a"]


async def test_a_guid_used_again_for_other_news_is_news(desk: Desk) -> None:
    """A rolling page under one guid is told again; an edit, or a headline that comes back, is not (F6)."""
    told: list[list[str]] = []
    headlines = ("River ferry sinks near the port", "River ferry sinks near the old port",
                 "Salmon returns to every river", "River ferry sinks near the old port")  # fmt: skip
    for number, headline in enumerate(headlines):
        age = timedelta(hours=1) - timedelta(minutes=5 * number)
        desk.web.answers[ONE] = body(rss(("page", headline), age=age))
        await desk.poll()
        desk.clock.sleep(minutes=5)
        digest = await desk.composer.send_now(desk.schedule, desk.channel)
        told.append([line.headline for line in digest.lines] if digest else [])
    assert told == [[headlines[0]], [], [headlines[2]], []]


async def test_the_next_request_carries_what_the_last_body_gave(desk: Desk) -> None:
    """First unconditional, then with the newest validators, cleared when a body has none (P1, P4, P6)."""
    desk.web.answers[ONE] = body(rss(("a", "x")), etag='"1"')
    await desk.poll()
    desk.web.answers[ONE] = body(rss(("a", "x")), etag='"2"')  # the same bytes, a new tag
    assert (await desk.poll()).verdict == "unchanged"
    desk.web.answers[ONE] = NotModified(Validators(etag='"3"'))
    await desk.poll()
    desk.web.answers[ONE] = body(rss(("b", "y")))
    await desk.poll()
    await desk.poll()
    assert [request.validators.etag for request in desk.web.requests] == [
        None, '"1"', '"2"', '"3"', None,
    ]  # fmt: skip


async def test_a_body_cut_short_gives_entries_but_no_validators(desk: Desk) -> None:
    """A truncated body must not be answered 304 later: its end would be lost (P8, F24)."""
    whole = rss(("a", "A river"), ("b", "Two river towns"))
    desk.web.answers[ONE] = body(whole[: whole.index(b"Two")], etag='"cut"')
    assert (await desk.poll()).recorded.new_entries >= 1
    assert (await desk.store.feed_state("one")).validators == Validators()
    desk.web.answers[ONE] = body(whole, etag='"whole"')
    await desk.poll()
    assert {story.lead.entry.key for story in await desk.owed()} == {"a", "b"}


async def test_a_page_instead_of_the_feed_changes_nothing_stored(desk: Desk) -> None:
    """An HTML page with status 200 is a failure; entries and validators stay (F21)."""
    desk.web.answers[ONE] = body(rss(("a", "A river")), etag='"1"')
    await desk.poll()
    desk.web.answers[ONE] = body(b"<!doctype html><html><body>Maintenance</body></html>")
    poll = await desk.poll()
    assert poll.verdict == "failed"
    assert poll.error is not None
    assert poll.error.kind == "html-page"
    state = await desk.store.feed_state("one")
    assert (state.validators.etag, state.failures) == ('"1"', 1)


async def test_an_edit_is_no_second_story(desk: Desk) -> None:
    """A changed title updates the entry and alerts nobody again (F6)."""
    desk.web.answers[ONE] = body(rss(("a", "A river rises")))
    await desk.poll()
    desk.web.answers[ONE] = body(rss(("a", "A river rises further")))
    poll = await desk.poll()
    assert (poll.recorded.new_entries, poll.recorded.edited) == (0, 1)
    [story] = await desk.owed()
    assert story.lead.entry.title == "A river rises further"
    assert story.lead.edited


async def test_an_edit_that_newly_matches_is_told(desk: Desk) -> None:
    """An entry that says the word only in its second version is owed from then on (F6)."""
    desk.web.answers[ONE] = body(rss(("a", "A lake rises")))
    await desk.poll()
    assert await desk.owed() == []
    desk.web.answers[ONE] = body(rss(("a", "A river rises")))
    await desk.poll()
    assert [story.lead.entry.title for story in await desk.owed()] == ["A river rises"]


async def test_one_page_in_two_feeds_is_one_story(desk: Desk) -> None:
    """The same article in two feeds is told once, with both sources (F27)."""
    desk.web.answers[ONE] = body(rss(("a", "A river rises")))
    desk.web.answers[TWO] = body(rss(("a", "River rises")), url=TWO)
    await desk.poll("one")
    await desk.poll("two")
    [story] = await desk.owed()
    assert {hit.entry.feed_id for hit in story.hits} == {"one", "two"}


async def test_a_failure_is_recorded_and_recovered_from(desk: Desk) -> None:
    """Failures count up and lengthen the wait; a success resets both (P22)."""
    desk.web.answers[ONE] = FetchError("timeout", "one.example did not answer")
    waits = []
    for _ in range(3):
        poll = await desk.poll()
        assert poll.next_poll_at is not None
        waits.append(poll.next_poll_at - desk.clock())
    assert waits[0] < waits[1] < waits[2]
    state = await desk.store.feed_state("one")
    assert (state.failures, state.error_kind) == (3, "timeout")
    desk.web.answers[ONE] = body(rss(("a", "A river")))
    await desk.poll()
    state = await desk.store.feed_state("one")
    assert (state.failures, state.error) == (0, None)


async def test_gone_is_polled_no_more(desk: Desk) -> None:
    """After 410 the feed can no longer be leased (P30)."""
    desk.web.answers[ONE] = FetchError("gone", "410", status=410)
    await desk.poll()
    later = desk.clock() + timedelta(days=30)
    due = await desk.store.lease_due(later, limit=10, lease=timedelta(minutes=5))
    assert "one" not in {lease.feed_id for lease in due}


@pytest.mark.parametrize("sightings", [pytest.param(1, id="once"), pytest.param(2, id="twice")])
async def test_a_permanent_redirect_is_adopted_when_seen_twice(desk: Desk, sightings: int) -> None:
    """The new address is asked directly only after it served a feed on two polls (P28)."""
    for number in range(sightings):
        desk.web.answers[ONE] = body(rss((f"a{number}", "x")), url=HOME, moved_to=HOME)
        await desk.poll()
    desk.web.answers[HOME] = desk.web.answers[ONE]
    await desk.poll()
    assert desk.web.requests[-1].url == (HOME if sightings == 2 else ONE)


async def test_an_adopted_address_that_fails_is_given_up(desk: Desk) -> None:
    """The configured address is the way back, even from a 410 at the new one (P28, P30)."""
    for number in range(2):
        desk.web.answers[ONE] = body(rss((f"a{number}", "x")), url=HOME, moved_to=HOME)
        await desk.poll()
    desk.web.answers[HOME] = FetchError("gone", "410", status=410)
    await desk.poll()
    await desk.poll()
    assert [request.url for request in desk.web.requests[-2:]] == [HOME, ONE]


async def test_a_lost_lease_records_nothing(desk: Desk) -> None:
    """A poll that took longer than its lease leaves the field to whoever polls now."""
    desk.web.answers[ONE] = body(rss(("a", "A river")))
    [slow] = await desk.store.lease_feeds(["one"], desk.clock(), lease=timedelta(minutes=5))
    desk.clock.sleep(minutes=6)
    await desk.store.lease_feeds(["one"], desk.clock(), lease=timedelta(minutes=5))
    assert (await desk.poller.poll(slow)).verdict == "lost"
    assert await desk.owed() == []
