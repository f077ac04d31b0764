"""The reader of pages as a port: in worker processes, within a time limit (X12)."""

from importlib import import_module

import structlog

from monitor.jobs.processes import CallTimeoutError, ProcessPool
from monitor.model.source import Fetched

log = structlog.get_logger(__name__)


class PooledExtractor:
    """Finds articles in a process pool; implements ports.Extractor."""

    def __init__(self, pool: ProcessPool) -> None:
        self._pool = pool

    async def text(self, page: Fetched) -> str:
        """Give the text of the article on a page; empty if there is none, or it took too long."""
        try:
            return await self._pool.call(_article_text, page.body, page.content_type)
        except CallTimeoutError as error:
            log.warning("page dropped", url=page.url, reason=str(error))
            return ""


def _article_text(page: bytes, content_type: str | None) -> str:
    # By name: this process does without the library, which is an extra and slow to load.
    text: str = import_module("monitor.parse.article").article_text(page, content_type)
    return text
