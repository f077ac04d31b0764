"""Web addresses: which may be shown, and which mean the same article."""

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from monitor.text.wrapped import wrapped_target

_MAX_LENGTH = 8192
_EDGES = "".join(map(chr, range(0x21)))  # browsers drop these around an address
_BREAKS = re.compile(r"[\t\r\n]")
_HOST = re.compile(r"[\w.-]+|\[[0-9a-fA-F:.]+\]")
# An address that nothing has to be done to: most are like this, and the checks cost ten times as much.
_PLAIN = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(?:/[A-Za-z0-9._~/-]*)?(?:\?[A-Za-z0-9._~/=&-]*)?"
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\"<>\\^`{|}\u2028\u2029\ud800-\udfff]")
_DEFAULT_PORTS = {"http": 80, "https": 443}

# Parameters that tell the publisher where a reader came from, never which article it is (F28).
_TRACKER = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|at|hsa|fb|_hs|oly|vero|ns|ga)_\w+"
    r"|[a-z]{1,3}clid|yclid|ysclid|gclsrc|dclid|msclkid|twclid|ttclid|gbraid|wbraid|gad_source|srsltid"
    r"|mc_[ce]id|_hsenc|_hsmi|hsctatracking|mkt_tok|igshid|igsh|_ga|_gl|_openstat|wt_mc|wt_zmc|xtor"
    r"|maca|ocid|smid|cmp|cmpid|ito|ftag|guccounter|guce_referrer\w*|__twitter_impression|rb_clickid"
    r"|traffic_source|spm|wickedid|s_cid|feed_id_rss",
    re.IGNORECASE,
)
_ORIGIN = re.compile(r"(?:ref|referrer|source|src|from|via|feed|partner|medium)", re.IGNORECASE)
_FEED_VALUE = re.compile(r"(?:.*[-_])?(?:rss\d?|feed|atom|feedburner)(?:[-_].*)?", re.IGNORECASE)
_AMP_PARAMETER = re.compile(r"amp(?:=(?:1|true)?)?|output_?type=amp", re.IGNORECASE)
_AMP_PATH = re.compile(r"^/amp(?=/.)|/amp/?$|\.amp(?=(?:\.html?)?$)|/index\.(?:html?|php)$")
_MIRROR_HOST = re.compile(r"^(?:(?:www\d?|m|amp|mobile|wap|pda)\.)+(?=[^.]+\.[^.]+)")
_DEEPEST = 4  # addresses inside addresses that are followed


def safe_url(url: str) -> str | None:
    """Return the address if it is absolute http or https and names no user, else None (F15, F17).

    What browsers drop (surrounding blanks, line breaks inside) is dropped, what breaks mail and
    HTML (blanks, quotes, angle brackets) is percent-encoded; nothing else changes.
    """
    if _PLAIN.fullmatch(url) and len(url) <= _MAX_LENGTH:
        return url
    trimmed = _BREAKS.sub("", url.strip(_EDGES))
    if len(trimmed) > _MAX_LENGTH or _web_parts(trimmed) is None:
        return None
    return _UNSAFE.sub(_percent_encoded, trimmed)


def canonical_url(url: str) -> str | None:
    """Return what stays the same however an article is linked; for identity, never to be shown (F28).

    Scheme, ``www.``/``m.``/``amp.`` hosts, ports by default, trackers, order of parameters, percent-encoding,
    a slash or ``index.html`` at the end and the fragment do not count; a fragment that routes
    (``#!/news/1``) does. What an archive, a cache or a redirect carries stands for it.
    None where ``safe_url`` gives None.
    """
    parts = _innermost(url)
    if parts is None:
        return None
    kept = SplitResult(
        scheme=_canonical_scheme(parts),
        netloc=_canonical_netloc(parts),
        path=_plain_path(parts.path),
        query="&".join(_telling_parameters(parts.query)),
        fragment=parts.fragment if parts.fragment.startswith(("!", "/")) else "",
    )
    address = urlunsplit(kept)
    if not kept.query and "/." not in kept.path and _PLAIN.fullmatch(address):
        return address
    return canonicalize_url(address, keep_fragments=True)


def host_of(url: str) -> str:
    """Return the host in lower case, without port; empty if the address has none."""
    try:
        return urlsplit(url.strip(_EDGES)).hostname or ""
    except ValueError:
        return ""


def _web_parts(url: str) -> SplitResult | None:
    """Split an absolute http(s) address; None for all that a browser might read otherwise."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or not parts.hostname:
        return None
    return parts if _HOST.fullmatch(_without_port(parts.netloc)) else None


def _innermost(url: str) -> SplitResult | None:
    """Follow addresses that carry another; the last one that is an address of the web."""
    safe = safe_url(url)
    parts = _web_parts(safe) if safe else None
    for _ in range(_DEEPEST):
        target = wrapped_target(parts) if parts else None
        safe = safe_url(target) if target else None
        inner = _web_parts(safe) if safe else None
        if inner is None:
            break
        parts = inner
    return parts


def _plain_path(path: str) -> str:
    """Drop what marks the page for phones and the file that a folder stands for."""
    path = path.rstrip("/")
    while (plain := _AMP_PATH.sub("", path).rstrip("/")) != path:
        path = plain
    return path or "/"


def _without_port(netloc: str) -> str:
    return re.sub(r":\d*$", "", netloc)


def _percent_encoded(match: re.Match[str]) -> str:
    encoded = match.group().encode("utf-8", "replace")
    return "".join(f"%{byte:02X}" for byte in encoded)


def _canonical_scheme(parts: SplitResult) -> str:
    return "https" if _has_default_port(parts) else parts.scheme


def _canonical_netloc(parts: SplitResult) -> str:
    host = _MIRROR_HOST.sub("", _without_port(parts.netloc).lower().rstrip("."))
    return host if _has_default_port(parts) else f"{host}:{parts.port}"


def _has_default_port(parts: SplitResult) -> bool:
    return parts.port in (None, _DEFAULT_PORTS[parts.scheme])


def _telling_parameters(query: str) -> list[str]:
    return [pair for pair in query.split("&") if pair and not _is_tracker(pair)]


def _is_tracker(pair: str) -> bool:
    name, _, value = pair.partition("=")
    if _TRACKER.fullmatch(name) or _AMP_PARAMETER.fullmatch(pair):
        return True
    return bool(_ORIGIN.fullmatch(name) and _FEED_VALUE.fullmatch(value))
