"""Where a request may go, and what an answer may do (X1-X10)."""

import ast
import gzip
import tracemalloc
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import monitor
from monitor.errors import FetchKind
from monitor.fetch.guard import Address
from tests.servers.feeds import chunk, head
from tests.servers.hostile.rules import elsewhere, rule
from tests.servers.hostile.site import BODY, Site

MIB = 1024 * 1024


async def _kinds(site: Site, *urls: str) -> set[FetchKind | str]:
    feeds = [site.feed(f"feed-{number}", url=url) for number, url in enumerate(urls)]
    await site.start(*feeds)
    polls = [await site.poll(feed.id) for feed in feeds]
    return {poll.error.kind if poll.error else "none" for poll in polls}


@rule("X1", "http and https only, no passwords in URLs, no other services' ports")
async def _x1(site: Site) -> str:
    site.options["allow"] = []
    urls = ["file:///etc/passwd", "gopher://h.example/", "http://u:p@h.example/",
            "http://93.184.216.34:25/", "http://93.184.216.34:22/"]  # fmt: skip
    assert await _kinds(site, *urls) == {"blocked"}
    return "file:, gopher:, user:password@, :25, :22: nothing sent"


@rule("X2", "a name is resolved once, every address checked, and again at each redirect")
async def _x2(site: Site) -> str:
    answers = [["127.0.0.1"], ["10.0.0.1"], ["127.0.0.1", "10.0.0.1"]]

    async def resolve(host: str, port: int) -> Sequence[Address]:
        return [ip_address(text) for text in answers.pop(0)]

    site.options["resolve"] = resolve
    close = ("Connection", "close")
    site.server.serve("/feed", status=302, headers=[("Location", "/inner"), close])
    url = site.server.url(host="feeds.example")
    assert await _kinds(site, url) == {"blocked"}  # rebound between two hops
    assert await _kinds(site, url) == {"blocked"}  # one bad address among two
    assert len(site.server.requests) == 1
    return "a name that turned inward at the redirect, and one with two faces: not dialled"


elsewhere(
    "X3",
    "special-purpose addresses are refused, embedded ones too",
    "tests/fetch/test_guard.py::test_special_addresses_are_refused",
)


@rule("X4", "odd spellings are judged by what they mean")
async def _x4(site: Site) -> str:
    site.options["allow"] = []
    hosts = ["127.1", "0x7f000001", "2130706433", "localhost.", "[::ffff:127.0.0.1]", "0"]
    kinds = {host: await _kinds(site, site.server.url(host=host)) for host in hosts}
    assert set().union(*kinds.values()) <= {"blocked", "dns"}, kinds
    assert site.server.requests == []
    return f"{', '.join(hosts)}: nothing sent"


elsewhere(
    "X5",
    "proxies of the environment are not used",
    "tests/fetch/test_transport.py::test_proxies_of_the_environment_are_not_used",
)


@rule("X6", "packed answers are bounded while they are unpacked")
async def _x6(site: Site) -> str:
    bomb = gzip.compress(bytes(200 * MIB))
    packings = {"bomb": ("gzip", bomb), "stack": ("gzip, gzip", gzip.compress(bomb)),
                "br": ("br", bytes(317)), "zstd": ("zstd", bytes(317)),
                "stump": ("gzip", gzip.compress(BODY)[:-3])}  # fmt: skip
    for name, (coding, body) in packings.items():
        site.server.serve(f"/{name}", body, headers=[("Content-Encoding", coding)])
    del bomb
    tracemalloc.start()
    try:
        kinds = await _kinds(site, *(site.server.url(f"/{name}") for name in packings))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert kinds == {"too-large", "encoding"}
    assert peak < 32 * MIB
    return f"200 MiB in gzip, stacked, br, zstd, a stump: refused, {peak / MIB:.0f} MiB at most"


@rule("X7", "heads, lengths and streams are bounded")
async def _x7(site: Site) -> str:
    site.server.raw("/many", head(200, [("X", "1")] * 120))
    site.server.raw("/long", head(200, [("X", "1" * 90_000)]))
    site.server.raw("/flood", b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 40_000)
    site.server.raw("/huge", head(200, [("Content-Length", "10" + "0" * 12)]))
    site.server.endless("/endless")
    site.server.raw("/short", head(200, [("Content-Length", "999")]), BODY)
    site.server.raw("/open", head(200, [("Transfer-Encoding", "chunked")]), chunk(BODY))
    paths = ("/many", "/long", "/flood", "/huge", "/endless", "/short", "/open")
    kinds = await _kinds(site, *map(site.server.url, paths))
    assert kinds == {"too-large", "connect"}
    assert await site.entries() == 0
    return "120 headers, 90 kB of them, 10 TB announced, an endless stream, two stumps: no entry"


@rule("X8", "redirects are ours: each hop is judged anew")
async def _x8(site: Site) -> str:
    inner = ["http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]:8080/"]
    for number, target in enumerate(inner):
        site.server.redirect(f"/{number}", target)
    urls = [site.server.url(f"/{number}") for number in range(len(inner))]
    assert await _kinds(site, *urls) == {"blocked"}
    return f"to {', '.join(inner)}: not followed"


elsewhere(
    "X9",
    "TLS 1.2 or newer, always verified",
    "tests/fetch/test_transport.py::test_certificates_are_verified",
    "tests/fetch/test_transport.py::test_old_tls_is_not_spoken",
)


def _http_imports(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    roots = {"httpx", "h11", "aiohttp", "requests", "urllib3", "http.client", "urllib.request"}
    return names & roots


@rule("X10", "one door to the web: requests are made beneath our guard only")
async def _x10(site: Site) -> str:
    package = Path(monitor.__file__).parent
    doors: dict[str, set[str]] = {}
    for file in package.rglob("*.py"):
        for name in _http_imports(file.read_text(encoding="utf-8")):
            doors.setdefault(name, set()).add(file.relative_to(package).parts[0])
    assert doors == {"httpx": {"fetch", "deliver"}, "h11": {"fetch"}}
    return (
        "httpx in fetch/ and deliver/ over the guarded transport, h11 beneath it; no other client"
    )
