"""The article on a web page, without what the site puts around it.

Needs the extra ``articles``, and takes a quarter of a second to import: only the processes that
read pages do so.
"""

import re

import trafilatura

from monitor.parse.encoding import decode_body
from monitor.text.clean import block_text

LONGEST_TEXT = 100_000  # characters
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def article_text(page: bytes, content_type: str | None) -> str:
    """Give the article's text, blocks parted by blank lines; empty if the page holds none."""
    meta = _META_CHARSET.search(page[:4096])
    label = f"; charset={meta.group(1).decode('ascii')}" if meta else ""
    text = trafilatura.extract(
        decode_body(page, f"{content_type or ''}{label}"),
        include_comments=False,
        include_tables=False,
        favor_precision=True,
    )
    return block_text("\n\n".join((text or "").splitlines()))[:LONGEST_TEXT]
