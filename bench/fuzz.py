"""Millions of broken bodies through the parser: no crash, no hang.

    python -m bench.fuzz --inputs 1000000 [--seed 1] [--processes 2] [--json out.json]

Each input is a feed of ``tests/data`` or one of the tricky bodies below, mutated: bytes and whole
passages put in, taken out, doubled or swapped with those of another, and the outcome encoded, labelled
or cut in some other way. An input fails if anything but ParseError comes out, if keys repeat, if it takes
over two seconds of CPU, or if the quick reader gives anything else than feedparser does. A failure is told by its
number, with which ``--only`` makes it again; ``--keep`` adds it to ``tests/data/fuzz``, a test from then on.
"""

import argparse
import json
import multiprocessing
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from monitor.errors import ParseError
from monitor.parse import UnfitError, parse_feed
from monitor.parse.detect import without_preface
from monitor.parse.encoding import decode_body
from monitor.parse.raw import FAILURES
from tests.parse.differential import Finished, both

TESTS = Path(__file__).parent.parent / "tests" / "data"
_SLOW = 2.0  # seconds
_LARGEST = 8_000
_CHUNK = 1000
_HUNG = 300  # seconds of CPU for a chunk
_ENCODINGS = (
    "utf-8", "utf-8", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1251", "koi8_r", "gb18030",
    "big5", "iso8859_5", "cp866", "latin-1", "iso2022_jp", "hz", "shift_jis", "euc_kr", "kz1048", "utf-7",
)  # fmt: skip
_LABELS = (
    "", "utf-8", "windows-1251", "koi8-r", "gbk", "gb2312", "big5", "iso-8859-1", "us-ascii", "utf-16", "utf-7",
    "iso-2022-jp", "hz-gb-2312", "x-user-defined", "cp1251", "utf8", "base64", "rot13", "idna", "unicode_escape", "\x00", "é",
)  # fmt: skip
_TOKENS = [
    token.encode()
    for token in (
        "<", ">", "&", "]]>", "<![CDATA[", "<!--", "-->", "<?", "?>", "&#0;", "&#xD800;", "&#x110000;", "&amp;lt;", "&nbsp;",
        "\x00", "\ufeff", "\ufffe", "\u202e", "\u2028", "\u200d", "́", "𝔘", "<item>", "</item>", "<entry>", "</entry>",
        "<title>", "</title>", "<channel>", "</rss>", "</feed>", "<link>", "<guid>", "<content type='xhtml'>", "<content:encoded>",
        "<!DOCTYPE rss [", "<!ENTITY a 'b'>", "<!ENTITY % p SYSTEM 'file:///x'>", "&a;", "xml:base='//x'", "xml:lang=''",
        "<media:group>", "<svg>", "<math>", "<table>", "<script>", "<a href='javascript:x'>", "<dc:date>", "<pubDate>",
        "9999-12-31T23:59:60-12:00", "Mon, 32 Foo 99999 25:61:61 +9999", "2023年13月45日", "1e999", "-1", "NaN", "null", "{", "}", "[", "]",
        '"', "'", '"items":[', "https://[::1", "http://x:99999/", "//", "data:text/html,x", "<html>", "<urlset>", "<news:title>", "encoding='",
    )
] + [b"\xff", b"\xc3", b"\xe2\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1b$B", b"~{", b"\xfe\xff", b"\xff\xfe"]  # fmt: skip
_TRICKY = (
    b"", b"null", b"[[[[", b"<rss><channel><item>", b"<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>",
    b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><item rdf:about='a'/></rdf:RDF>",
    (b"<rss xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:media='http://search.yahoo.com/mrss/'><channel><item>"
    b"<itunes:keywords>a,b</itunes:keywords><media:group><media:title>t</media:title></media:group></item></channel></rss>"),
    (b"<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://x.example/</loc>"
    b"<n:news><n:title>t</n:title><n:publication_date>2026-01-01</n:publication_date></n:news></url></urlset>"),
    b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"content_html":"<p>x"}]}',
)  # fmt: skip


class DifferenceError(Exception):
    """The quick reader gives something else than feedparser."""


