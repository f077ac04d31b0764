"""Names of broken connections that loopback cannot bring about."""

import errno

import httpx
import pytest

from monitor.errors import FetchKind
from monitor.fetch.failures import connection_error


@pytest.mark.parametrize(
    ("error", "cause", "kind", "words"),
    [
        (httpx.ConnectTimeout(""), None, "connect", "does not answer"),
        (httpx.ReadError(""), ConnectionResetError(), "connect", "broke the connection"),
        (httpx.WriteError(""), BrokenPipeError(), "connect", "broke the connection"),
        (httpx.ConnectError(""), OSError(errno.ENETUNREACH, ""), "dns", "no way to the network"),
        (httpx.ConnectError(""), OSError(errno.EHOSTUNREACH, ""), "connect", "take the connection"),
        (httpx.LocalProtocolError(""), None, "protocol", "breaks the rules"),
    ],
)
def test_broken_connections(
    error: httpx.HTTPError, cause: Exception | None, kind: FetchKind, words: str
) -> None:
    """A failure is named by what lies beneath it; no network at all counts as a failure of names."""
    error.__cause__ = cause
    found = connection_error(error, host="feeds.example")
    assert found.kind == kind
    assert words in str(found)
    assert "feeds.example" in str(found)
