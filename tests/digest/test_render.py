"""Digests in words."""

import json
import quopri
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.digest.render import Renderer
from monitor.digest.sample import sample_digests
from monitor.errors import TemplateError
from monitor.model.outbox import (
    ChannelKind,
    Digest,
    FeedHealth,
    FeedNotice,
    Fragment,
    Line,
    Message,
    Source,
)
from tests.digest.hostile import TITLES
from tests.digest.samples import NOW, TEMPLATES, cyrillic_line, digest, line
from tests.digest.slack_rules import faults

RENDERER = Renderer([TEMPLATES])
KINDS: tuple[ChannelKind, ...] = ("email", "slack", "webhook", "file", "terminal")
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """Reads a page: its tags, links, and text in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title", "head"} & set(self._open) and data.strip():
            self.words.append(" ".join(data.split()))


def render(told: Digest, kind: ChannelKind) -> tuple[Message, ...]:
    return RENDERER.render(told, kind)


@pytest.mark.parametrize(
    ("told", "subject"),
    [
        (digest(line(1, "A"), line(2)), "SCO and Kazakhstan: 2 stories · A"),
        (digest(line(1, "A")), "SCO and Kazakhstan: 1 story · A"),
        (digest(), "SCO and Kazakhstan: nothing new"),
        (digest(line(1, "A"), kind="alert"), "⚡ A"),
        (digest(line(1, "A"), line(2), line(3), kind="alert"), "⚡ A · and 2 more"),
    ],
    ids=["two", "one", "none", "alert", "alerts"],
)
def test_subject_says_the_news(told: Digest, subject: str) -> None:
    """The subject names the news, not the program."""
    assert {message.subject for kind in KINDS for message in render(told, kind)} == {subject}


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (FeedHealth(), "Nothing was fetched"),
        (FeedHealth(polled=2, failing=("A", "B")), "none of 2 feeds answered"),
        (FeedHealth(polled=2), "brought no new entry"),
        (FeedHealth(polled=60, failing=("A",), entries=312), "312 new entries were read"),
    ],
    ids=["not-polled", "all-failing", "quiet", "no-match"],
)
@pytest.mark.parametrize("kind", ["email", "slack", "terminal"])
def test_silence_is_explained(health: FeedHealth, words: str, kind: ChannelKind) -> None:
    """Nothing matched is told apart from nothing fetched, in every medium."""
    (message,) = render(digest(health=health), kind)
    assert words in message.text
    assert kind != "slack" or words in message.payload
    assert kind != "email" or words in message.html


@pytest.mark.parametrize("kind", ["email", "slack", "terminal"])
def test_health_and_omissions_are_told(kind: ChannelKind) -> None:
    """Failing feeds, stories beyond the limit and lateness stand in every medium."""
    (message,) = render(digest(line(), omitted=12, late=True), kind)
    for words in (
        "58 of 60 feeds answered; 2 failing: Example Herald",
        "12 more stories",
        "Late: ",
    ):
        for shown in (message.text, message.html, message.payload if kind == "slack" else ""):
            assert not shown or words in shown


@pytest.mark.parametrize("kind", ["email", "slack", "terminal"])
def test_a_feed_that_changed_is_told(kind: ChannelKind) -> None:
    """A digest asks what to do with a flood, and says where ids changed (F3, F4)."""
    health = FeedHealth(
        2,
        notices=(
            FeedNotice("one", "Sample Times", "held", 200, NOW),
            FeedNotice("two", "Sample Post", "ids changed", 40, NOW),
        ),
    )
    (message,) = render(digest(line(), health=health), kind)
    for words in (
        "Sample Times changed shape: 200 entries are held.",
        "monitor feeds approve one",
        "Sample Post gave 40 known entries new ids",
    ):
        for shown in (message.text, message.html, message.payload if kind == "slack" else ""):
            assert not shown or words in shown


def test_html_is_for_mail() -> None:
    """HTML keeps to what mail programs show: no images, scripts or outer files (E12, E13)."""
    (message,) = render(digest(line(), line(2)), "email")
    page = Page(message.html)
    assert not {"img", "script", "link", "form", "svg", "iframe", "object"} & set(page.tags)
    assert not [value for _, name, value in page.attributes if name == "src"]
    assert "url(" not in message.html
    assert "@import" not in message.html
    style = "".join(re.findall(r"<style>.*?</style>", message.html, re.S))
    assert len(style) <= 16_000
    assert "prefers-color-scheme: dark" in style
    assert ("html", "lang", "en") in page.attributes
    assert ("meta", "content", "light dark") in page.attributes
    assert page.tags.count("table") == len(
        [
            1
            for tag, name, value in page.attributes
            if (tag, name, value) == ("table", "role", "presentation")
        ]
    )


def test_preheader() -> None:
    """The first text of the HTML is a summary of the news (E11)."""
    (message,) = render(digest(line(1, "Alpha"), line(2, "Beta")), "email")
    assert Page(message.html).words[0] == "Alpha · Beta"


def test_direction_and_language() -> None:
    """An Arabic story runs from right to left and says its language (E14)."""
    (message,) = render(digest(line(1, "خبر عن كازاخستان", language="ar")), "email")
    attributes = Page(message.html).attributes
    assert ("h3", "dir", "rtl") in attributes
    assert ("h3", "lang", "ar") in attributes


def test_both_parts_carry_every_link() -> None:
    """Each link of the HTML stands in the text too (E3)."""
    also = tuple(Source(f"S{i}", f"https://example.org/s/{i}", "ru", "KZ", NOW) for i in range(9))
    (message,) = render(digest(line(1, also=also), line(2)), "email")
    links = Page(message.html).links
    assert len(links) == 2 + 5
    assert all(link in message.text for link in links)
    assert "and 4 more" in message.text


@pytest.mark.parametrize("count", [1, 40, 400])
@pytest.mark.parametrize("kind", KINDS)
def test_every_story_once_over_all_parts(kind: ChannelKind, count: int) -> None:
    """However large a digest is, each story is told once and in order (E15, S9, W6)."""
    messages = render(digest(*map(line, range(1, count + 1))), kind)
    shown = "".join(message.payload or message.html or message.text for message in messages)
    told = [int(number) for number in re.findall(r"https://example.org/news/(\d+)\b", shown)]
    assert (
        told == list(range(1, count + 1))
        if kind != "file"
        else set(told) == set(range(1, count + 1))
    )
    assert [message.part for message in messages] == list(range(1, len(messages) + 1))
    assert {message.parts for message in messages} == {len(messages)}


@pytest.mark.parametrize("url", ["a" * 1_780, "&" * 350, "|" * 590, "a" * 9_000])
@pytest.mark.parametrize("word", ["&*", "👩‍👩‍👧‍👦", "<!channel>", "слово "])
def test_longest_story_fits_slack(url: str, word: str) -> None:
    """A story whose every field is as long and costly as can be is still sound (S6, S8, D10)."""
    long = (word * 300)[:300]
    address = f"https://example.org/{url}"
    also = tuple(Source(long, f"{address[:300]}{i}", "ru", "KZ", NOW) for i in range(70))
    story = line(1, long, url=address, source=long, terms=(long,) * 30, also=also, edited=True)
    story = replace(story, snippet=(Fragment(long[:140]), Fragment(long[:140], mark=True)))
    told = digest(
        replace(story, urgent=True),
        story,
        title=long,
        health=FeedHealth(90, (long,) * 80, 3),
        late=True,
    )
    sections = tuple(replace(section, title=long) for section in told.sections)
    for message in render(replace(told, sections=sections, omitted=10**9), "slack"):
        assert faults(message.payload) == []


@pytest.mark.parametrize("count", [1, 40, pytest.param(400, marks=pytest.mark.slow)])
def test_sizes(count: int) -> None:
    """Mail keeps below Gmail's clip, Slack and webhooks keep their limits, at the worst lengths (S2, S7)."""
    told = digest(*map(cyrillic_line, range(1, count + 1)))
    for mail in render(told, "email"):
        encoded = quopri.encodestring(mail.html.encode()).replace(b"\n", b"\r\n")
        assert len(encoded) <= 90_000
    assert [
        faults(message.payload) for message in render(told, "slack") if faults(message.payload)
    ] == []
    assert all(len(message.payload.encode()) <= 20_000 for message in render(told, "webhook"))


