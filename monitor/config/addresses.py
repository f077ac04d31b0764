"""Readers of URLs, mail addresses, hosts and header fields."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from monitor.config.values import IpNetwork, refuse, shorten, text

_HOST_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?", re.ASCII)
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_NAMED_ADDRESS = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<address>[^<>]+)>")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OWN_HEADERS = frozenset(
    ["host", "content-length", "content-type", "transfer-encoding", "connection", "te", "upgrade"]
)
_EXAMPLES = ("example.org", "example.com", "example.net", "example", "invalid", "test")
_MAX_URL = 4096
_ODD_IN_URL = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]")


def host_name(value: object) -> str:
    """Read a host's name or address, without scheme and port."""
    word = text(value)
    if "://" in word or "/" in word:
        raise refuse(f"'{shorten(word)}' is a URL, not a host", "Write only the host's name.")
    if not is_host(word):
        mend = "Write a name such as smtp.example.org; the port has its own key."
        raise refuse(f"'{shorten(word)}' is no name of a host", mend)
    return word


def is_host(word: str) -> bool:
    """Tell whether this is an IP address or a well-formed name; international names count (E9)."""
    try:
        ipaddress.ip_address(word.strip("[]"))
    except ValueError:
        pass
    else:
        return True
    if len(word) > 253:
        return False
    try:
        ascii_name = word.removesuffix(".").encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return all(_HOST_LABEL.fullmatch(label) for label in ascii_name.split("."))


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its very name or address; nothing is resolved."""
    bare = host.strip("[]").casefold().removesuffix(".")
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def is_barred(host: str, allowed: Iterable[IpNetwork]) -> bool:
    """Tell whether a host is by its very name or address private and in no allowed network."""
    bare = "127.0.0.1" if is_loopback(host) and ":" not in host else host.strip("[]")
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return not address.is_global and not any(address in network for network in allowed)


def web_url(value: object) -> str:
    """Read an absolute http or https URL without userinfo, on port 80, 443 or 1024 and up (X1)."""
    word = text(value)
    if len(word) > _MAX_URL:
        raise refuse(f"the URL has more than {_MAX_URL} characters", "Copy the URL anew.")
    if odd := _ODD_IN_URL.search(word):
        shown = "a blank" if odd.group().isspace() else odd.group()
        raise refuse(
            f"the URL holds {shown}", "Copy the URL anew; special characters are %-encoded."
        )
    try:
        parts = urlsplit(word)
        port = parts.port
    except ValueError as error:
        raise refuse("the host or port of this URL cannot be read", "Copy the URL anew.") from error
    _check_parts(word, parts)
    if port is not None and port not in (80, 443) and not 1024 <= port <= 65535:
        raise refuse(f"port {port} is not for the web", "Use port 80, 443 or one from 1024 up.")
    return word


def _check_parts(word: str, parts: SplitResult) -> None:
    if parts.scheme not in ("http", "https"):
        raise _bad_scheme(word, parts)
    if "@" in parts.netloc:
        mend = "A URL with access data belongs into no file; ask the publisher for an open one."
        raise refuse("the URL holds a user name or password", mend)
    if not parts.hostname or not is_host(parts.hostname):
        raise refuse(
            "the URL has no proper host", "Write one such as https://example.org/feed.xml."
        )


def _bad_scheme(word: str, parts: SplitResult) -> Exception:
    if parts.scheme in ("feed", "rss"):
        rest = word.partition(":")[2].removeprefix("//")
        mend = f"Write {rest}." if rest.startswith("http") else f"Write https://{rest}."
        return refuse(f"{parts.scheme}: is not fetched", mend)
    if not parts.scheme or "." in parts.scheme:
        host = re.split(r"[/:?#]", word)[0]
        mend = f"Write https://{word}." if is_host(host) and "@" not in word else ""
        return refuse("the URL does not begin with https:// or http://", mend)
    return refuse(f"{shorten(parts.scheme)}: is not fetched", "Only https and http URLs can be.")


def contact(value: object) -> str:
    """Read a ``mailto:`` or web URL under which publishers reach the operator (P23)."""
    word = text(value)
    if word.casefold().startswith("mailto:"):
        _check_address(word[len("mailto:") :])
        return word
    if re.match(r"https?://", word):
        return web_url(word)
    mend = f"Write mailto:{word}." if "@" in word else "Write mailto:you@your-desk.org."
    raise refuse("this is neither a mailto: nor a web address", mend)


def is_example(contact_url: str) -> bool:
    """Tell whether a contact is one of the names reserved for examples."""
    address = contact_url.casefold().removeprefix("mailto:")
    host = urlsplit(address).hostname if "://" in address else address.rpartition("@")[2]
    return any(host == name or (host or "").endswith(f".{name}") for name in _EXAMPLES)


def recipient(value: object) -> str:
    """Read one bare mail address; a non-ASCII local part is refused, few servers take it (E10)."""
    word = text(value)
    if "," in word or ";" in word:
        raise refuse("these are several addresses", "Make each an item of its own in the list.")
    if found := _NAMED_ADDRESS.fullmatch(word):
        raise refuse("a recipient is the address alone", f"Write {found['address']}.")
    return _check_address(word)


def sender(value: object) -> str:
    """Read ``Name <address>`` or an address; no line end can hide in it (E6)."""
    if isinstance(value, str) and re.search(r"[\r\n]", value.strip()):
        raise refuse("the sender holds a line end", "Write it on one line.")
    word = text(value)
    found = _NAMED_ADDRESS.fullmatch(word)
    _check_address(found["address"] if found else word)
    return word


def _check_address(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at:
        mend = "Write one such as desk@example.org."
        raise refuse(f"'{shorten(address)}' is no mail address", mend)
    if not local.isascii():
        mend = "Many servers refuse it (SMTPUTF8); use an address with plain letters before the @."
        raise refuse(f"'{shorten(address)}' has a letter before the @ that is not ASCII", mend)
    if len(local) > 64 or not _LOCAL_PART.fullmatch(local) or not is_host(domain):
        mend = "Write one such as desk@example.org."
        raise refuse(f"'{shorten(address)}' is no mail address", mend)
    return address


def header_name(value: object) -> str:
    """Read the name of an HTTP header that is not ours to send (W15)."""
    word = text(value)
    if not _HEADER_NAME.fullmatch(word):
        raise refuse(f"'{shorten(word)}' is no name of a header", "Write one such as X-Desk.")
    if word.casefold() in _OWN_HEADERS or word.casefold().startswith("webhook-"):
        raise refuse(f"the header {word} is set by the program itself", "Delete the line.")
    return word


def header_value(value: object) -> str:
    """Read the value of an HTTP header: printable ASCII on one line (W15)."""
    raw = value if isinstance(value, str) else text(value)
    if re.search(r"[\r\n\x00]", raw):
        raise refuse("the header holds a line end", "Write it on one line.")
    word = text(value)
    if not word.isascii():
        raise refuse("the header holds a letter that is not ASCII", "Use plain letters.")
    return word
