"""The main job on real feed files: every feed answers or is classified, nothing is sent twice.

    python -m bench.main_job --data DIR [--json out.json]

serves the feed files of DIR/feeds-fastfeedparser-benchmark (the archive and news/) on 127.0.0.1 with
ETag and Last-Modified, runs ``monitor run --once`` over all of them twice, and compares the entries
found with feedparser's own count.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import cast

import feedparser

from tests.servers.feeds import FeedServer

_SET = "feeds-fastfeedparser-benchmark"
_LAST_MODIFIED = "Tue, 17 Feb 2026 08:00:00 GMT"
_WATCHES = """
terms:
  frequent: {title: Frequent words, any: ["China", "Kazakhstan", "Russia", "Linux", "Apple", "AI"]}
watches:
  frequent: {title: Frequent words, query: "@frequent"}
"""


@dataclass(slots=True)
class Findings:
    """What the two runs came to."""

    feeds: int = 0
    expected_entries: int = 0
    first: dict[str, object] = field(default_factory=dict)
    second: dict[str, object] = field(default_factory=dict)
    first_seconds: float = 0.0
    second_seconds: float = 0.0
    second_requests: int = 0
    second_conditional: int = 0
    digests_on_disk: tuple[int, int] = (0, 0)

    def problems(self) -> list[str]:
        """Name what falls short of the rules."""
        found = int(str(self.first["entries"]))
        failed = cast("dict[str, dict[str, str]]", self.first["failed"])
        rules = {
            f"entries {found} of {self.expected_entries}": found >= 0.995 * self.expected_entries,
            "every feed answers or is classified": all(row["kind"] for row in failed.values()),
            "the second run asks conditionally": self.second_requests == self.second_conditional,
            "the second run finds nothing new": self.second["new_entries"] == 0,
            "the second run sends nothing": self.digests_on_disk[0] == self.digests_on_disk[1],
            "the first run sends": self.digests_on_disk[0] > 0,
        }
        return [rule for rule, holds in rules.items() if not holds]


def bodies(data: Path) -> Iterator[tuple[str, bytes]]:
    """Read the feed files: unpacked ones and those in the archive."""
    folder = data / _SET
    for file in sorted((folder / "news").iterdir()):
        if file.suffix != ".tsv":
            yield file.name, file.read_bytes()
    with tarfile.open(folder / "other-178-feeds.tar.xz") as archive:
        for member in archive:
            file_object = archive.extractfile(member) if member.isfile() else None
            if file_object is not None:
                yield Path(member.name).name, file_object.read()


def measure(feeds: dict[str, bytes], room: Path) -> Findings:
    """Serve the feeds and run the program on them, twice."""
    findings = Findings(feeds=len(feeds))
    for body in feeds.values():
        findings.expected_entries += len(feedparser.parse(body).entries)
    with FeedServer() as server:
        for name, body in feeds.items():
            etag = f'"{sha256(body).hexdigest()[:16]}"'
            server.serve(f"/{name}", body, etag=etag, last_modified=_LAST_MODIFIED)
        _write_config(room, server, feeds)
        findings.first, findings.first_seconds = _run_once(room)
        before = len(server.requests)
        told = _told(room)
        findings.second, findings.second_seconds = _run_once(room)
        requests = server.requests[before:]
        findings.second_requests = len(requests)
        findings.second_conditional = sum("if-none-match" in r.headers for r in requests)
        findings.digests_on_disk = (told, _told(room))
    return findings


def _write_config(room: Path, server: FeedServer, feeds: dict[str, bytes]) -> None:
    rows = "\n".join(f"  - {{id: f-{n}, title: {name}, url: {server.url('/' + name)}}}"
                     for n, name in enumerate(feeds))  # fmt: skip
    text = f"""contact: mailto:bench@example.org
polling: {{baseline: 365d, host_gap: 0s, max_entries: 5000, deadline: 120s, max_bytes: 30MiB}}
network: {{allow: [127.0.0.0/8]}}
channels: {{page: {{type: file, folder: digests}}}}
digests: {{daily: {{at: ["08:00"], limit: 1000}}}}
feeds:
{rows}
{_WATCHES}"""
    (room / "feeds.yaml").write_text(text, encoding="utf-8")


def _run_once(room: Path) -> tuple[dict[str, object], float]:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "run", "--once", "--json"],
        cwd=room, env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"monitor run --once ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout), time.perf_counter() - began


def _told(room: Path) -> int:
    """Count the digests written, by name: the page "latest" is a copy."""
    return len([f for f in room.glob("digests/*.json") if not re.search("latest", f.name)])


def main() -> None:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("MONITOR_DATA"), required=False)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.data is None:
        sys.exit("Say where the feed files are: --data DIR or MONITOR_DATA.")
    with tempfile.TemporaryDirectory() as room:
        findings = measure(dict(bodies(Path(arguments.data))), Path(room))
    print(json.dumps(asdict(findings), indent=2, ensure_ascii=False))
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(findings), indent=2), encoding="utf-8")
    if problems := findings.problems():
        sys.exit("falls short: " + "; ".join(problems))


if __name__ == "__main__":
    main()