def test_rest_is_counted_in_the_last_part() -> None:
    """Stories beyond the limit are counted once, at the end."""
    told = digest(*map(cyrillic_line, range(1, 60)), omitted=7)
    messages = render(told, "email")
    assert len(messages) > 1
    assert ["7 more stories" in message.text for message in messages] == [
        *[False] * (len(messages) - 1),
        True,
    ]
    assert f"(1/{len(messages)}): 59 stories" in messages[0].subject


@pytest.mark.parametrize("title", TITLES)
def test_hostile_titles(title: str) -> None:
    """A hostile title is text, and only text, in every medium (E6, S1, X16, X20)."""
    told = digest(line(1, title, source=title, terms=(title,)))
    (mail,) = render(told, "email")
    page = Page(mail.html)
    assert not {"script", "img"} & set(page.tags)
    assert page.links == ["https://example.org/news/1"]
    assert len(page.tags) == len(Page(render(digest(line()), "email")[0].html).tags)
    assert mail.subject.isprintable() or "\u200d" in mail.subject
    assert "49" not in mail.subject
    assert all(char.isprintable() or char in "\n\u200d" for char in mail.text)
    (chat,) = render(told, "slack")
    assert faults(chat.payload) == []
    (hook,) = render(told, "webhook")
    assert json.loads(hook.payload)["data"]["stories"][0]["id"] == "story-1"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", 'https://h/"onx="'])
