"""Opening a state: how SQLite is set up, and what a state that cannot be used says."""

import asyncio
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text, update

from monitor.errors import StoreError
from monitor.store import Store, open_store, sole_instance
from monitor.store.place import place_of
from monitor.store.schema import feed as feed_table
from monitor.story.evidence import weigh
from tests.store.samples import LEASE, NOW, entry, feed, new_hit, poll, poll_hits, save


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of the SQLite file."""
    return tmp_path / "state" / "monitor.db"


def pragma(connection: Connection, name: str) -> object:
    """Read a setting of a connection."""
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


async def fill(url: str) -> None:
    """Make a state of some hundred pages."""
    async with open_store(url) as store:
        await store.sync_feeds([feed("a")], NOW)
        long = [new_hit(entry(str(n), content="word " * 500), title=n) for n in range(200)]
        await save(store, poll_hits(*long))


async def test_each_connection_is_set_up(sqlite_url: str) -> None:
    """WAL, full sync, foreign keys, patience and distrust of the file hold everywhere (Q1)."""
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "busy_timeout": 10_000,
        "mmap_size": 0,
    }
    async with open_store(sqlite_url) as store:

        def read(connection: Connection) -> dict[str, object]:
            return {name: pragma(connection, name) for name in expected}

        views = [store.database.read(read) for _ in range(8)]
        assert all(seen == expected for seen in await asyncio.gather(*views))
        assert await store.database.write(read) == expected


async def test_reader_cannot_write(url: str) -> None:
    """Reads go over connections that refuse to write (Q2)."""
    async with open_store(url) as store:
        with pytest.raises(StoreError, match="writ"):
            await store.database.read(lambda c: c.execute(update(feed_table).values(rank=1)))


async def test_reader_sees_one_state(url: str) -> None:
    """A read that takes several queries is not torn by a write between them."""
    async with open_store(url) as store, open_store(url) as other:
        await store.sync_feeds([feed("a")], NOW)
        loop = asyncio.get_running_loop()

        def read_around_a_write(connection: Connection) -> list[object]:
            count = text("SELECT count(*) FROM entry")
            before = connection.scalar(count)
            asyncio.run_coroutine_threadsafe(save(other, poll(entry())), loop).result(10)
            return [before, connection.scalar(count)]

        assert await store.database.read(read_around_a_write) == [0, 0]
        assert (await store.status()).entries == 1


async def test_reading_does_not_block_writing(sqlite_url: str) -> None:
    """A long look by the operator does not keep the daemon waiting (Q14)."""
    async with open_store(sqlite_url) as daemon, open_store(sqlite_url, create=False) as operator:
        await daemon.sync_feeds([feed("a")], NOW)
        loop = asyncio.get_running_loop()

        def look(connection: Connection) -> float:
            connection.execute(text("SELECT * FROM feed")).all()
            begun = loop.time()
            asyncio.run_coroutine_threadsafe(save(daemon, poll(entry())), loop).result(10)
            return loop.time() - begun

        assert await operator.database.read(look) < 1.0


async def test_writes_that_wait_share_one_commit(sqlite_url: str) -> None:
    """Polls that end together cost one commit; each is told its own outcome (D4)."""
    async with open_store(sqlite_url) as store:
        await store.sync_feeds([feed(f"f{n}") for n in range(9)], NOW)
        commits: list[Connection] = []
        event.listen(store.database.writer, "commit", commits.append)
        polls = [poll(entry("1", f"f{n}"), feed_id=f"f{n}") for n in range(9)]
        saved = await asyncio.gather(*(save(store, each) for each in polls))
        assert [each.new_entries for each in saved] == [1] * 9
        assert len(commits) <= 2


async def test_a_write_that_fails_takes_no_other_along(url: str) -> None:
    """Of writes that share a commit only the one that cannot be saved is not (one poll, all or nothing)."""
    async with open_store(url) as store:
        await store.sync_feeds([feed("a"), feed("b")], NOW)
        bad = store.record(poll(entry("x", "nobody"), feed_id="nobody"), None, weigh)
        tasks = [
            save(store, poll(entry("1"))),
            bad,
            save(store, poll(entry("1", "b"), feed_id="b")),
        ]
        first, failed, last = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(failed, StoreError)
        assert not isinstance(first, BaseException)
        assert not isinstance(last, BaseException)
        assert (await store.status()).entries == 2


async def test_closing_saves_what_still_waits(sqlite_url: str) -> None:
    """A write that waits for company is not lost when the program ends."""
    async with open_store(sqlite_url) as store:
        await store.sync_feeds([feed("a")], NOW)
        waiting = asyncio.create_task(save(store, poll(entry())))
        await asyncio.sleep(0)
    await waiting
    async with open_store(sqlite_url) as store:
        assert (await store.status()).entries == 1


async def test_files_are_for_their_owner_alone(sqlite_url: str, path: Path) -> None:
    """File 0600 and new folder 0700 whatever the umask, those beside it too (Q9)."""
    old = os.umask(0)
    try:
        async with open_store(sqlite_url) as store:
            await store.sync_feeds([feed("a")], NOW)
            modes = {file.name: mode_of(file) for file in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == {"monitor.db": 0o600, "monitor.db-wal": 0o600, "monitor.db-shm": 0o600}
    assert mode_of(path.parent) == 0o700


async def test_open_file_is_closed_to_others(sqlite_url: str, path: Path) -> None:
    """A file left open by an older program or a copy is closed to others (Q9)."""
    make_open(path)
    async with open_store(sqlite_url):
        assert mode_of(path) == 0o600


async def test_log_is_gone_after_close(sqlite_url: str, path: Path) -> None:
    """A clean end leaves one file, so a copy of it is whole."""
    await fill(sqlite_url)
    assert [file.name for file in path.parent.iterdir()] == ["monitor.db"]


def make_open(path: Path) -> None:
    """Make a file that everybody may read."""
    path.parent.mkdir()
    path.touch()
    path.chmod(0o644)


def mode_of(path: Path) -> int:
    """Give the mode of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def overwrite(path: Path, start: int, length: int) -> None:
    """Put rubbish into a file."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\x5a" * length)


def content(path: Path) -> bytes:
    """Read a whole file."""
    return path.read_bytes()


def cut(path: Path) -> None:
    """Cut a file in the middle of a page."""
    os.truncate(path, path.stat().st_size // 2 + 100)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: overwrite(path, 0, 100), id="header"),
        pytest.param(lambda path: overwrite(path, 4096 * 40, 4096 * 4), id="pages within"),
        pytest.param(cut, id="cut"),
        pytest.param(lambda path: path.write_bytes(b"hello " * 999), id="not a database"),
    ],
)
async def test_damage_is_told_with_the_mend(sqlite_url: str, path: Path, damage: object) -> None:
    """A damaged file is left as it is, and the error names the steps to restore it (Q5)."""
    await fill(sqlite_url)
    damage(path)  # type: ignore[operator]  # by parametrize
    before = content(path)
    with pytest.raises(StoreError, match="To restore") as caught:
        async with open_store(sqlite_url):
            pass
    assert caught.value.damaged
    assert str(path) in str(caught.value)
    assert content(path) == before


async def test_state_of_a_newer_program_is_refused(url: str) -> None:
    """A newer shape is neither used nor changed (Q10)."""
    async with open_store(url) as store:
        await store.database.write(
            lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )
    with pytest.raises(StoreError, match=r"newer monitor .*9999.* Update") as caught:
        async with open_store(url):
            pass
    assert not caught.value.damaged


async def test_missing_state_is_not_made_by_a_look(sqlite_url: str, path: Path) -> None:
    """A command that only looks says that there is nothing yet."""
    with pytest.raises(StoreError, match=r"no state yet .*monitor run"):
        async with open_store(sqlite_url, create=False):
            pass
    assert not path.parent.exists()


def change(store: Store, setting: str) -> None:
    """Change a setting of the writer's one connection, outside of any transaction."""
    with closing(store.database.writer.raw_connection()) as connection:
        connection.cursor().execute(f"PRAGMA {setting}")


