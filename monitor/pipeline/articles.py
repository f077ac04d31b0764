"""The full text of entries whose feed gives little more than a title (P36)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import FetchError
from monitor.model.source import Entry
from monitor.ports import Extractor, PageFetcher

MOST_PAGES = 20  # of one poll
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReader:
    """Reads the pages that entries link to; each entry's page is asked for once in its life."""

    pages: PageFetcher
    extractor: Extractor

    async def contents(self, entries: Sequence[Entry]) -> Mapping[str, str]:
        """Give the articles of new entries by key, of the first twenty at most.

        A page that cannot be had, or holds no more than the feed says, is left out: the entry then
        stands as published.
        """
        chosen = [entry for entry in entries if (entry.url or "").startswith(_WEB)][:MOST_PAGES]
        texts = await asyncio.gather(*(self._content(entry) for entry in chosen))
        return {entry.key: text for entry, text in zip(chosen, texts, strict=True) if text}

    async def _content(self, entry: Entry) -> str:
        try:
            page = await self.pages.fetch_page(entry.url or "")
        except FetchError:
            return ""
        text = await self.extractor.text(page)
        return text if len(text) > len(entry.text) else ""