def test_hostile_addresses(url: str) -> None:
    """Only http(s) is linked, and an address cannot leave its attribute (X17)."""
    (mail,) = render(digest(line(1, url=url)), "email")
    page = Page(mail.html)
    assert all(link.startswith("https://h/%22") for link in page.links)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]


def test_escaping_in_every_variable() -> None:
    """Markup in any text of a digest is shown, never obeyed (X16)."""
    bad = "<b>x</b>"
    also = (Source(bad, None, bad, bad, NOW),)
    story: Line = line(1, bad, source=bad, language=bad, country=bad, terms=(bad,), also=also)
    health = FeedHealth(2, (bad,), 3)
    told = digest(story, title=bad, channel_id=bad, health=health, late=True, omitted=1)
    (mail,) = render(told, "email")
    assert "b" not in Page(mail.html).tags


def test_webhook_body() -> None:
    """A body is the minified envelope with every field, and marks that fit their texts (W4, W5)."""
    (message,) = render(digest(line()), "webhook")
    body = json.loads(message.payload)
    assert list(body) == ["type", "timestamp", "data"]
    assert body["type"] == "monitor.digest.created"
    assert body["timestamp"] == "2026-11-22T03:00:04Z"
    assert message.payload == json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    (told,) = body["data"]["stories"]
    assert [told["snippet"][start:end] for start, end in told["marks"]["snippet"]] == ["SCO"]
    assert render(digest(line(), kind="alert"), "webhook")[0].payload.startswith(
        '{"type":"monitor.alert.created"'
    )


def test_built_in_templates_are_sound() -> None:
    """The shipped templates render every sample, and every href is checked (X17)."""
    assert RENDERER.check() == ()


@pytest.mark.parametrize("kind", KINDS)
def test_same_digest_same_bytes(kind: ChannelKind) -> None:
    """Rendering twice gives the same messages: an attempt can be repeated."""
    for told in sample_digests():
        assert render(told, kind) == render(told, kind)


def overlay(folder: Path, name: str, body: str) -> Renderer:
    (folder / name).write_text(body, encoding="utf-8")
    return Renderer([folder, TEMPLATES])


def test_overlay_goes_first(tmp_path: Path) -> None:
    """The operator's template stands in for the built-in one; the others stay."""
    renderer = overlay(tmp_path, "digest.subject.j2", "Утро: {{ top }}")
    (message,) = renderer.render(digest(line(1, "A")), "email")
    assert message.subject == "Утро: A"
    assert "SCO AND KAZAKHSTAN" in message.text
    assert renderer.check() == ()


@pytest.mark.parametrize(
    ("name", "body", "line_number", "words"),
    [
        ("digest.subject.j2", "one\n{{ nothing }}", 2, "'nothing' is undefined"),
        ("digest.text.j2", "{% if %}", 1, "Expected an expression"),
        ("digest.text.j2", "\n\n{{ 1 / 0 }}", 3, "zero"),
        ("digest.text.j2", "{{ 'a' * 1000000000 }}", 1, "not allowed"),
        ("digest.text.j2", "{{ title.__class__.__mro__ }}", 1, "unsafe"),
        ("digest.text.j2", "{{ sections.append(1) }}", 1, "unsafe"),
        ("digest.text.j2", "{% include 'nowhere.j2' %}", 1, "nowhere.j2"),
        ("digest.slack.j2", "{{ title }}", 0, "line 1 of the output"),
        ("digest.html.j2", '<a href="{{ title }}">x</a>', 1, "safe_url"),
        ("digset.text.j2", "x", 0, "no template has this name"),
    ],
)
def test_broken_overlay(tmp_path: Path, name: str, body: str, line_number: int, words: str) -> None:
    """A broken template is told by file, line and fault; the digest goes out all the same (X18)."""
    renderer = overlay(tmp_path, name, body)
    found = [fault for fault in renderer.check() if name in fault.template or words in fault.what]
    assert found
    assert words in found[0].what
    assert found[0].line in (line_number, 0) if "nowhere" in body else found[0].line == line_number
    with capture_logs() as logs:
        for kind in KINDS:
            assert renderer.render(digest(line(1, "A")), kind)[0].subject.endswith("A")
    assert bool(logs) == (name != "digset.text.j2" and "href" not in body)


def test_broken_built_in_is_an_error(tmp_path: Path) -> None:
    """Without anything to fall back on the fault is raised."""
    with pytest.raises(TemplateError, match=r"digest\.subject"):
        Renderer([tmp_path]).render(digest(line()), "email")
