"""What the tolerant reader is spared: it takes 0.3 ms an entry, and minutes for some attacks (F25, X12)."""

import re
from datetime import datetime

from monitor.errors import ParseError
from monitor.parse.dates import DateContext, parse_date
from monitor.parse.repair import ITEM_CLOSE, ITEM_OPEN

_DATE = re.compile(
    r"<(?:\w+:)?(?:pubDate|published|updated|date|issued|modified)(?:\s[^<>]*)?>([^<]{4,100})<",
    re.IGNORECASE,
)
_LONG_TAG = re.compile(r"<[^<>]{10000,}")
_ANY_TAG = re.compile(r"<(/?)[a-zA-Z](?:[^<>]*[^<>/])?>")
_RUN = re.compile("[&<]{50,}")
_MOST_ATTRIBUTES = 500
_MOST_DEPTH = 2000


def newest_entries(text: str, most: int) -> tuple[str, int]:
    """Cut out all but the newest entries, and count the others (F25).

    Entries without a date go before those with one; the order stays.
    """
    starts = [match.start() for match in ITEM_OPEN.finditer(text)]
    if len(starts) <= most:
        return text, 0
    ends = [*starts[1:], _end_of_entries(text, starts[-1])]
    spans = list(zip(starts, ends, strict=True))
    moments = (_DATE.search(text, *span) for span in spans)
    dates = [parse_date(found.group(1), DateContext()) if found else None for found in moments]
    newest = sorted(range(len(spans)), key=lambda at: _age(dates[at]))[:most]
    kept = "".join(text[start:end] for start, end in (spans[at] for at in sorted(newest)))
    return text[: starts[0]] + kept + text[ends[-1] :], len(spans) - most


def without_runs(text: str) -> str:
    """Drop long runs of signs that begin markup: the tolerant reader tries each of them anew."""
    return _RUN.sub("", text)


def refuse_monsters(text: str) -> None:
    """Refuse what no feed contains and takes the tolerant reader minutes (X12); raises ParseError."""
    for tag in _LONG_TAG.finditer(text):
        if tag.group().count("=") > _MOST_ATTRIBUTES:
            raise _monster(f"an element with over {_MOST_ATTRIBUTES} attributes")
    if text.count("<") > _MOST_DEPTH and _is_deep(text):
        raise _monster(f"elements nested over {_MOST_DEPTH:,} deep")


def _is_deep(text: str) -> bool:
    depth = 0
    for slash in _ANY_TAG.findall(text):
        depth += -1 if slash else 1
        if depth > _MOST_DEPTH:
            return True
    return False


def _monster(what: str) -> ParseError:
    return ParseError(
        "not-a-feed", f"The body is broken and has {what}: that is an attack, not a feed."
    )


def _end_of_entries(text: str, last: int) -> int:
    closed = ITEM_CLOSE.search(text, last)
    return closed.end() if closed else len(text)


def _age(moment: datetime | None) -> float:
    return -moment.timestamp() if moment else float("-inf")
