"""What a good file becomes: typed, frozen, defaults applied."""

import re
from dataclasses import FrozenInstanceError
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.config.load import check, load
from monitor.config.settings import Settings
from monitor.errors import ConfigError
from monitor.match import Matcher
from monitor.model.outbox import (
    AlertPolicy,
    EmailSettings,
    FileSettings,
    Quiet,
    Secret,
    SlackSettings,
    TerminalSettings,
    WebhookSettings,
)
from monitor.model.watch import Document, Spelling

_SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_ENVIRON = {
    "SMTP_PASSWORD": "canary-password\n",
    "HOOK_URL": "https://hook.kz/canary",
    "HOOK_SECRET": _SIGNING,
}
_SMALL = (
    "contact: mailto:desk@desk.kz\n"
    "feeds: [{title: A, url: 'https://a.kz/rss'}]\n"
    "watches: {w: {query: sco}, v: {query: sco}}\n"
)


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """A copy of the file that uses every key, with the files it names."""
    path = tmp_path / "feeds.yaml"
    path.write_bytes(Path(__file__).with_name("everything.yaml").read_bytes())
    (tmp_path / "my-templates").mkdir()
    (tmp_path / "ca.pem").write_text("")
    (tmp_path / "slack-url").write_text("https://hooks.slack.com/services/canary\r\n")
    return path


@pytest.fixture
def settings(everything: Path) -> Settings:
    """The settings of that file."""
    return load(everything, environ=_ENVIRON)


def test_quiet_hours_and_the_pace_of_alerts(settings: Settings) -> None:
    """A span of the day is read as two local times (D13)."""
    quiet = {channel.id: channel.quiet for channel in settings.channels}
    assert quiet["page"] == Quiet(time(22), time(7), urgent="hold")
    assert quiet["desk"] is None
    assert settings.alerts == AlertPolicy(
        ("desk",),
        wait=timedelta(minutes=1),
        interval=timedelta(minutes=10),
        limit=5,
        breaking=False,
    )


def small(tmp_path: Path, more: str = "") -> Path:
    """Write a small good file with more lines after it."""
    path = tmp_path / "feeds.yaml"
    path.write_text(_SMALL + more, encoding="utf-8")
    return path


def test_general_keys(settings: Settings, everything: Path) -> None:
    """Every general key reaches its setting; paths begin at the file's folder."""
    assert settings.source == everything
    assert settings.contact == "mailto:desk@sco-desk.kz"
    assert settings.timezone == "Asia/Almaty"
    assert settings.templates == everything.parent / "my-templates"
    assert settings.polling.floor == timedelta(minutes=30)
    assert settings.polling.deadline == timedelta(seconds=20)
    assert settings.polling.host_gap == timedelta(seconds=2)
    assert settings.polling.max_bytes == 5 * 1024 * 1024
    assert settings.polling.max_entries == 500
    assert settings.polling.concurrency == 8
    assert settings.polling.baseline == timedelta(days=1)
    assert settings.allow == tuple(map(ip_network, ("127.0.0.0/8", "fd00::/8", "10.1.2.3/32")))


def test_feeds(settings: Settings) -> None:
    """Feeds get the default interval and an id of their title; those not enabled are left out."""
    astana, egemen, slow = settings.feeds
    assert (astana.id, astana.language, astana.country) == ("astana", "en", "KZ")
    assert (astana.interval, astana.rank, astana.timezone) == (timedelta(hours=4), 2, "Asia/Almaty")
    assert (egemen.id, egemen.interval) == ("егемен-қазақстан", timedelta(minutes=60))
    assert settings.polling.ceiling == slow.interval == timedelta(days=7)


def test_terms_and_watches(settings: Settings) -> None:
    """Spellings keep their language; `any` has none; `no` is Norwegian, not false."""
    kazakhstan, sco = settings.terms
    assert kazakhstan.spellings == (
        Spelling("KZ"),
        Spelling("Kazakhstan", "en"),
        Spelling("Kazakhstani*", "en"),
        Spelling("казахстан*", "ru"),
        Spelling("Kasakhstan", "no"),
    )
    assert kazakhstan.unless == (Spelling("Kazakhstan Street"),)
    assert sco.title == "sco"
    both, second = settings.watches
    assert (both.title, both.exclude, both.urgent, both.weight) == (
        "SCO and Kazakhstan",
        "football",
        True,
        2.5,
    )
    assert (second.title, second.query) == ("kazakhstan", "@kazakhstan OR Astana")


