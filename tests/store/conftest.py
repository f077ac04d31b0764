"""Each test of the contract runs on a fresh SQLite file and on a fresh PostgreSQL database."""

import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from monitor.store import Store, open_store
from tests.servers.postgres import postgres_server

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the URL of a server; skip without one, but fail in CI."""
    with postgres_server() as url:
        if url is None and os.environ.get("CI") == "true":
            pytest.fail("no PostgreSQL here, but CI must test it: set MONITOR_TEST_POSTGRES")
        if url is None:
            pytest.skip("no PostgreSQL here")
        yield url


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """Give the URL of an empty database."""
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    server = make_url(postgres).set(drivername="postgresql+psycopg")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the URL of a file that is not there yet."""
    return f"sqlite:///{tmp_path}/state/monitor.db"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty state, of each kind in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """Give an open, empty store, of each kind in turn."""
    async with open_store(url) as opened:
        yield opened
