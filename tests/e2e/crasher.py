"""Runs ``monitor run --once`` and kills itself (SIGKILL) just before the Nth step.

A step is any call to the world: a fetch, a parse, a read or write of the state, a message sent. Used
by test_whole.py, which asks over stdin, one line a trial: ``{"config", "state", "kill_at"}``; the
answer is ``{"steps", "killed"}``. One process runs all trials, each in a fork of its own, since
starting Python costs more than a trial.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.app import App, open_app
from monitor.cli.run import run_once
from monitor.config.defaults import default_templates
from monitor.config.load import load
from monitor.digest.render import Renderer
from monitor.model.source import Feed, Fetched, ParsedFeed
from monitor.parse import parse_feed
from monitor.store import sole_instance

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Steps:
    """Counts calls and ends the process before the one that was asked for."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.count = 0

    def take(self) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Counted:
    """A part of the program whose every async call is a step."""

    def __init__(self, part: object, steps: Steps) -> None:
        self._part = part
        self._steps = steps

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        call = getattr(self._part, name)

        async def counted(*args: object, **kwargs: object) -> Any:
            self._steps.take()
            return await call(*args, **kwargs)

        return counted


class PlainParser:
    """The real parser in this process: a fork must not start processes of its own."""

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        return parse_feed(fetched.body, feed_id=feed.id, url=fetched.url, now=NOW)


RENDERER = Renderer([default_templates()])  # compiled once, before the forks


def counted(app: App, steps: Steps) -> App:
    """Put a counter before every part that touches the world."""
    store: Any = Counted(app.store, steps)
    fetcher: Any = Counted(app.poller.fetcher, steps)
    parser: Any = Counted(PlainParser(), steps)
    notifiers: Any = {name: Counted(each, steps) for name, each in app.deliverer.notifiers.items()}
    return replace(
        app,
        store=store,
        poller=replace(app.poller, store=store, fetcher=fetcher, parser=parser),
        composer=replace(app.composer, store=store, renderer=RENDERER),
        deliverer=replace(app.deliverer, outbox=store, notifiers=notifiers),
    )


async def run(config: Path, state: str, steps: Steps) -> None:
    """Run one round as the command does."""
    settings = load(config, environ=os.environ)
    with sole_instance(state):
        async with open_app(settings, state, clock=lambda: NOW) as app:
            await app.store.forget_leases()
            await run_once(counted(app, steps))


def trial(config: str, state: str, kill_at: int) -> dict[str, object]:
    """Fork, run, and say how far it came."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        steps = Steps(kill_at)
        asyncio.run(run(Path(config), state, steps))
        os.write(writer, str(steps.count).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        steps_taken = answer.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status:
        sys.exit(f"a trial failed by itself: status {status}")
    return {"killed": killed, "steps": int(steps_taken or 0)}


def main() -> None:
    """Answer trials until the asker hangs up."""
    RENDERER.check()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = trial(asked["config"], asked["state"], asked["kill_at"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
