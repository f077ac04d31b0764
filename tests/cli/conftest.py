"""The command line in this process, in an empty folder, with a feed and a mail server on loopback."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from monitor.cli.main import main
from tests.desk import rss
from tests.servers.feeds import FeedServer
from tests.servers.smtp import SmtpServer


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """The JSON values on stdout, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Monitor(Protocol):
    """Runs a command."""

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Ran: ...


@pytest.fixture
def monitor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Monitor:
    """Run commands in an empty folder, 80 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, out, err)

    return run


@dataclass(frozen=True, slots=True)
class Site:
    """The servers, and feeds.yaml in the current folder."""

    feeds: FeedServer
    smtp: SmtpServer


@pytest.fixture
def site(monitor: Monitor, tmp_path: Path) -> Iterator[Site]:
    """Serve a good feed and a broken one; a page, a mail and a closed port are the channels."""
    with FeedServer() as feeds, SmtpServer() as smtp:
        feeds.serve("/wire", rss(("a", "A river rises"), ("b", "Nothing to see")), etag='"1"')
        feeds.serve("/page", b"<html><body>a page</body></html>", content_type="text/html")
        (tmp_path / "feeds.yaml").write_text(
            f"""contact: mailto:desk@desk.kz
polling: {{host_gap: 0s}}
network: {{allow: [127.0.0.0/8]}}
feeds:
  - {{title: Wire, url: "{feeds.url("/wire")}", language: en}}
  - {{title: Broken, url: "{feeds.url("/page")}"}}
watches:
  rivers: {{title: Rivers, query: river}}
channels:
  page: {{type: file, folder: digests}}
  desk: {{type: email, host: 127.0.0.1, port: {smtp.port}, security: none,
         from: Monitor <monitor@desk.kz>, to: [one@desk.kz, two@desk.kz]}}
  dead: {{type: email, host: 127.0.0.1, port: 1, security: none,
         from: Monitor <monitor@desk.kz>, to: [one@desk.kz]}}
digests:
  daily: {{title: Rivers today, at: ["08:00"], channels: [page, desk, dead]}}
alerts: {{channels: []}}
""",
            encoding="utf-8",
        )
        yield Site(feeds, smtp)
