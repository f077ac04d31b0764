"""Rules of ``monitor digest``, ``outbox`` and ``test``: what is owed, what left, what did not."""

import email
import email.policy
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Monitor, Site


def subjects(site: Site) -> list[str]:
    parsed = [
        email.message_from_bytes(mail.content, policy=email.policy.default)
        for mail in site.smtp.mails
    ]
    return [str(mail["Subject"]) for mail in parsed]


def test_preview_settles_nothing(monitor: Monitor, site: Site) -> None:
    """A digest may be looked at as often as one likes: it stays owed, and nothing is sent."""
    monitor("poll", "wire")
    first, second = monitor("digest", "preview"), monitor("digest", "preview")
    assert first.code == second.code == 0
    for ran in (first, second):
        assert "RIVERS TODAY" in ran.out
        assert ran.out.count("A river rises") == 1
    assert "\n   why: " in first.out  # the layout is kept
    assert site.smtp.mails == []
    assert monitor("outbox", "list", "--all").out == ""
    assert not Path("digests").exists()


def test_preview_for_machines_and_by_channel(monitor: Monitor, site: Site) -> None:
    """--json gives the digest's own JSON; an unknown channel is wrong usage and names the known."""
    monitor("poll", "wire")
    [shown] = monitor("digest", "preview", "--channel", "desk", "--json").lines
    assert [story["title"] for story in shown["data"]["stories"]] == ["A river rises"]
    unknown = monitor("digest", "preview", "--channel", "nope")
    assert (unknown.code, unknown.out) == (2, "")
    assert "page, desk, dead" in unknown.err


def test_send_tells_each_story_once(monitor: Monitor, site: Site) -> None:
    """A digest sent by hand reaches every recipient; sent again it has nothing to tell."""
    monitor("poll", "wire")
    sent = monitor("digest", "send", "desk")
    assert (sent.code, sent.out) == (0, "")
    assert "1 story told, 2 messages sent." in sent.err
    assert len(set(subjects(site))) == 1
    assert {mail.recipients for mail in site.smtp.mails} == {("one@desk.kz",), ("two@desk.kz",)}
    again = monitor("digest", "send", "desk")
    assert again.code == 0
    assert again.err == "Nothing is owed to desk.\n"
    assert len(site.smtp.mails) == 2


def test_send_to_a_page_says_where_it_is(monitor: Monitor, site: Site) -> None:
    """The page's path stands on stderr, and the page is there."""
    monitor("poll", "wire")
    ran = monitor("digest", "send", "page")
    assert "digests/latest.html" in ran.err
    assert "A river rises" in Path("digests/latest.html").read_text(encoding="utf-8")


def test_a_failed_delivery_is_listed_shown_retried_and_dropped(
    monitor: Monitor, site: Site
) -> None:
    """The outbox holds what did not leave, with the reason; a person decides what becomes of it."""
    monitor("poll", "wire")
    failed = monitor("digest", "send", "dead")
    assert failed.code == 1
    assert "next try" in failed.err
    [row] = monitor("outbox", "list", "--json").lines
    assert (row["state"], row["attempts"], row["channel_id"]) == ("pending", 1, "dead")
    assert row["error"]
    listed = monitor("outbox", "list").out
    table, said = listed.split("\n\n")
    assert table.splitlines()[1].startswith(row["id"][:12])
    assert said == f"{row['id'][:12]}: {row['error']}\n"
    shown = monitor("outbox", "show", row["id"][:8])
    assert shown.code == 0
    assert f"id: {row['id']}" in shown.out
    assert "A river rises" in shown.out
    assert json.loads(monitor("outbox", "show", row["id"], "--json").out)["html"]
    assert monitor("outbox", "retry", row["id"][:12]).err.startswith("1 of 1 made due")
    dropped = monitor("outbox", "drop", row["id"][:12])
    assert (dropped.code, dropped.err) == (0, "1 of 1 dropped.\n")
    assert monitor("outbox", "list").err == "Nothing waits and nothing failed.\n"
    assert [each["state"] for each in monitor("outbox", "list", "--all", "--json").lines] == [
        "dropped"
    ]


def test_an_unknown_delivery(monitor: Monitor, site: Site) -> None:
    """An id that nothing has fails and says so; nothing is changed."""
    monitor("poll", "wire")
    shown = monitor("outbox", "show", "nope")
    assert (shown.code, shown.out) == (1, "")
    assert "'nope'" in shown.err
    assert monitor("outbox", "retry", "nope").code == 1
    assert monitor("outbox", "drop", "nope").err == "0 of 1 dropped.\n"


def test_a_channel_that_works(monitor: Monitor, site: Site) -> None:
    """A sample goes to every recipient, past the outbox, and the answer is told."""
    ran = monitor("test", "desk")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "desk: accepted, 2 messages.\n"
    assert len(site.smtp.mails) == 2
    assert monitor("outbox", "list", "--all").err == "The outbox is empty.\n"


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ("550 5.7.1 relaying denied for you", "550 5.7.1 relaying denied for you"),
        ("451 4.3.0 try later", "451 4.3.0 try later"),
    ],
)
def test_a_channel_that_refuses(monitor: Monitor, site: Site, reply: str, says: str) -> None:
    """What the other side answered is shown word for word; exit code 1."""
    site.smtp.replies["rcpt"] = [reply]
    ran = monitor("test", "desk")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("desk: ")
    assert says in " ".join(ran.err.split())


def test_a_channel_that_nobody_answers(monitor: Monitor, site: Site) -> None:
    """A closed port is named with host and port; an unknown channel is wrong usage."""
    ran = monitor("test", "dead")
    assert ran.code == 1
    assert "127.0.0.1:1" in ran.err
    unknown = monitor("test", "nope")
    assert unknown.code == 2
    assert "page, desk, dead" in unknown.err
