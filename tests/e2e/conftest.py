"""A whole installation on loopback: feeds, a mail server, a Slack-shaped one, a webhook receiver."""

import email
import email.policy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.desk import rss
from tests.servers.feeds import FeedServer
from tests.servers.hooks import HookRequest, HookServer
from tests.servers.smtp import SmtpServer

TITLES = {
    "wire": ["A river rises in the north", "The railway to the sea opens", "Nothing to see here"],
    "paper": ["River levels fall again", "Снова поднялась река Иртыш"],
}
MATCHED = {title for titles in TITLES.values() for title in titles if "Nothing" not in title}


@dataclass(frozen=True, slots=True)
class Site:
    """The servers, and a configuration that uses them all."""

    feeds: FeedServer
    smtp: SmtpServer
    slack: HookServer
    hook: HookServer
    config: Path

    @property
    def state(self) -> str:
        """A fresh state beside the configuration."""
        return f"sqlite:///{self.config.parent / 'state' / 'monitor.db'}"

    def mails(self) -> dict[str, EmailMessage]:
        """Parse the mails that came in; one sent twice under one Message-ID counts once."""
        parsed = [
            email.message_from_bytes(mail.content, policy=email.policy.default)
            for mail in self.smtp.mails
        ]
        return {str(mail["Message-ID"]): mail for mail in parsed}

    def told_by_mail(self) -> list[str]:
        """List the matched titles in the mails, once for each time that they stand as a headline."""
        texts = [_part(mail, "plain") for mail in self.mails().values()]
        return _headlines(texts)

    def told_by_slack(self) -> list[str]:
        """List the titles in the Slack messages; equal payloads are one message sent twice."""
        bodies = {request.body for request in _whole(self.slack.requests)}
        blocks = [json.dumps(json.loads(body)["blocks"], ensure_ascii=False) for body in bodies]
        return _headlines(blocks)

    def told_by_hook(self) -> list[str]:
        """List the titles in the webhook messages; one webhook-id is one message."""
        messages = {
            request.headers["webhook-id"]: json.loads(request.body)
            for request in _whole(self.hook.requests)
        }
        return [
            story["title"] for message in messages.values() for story in _stories(message["data"])
        ]

    def forget(self) -> None:
        """Empty all inboxes."""
        self.smtp.mails.clear()
        self.slack.requests.clear()
        self.hook.requests.clear()


def _whole(requests: list[HookRequest]) -> list[HookRequest]:
    """Leave out what a kill cut short: no receiver would accept it."""
    return [each for each in requests if len(each.body) == int(each.headers["content-length"])]


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _headlines(texts: list[str]) -> list[str]:
    told = []
    for title in MATCHED:
        pattern = r"\W+".join(map(re.escape, title.split()))
        told += [title for text in texts for _ in re.findall(pattern, text)]
    return told


def _stories(data: dict[str, object]) -> list[dict[str, str]]:
    found = data["stories"]
    assert isinstance(found, list)
    return found


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with (
        FeedServer() as feeds,
        SmtpServer() as smtp,
        HookServer.slack() as slack,
        HookServer() as hook,
    ):
        for name, titles in TITLES.items():
            items = [(f"{name}-{number}", title) for number, title in enumerate(titles)]
            feeds.serve(f"/{name}", rss(*items, age=timedelta(hours=1)), etag=f'"{name}"')
        feeds.serve("/broken", b"<html><body>not a feed</body></html>", content_type="text/html")
        config = tmp_path / "feeds.yaml"
        config.write_text(_config(feeds, smtp, hook), encoding="utf-8")
        monkeypatch.setenv("SLACK_URL", slack.url)
        monkeypatch.setenv("HOOK_SECRET", "whsec_" + "c2VjcmV0" * 5)
        yield Site(feeds, smtp, slack, hook, config)


def _config(feeds: FeedServer, smtp: SmtpServer, hook: HookServer) -> str:
    rows = "\n".join(f"  - {{title: {name}, url: {feeds.url('/' + name)}}}"
                     for name in (*TITLES, "broken"))  # fmt: skip
    return f"""contact: mailto:desk@example.org
polling: {{host_gap: 0s}}
network: {{allow: [127.0.0.0/8]}}
feeds:
{rows}
watches:
  rivers: {{title: Rivers, query: "river OR река"}}
  rails: {{title: Rails, query: railway, urgent: true}}
channels:
  desk: {{type: email, host: 127.0.0.1, port: {smtp.port}, security: none,
         from: Monitor <monitor@example.org>, to: [desk@example.org]}}
  chat: {{type: slack, url: {{env: SLACK_URL}}}}
  hook: {{type: webhook, url: "{hook.url}", secrets: [{{env: HOOK_SECRET}}]}}
  page: {{type: file, folder: digests}}
digests:
  daily: {{title: Rivers and rails, at: ["08:00"]}}
"""