def test_shorthands_are_written_out(settings: Settings, tmp_path: Path) -> None:
    """A watch asks what its shorthands stand for, and those above them; a search can name them too."""
    either = "@sco OR @kazakhstan"
    told = f"title:({either}) OR FIRST/25 ({either})"
    assert settings.shorthands == {"either": either, "told-early": told}
    file = tmp_path / "own.yaml"
    queries = "query: '@told-early AND trade', exclude: '@either SENTENCE quiz'"
    both = Path(__file__).with_name("everything.yaml").read_text(encoding="utf-8")
    own = re.sub(r"(?s)\nwatches:.*", f"\nwatches: {{own: {{{queries}}}}}\n", both)
    file.write_text(own.replace("templates: my-templates\n", ""), encoding="utf-8")
    (watch,) = load(file, environ=_ENVIRON).watches
    assert (watch.query, watch.exclude) == (f"({told}) AND trade", f"({either}) SENTENCE quiz")


def test_checked_watches_compile(settings: Settings) -> None:
    """What the check lets pass, the matcher takes."""
    matcher = Matcher(settings.watches, settings.terms)
    found = matcher.match(Document(title="SCO: summit in Kazakhstan"))
    assert [match.watch for match in found] == ["sco-kazakhstan", "kazakhstan"]


def test_channels(settings: Settings, everything: Path) -> None:
    """Each kind gets its own settings, secrets without the line end after them (X22)."""
    desk, slack, hook, near, page, terminal = settings.channels
    assert desk.settings == EmailSettings(
        host="smtp.desk.kz",
        sender="Monitor <monitor@desk.kz>",
        to=("first@desk.kz", "second@münchen.de"),
        port=465,
        security="tls",
        user="monitor",
        password=Secret("canary-password"),
        ca_file=everything.parent / "ca.pem",
        unsubscribe="https://desk.kz/leave?who={recipient}",
    )
    assert desk.recipients == ("first@desk.kz", "second@münchen.de")
    assert (desk.watches, desk.timezone) == (frozenset({"sco-kazakhstan"}), "Asia/Tokyo")
    assert slack.settings == SlackSettings(Secret("https://hooks.slack.com/services/canary"))
    assert hook.settings == WebhookSettings(
        Secret("https://hook.kz/canary"), (Secret(_SIGNING),), {"X-Desk": "sco"}
    )
    assert near.settings == WebhookSettings(Secret("http://127.0.0.1:8000/hook"))
    assert page.settings == FileSettings(everything.parent / "pages")
    assert (terminal.settings, terminal.timezone) == (TerminalSettings(), "Asia/Almaty")


def test_schedules_and_alerts(settings: Settings) -> None:
    """Times are sorted, 12:30 unquoted is half past twelve, days are numbers from Monday (R11)."""
    morning, noon = settings.schedules
    assert morning.times == (time(8), time(12, 30), time(18))
    assert morning.days == frozenset({0, 6})
    assert (morning.timezone, morning.channels) == ("Asia/Tokyo", ("desk", "page"))
    assert (morning.limit, morning.when_empty) == (10, "send")
    assert morning.catch_up == timedelta(hours=2)
    assert noon.channels == ("desk", "slack", "hook", "near", "page", "terminal")
    assert (noon.title, noon.days, noon.watches) == ("noon", frozenset(range(7)), frozenset())
    assert settings.alerts.channels == ("desk",)
    assert (settings.alerts.wait, settings.alerts.limit) == (timedelta(minutes=1), 5)
    assert not settings.alerts.breaking


def test_nothing_to_warn_of(settings: Settings) -> None:
    """A sound file brings no warnings."""
    assert settings.warnings == ()


def test_no_secret_shows(settings: Settings) -> None:
    """No representation of the settings shows a secret (X23)."""
    assert "canary" not in repr(settings)
    assert _SIGNING not in str(settings)


def test_frozen(settings: Settings) -> None:
    """Settings never change after loading."""
    with pytest.raises(FrozenInstanceError):
        settings.contact = ""  # type: ignore[misc]  # that is the point


def test_defaults(tmp_path: Path) -> None:
    """Without channels a page and the terminal serve; without digests there is one at 08:00."""
    settings = load(small(tmp_path, "timezone: Asia/Tokyo\n"), environ={})
    page, terminal = settings.channels
    assert page.settings == FileSettings(tmp_path / "state" / "digests")
    assert terminal.settings == TerminalSettings()
    (daily,) = settings.schedules
    assert (daily.name, daily.times, daily.timezone) == ("daily", (time(8),), "Asia/Tokyo")
    assert daily.channels == settings.alerts.channels == ("page", "terminal")
    assert settings.templates is None
    assert settings.polling.floor == timedelta(minutes=15)


@pytest.mark.parametrize(
    "section", ["polling", "network", "terms", "channels", "digests", "alerts"]
)
def test_emptied_section(tmp_path: Path, section: str) -> None:
    """A section whose lines are all commented out is as good as none."""
    load(small(tmp_path, f"{section}:\n  # all of it\n"), environ={})