@pytest.mark.parametrize(
    ("setting", "mend"),
    [("max_page_count=1", "disk is full.*Free some space"), ("query_only=1", "write permission")],
)
async def test_full_or_locked_up_disk(sqlite_url: str, setting: str, mend: str) -> None:
    """A write that finds no room is undone, told with the mend, and goes through later (Q4)."""
    async with open_store(sqlite_url) as store:
        await store.sync_feeds([feed("a")], NOW)
        change(store, setting)
        many = poll(*(entry(str(n), content="word " * 2000) for n in range(50)))
        with pytest.raises(StoreError, match=mend) as caught:
            await save(store, many)
        assert not caught.value.damaged
        assert (await store.status()).entries == 0
        change(store, "query_only=0")
        change(store, "max_page_count=1000000")
        assert (await save(store, many)).new_entries == 50


async def test_locked_state_is_told(sqlite_url: str, path: Path) -> None:
    """Another process that keeps the file locked is named as the cause (Q4)."""
    async with open_store(sqlite_url) as store:
        change(store, "busy_timeout=20")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="keeps the state locked"):
                await store.sync_feeds([feed("a")], NOW)
            other.execute("ROLLBACK")
        await store.sync_feeds([feed("a")], NOW)


async def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A path through a file says what is wrong with it."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"):
        async with open_store(f"sqlite:///{tmp_path}/file/monitor.db"):
            pass


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("monitor.db", "cannot be read"),
        ("mysql://u:geheim@h/x", "No state can be kept in mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://u:geheim@h:port/x", "cannot be read"),
    ],
)
def test_urls_that_name_no_state(url: str, message: str) -> None:
    """A wrong URL is an error with the mend, and shows no password (X23)."""
    with pytest.raises(StoreError, match=message) as caught:
        place_of(url)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_password_is_not_shown(scheme: str) -> None:
    """A server is named without its password (X23)."""
    place = place_of(f"{scheme}://u:geheim@h/x")
    assert str(place) == "postgresql://u:***@h/x"


@pytest.mark.postgres
async def test_unreachable_server(tmp_path: Path) -> None:
    """A server that does not answer is told as such, without the password."""
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        async with open_store(f"postgresql://u:geheim@/x?host={tmp_path}"):
            pass
    assert "geheim" not in str(caught.value)


@pytest.mark.postgres
async def test_server_that_went_away_is_found_again(postgres_url: str) -> None:
    """Connections cut by the server are replaced unseen (Q13)."""
    cut_others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with open_store(postgres_url) as store, open_store(postgres_url) as other:
        await store.sync_feeds([feed("a")], NOW)
        await other.database.write(lambda c: c.execute(cut_others))
        assert len(await store.lease_due(NOW, limit=1, lease=LEASE)) == 1
        assert len(await store.feeds()) == 1


def test_one_daemon_a_state(url: str) -> None:
    """A second daemon is told so; the first one's end, however it comes, frees the state (R5)."""
    refused = pytest.raises(StoreError, match="Another monitor runs")
    with sole_instance(url), refused, sole_instance(url):
        pass
    with sole_instance(url):
        pass
