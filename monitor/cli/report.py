"""What a person sees while feeds are polled and messages leave."""

from types import TracebackType
from typing import Self

import structlog
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.cadence import BROKEN_AFTER
from monitor.cli.output import note, notice
from monitor.model.outbox import Digest
from monitor.pipeline.deliver import Outcome
from monitor.pipeline.poll import Poll
from monitor.text.clean import one_line

log = structlog.get_logger("monitor")


class Once:
    """A bar on a terminal, one plain line a feed otherwise; failures in one line each on both."""

    def __init__(self, total: int, *, every_feed: bool | None = None) -> None:
        self._every_feed = not notice.is_terminal if every_feed is None else every_feed
        self._bar = Progress(
            TextColumn("polling"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.description}"), console=notice, transient=True,
            disable=not notice.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=total)
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
        self._bar.update(self._task, advance=1, description=one_line(poll.feed.title, 40))
        if poll.verdict == "failed":
            note(line_of(poll), "yellow")
        elif self._every_feed:
            note(line_of(poll))

    def digest(self, digest: Digest) -> None:
        """Remember a digest for the summary."""
        self.digests.append(digest)

    def delivery(self, outcome: Outcome) -> None:
        """Show a message that did not leave."""
        self.outcomes.append(outcome)
        if outcome.error is not None:
            note(_failed_delivery(outcome), "red")

    def summary(self) -> str:
        """Say in one sentence what the run came to."""
        last = {poll.feed.id: poll for poll in self.polls}
        failed = sum(poll.verdict == "failed" for poll in last.values())
        new = sum(poll.recorded.new_entries for poll in self.polls)
        hits = sum(poll.recorded.new_hits for poll in self.polls)
        told = len({line.story_id for digest in self.digests for line in digest.lines})
        sent = sum(outcome.error is None for outcome in self.outcomes)
        answered = f"{len(last) - failed} of {len(last)} feeds answered"
        found = f"{_count(new, 'new entry', 'new entries')}, {_count(hits, 'hit', 'hits')}"
        if not self.digests:
            return f"{answered}; {found}; nothing to tell."
        stories = _count(told, "story", "stories")
        messages = _count(sent, "message", "messages")
        return f"{answered}; {found}; {stories} told, {messages} sent."


class Log:
    """One log line an event, for the daemon."""

    def poll(self, poll: Poll) -> None:
        """Log how one feed answered; a feed that stays broken is a warning (P22)."""
        feed = log.bind(feed=poll.feed.id)
        if poll.error is None:
            recorded = poll.recorded
            feed.info(
                "polled", status=poll.status, new=recorded.new_entries, hits=recorded.new_hits
            )
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
        """Log how an attempt to send ended."""
        delivery = outcome.delivery
        bound = log.bind(channel=delivery.channel_id, id=delivery.id, attempt=delivery.attempts)
        if outcome.error is None:
            bound.info("delivered")
        else:
            bound.warning(
                "not delivered",
                error=str(outcome.error),
                retry_at=outcome.retry_at.isoformat() if outcome.retry_at else None,
            )


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
        f"ok      {title}: {_count(poll.listed, 'entry', 'entries')}, "
        f"{recorded.new_entries} new, {_count(recorded.new_hits, 'hit', 'hits')}"
    )


def _failed_delivery(outcome: Outcome) -> str:
    delivery, when = outcome.delivery, outcome.retry_at
    then = f"next try {when:%H:%M} UTC" if when else "given up: see `monitor outbox list`"
    return f"{delivery.channel_id}: {one_line(str(outcome.error))} ({then})"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