@dataclass
class Tally:
    """What some inputs came to."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list)


def corpus() -> list[bytes]:
    """Read what is mutated: golden feeds, tricky bodies, and inputs that once failed."""
    kept = [*TESTS.glob("feeds/*/feed.xml"), *TESTS.glob("fuzz/*")]
    return [*(path.read_bytes()[:_LARGEST] for path in sorted(kept)), *_TRICKY]


def mutated(number: int, seed: int, bodies: Sequence[bytes]) -> tuple[bytes, str]:
    """Make one input, the same for the same numbers: a body and its content type."""
    dice = random.Random(f"{seed}:{number}")
    body = bytearray(dice.choice(bodies))
    for _ in range(dice.choice((0, 1, 1, 2, 3, 5, 8))):
        _mutate(body, dice, bodies)
    return _labelled(bytes(body), dice), f"text/xml; charset={dice.choice(_LABELS)}"


def _mutate(body: bytearray, dice: random.Random, bodies: Sequence[bytes]) -> None:
    start = dice.randint(0, len(body))
    end = min(len(body), start + dice.choice((0, 1, 2, 8, 60, 400)))
    other = dice.choice(bodies)
    at = dice.randint(0, len(other))
    body[start:end] = dice.choice(
        (
            b"",
            dice.choice(_TOKENS),
            dice.choice(_TOKENS) * dice.choice((2, 30)),
            body[start:end] * 3,
            dice.randbytes(dice.randint(1, 6)),
            other[at : at + dice.choice((4, 40, 400))],
            bytes(body[start:end][::-1]),
        )
    )


def _labelled(body: bytes, dice: random.Random) -> bytes:
    """Encode a body another way, name it another way, or cut it."""
    choice = dice.random()
    if choice < 0.25:
        text = body.decode("utf-8", "replace")
        body = text.encode(dice.choice(_ENCODINGS), "replace")
    if choice < 0.4:
        label = dice.choice(_LABELS).encode()
        body = body.replace(b'encoding="utf-8"', b'encoding="' + label + b'"', 1)
    if choice > 0.9:
        body = body[: dice.randint(0, len(body))]
    return body[: 2 * _LARGEST]


def outcome(body: bytes, content_type: str) -> str:
    """Parse one input; raises whatever must not come out of the parser."""
    decode_body(body, content_type)
    try:
        parsed = parse_feed(body, feed_id="f", url="https://x.example/f", content_type=content_type)
    except ParseError as error:
        return error.kind
    if not (parsed.truncated or body.lstrip()[:1] in (b"{", b"[")):
        _compare(without_preface(decode_body(body, content_type)))
    keys = [entry.key for entry in parsed.entries]
    assert len(keys) == len(set(keys)), "two entries have one key"  # noqa: S101
    return "entries" if keys else "no entries"


def _compare(text: str) -> None:
    """Hold the quick reader against feedparser where both read the text and feedparser does not fail."""
    with suppress(UnfitError, ParseError, *FAILURES):
        quick, tolerant = both(text)
        if quick != tolerant:
            raise DifferenceError(_first_difference(quick, tolerant))


def _first_difference(quick: Finished, tolerant: Finished) -> str:
    pairs = zip((*quick[:4], *quick[4]), (*tolerant[:4], *tolerant[4]), strict=False)
    return next((f"{ours!r} for {theirs!r}" for ours, theirs in pairs if ours != theirs), "entries")


def measure(numbers: Sequence[int], seed: int, bodies: Sequence[bytes]) -> Tally:
    """Parse the inputs of these numbers."""
    signal.setitimer(signal.ITIMER_PROF, _HUNG)  # ends this process, whatever it is busy with
    tally = Tally(inputs=len(numbers))
    for number in numbers:
        body, content_type = mutated(number, seed, bodies)
        start = time.process_time()
        try:
            tally.outcomes[outcome(body, content_type)] += 1
        except Exception:  # noqa: BLE001  # what we look for
            tally.failures.append(f"{number}: {traceback.format_exc(limit=-3)}")
        spent = time.process_time() - start
        tally.slowest = max(tally.slowest, spent)
        if spent > _SLOW:
            tally.failures.append(f"{number}: {spent:.1f} s")
    signal.setitimer(signal.ITIMER_PROF, 0)
    return tally


def run(inputs: int, seed: int, processes: int) -> Tally:
    """Parse so many inputs in so many processes."""
    whole = Tally()
    bodies = corpus()
    chunks = [range(start, min(start + _CHUNK, inputs)) for start in range(0, inputs, _CHUNK)]
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        started = {pool.submit(measure, chunk, seed, bodies): chunk for chunk in chunks}
        for done, future in enumerate(as_completed(started), 1):
            try:
                _add(whole, future.result())
            except Exception as error:  # noqa: BLE001  # a process that died takes the pool with it
                whole.failures.append(f"hung or crashed near {started[future]}: {error!r}")
            if done % 50 == 0:
                print(f"{whole.inputs:,} inputs, {len(whole.failures)} failures", flush=True)
    return whole


def _add(whole: Tally, part: Tally) -> None:
    whole.inputs += part.inputs
    whole.outcomes.update(part.outcomes)
    whole.slowest = max(whole.slowest, part.slowest)
    whole.failures.extend(part.failures)


def _keep(failures: Sequence[str], seed: int) -> None:
    """Write the inputs that failed where the tests find them."""
    bodies = corpus()
    for failure in failures:
        number = failure.split(":")[0]
        if number.isdigit():
            (TESTS / "fuzz").mkdir(exist_ok=True)
            (TESTS / "fuzz" / f"{seed}-{number}").write_bytes(mutated(int(number), seed, bodies)[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, print what came of it, keep what failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int, help="make one input again and show what it does")
    parser.add_argument("--keep", action="store_true", help="keep inputs that fail as test data")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    if options.only is not None:
        body, content_type = mutated(options.only, options.seed, corpus())
        print(content_type, body, outcome(body, content_type), sep="\n")
        return
    start = time.monotonic()
    tally = run(options.inputs, options.seed, options.processes)
    figures = {
        "inputs": tally.inputs,
        "outcomes": dict(tally.outcomes.most_common()),
        "slowest": round(tally.slowest, 2),
        "failures": tally.failures,
        "seed": options.seed,
        "seconds": round(time.monotonic() - start),
    }
    print(json.dumps(figures, indent=2))
    if options.keep:
        _keep(tally.failures, options.seed)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    raise SystemExit(bool(tally.failures))


if __name__ == "__main__":
    main()
