"""The whole program against a hostile Internet: every story exactly once, and no words as commands."""

import email
import email.policy
import json
import re
from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from html import escape

import pytest

from tests.desk import rss
from tests.digest.hostile import TITLES
from tests.e2e.conftest import Site
from tests.e2e.test_whole import monitor
from tests.servers.hooks import HookReply

_NAME = re.compile(r"river\W{0,3}n(\d+)n")


def _serve(site: Site, path: str, titles: list[str]) -> None:
    items = [(f"{path}-{n}", escape(title, quote=False)) for n, title in enumerate(titles)]
    site.feeds.serve(path, rss(*items, age=timedelta(hours=1)))


def _names(texts: list[str]) -> Counter[int]:
    return Counter(int(number) for text in texts for number in _NAME.findall(text))


def _mails(site: Site) -> list[EmailMessage]:
    return [
        email.message_from_bytes(mail.content, policy=email.policy.default)
        for mail in site.smtp.mails
    ]


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.timeout(60)
def test_hostile_titles_reach_every_channel_once_as_words(site: Site) -> None:
    """Titles that look like headers, markup, templates or commands are told, once, as text (E6, S1)."""
    titles = [f"river n{n}n {title}" for n, title in enumerate(TITLES)]
    _serve(site, "/wire", [title.encode("utf-8", "replace").decode() for title in titles])
    _serve(site, "/paper", [])
    done = monitor(site, "run", "--once")
    assert done.returncode == 0, done.stderr
    once = Counter(range(len(TITLES)))
    mails = _mails(site)
    assert _names([_plain(mail) for mail in mails]) == once
    blocks = [json.dumps(json.loads(request.body)["blocks"]) for request in site.slack.requests]
    assert _names(blocks) == once
    told = [json.loads(request.body)["data"]["stories"] for request in site.hook.requests]
    assert _names([story["title"] for stories in told for story in stories]) == once
    for mail in mails:
        assert mail.defects == []
        assert (mail["Bcc"], len(mail.get_all("Subject", []))) == (None, 1)
        html = mail.get_body(("html",))
        assert html is not None
        assert not re.search(r"<script|<img|javascript:", str(html.get_content()))
    assert not any("<!channel>" in block or "<!here>" in block for block in blocks)


@pytest.mark.timeout(60)
def test_a_flood_is_told_once_over_all_parts_and_digests(site: Site) -> None:
    """130 stories at once: the limit and the parts divide them, and none is lost or doubled (D15)."""
    for feed in range(2):
        numbers = range(feed * 65, feed * 65 + 65)
        _serve(
            site, ("/wire", "/paper")[feed], [f"river n{n}n rises in place {n}" for n in numbers]
        )
    for _ in range(2):
        done = monitor(site, "run", "--once")
        assert done.returncode == 0, done.stderr
    once = Counter(range(130))
    assert _names([_plain(mail) for mail in _mails(site)]) == once
    told = [json.loads(request.body)["data"]["stories"] for request in site.hook.requests]
    assert _names([story["title"] for stories in told for story in stories]) == once


@pytest.mark.timeout(60)
def test_refusals_lose_nothing_and_double_nothing(site: Site) -> None:
    """What was refused waits in the outbox under its id; taken by hand by its short id, it goes out."""
    _serve(site, "/wire", ["river n0n rises", "river n1n falls"])
    _serve(site, "/paper", [])
    site.smtp.replies["data"] = ["drop"]
    site.slack.replies.append(HookReply(404, "no_service"))
    site.hook.replies.append(HookReply(410))
    assert monitor(site, "run", "--once").returncode == 0
    rows = [
        json.loads(line) for line in monitor(site, "outbox", "list", "--json").stdout.splitlines()
    ]
    waiting = {row["id"][:12]: row["channel_id"] for row in rows if row["state"] == "pending"}
    assert sorted(waiting.values()) == ["chat", "desk", "hook"]
    assert monitor(site, "outbox", "retry", *waiting).returncode == 0
    assert monitor(site, "run", "--once").returncode == 0
    assert len(site.smtp.mails) == 2
    assert len({str(mail["Message-ID"]) for mail in _mails(site)}) == 1
    assert len(site.slack.requests) == 2
    assert len({request.headers["webhook-id"] for request in site.hook.requests}) == 1
    assert [mail.accepted for mail in site.smtp.mails] == [False, True]
