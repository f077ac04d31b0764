"""What a person sees while feeds are polled and messages leave."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.cadence import BROKEN_AFTER
from monitor.cli.output import note, notice
from monitor.deliver.file import LATEST
from monitor.model.outbox import Channel, Digest, FileSettings
from monitor.pipeline.deliver import Outcome
from monitor.pipeline.poll import Poll
from monitor.text.clean import one_line

log = structlog.get_logger("monitor")


class Once:
    """A bar on a terminal, one plain line a feed otherwise; failures in one line each on both."""

    def __init__(self, total: int | None = None, *, quiet: bool = False) -> None:
        """Take how many polls are to come, if known; ``quiet`` leaves out their lines."""
        self._quiet = quiet
        self._bar = PollBar(total)
        self.polls: list[Poll] = []
        self.digests: list[Digest] = []
        self.outcomes: list[Outcome] = []

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def poll(self, poll: Poll) -> None:
        """Show how one feed answered."""
        self.polls.append(poll)
        self._bar.advance(poll)
        if not self._quiet and (poll.verdict == "failed" or not notice.is_terminal):
            note(line_of(poll), style_of(poll))

    def digest(self, digest: Digest) -> None:
        """Remember a digest for the summary."""
        self.digests.append(digest)

    def delivery(self, outcome: Outcome) -> None:
        """Show a message that did not leave."""
        self.outcomes.append(outcome)
        if outcome.error is not None:
            note(failed_delivery(outcome), "red")

    def summary(self) -> str:
        """Say in one sentence what the run came to."""
        return f"{polled(self.polls)}; {self.told()}"

    def told(self) -> str:
        """Say what was told and what left."""
        if not self.digests and not self.outcomes:
            return "nothing to tell."
        told = len({line.story_id for digest in self.digests for line in digest.lines})
        sent = sum(outcome.error is None for outcome in self.outcomes)
        stories = count(told, "story", "stories")
        return f"{stories} told, {count(sent, 'message', 'messages')} sent."

    def pages(self, channels: Sequence[Channel]) -> list[Path]:
        """List the pages that were written."""
        pages = pages_of(channels)
        sent = {each.delivery.channel_id for each in self.outcomes if each.error is None}
        return [page for channel_id, page in pages.items() if channel_id in sent]


class Log:
    """One log line an event, for the daemon."""

    def __init__(self, pages: Mapping[str, Path]) -> None:
        """Take the pages that channels write."""
        self._pages = pages

    def poll(self, poll: Poll) -> None:
        """Log how one feed answered; a feed that stays broken is a warning (P22)."""
        feed = log.bind(feed=poll.feed.id)
        if poll.error is None:
            recorded = poll.recorded
            feed.info(
                "polled", status=poll.status, new=recorded.new_entries, hits=recorded.new_hits
            )
            if poll.learned or poll.held:
                feed.warning("changed shape", learned=sorted(poll.learned), held=poll.held)
            return
        failures = poll.failures
        say = feed.warning if failures >= BROKEN_AFTER or poll.next_poll_at is None else feed.info
        say("poll failed", error_class=poll.error.kind, error=str(poll.error), failures=failures,
            next=poll.next_poll_at.isoformat() if poll.next_poll_at else None)  # fmt: skip

    def digest(self, digest: Digest) -> None:
        """Log a digest composed."""
        log.info(
            "composed", digest=digest.key, channel=digest.channel_id, stories=len(digest.lines)
        )

    def delivery(self, outcome: Outcome) -> None:
        """Log how an attempt to send ended; for a page, where it is."""
        delivery = outcome.delivery
        bound = log.bind(channel=delivery.channel_id, id=delivery.id, attempt=delivery.attempts)
        if outcome.error is not None:
            retry_at = outcome.retry_at.isoformat() if outcome.retry_at else None
            bound.warning("not delivered", error=str(outcome.error), retry_at=retry_at)
        elif page := self._pages.get(delivery.channel_id):
            bound.info("delivered", page=str(page))
        else:
            bound.info("delivered")


class PollBar:
    """A progress bar over polls; draws nothing off a terminal."""

    def __init__(self, total: int | None) -> None:
        """Take how many polls are to come, if known."""
        self._drawn = Progress(
            TextColumn("polling"), BarColumn(bar_width=24), MofNCompleteColumn(),
            TimeElapsedColumn(), TextColumn("{task.description}"), console=notice,
            transient=True, disable=not notice.is_terminal,
        )  # fmt: skip
        self._task = self._drawn.add_task("", total=total)
        self.start, self.stop = self._drawn.start, self._drawn.stop

    def advance(self, poll: Poll) -> None:
        """Count one poll and name its feed."""
        self._drawn.update(self._task, advance=1, description=one_line(poll.feed.title, 24))


def pages_of(channels: Sequence[Channel]) -> dict[str, Path]:
    """Say where each file channel keeps its newest page."""
    return {
        channel.id: channel.settings.folder / LATEST
        for channel in channels
        if isinstance(channel.settings, FileSettings)
    }


def line_of(poll: Poll) -> str:
    """Say in one line how a feed answered."""
    title = one_line(poll.feed.title, 60)
    if poll.error is not None:
        return f"failed  {title}: {one_line(str(poll.error))}"
    if poll.verdict == "unchanged":
        return f"same    {title}: nothing changed ({poll.status})"
    if poll.verdict == "lost":
        return f"skipped {title}: another process polls it"
    recorded = poll.recorded
    return (
        f"ok      {title}: {count(poll.listed, 'entry', 'entries')}, "
        f"{recorded.new_entries} new, {count(recorded.new_hits, 'hit', 'hits')}"
        f"{f', {poll.held} held' if poll.held else ''}"
    )


def style_of(poll: Poll) -> str:
    """Colour a poll's line: failures stand out, hits too, no news steps back."""
    if poll.verdict == "failed":
        return "yellow"
    return "green" if poll.recorded.new_hits else "dim"


def polled(polls: Sequence[Poll]) -> str:
    """Say what polls came to, all of one feed as one."""
    last = {poll.feed.id: poll for poll in polls}
    failed = sum(poll.verdict == "failed" for poll in last.values())
    new = sum(poll.recorded.new_entries for poll in polls)
    hits = sum(poll.recorded.new_hits for poll in polls)
    return (
        f"{len(last) - failed} of {count(len(last), 'feed', 'feeds')} answered; "
        f"{count(new, 'new entry', 'new entries')}, {count(hits, 'hit', 'hits')}"
    )


def failed_delivery(outcome: Outcome) -> str:
    """Say in one line why a message did not leave, and what comes next."""
    delivery, when = outcome.delivery, outcome.retry_at
    then = f"next try {when:%H:%M} UTC" if when else "given up: see `monitor outbox list`"
    return f"{delivery.channel_id}: {one_line(str(outcome.error))} ({then})"


def count(number: int, one: str, many: str) -> str:
    """Count things in words."""
    return f"{number:,} {one if number == 1 else many}"
