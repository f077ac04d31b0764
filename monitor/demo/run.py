"""The demonstration: the shipped terms and watches on sample feeds, nothing pretended."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from ipaddress import ip_network
from pathlib import Path
from typing import cast

from monitor.app import App, Report, open_app
from monitor.config.defaults import default_file
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.config.yaml import read_yaml
from monitor.demo.server import SampleServer
from monitor.model.outbox import Channel, FileSettings, TerminalSettings
from monitor.model.source import Feed

ROUNDS = 2  # the second finds what was edited, and asks conditionally


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demonstration leaves behind."""

    page: Path
    feeds: int


def demo_settings(base: str, folder: Path) -> Settings:
    """Take the shipped configuration, with the sample feeds and two channels that need nothing."""
    shipped = load(default_file(), environ={}, secrets=False)
    page = Channel("page", "file", FileSettings(folder / "digests"), timezone=shipped.timezone)
    terminal = Channel("terminal", "terminal", TerminalSettings(), timezone=shipped.timezone)
    names = (page.id, terminal.id)
    return replace(
        shipped,
        feeds=tuple(_feeds(base)),
        allow=(ip_network("127.0.0.0/8"),),
        polling=replace(shipped.polling, host_gap=timedelta(milliseconds=5)),
        channels=(page, terminal),
        schedules=tuple(replace(schedule, channels=names) for schedule in shipped.schedules[:1]),
        alerts=replace(shipped.alerts, channels=()),
    )


async def demonstrate(folder: Path, report: Report) -> Shown:
    """Poll the sample feeds twice and deliver one digest into ``folder`` and on the terminal."""
    with SampleServer(now=datetime.now(UTC)) as server:
        settings = demo_settings(server.base, folder)
        async with open_app(settings, f"sqlite:///{folder / 'demo.db'}") as opened:
            await _rounds(opened, report)
    return Shown(folder / "digests" / "latest.html", len(settings.feeds))


async def _rounds(opened: App, report: Report) -> None:
    for _ in range(ROUNDS):
        await opened.poll(tuple(opened.poller.feeds), report)
    await opened.compose_now(report)
    await opened.deliver(report)


def _feeds(base: str) -> Iterable[Feed]:
    text = (files("monitor.demo") / "feeds.yaml").read_bytes()
    listed = cast("dict[str, list[dict[str, str]]]", read_yaml(text, "feeds.yaml").data)
    for number, row in enumerate(listed["feeds"], start=1):
        yield Feed(
            id=row.get("id", f"sample-{number}"),
            url=row["url"].replace("{base}", base),
            title=row["title"],
            interval=timedelta(hours=1),
            language=row.get("language"),
            country=row.get("country"),
            rank=int(row.get("rank", 0)),
            timezone=row.get("timezone"),
        )
