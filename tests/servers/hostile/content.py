"""What an answer holds, from the parser to the reader (X11-X21)."""

import time

from tests.servers.hostile.rules import elsewhere, rule
from tests.servers.hostile.site import Site
from tests.test_docs import COMMANDS

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;">' % (c, c - 1, c - 1) for c in range(98, 123))
    + b"]><rss><channel><title>&z;</title></channel></rss>"
)
FILE = (
    b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<rss><channel><title>&x;</title><item><title>&x;</title></item></channel></rss>"
)
SCRIPTS = [
    "&lt;script&gt;alert(1)&lt;/script&gt;River", "&lt;img src=x onerror=alert(1)&gt;River",
    "&lt;svg onload=alert(1)&gt;&lt;style&gt;x{}&lt;/style&gt;River",
    "&lt;math&gt;&lt;mi xlink:href='javascript:1'&gt;River",
]  # fmt: skip


@rule("X11", "entities that grow or reach for files are refused before parsing")
async def _x11(site: Site) -> str:
    site.server.serve("/laughs", LAUGHS)
    site.server.serve("/file", FILE)
    await site.start(site.feed("laughs", "/laughs"), site.feed("file", "/file"))
    began = time.process_time()
    verdicts = {(await site.poll(name)).verdict for name in ("laughs", "file")}
    spent = time.process_time() - began
    assert verdicts == {"failed"}
    assert spent < 1
    return f"billion laughs and file:///etc/passwd: refused in {spent * 1000:.0f} ms of CPU"


elsewhere(
    "X12",
    "parsing runs in a process that can be killed",
    "tests/jobs/test_processes.py::test_a_call_that_hangs_is_killed_and_others_go_on",
)


@rule("X13", "a body that looks like a path or a URL is not opened")
async def _x13(site: Site) -> str:
    for number, body in enumerate([b"/etc/hostname", site.server.url("/bait").encode()]):
        site.server.serve(f"/{number}", body)
        await site.start(site.feed(f"feed-{number}", f"/{number}"))
        assert (await site.poll(f"feed-{number}")).verdict == "failed"
    assert not [request for request in site.server.requests if request.path == "/bait"]
    return "body /etc/hostname, body http://…/bait: no feed, nothing opened"


async def _texts(site: Site) -> list[str]:
    rows = "".join(
        f"<item><guid>{n}</guid><title>{text} {n}</title><link>javascript:alert({n})</link>"
        f"<description>{text}</description></item>"
        for n, text in enumerate(SCRIPTS)
    )
    body = f"<rss version='2.0'><channel><title>x</title>{rows}</channel></rss>".encode()
    site.server.serve("/feed", body)
    await site.start()
    await site.poll()
    stored = [each.entry for each in await site.store.entries(since=None, limit=10)]
    assert len(stored) == len(SCRIPTS)
    assert {entry.url for entry in stored} == {None}
    return [text for entry in stored for text in (entry.title, entry.text)]


@rule("X14", "publishers' markup ends at the parser: only plain text is kept")
async def _x14(site: Site) -> str:
    texts = await _texts(site)
    assert not any("<" in text or "alert" in text for text in texts), texts
    return "script, onerror, onload, javascript: in title, text and link: plain words left"


@rule("X15", "svg, math and style leave nothing behind, so there is nothing to sanitise")
async def _x15(site: Site) -> str:
    texts = await _texts(site)
    assert not any("xlink" in text or "x{" in text for text in texts), texts
    return "svg, math, style: only the words around them"


elsewhere(
    "X16",
    "templates escape every variable for their medium",
    "tests/digest/test_render.py::test_escaping_in_every_variable",
)
elsewhere(
    "X17",
    "an address that is no web address is no link",
    "tests/digest/test_render.py::test_hostile_addresses",
    "tests/digest/test_compose.py::test_unsafe_address_is_no_link",
)
elsewhere(
    "X18",
    "the operator's templates run in a sandbox",
    "tests/digest/test_render.py::test_broken_overlay",
)
elsewhere(
    "X19",
    "queries stay cheap on hostile text",
    "tests/match/test_positions.py::test_hostile_queries_are_cheap",
    "tests/match/test_properties.py::test_hostile_text_is_cheap",
)
elsewhere(
    "X20",
    "no control sequence reaches the terminal",
    "tests/deliver/test_terminal.py::test_controls_are_stripped",
)


@rule("X21", "nothing is written for spreadsheets, where text may turn into formulas")
async def _x21(site: Site) -> str:
    commands = COMMANDS.values()
    words = {word for each in commands for option in each.params for word in option.opts}
    assert "--json" in words
    assert not words & {"--csv", "--tsv", "--xlsx", "--markdown"}
    return "no command has such an output; tables are text, the rest is JSON"
