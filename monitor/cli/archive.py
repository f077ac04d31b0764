"""What commands that look through the stored entries share: a span of time, and how to name a reason."""

import re
from collections.abc import Sequence
from datetime import timedelta

import typer
from rich.text import Text

from monitor.cli.output import fail
from monitor.match.near import NearMiss
from monitor.model.telling import Evidence
from monitor.model.watch import Document, Match, Span
from monitor.text.clean import one_line

_SPAN = re.compile(r"(\d{1,5})\s*(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AROUND = 32  # characters on either side of a place that earned a match
_PLACES = 3


def span_of(text: str | None) -> timedelta | None:
    """Read "7d", "12h", "30m" or "2w"; None stands for all there is."""
    if text is None:
        return None
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        fail(f"{text!r} is no span of time. Write a number and m, h, d or w, such as 7d.")
        raise typer.Exit(2)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def match_record(found: Match) -> dict[str, object]:
    """Lay a match out for machines."""
    spans = [
        {"field": s.field, "start": s.start, "end": s.end, "text": s.text, "term": s.term}
        for s in found.spans
    ]
    return {
        "watch": found.watch,
        "score": round(found.score, 3),
        "terms": list(found.terms),
        "spans": spans,
    }


def near_record(miss: NearMiss) -> dict[str, object]:
    """Lay out for machines why a watch does not want an entry."""
    return {
        "watch": miss.watch,
        "missing": list(miss.missing),
        "stopped_by": list(miss.stopped_by),
        "seen": list(miss.seen),
    }


def evidence_record(found: Evidence) -> dict[str, object]:
    """Lay out for machines why two hits tell one event, or do not."""
    reasons = [{"what": one.what, "weight": round(one.weight, 2)} for one in found.reasons]
    return {"relation": found.relation, "score": round(found.score, 3), "reasons": reasons}


def told_why(found: Evidence) -> str:
    """Say in words why two hits tell one event, or do not."""
    reasons = "; ".join(f"{one.what} ({one.weight:+.1f})" for one in found.reasons)
    return f"{found.relation} {found.score:.2f}{f': {reasons}' if reasons else ''}"


def missed(miss: NearMiss) -> str:
    """Say in words why a watch does not want an entry."""
    missing = [
        f"({part})" if " " in part and len(miss.missing) > 1 else part for part in miss.missing
    ]
    reasons = [f"missing: {' and '.join(missing)}"] if missing else []
    reasons += [f"stopped by: {', '.join(miss.stopped_by)}"] if miss.stopped_by else []
    return "; ".join(reasons) or "no longer matches"


def quotes(document: Document, spans: Sequence[Span]) -> Text:
    """Quote the first place of each term with the words around it, the place itself in bold."""
    firsts = list({span.term: span for span in reversed(spans)}.values())[::-1][:_PLACES]
    quoted = Text()
    for number, span in enumerate(firsts):
        text = _text_of(document, span)
        before = text[max(0, span.start - _AROUND) : span.start]
        after = text[span.end : span.end + _AROUND]
        quoted.append(" · " if number else "")
        quoted.append(f"{span.field}: " if span.field != "text" else "", "dim")
        quoted.append(("…" if span.start > _AROUND else "") + _tidy(before, "left"))
        quoted.append(one_line(span.text), "bold")
        quoted.append(_tidy(after, "right") + ("…" if span.end + _AROUND < len(text) else ""))
    return quoted


def _text_of(document: Document, span: Span) -> str:
    if span.field == "tag":
        return "; ".join(document.tags)
    return str(getattr(document, span.field))


def _tidy(text: str, side: str) -> str:
    """Make a stretch of text one line, keeping the blank that parts it from the place."""
    line = one_line(text)
    if side == "left":
        return line + " " if text[-1:].isspace() and line else line
    return " " + line if text[:1].isspace() and line else line
