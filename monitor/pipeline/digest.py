"""Compose what is due: one digest a channel and slot, urgent stories at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from monitor.digest.compose import compose
from monitor.model.outbox import (
    AlertPolicy,
    Channel,
    ChannelKind,
    Digest,
    FeedHealth,
    Message,
    Schedule,
)
from monitor.model.story import Story
from monitor.model.watch import Term, Watch
from monitor.ports import Clock, DigestRecord, DigestStore
from monitor.slots import due_slot, is_late, is_stale, quiet_end

ALERTS = "alert"  # the schedule name under which alerts are kept
CRITERIA = "criteria"  # likewise, of what new criteria found

# A first digest is written to these even if nothing matched: it shows that the program works.
_SHOWN_FIRST: frozenset[ChannelKind] = frozenset({"file", "terminal"})


class Rendering(Protocol):
    """Turns a digest into the messages of a channel kind."""

    def render(self, digest: Digest, kind: ChannelKind) -> tuple[Message, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """The collaborators of composing, bound once."""

    store: DigestStore
    renderer: Rendering
    schedules: Sequence[Schedule]
    watches: Sequence[Watch]
    terms: Sequence[Term]
    clock: Clock

    async def send_due(self, schedule: Schedule, channel: Channel) -> Digest | None:
        """Compose the schedule's digest for a channel if a slot is due; None if there is none to send.

        A slot missed by more than ``catch_up`` is noted and its stories roll into the next (R12).
        """
        now = self.clock()
        last = await self.store.last_slot(schedule.name, channel.id)
        slot = due_slot(schedule, last, now)
        if slot is None or self.is_quiet(channel):
            return None
        if is_stale(schedule, _held_until(channel, slot) or slot, now):
            await self.store.note_slot(schedule.name, channel.id, slot)
            return None
        return await self._send(schedule, channel, slot, last, now)

    async def send_now(self, schedule: Schedule, channel: Channel) -> Digest | None:
        """Compose the schedule's digest for a channel now, whatever the clock says."""
        now = self.clock()
        last = await self.store.last_slot(schedule.name, channel.id)
        return await self._send(schedule, channel, now, last, now)

    async def criteria_due(self, schedule: Schedule, channel: Channel) -> Digest | None:
        """Compose what new criteria found if a slot of the schedule is due; None if there is none.

        Comes before ``send_due``, which settles the slot.
        """
        now = self.clock()
        slot = due_slot(schedule, await self.store.last_slot(schedule.name, channel.id), now)
        if slot is None or is_stale(schedule, slot, now) or self.is_quiet(channel):
            return None
        return await self._send_criteria(schedule, channel, slot, now)

    async def criteria_now(self, schedule: Schedule, channel: Channel) -> Digest | None:
        """Compose what new criteria found, whatever the clock says."""
        now = self.clock()
        return await self._send_criteria(schedule, channel, now, now)

    async def preview_criteria(self, schedule: Schedule, channel: Channel) -> Digest | None:
        """Compose what new criteria found without settling anything; None if that is nothing."""
        now = self.clock()
        return await self._criteria(schedule, channel, now, now)

    async def preview(self, schedule: Schedule, channel: Channel) -> Digest:
        """Compose what is owed without settling anything."""
        now = self.clock()
        last = await self.store.last_slot(schedule.name, channel.id)
        stories = await self._owed(schedule, channel, now)
        return await self._digest(schedule, channel, stories, slot=now, last=last, now=now)

    async def alert(self, policy: AlertPolicy, channel: Channel) -> Digest | None:
        """Send the urgent stories owed once the oldest has waited for its burst (D12)."""
        now = self.clock()
        urgent = frozenset(watch.name for watch in self.watches if watch.urgent)
        names = wanted(urgent, channel)
        if not names or self.holds_alerts(channel) or await self._alerted(policy, channel, now):
            return None
        stories = await self.store.owed(channel, names, now)
        if not stories or min(_seen_at(story) for story in stories) > now - policy.wait:
            return None
        digest = compose(
            stories,
            channel=channel,
            key=ALERTS,
            kind="alert",
            title="",
            slot_at=now,
            until=now,
            timezone=channel.timezone,
            watches=[watch for watch in self.watches if watch.name in names],
            terms=self.terms,
            limit=policy.limit,
        )
        named = replace(digest, key=f"{ALERTS}:{channel.id}:{_founding(digest)}")
        return await self.save(named, channel, ALERTS, now)

    async def _send(
        self,
        schedule: Schedule,
        channel: Channel,
        slot: datetime,
        last: datetime | None,
        now: datetime,
    ) -> Digest | None:
        stories = await self._owed(schedule, channel, now)
        first = channel.kind in _SHOWN_FIRST and not await self._has_spoken(channel)
        digest = await self._digest(schedule, channel, stories, slot=slot, last=last, now=now)
        is_empty = not (stories or digest.health.notices or digest.updates)
        if is_empty and schedule.when_empty == "skip" and not first:
            await self.store.note_slot(schedule.name, channel.id, slot)
            return None
        return await self.save(digest, channel, schedule.name, now)

    async def _send_criteria(
        self, schedule: Schedule, channel: Channel, slot: datetime, now: datetime
    ) -> Digest | None:
        digest = await self._criteria(schedule, channel, slot, now)
        return digest and await self.save(digest, channel, CRITERIA, now)

    async def _criteria(
        self, schedule: Schedule, channel: Channel, slot: datetime, now: datetime
    ) -> Digest | None:
        """Compose one digest of the stories that only new criteria found."""
        stories = await self._owed(schedule, channel, now, reapplied=True)
        if not stories:
            return None
        digest = await self._digest(schedule, channel, stories, slot=slot, last=slot, now=now)
        titles = ", ".join(section.title for section in digest.sections)
        return replace(
            digest,
            key=f"{CRITERIA}:{channel.id}:{slot:%Y%m%dT%H%M%SZ}",
            title=f"New criteria: {titles}",
            health=FeedHealth(),  # says nothing of the feeds: the schedule's own digest does
            updates=(),
        )

    def is_quiet(self, channel: Channel) -> bool:
        """Tell whether digests to a channel wait for the end of its quiet hours (D13)."""
        return _held_until(channel, self.clock()) is not None

    def holds_alerts(self, channel: Channel) -> bool:
        """Tell whether alerts to a channel wait for the end of its quiet hours (D13)."""
        return (
            channel.quiet is not None and channel.quiet.urgent == "hold" and self.is_quiet(channel)
        )

    async def _alerted(self, policy: AlertPolicy, channel: Channel, now: datetime) -> bool:
        """Tell whether the channel had an alert too short a time ago for another one (D12, D15)."""
        last = await self.store.last_slot(ALERTS, channel.id)
        return last is not None and last > now - policy.interval

    async def _has_spoken(self, channel: Channel) -> bool:
        """Tell whether any schedule has served the channel before."""
        for schedule in self.schedules:
            if await self.store.last_slot(schedule.name, channel.id) is not None:
                return True
        return False

    async def _owed(
        self, schedule: Schedule, channel: Channel, now: datetime, *, reapplied: bool = False
    ) -> Sequence[Story]:
        names = schedule.watches or frozenset(watch.name for watch in self.watches)
        return await self.store.owed(channel, wanted(names, channel), now, reapplied=reapplied)

    async def _digest(
        self,
        schedule: Schedule,
        channel: Channel,
        stories: Sequence[Story],
        *,
        slot: datetime,
        last: datetime | None,
        now: datetime,
    ) -> Digest:
        names = wanted(schedule.watches or frozenset(w.name for w in self.watches), channel)
        return compose(
            stories,
            channel=channel,
            key=f"{schedule.name}:{channel.id}:{slot:%Y%m%dT%H%M%SZ}",
            kind="digest",
            title=schedule.title,
            slot_at=slot,
            until=now,
            timezone=schedule.timezone,
            watches=[watch for watch in self.watches if watch.name in names],
            terms=self.terms,
            limit=schedule.limit,
            late=is_late(_held_until(channel, slot) or slot, now),
            health=_up_to(slot, await self.store.health(last, now)),
            updates=await self.store.updates(channel.id, last, slot) if last else (),
        )

    async def save(
        self, digest: Digest, channel: Channel, schedule: str, now: datetime, *, again: bool = False
    ) -> Digest | None:
        """Settle the stories told; those beyond the limit stay owed and open the next digest."""
        record = DigestRecord(
            digest=digest,
            messages=self.renderer.render(digest, channel.kind),
            channel=channel,
            created_at=now,
            schedule=schedule,
            again=again,
        )
        return digest if await self.store.save_digest(record) else None


def _up_to(slot: datetime, health: FeedHealth) -> FeedHealth:
    """Leave what came after the slot to the next digest, so that it is told once."""
    return replace(health, notices=tuple(one for one in health.notices if one.at <= slot))


def wanted(names: frozenset[str], channel: Channel) -> frozenset[str]:
    return names & channel.watches if channel.watches else names


def _held_until(channel: Channel, moment: datetime) -> datetime | None:
    """Find when the channel's quiet hours end that hold a moment (D13)."""
    return quiet_end(channel.quiet, channel.timezone, moment) if channel.quiet else None


def _seen_at(story: Story) -> datetime:
    return min(hit.seen_at for hit in story.hits)


def _founding(alert: Digest) -> int:
    """Name an alert by the first hit it tells: a hit is told once, so no two have one name.

    Those beyond the limit must not name it: they are owed to the next alert.
    """
    return min(hit_id for line in alert.lines for hit_id in line.hit_ids)