def test_base(tmp_path: Path) -> None:
    """Relative paths begin at another folder when told so, as for the packaged file."""
    base = tmp_path / "elsewhere"
    settings = load(small(tmp_path), environ={}, base=base)
    assert settings.channels[0].settings == FileSettings(base / "state" / "digests")


def test_secrets_left_alone(everything: Path) -> None:
    """A command that sends nothing needs no secret."""
    settings = load(everything, environ={}, secrets=False)
    assert settings.channels[1].settings == SlackSettings(Secret(""))


def test_credentials_directory(tmp_path: Path) -> None:
    """A bare file name is systemd's credential first, then a file beside feeds.yaml (X22)."""
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "token").write_text("https://slack.kz/credential\n")
    (tmp_path / "token").write_text("https://slack.kz/beside\n")
    path = small(tmp_path, "channels: {s: {type: slack, url: {file: token}}}\n")
    given = load(path, environ={"CREDENTIALS_DIRECTORY": str(credentials)})
    assert given.channels[0].settings == SlackSettings(Secret("https://slack.kz/credential"))
    beside = load(path, environ={})
    assert beside.channels[0].settings == SlackSettings(Secret("https://slack.kz/beside"))


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ("polling: {floor: 1m, interval: 5m}\n", (4, 32), "shorter than 60m"),
        ("network: {allow: [0.0.0.0/0]}\n", (4, 19), "reach every machine"),
        (
            "channels: {h: {type: webhook, url: 'https://h.kz', headers: {Authorization: x}}}\n",
            (4, 62),
            "looks like a secret",
        ),
        (
            "channels: {m: {type: email, host: h.kz, port: 465, from: a@b.kz, to: c@d.kz}}\n",
            (4, 47),
            "security tls",
        ),
        (
            "channels: {t: {type: terminal, watches: [w]}}\ndigests: {m: {at: '8:00', channels: [t], watches: [v]}}\n",
            (5, 38),
            "takes none of the watches",
        ),
        ("channels: {h: {type: webhook, url: 'http://[::1]:8000/'}}\n", (4, 36), "private address"),
    ],
    ids=["interval", "allow", "header", "port", "disjoint", "barred"],
)
def test_warnings(tmp_path: Path, more: str, place: tuple[int, int], words: str) -> None:
    """What works but is hardly meant is a warning with its place."""
    (warning,) = load(small(tmp_path, more), environ={}).warnings
    assert (warning.line, warning.column) == place
    assert words in warning.what


def test_example_contact(tmp_path: Path) -> None:
    """A contact that nobody reads is told (P23)."""
    path = small(tmp_path)
    path.write_text(_SMALL.replace("desk.kz", "example.org"))
    (warning,) = load(path, environ={}).warnings
    assert str(warning).startswith(f"{path}:1:10: contact: this is still the example.")


def test_all_problems_at_once(tmp_path: Path) -> None:
    """One run tells every problem, in the order of the file; a faulty item hides no other."""
    path = tmp_path / "feeds.yaml"
    path.write_text(
        "contact: mailto:desk@desk.kz\n"
        "feeds:\n"
        "  - {title: A}\n"
        "  - {title: B, url: 'https://b.kz', interval: 1m}\n"
        "terms: {t: {titel: T, en: [x]}}\n"
        "watches: {w: {query: '@t AND @u'}}\n"
        "digests: {m: {at: '25:00', channels: [pgae]}, n: {at: '08:00', channels: [terminl]}}\n"
        "contact: x\n"
    )
    report = check(path, environ={})
    assert report.settings is None
    assert [(problem.line, problem.column) for problem in report.problems] == [
        (3, 5),
        (4, 47),
        (5, 13),
        (6, 30),
        (7, 19),
        (7, 75),
        (8, 1),
    ]
    with pytest.raises(ConfigError) as raised:
        load(path, environ={})
    assert raised.value.problems == report.problems


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "There is no such file."),
        (lambda path: path.mkdir(), "This is no file."),
        (lambda path: path.write_bytes(b"\n" * (6 * 1024 * 1024)), "more than 5 MiB"),
        (lambda path: path.write_bytes(b""), "The file is empty."),
        (lambda path: path.write_bytes(b"# nothing\n"), "The file is empty."),
        (lambda path: path.write_bytes(b"- a\n"), "not made of lines"),
    ],
    ids=["missing", "folder", "huge", "empty", "comment", "list"],
)
def test_no_file(tmp_path: Path, make: object, words: str) -> None:
    """A file that cannot be used at all is one problem without a line."""
    path = tmp_path / "feeds.yaml"
    assert callable(make)
    make(path)
    (problem,) = check(path, environ={}).problems
    assert (problem.line, problem.column) == (0, 0)
    assert words in problem.what
