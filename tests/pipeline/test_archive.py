"""What surrounds a text neither matches nor is stored as a reason."""

from tests.desk import Desk, body

ONE = "https://one.example/feed"


def feed_of(*texts: str) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{n}</guid><title>Title {n}</title>"
        f"<description><![CDATA[{text}]]></description></item>"
        for n, text in enumerate(texts)
    )
    return f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode()


async def watched(desk: Desk, *texts: str) -> list[str]:
    """Poll a feed that was known before and list what is owed of it."""
    desk.web.answers[ONE] = body(feed_of())
    await desk.poll()
    desk.web.answers[ONE] = body(feed_of(*texts))
    await desk.poll()
    return sorted(story.lead.entry.key for story in await desk.owed())


async def test_a_link_to_other_news_is_no_hit(desk: Desk) -> None:
    """A tail of known wording does not match."""
    texts = ("<p>Snow fell.</p><p>Read also: A river rises</p>", "<p>A river rises.</p>")
    assert await watched(desk, *texts) == ["1"]


async def test_a_line_that_a_feed_always_has_is_no_hit(desk: Desk) -> None:
    """What stands under each of a feed's entries is the feed's own; the same once is news."""
    own = "<p>The news of the river, each day.</p>"
    texts = [f"<p>Snow fell {n} times.</p>{own}" for n in range(4)]
    assert await watched(desk, *texts, "<p>A river rises.</p>") == ["4"]


async def test_entries_stored_before_tell_what_is_the_feeds_own(desk: Desk) -> None:
    """Repetition counts over polls, not only within one body."""
    own = "<p>The news of the river, each day.</p>"
    await watched(desk, *(f"<p>Snow fell {n} times.</p>{own}" for n in range(3)))
    before = len(await desk.owed())
    fourth = [f"<p>Snow fell {n} times.</p>{own}" for n in range(4)]
    desk.web.answers[ONE] = body(feed_of(*fourth))
    poll = await desk.poll()
    assert poll.recorded.new_entries == 1
    assert len(await desk.owed()) == before
