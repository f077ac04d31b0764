"""What is kept of edits, and how many of them are told."""

from collections.abc import Sequence

from sqlalchemy import select

from monitor.model.story import Change
from monitor.ports import Edit
from monitor.store import Store
from monitor.store.schema import revision
from tests.store.samples import HOUR, NOW, entry, feed, poll, save

FIGURE = Change("number", "40 on board", "43 on board")


async def edit(store: Store, *contents: str, change: Change | None = FIGURE) -> None:
    """Edit the entry 1 to each content in turn."""
    known = await store.known("a", ["1"])
    for hour, content in enumerate(contents, 1):
        edited = Edit(known["1"].entry_id, entry("1", content=content), None, change)
        await save(store, poll(at=NOW + hour * HOUR, edits=(edited,), revisions={"1": content}))


async def kept(store: Store) -> Sequence[tuple[str | None, str]]:
    """List the kinds of changes with the words that they replaced, oldest first."""
    query = select(revision.c.kind, revision.c.content).order_by(revision.c.id)
    rows = await store.database.read(lambda c: c.execute(query).all())
    return [(kind, content) for kind, content in rows]


async def test_an_edit_keeps_what_it_replaced(store: Store) -> None:
    """A revision has the words that were there, and what of the change is told (F6, F7)."""
    await store.sync_feeds([feed("a")], NOW)
    await save(store, poll(entry("1", content="first")))
    await edit(store, "second")
    await edit(store, "third", change=None)
    assert await kept(store) == [("number", "first"), (None, "second")]


async def test_an_entry_is_followed_up_three_times_at_the_most(store: Store) -> None:
    """However often a figure moves, and never for going back to what it was (F6)."""
    await store.sync_feeds([feed("a")], NOW)
    await save(store, poll(entry("1", content="40")))
    await edit(store, "43", "40", "43", "44", "45", "46")
    assert [kind for kind, _ in await kept(store)] == [
        "number",
        None,
        None,
        "number",
        "number",
        None,
    ]


async def test_a_clock_fills_no_state(store: Store) -> None:
    """Of an entry that changes at each poll twenty revisions are kept (F6)."""
    await store.sync_feeds([feed("a")], NOW)
    await save(store, poll(entry("1")))
    await edit(store, *(f"12:{minute:02}" for minute in range(50)), change=None)
    assert len(await kept(store)) == 20
