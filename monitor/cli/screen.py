"""The daemon on a terminal: a bar while the first round lasts, then one short line an event."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.cli.output import note
from monitor.cli.report import PollBar, count, failed_delivery, line_of, polled, style_of
from monitor.model.outbox import Digest
from monitor.pipeline.deliver import Outcome
from monitor.pipeline.poll import Poll
from monitor.ports import Clock


class Screen:
    """Shows a person what the daemon does; the log's place on a terminal."""

    def __init__(self, due: Collection[str], pages: Mapping[str, Path], clock: Clock) -> None:
        """Take the feeds of the first round and the pages that channels write."""
        self._due = set(due)
        self._pages = pages
        self._clock = clock
        self._bar = PollBar(len(self._due))
        self._first: list[Poll] = []

    def __enter__(self) -> Self:
        if self._due:
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
        """Move the bar in the first round, tell a line after it; a failure is a line in both."""
        if not self._due:
            self._tell(line_of(poll), style_of(poll))
            return
        self._first.append(poll)
        self._due.discard(poll.feed.id)
        self._bar.advance(poll)
        if poll.verdict == "failed":
            note(line_of(poll), style_of(poll))
        if not self._due:
            self._bar.stop()
            self._tell(f"first round: {polled(self._first)}", "bold")

    def digest(self, digest: Digest) -> None:
        """Tell that a digest was composed."""
        stories = count(len(digest.lines), "story", "stories")
        self._tell(f"{digest.kind} for {digest.channel_id}: {stories}", "bold")

    def delivery(self, outcome: Outcome) -> None:
        """Tell how an attempt to send ended; for a page, where it is."""
        channel = outcome.delivery.channel_id
        if outcome.error is not None:
            self._tell(failed_delivery(outcome), "red")
        elif channel in self._pages:
            self._tell(f"page written: {self._pages[channel]}", "bold")
        else:
            self._tell(f"sent to {channel}", "dim")

    def _tell(self, line: str, style: str) -> None:
        note(f"{self._clock().astimezone():%H:%M:%S} {line}", style)
