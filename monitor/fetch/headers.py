"""Writes the request's headers and reads the answer's. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from monitor.model.source import Validators

LONGEST_IMPOSED = timedelta(days=31)  # what a header may make us wait at most (P15)
MOST_HEADERS = 100
MOST_HEADER_BYTES = 64 * 1024
_URL_SIGNS = "%:/?#[]@!$&'*+,;=~"
_LONGEST_VALIDATOR = 4096  # an echo beyond this would only earn a 431 for ever

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/rdf+xml;q=0.9, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.1"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.1"
ACCEPT_ENCODING = "gzip, deflate"  # the codings that can be bounded (P25)

RawHeaders = Sequence[tuple[bytes, bytes]]


def user_agent(version: str, contact: str) -> str:
    """Say who asks and where to complain: ``monitor/1.0 (+mailto:desk@example.org)`` (P23).

    Always plain ASCII: what a header cannot hold is percent-encoded, as in any URL.
    """
    return f"monitor/{version} (+{quote(contact, safe=_URL_SIGNS)})"


def request_headers(
    agent: str, validators: Validators, *, accept: str = ACCEPT
) -> list[tuple[bytes, bytes]]:
    """Give all headers of a request but Host; validators are echoed byte for byte (P2)."""
    headers = [
        (b"User-Agent", agent.encode()),
        (b"Accept", accept.encode()),
        (b"Accept-Encoding", ACCEPT_ENCODING.encode()),
    ]
    if validators.etag is not None:
        headers.append((b"If-None-Match", _encode(validators.etag)))
    if validators.last_modified is not None:
        headers.append((b"If-Modified-Since", _encode(validators.last_modified)))
    return headers


def validators_of(raw: RawHeaders) -> Validators:
    """Read ETag and Last-Modified verbatim, one character a byte (P2, P3)."""
    return Validators(
        etag=_validator(raw, b"etag"), last_modified=_validator(raw, b"last-modified")
    )


def oversized(raw: RawHeaders) -> bool:
    """Tell whether a header block is beyond what we take (X7)."""
    size = sum(len(name) + len(value) + len(b": \r\n") for name, value in raw)
    return len(raw) > MOST_HEADERS or size > MOST_HEADER_BYTES


def parse_date(text: str | None) -> datetime | None:
    """Read an HTTP-date in any of its three forms; None if it is none."""
    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read Retry-After as seconds or as a date relative to the server's own Date (P14).

    Clipped to 31 days (P15); None if absent, unreadable or not in the future.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return _imposed(_seconds(value))
    until = parse_date(value)
    return _imposed(until - _server_time(headers, now)) if until else None


def max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read how long the answer stays fresh, from Cache-Control, else Expires (P17).

    None if a directive forbids to rely on it, and if it is absent, unreadable or over.
    """
    directives = _directives(headers.get("cache-control", ""))
    if {"no-cache", "no-store"} & directives.keys():
        return None
    if (age := directives.get("max-age")) is not None:
        return _imposed(_seconds(age)) if age.isascii() and age.isdigit() else None
    expires = parse_date(headers.get("expires"))
    return _imposed(expires - _server_time(headers, now)) if expires else None


def _directives(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in value.split(","):
        name, _, argument = part.partition("=")
        found.setdefault(name.strip().lower(), argument.strip().strip('"'))
    return found


def _seconds(digits: str) -> timedelta:
    longest = int(LONGEST_IMPOSED.total_seconds())
    return timedelta(seconds=min(int(digits), longest)) if len(digits) < 10 else LONGEST_IMPOSED


def _imposed(wait: timedelta) -> timedelta | None:
    return min(wait, LONGEST_IMPOSED) if wait > timedelta(0) else None


def _server_time(headers: Mapping[str, str], now: datetime) -> datetime:
    return parse_date(headers.get("date")) or now


def _validator(raw: RawHeaders, name: bytes) -> str | None:
    values = (value for key, value in raw if key.lower() == name)
    value = next(values, b"")
    return value.decode("latin-1") if 0 < len(value) <= _LONGEST_VALIDATOR else None


def _encode(validator: str) -> bytes:
    return validator.encode("latin-1", "replace")
