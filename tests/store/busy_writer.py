"""A process of its own that opens a state, or writes to it until it is killed.

``python -m tests.store.busy_writer URL [write]`` prints a line after each thing it has saved.
"""

import asyncio
import sys
from itertools import count

from monitor.store import open_store
from tests.store.samples import NOW, channel, digest_of, entry, feed, new_hit, poll_hits, save

ENTRIES = 5
RECIPIENTS = ("x@example.org", "y@example.org")


async def _open(url: str, *, write: bool) -> None:
    async with open_store(url) as store:
        print("open", flush=True)  # noqa: T201  # its parent reads it
        await store.sync_feeds([feed("a")], NOW)
        known = (await store.status()).entries // ENTRIES
        for number in count(known) if write else ():
            hits = [new_hit(entry(f"{number}-{n}"), keys=[number]) for n in range(ENTRIES)]
            await save(store, poll_hits(*hits))
            owed = await store.owed(channel(), ["w"], NOW)
            to = channel("desk", RECIPIENTS)
            await store.save_digest(digest_of(owed, f"daily:{number}", to=to))
            print(number, flush=True)  # noqa: T201  # its parent reads it


if __name__ == "__main__":
    asyncio.run(_open(sys.argv[1], write="write" in sys.argv[2:]))
