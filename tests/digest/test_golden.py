"""25 golden digests, and whatever digest may come: valid, and within every limit."""

import binascii
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from standardwebhooks.webhooks import Webhook

from monitor.deliver.webhook import signatures
from monitor.digest.render import Renderer
from monitor.model.outbox import ChannelKind, Digest, FeedHealth, Fragment, Line, Secret, Source
from tests.deliver.samples import delivery
from tests.deliver.test_mail import SETTINGS, assert_sound, mail_bytes, parsed
from tests.digest.cases import GOLDEN, cases, golden_mail, golden_slack
from tests.digest.hostile import TITLES
from tests.digest.samples import NOW, TEMPLATES, digest
from tests.digest.slack_rules import faults
from tests.digest.test_render import Page

CASES = cases()
RENDERER = Renderer([TEMPLATES])
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
every_case = pytest.mark.parametrize("name", CASES)


@every_case
def test_golden(name: str) -> None:
    """Each case reads as it is kept; ``python -m tests.digest.cases`` keeps what is meant to change."""
    told = CASES[name]
    assert golden_mail(told) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert golden_slack(told) == (GOLDEN / f"{name}.slack").read_text(encoding="utf-8")


@every_case
def test_case_keeps_the_limits(name: str) -> None:
    """Each case is sound mail, Slack blocks and a signed event (E1-E15, S1-S10, W1-W6)."""
    assert_deliverable(CASES[name])


def test_no_golden_file_is_left_over() -> None:
    """Every golden file belongs to a case."""
    assert {path.stem for path in GOLDEN.iterdir()} == {*CASES}


def assert_deliverable(told: Digest) -> None:
    """Hold the messages of a digest to the limits of each channel, and none of its stories lost."""
    mails, chats, hooks = (RENDERER.render(told, kind) for kind in _KINDS)
    for mail in mails:
        assert_sound_mail(mail_bytes(delivery(message=mail), SETTINGS, NOW), told)
        assert len(binascii.b2a_qp(mail.html.encode())) <= 90_000
    for chat in chats:
        assert faults(chat.payload) == []
        assert_slack_sdk_takes(chat.payload)
    for hook in hooks:
        assert len(hook.payload.encode()) <= 20_000 or len(told.lines) == 1
        assert_receiver_verifies(hook.payload)
    bodies = [json.loads(hook.payload)["data"] for hook in hooks]
    ids = [story["id"] for body in bodies for story in body["stories"]]
    assert ids == [line.story_id for line in told.lines]
    assert sum(body["omitted"] for body in bodies) == told.omitted


_KINDS: tuple[ChannelKind, ...] = ("email", "slack", "webhook")


def assert_sound_mail(raw: bytes, told: Digest) -> None:
    """Read a mail back: text before HTML, whole, well nested, with no header and no script of a feed's."""
    assert_sound(raw)
    message = parsed(raw)
    assert "Bcc" not in message
    text, html = message.iter_parts()
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    page = Page(html.get_content())
    assert not {"script", "img", "form"} & set(page.tags)
    assert all(link.startswith(("https://", "http://")) for link in page.links)
    assert set(page.links) <= set(text.get_content().split())


def assert_slack_sdk_takes(payload: str) -> None:
    """Have Slack's own models read each block, check it, and give it back unchanged (S20)."""
    for block in json.loads(payload)["blocks"]:
        read = Block.parse(block)
        assert read is not None
        assert read.to_dict() == block


def assert_receiver_verifies(payload: str) -> None:
    """Have a receiver's library verify the signature of the exact bytes (W2, W4)."""
    now = int(time.time())
    signature = signatures([Secret(SIGNING)], "msg_1", now, payload.encode())
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(now), "webhook-signature": signature}
    assert Webhook(SIGNING).verify(payload, headers) == json.loads(payload)


words = st.one_of(st.sampled_from(TITLES), st.text(max_size=12))
tags = st.one_of(st.none(), st.sampled_from(["en", "ru", "zh", "kk", "ar", "uz-Cyrl"]), words)
addresses = st.one_of(st.none(), words, words.map(lambda tail: f"https://example.org/{tail}"))
moments = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
fragments = st.lists(st.builds(Fragment, words, st.booleans()), max_size=4).map(tuple)
sources = st.builds(Source, words, addresses, tags, tags, moments)
lines = st.builds(
    Line,
    story_id=st.uuids().map(str),
    title=fragments,
    url=addresses,
    source=words,
    language=tags,
    country=tags,
    published_at=moments,
    snippet=fragments,
    terms=st.lists(words, max_size=12).map(tuple),
    watches=st.just(("SCO",)),
    score=st.floats(0, 100),
    also=st.lists(sources, max_size=8).map(tuple),
    edited=st.booleans(),
    urgent=st.booleans(),
)
health = st.builds(FeedHealth, st.integers(0, 99), st.lists(words, max_size=12).map(tuple))


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    told=st.lists(lines, max_size=6),
    title=words,
    kind=st.sampled_from(["digest", "alert"]),
    zone=st.sampled_from(["UTC", "Asia/Almaty", "Asia/Kathmandu", "No/Where"]),
    health=health,
    omitted=st.integers(0, 10**6),
    late=st.booleans(),
)
def test_any_digest_can_be_delivered(told: list[Line], title: str, **more: object) -> None:
    """Whatever feeds write, a digest is valid and whole on every channel (E6, S6, S7, W6, D10)."""
    more["timezone"] = more.pop("zone")
    assert_deliverable(digest(*told, title=title, until=NOW + timedelta(days=1), **more))  # type: ignore[arg-type]
