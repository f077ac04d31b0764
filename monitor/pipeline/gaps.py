"""What a feed dropped between two looks, from the archives it names (P37)."""

from monitor.errors import FetchError, ParseError
from monitor.model.source import Entry, Feed, FeedState, Fetched, FetchRequest
from monitor.parse.paged import previous_archive
from monitor.pipeline.memory import Body
from monitor.ports import Fetcher, Parser, PollStore

MOST_ARCHIVES = 5


async def missed_entries(
    body: Body, state: FeedState, feed: Feed, *, store: PollStore, fetcher: Fetcher, parser: Parser
) -> list[Entry]:
    """Read archives back to the first entry that is stored; only if the body lists none of those.

    An archive that cannot be had ends the search: what was found so far is given.
    """
    page, listed, found = body.fetched, body.parsed.entries, list[Entry]()
    for _ in range(MOST_ARCHIVES):
        url = previous_archive(page.body, page.url)
        if url is None or state.first_success_at is None:
            break
        if await store.known(feed.id, [entry.key for entry in listed]):
            break
        try:
            answer = await fetcher.fetch(FetchRequest(url))
            if not isinstance(answer, Fetched):
                break
            page, listed = answer, (await parser.parse(answer, feed)).entries
        except (FetchError, ParseError):
            break
        found += listed
    return found
