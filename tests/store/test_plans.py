"""Queries that run all day use indices, and tables and migrations agree."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, event

from monitor.store import Store, open_store
from monitor.store.schema import metadata
from tests.store.samples import (
    LEASE,
    NOW,
    channel,
    digest_of,
    entry,
    feed,
    new_hit,
    poll_hits,
    save,
)


@contextmanager
def planned(*engines: Engine) -> Iterator[list[str]]:
    """Gather what SQLite plans for each statement run."""
    plans: list[str] = []

    def explain(
        connection: Connection, cursor: object, statement: str, values: object, *_: object
    ) -> None:
        if not statement.startswith(("SELECT", "UPDATE")):
            return
        rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]  # the driver's own
        plans.extend(f"{row[3]}" for row in rows or ())

    for engine in engines:
        event.listen(engine, "before_cursor_execute", explain)
    yield plans
    for engine in engines:
        event.remove(engine, "before_cursor_execute", explain)


@pytest.fixture
async def store(sqlite_url: str) -> object:
    """Give a store on SQLite that holds something."""
    async with open_store(sqlite_url) as opened:
        await opened.sync_feeds([feed("a")], NOW)
        await save(opened, poll_hits(*(new_hit(entry(str(n)), keys=[n]) for n in range(9))))
        yield opened


async def test_queries_of_each_tick_use_indices(store: Store) -> None:
    """Due feeds, neighbours, what is owed and due deliveries are searched, never scanned."""
    with planned(store.database.writer, store.database.reader) as plans:
        await store.lease_due(NOW, limit=9, lease=LEASE)
        await store.known("a", ["1"])
        await save(store, poll_hits(new_hit(entry("x"), keys=[5])))
        stories = await store.owed(channel(), ["w", "v"], NOW)
        await store.save_digest(digest_of(stories))
        leased = await store.lease_deliveries("desk", NOW, lease=LEASE, limit=9)
        await store.next_due(["desk"])
        await store.recent("a", limit=9)
        await store.last_slot("daily", "desk")
        await store.mentions(["w", "v"], NOW)
        await store.raised("desk", "alert", NOW)
    assert len(leased) == 1
    searched = "\n".join(plans)
    for index in ("feed_due", "match_owed", "hit_story", "delivery_due"):
        assert f"INDEX {index} " in searched
    assert "SEARCH print USING" in searched
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


async def test_migrations_make_the_tables_of_the_schema(url: str) -> None:
    """A state migrated from nothing is what the queries expect, column by column."""
    async with open_store(url) as store:

        def compare(connection: Connection) -> list[object]:
            ours = MigrationContext.configure(connection, opts={"include_name": _is_table_of_ours})
            return list(compare_metadata(ours, metadata))

        assert await store.database.read(compare) == []


def _is_table_of_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the index of words, which is another thing in each database."""
    return kind != "table" or not str(name).startswith("entry_words")


async def test_opening_again_changes_nothing(url: str) -> None:
    """A second start finds its state as it left it."""
    async with open_store(url) as store:
        await store.sync_feeds([feed("a")], NOW)
    async with open_store(url, create=False) as store:
        assert len(await store.feeds()) == 1
