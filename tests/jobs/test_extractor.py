"""Pages read in worker processes."""

from collections.abc import AsyncIterator

import pytest

from monitor.jobs.extractor import PooledExtractor
from monitor.jobs.processes import ProcessPool
from monitor.model.source import Fetched

_PAGE = "<html><body><nav>Home</nav><article>" + "<p>The river rose by two metres.</p>" * 9


@pytest.fixture
async def pool() -> AsyncIterator[ProcessPool]:
    made = ProcessPool(1, timeout=20)
    yield made
    made.close()


async def test_a_page_is_read_elsewhere(pool: ProcessPool) -> None:
    """X12: the library that reads pages is loaded by the worker, and its text comes back."""
    page = Fetched("https://a.example/1", _PAGE.encode(), "text/html")
    assert "rose by two metres" in await PooledExtractor(pool).text(page)


async def test_a_page_that_takes_too_long_is_dropped() -> None:
    """X12: an entry without its article is better than a poll that hangs."""
    hasty = ProcessPool(1, timeout=0.01)
    try:
        page = Fetched("https://a.example/1", _PAGE.encode(), "text/html")
        assert await PooledExtractor(hasty).text(page) == ""
    finally:
        hasty.close()
