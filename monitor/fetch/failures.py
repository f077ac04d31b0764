"""Names what went wrong: statuses, broken connections, refused certificates."""

import errno
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import httpx

from monitor.errors import FetchError, FetchKind
from monitor.fetch.dial import BlockedError, UnresolvedError
from monitor.fetch.exchange import HeadTooLongError, HungUpError
from monitor.fetch.headers import retry_after

_KINDS: dict[int, FetchKind] = {
    401: "refused",
    403: "refused",
    404: "missing",
    410: "gone",
    429: "rate-limited",
}
_SENTENCES: dict[FetchKind, str] = {
    "refused": "does not let us in ({status}).",
    "missing": "has no such page (404). If that lasts, look up the feed's new URL.",
    "gone": "says that this feed is gone for good (410). It is not asked again until its URL is changed.",
    "rate-limited": "asks to be polled less often ({status}).",
    "challenge": "shows an anti-bot page instead of the feed ({status}). Ask the publisher to let the monitor in.",
    "http": "answers with status {status}.",
}
_WAF_ACTIONS = frozenset({"challenge", "captcha"})
# How asyncio waits during a handshake, and a line that goes dead: neither is a verdict on TLS.
_NO_VERDICTS = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError)
_OFFLINE = frozenset({errno.ENETUNREACH, errno.ENETDOWN})


def status_error(
    status: int, headers: Mapping[str, str], *, host: str, now: datetime
) -> FetchError:
    """Classify an answer that is neither a body, nor "not modified", nor a redirect."""
    wait = retry_after(headers, now)
    kind = _status_kind(status, headers, wait)
    what = f"{host} {_SENTENCES[kind].format(status=status)}"
    return FetchError(kind, what, status=status, retry_after=wait)


def is_challenge(headers: Mapping[str, str]) -> bool:
    """Tell an anti-bot page, whatever its status: Amazon's firewall sends one as 202 (P32)."""
    return (
        headers.get("cf-mitigated", "").lower() == "challenge"
        or headers.get("x-amzn-waf-action", "").lower() in _WAF_ACTIONS
    )


def _status_kind(status: int, headers: Mapping[str, str], wait: timedelta | None) -> FetchKind:
    if is_challenge(headers):
        return "challenge"
    if status == 503 and wait:
        return "rate-limited"
    return _KINDS.get(status, "http")


def connection_error(error: httpx.HTTPError, *, host: str) -> FetchError:
    """Classify an exception of httpx by what lies beneath it."""
    causes = [cause for cause in _causes(error) if not isinstance(cause, _NO_VERDICTS)]
    for cause in causes:
        if isinstance(cause, BlockedError):
            return FetchError("blocked", str(cause))
        if isinstance(cause, UnresolvedError):
            return FetchError("dns", str(cause))
        if isinstance(cause, ssl.SSLError) and isinstance(error, httpx.ConnectError):
            return FetchError("tls", f"{host}: {_tls_sentence(cause)}")
    if any(isinstance(cause, OSError) and cause.errno in _OFFLINE for cause in causes):
        return FetchError(
            "dns", f"{host} cannot be reached: this machine has no way to the network."
        )
    return _plain_error(error, host)


def _plain_error(error: httpx.HTTPError, host: str) -> FetchError:
    if isinstance(error, httpx.ConnectTimeout):
        return FetchError("connect", f"{host} does not answer the call.")
    if isinstance(error, httpx.ConnectError):
        return FetchError("connect", f"{host} does not take the connection.")
    if isinstance(error, httpx.NetworkError):
        return FetchError("connect", f"{host} broke the connection.")
    if isinstance(error, HungUpError):
        return FetchError("connect", f"{host} hung up before the whole answer was here.")
    if isinstance(error, HeadTooLongError):
        return FetchError("too-large", f"{host} sends more headers than can be right.")
    return FetchError("protocol", f"{host} gives an answer that breaks the rules of HTTP.")


def _tls_sentence(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not acceptable: {error.verify_message}."
    return f"no secure connection comes about ({error.reason or 'TLS failure'})."


def _causes(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__
