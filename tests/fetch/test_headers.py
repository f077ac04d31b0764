"""Headers sent and read."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.fetch.headers import (
    LONGEST_IMPOSED,
    max_age,
    oversized,
    parse_date,
    request_headers,
    retry_after,
    user_agent,
    validators_of,
)
from monitor.model.source import Validators

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
IN_AN_HOUR = "Sun, 22 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "120"}, timedelta(minutes=2)),
        ({"retry-after": " 120 "}, timedelta(minutes=2)),
        ({"retry-after": "604800"}, timedelta(days=7)),
        ({"retry-after": "315360000"}, LONGEST_IMPOSED),
        ({"retry-after": "99999999999"}, LONGEST_IMPOSED),
        ({"retry-after": "9" * 5000}, LONGEST_IMPOSED),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "abc"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": IN_AN_HOUR}, HOUR),
        ({"retry-after": "Sunday, 22-Nov-26 08:00:00 GMT"}, HOUR),
        ({"retry-after": "Sun Nov 22 08:00:00 2026"}, HOUR),
        ({"retry-after": "Sun, 22 Nov 2026 06:00:00 GMT"}, None),
        ({"retry-after": "Sun, 22 Nov 2056 06:00:00 GMT"}, LONGEST_IMPOSED),
        ({"retry-after": "Sun, 99 Nov 2026 06:00:00 GMT"}, None),
        ({"retry-after": IN_AN_HOUR, "date": "Sun, 22 Nov 2026 07:50:00 GMT"}, HOUR / 6),
        ({"retry-after": IN_AN_HOUR, "date": "rubbish"}, HOUR),
    ],
)
def test_retry_after(headers: dict[str, str], wait: timedelta | None) -> None:
    """P14, P15: seconds, and dates relative to the server's clock, up to 31 days; rubbish is ignored."""
    assert retry_after(headers, NOW) == wait


@pytest.mark.parametrize(
    ("headers", "age"),
    [
        ({}, None),
        ({"cache-control": "max-age=3600"}, HOUR),
        ({"cache-control": "public, Max-Age = 3600"}, HOUR),
        ({"cache-control": 'max-age="3600"'}, HOUR),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age"}, None),
        ({"cache-control": "max-age=99999999999999"}, LONGEST_IMPOSED),
        ({"cache-control": "max-age=3600, max-age=60"}, HOUR),
        ({"cache-control": "s-maxage=3600"}, None),
        ({"cache-control": "no-cache, max-age=3600"}, None),
        ({"cache-control": "max-age=3600, no-store"}, None),
        ({"cache-control": "no-cache", "expires": IN_AN_HOUR}, None),
        ({"cache-control": "max-age=60", "expires": IN_AN_HOUR}, HOUR / 60),
        ({"expires": IN_AN_HOUR}, HOUR),
        ({"expires": IN_AN_HOUR, "date": "Sun, 22 Nov 2026 07:30:00 GMT"}, HOUR / 2),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
    ],
)
def test_freshness(headers: dict[str, str], age: timedelta | None) -> None:
    """P17: max-age goes before Expires; no-cache and no-store void both."""
    assert max_age(headers, NOW) == age


@pytest.mark.parametrize(
    "text", [None, "", "0", "abc", "Sun, 22 Nov 99999 08:00:00 GMT", "a" * 999]
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    """P14: a header that should be a date and is not never raises."""
    assert parse_date(text) is None


def test_request_headers_are_exactly_these() -> None:
    """P23, P24, P25: who we are, what we read, what we can unpack; no cookie, no referrer, no range."""
    agent = user_agent("1.2", "mailto:desk@example.org")
    assert request_headers(agent, Validators()) == [
        (b"User-Agent", b"monitor/1.2 (+mailto:desk@example.org)"),
        (
            b"Accept",
            (
                b"application/rss+xml, application/atom+xml, application/feed+json, "
                b"application/rdf+xml;q=0.9, application/xml;q=0.9, text/xml;q=0.9, "
                b"application/json;q=0.8, */*;q=0.1"
            ),
        ),
        (b"Accept-Encoding", b"gzip, deflate"),
    ]


@pytest.mark.parametrize(
    ("contact", "sent"),
    [
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("https://example.org/bot?a=1#who", "https://example.org/bot?a=1#who"),
        ("mailto:desk@пример", "mailto:desk@%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80"),
        ("mailto:a@b\r\nX: 1", "mailto:a@b%0D%0AX:%201"),
    ],
)
def test_the_contact_fits_into_a_header(contact: str, sent: str) -> None:
    """P23: the contact goes out as it is written, unless a header could not hold it."""
    assert user_agent("1.2", contact) == f"monitor/1.2 (+{sent})"


@pytest.mark.parametrize("etag", [b'W/"a,b"', '"é-raw"'.encode(), b'"\xe9"', b"no-quotes", None])
@pytest.mark.parametrize("modified", [b"Mon, 1 Jan 24 0:00:00 GMT", b"yesterday", None])
def test_validators_are_echoed_byte_for_byte(etag: bytes | None, modified: bytes | None) -> None:
    """P2, P3: what came goes back as it was, and what did not come is not made up."""
    raw = [(b"ETag", etag), (b"Last-Modified", modified)]
    held = validators_of([(name, value) for name, value in raw if value is not None])
    sent = dict(request_headers("monitor", held))
    assert sent.get(b"If-None-Match") == etag
    assert sent.get(b"If-Modified-Since") == modified


@pytest.mark.parametrize("etag", [b"", b'"' + b"x" * 5000 + b'"'])
def test_useless_validators_are_not_kept(etag: bytes) -> None:
    """P2: an empty validator says nothing, and a huge one would be refused when it comes back."""
    assert validators_of([(b"etag", etag)]) == Validators()


@pytest.mark.parametrize(
    ("raw", "refused"),
    [
        ([(b"a", b"b")] * 100, False),
        ([(b"a", b"b")] * 101, True),
        ([(b"a", b"b" * 65536)], True),
    ],
)
def test_header_blocks_are_bounded(raw: list[tuple[bytes, bytes]], refused: bool) -> None:
    """X7: at most 100 headers and 64 KiB."""
    assert oversized(raw) is refused
