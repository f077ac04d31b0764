"""One POST to a secret address: bounded in time and size, never redirected, never named in full."""

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from monitor.errors import DeliveryError, FetchError
from monitor.model.outbox import Secret
from monitor.text.clean import one_line
from monitor.text.urls import host_of

BODY_LIMIT = 64 * 1024  # of the answer (W10)
_BODY_TIME = 5.0  # seconds for the answer's body, once its status is known
_LONGEST_WAIT = timedelta(hours=24)  # of a Retry-After
# A kept connection may just be closing as it is used again, which would look like an unknown outcome.
_HEADERS = {"Accept-Encoding": "identity", "Connection": "close"}
# The request cannot have been taken: it never left.
_UNSENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answered; ``body`` is cut at 64 KB, or where the connection broke."""

    status: int
    body: str
    retry_after: timedelta | None = None


async def post(
    client: httpx.AsyncClient,
    url: Secret,
    content: bytes,
    *,
    headers: Mapping[str, str],
    deadline: timedelta,
    now: datetime,
) -> Reply:
    """Send ``content`` once. Raises DeliveryError if no status came back; a status is never an error here.

    ``unknown`` is set if the request may have been taken. Texts name the receiver's host and a short
    print of the address, never the address (S16, X23).
    """
    name = redacted(url)
    try:
        async with (
            asyncio.timeout(deadline.total_seconds()),
            client.stream(
                "POST",
                url.reveal(),
                content=content,
                headers={**_HEADERS, **headers},
                follow_redirects=False,
                timeout=deadline.total_seconds(),
            ) as response,
        ):
            body = await _body(response)
            wait = retry_after(response.headers.get("Retry-After"), now)
            return Reply(response.status_code, body, wait)
    except httpx.InvalidURL:
        # The error quotes the address, so it is not chained.
        raise DeliveryError(f"The address at {name} is not valid.", scope="channel") from None
    except _UNSENT as error:
        raise DeliveryError(f"{name} cannot be reached: {_why(error)}.") from error
    except FetchError as error:
        raise DeliveryError(f"{name} cannot be reached: {_why(error)}.") from error
    except TimeoutError as error:
        seconds = deadline.total_seconds()
        raise DeliveryError(f"{name} gave no answer in {seconds:g} s.", unknown=True) from error
    except httpx.HTTPError as error:
        raise DeliveryError(f"{name} broke off: {_why(error)}.", unknown=True) from error


async def _body(response: httpx.Response) -> str:
    """Read the answer's body; what follows a status cannot take the status back."""
    read = bytearray()
    with contextlib.suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(_BODY_TIME):
            async for chunk in response.aiter_raw():
                read += chunk
                if len(read) >= BODY_LIMIT:
                    break
    return bytes(read[:BODY_LIMIT]).decode("utf-8", "replace")


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header, seconds or a date; None if absent or unreadable, at most a day."""
    if not value:
        return None
    text = value.strip()
    if text.isdecimal() and text.isascii():
        return min(timedelta(seconds=int(text[:9])), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(at - now, timedelta()), _LONGEST_WAIT)


def redacted(url: Secret) -> str:
    """Name a secret address by its host and eight characters of its hash (X23)."""
    address = url.reveal()
    print_ = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{host_of(address) or 'an address without host'} (#{print_})"


def _why(error: Exception) -> str:
    return one_line(str(error), 200).rstrip(".") or type(error).__name__
