"""Other programs that poll feeds, each run as its users run it, over the same feeds."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_BARE = """
import asyncio, json, pathlib, sys, feedparser, httpx
kept = pathlib.Path(sys.argv[1])
etags = json.loads(kept.read_text()) if kept.exists() else {}
async def ask(client, places, url):
    async with places:
        answer = await client.get(url, headers={"If-None-Match": etags[url]} if url in etags else {})
    if answer.status_code == 200:
        feedparser.parse(answer.content)
        etags.pop(url, None)
        if "etag" in answer.headers:
            etags[url] = answer.headers["etag"]
async def main(urls):
    places = asyncio.Semaphore(20)
    async with httpx.AsyncClient() as client:
        await asyncio.gather(*(ask(client, places, url) for url in urls))
asyncio.run(main(pathlib.Path(sys.argv[2]).read_text().split()))
kept.write_text(json.dumps(etags))
"""
_READER = """
import pathlib, sys
from reader import make_reader
reader = make_reader(sys.argv[1])
urls = pathlib.Path(sys.argv[2]).read_text().split()
for url in urls:
    reader.add_feed(url, exist_ok=True)
if len(urls) == 1:
    reader.update_feed(urls[0])
else:
    reader.update_feeds(workers=10, scheduled=False)
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A program, with the command of one round over the URLs in a file."""

    name: str
    command: Sequence[str]  # {room} and {urls} are put in


def peers(home: Path | None) -> list[Peer]:
    """Give those that can run here; ``home`` is where those from the package index are put."""
    found = [
        Peer("bare httpx, feedparser", [sys.executable, "-c", _BARE, "{room}/etags", "{urls}"])
    ]
    if home is not None and _install(home):
        python = str(home / "bin" / "python")
        found += [
            Peer("reader 3.26", [python, "-c", _READER, "{room}/reader.db", "{urls}"]),
            Peer("rss2email", ["sh", "-c", _RSS2EMAIL.format(home=home)]),
        ]
    else:
        print("left out: reader and rss2email (give --peers DIR to install them there)")
    if shutil.which("newsboat"):
        command = [
            "newsboat",
            "-u",
            "{urls}",
            "-c",
            "{room}/cache",
            "-C",
            "/dev/null",
            "-x",
            "reload",
        ]
        found.append(Peer("newsboat", command))
    else:
        print("left out: newsboat (not installed)")
    return found


_RSS2EMAIL = (
    "cd {{room}} && R='{home}/bin/r2e -c {{room}}/r2e.cfg -d {{room}}/r2e.json' && "
    "if [ ! -f r2e.cfg ]; then $R new a@desk.example && n=0 && "
    "for u in $(cat {{urls}}); do n=$((n+1)); $R add feed$n $u; done; fi && "
    "if [ $(wc -w < {{urls}}) = 1 ]; then $R run --no-send 0; else $R run --no-send; fi"
)


def _install(home: Path) -> bool:
    if (home / "bin" / "r2e").exists():
        return True
    wanted = ["reader==3.26", "sgmllib3k", "rss2email"]
    try:
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([home / "bin" / "pip", "install", "-q", *wanted], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"left out: {' and '.join(wanted)} cannot be installed ({error})")
        return False
    return True
