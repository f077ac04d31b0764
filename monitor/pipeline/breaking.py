"""Raise as alerts what grows well beyond its usual: each story once, each watch once a day."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.digest.compose import compose
from monitor.model.growth import Growth, Mention
from monitor.model.outbox import AlertPolicy, Channel, Digest
from monitor.model.story import Story
from monitor.model.watch import Watch
from monitor.pipeline.digest import ALERTS, Composer, wanted
from monitor.story.breaking import MEMORY, WINDOW, breaking_stories, find_breaking, stirring

BREAKING = f"{ALERTS}:breaking"  # how the schedules begin under which these alerts are kept
_PAUSE = timedelta(days=1)  # of a watch that was raised


async def raise_breaking(
    policy: AlertPolicy, channel: Channel, *, composer: Composer
) -> list[Digest]:
    """Tell a channel what is breaking in any of its watches, with the figure that shows it.

    What a channel was told with all its hits is not raised: there is nothing to add.
    """
    if not policy.breaking or composer.holds_alerts(channel):
        return []
    now = composer.clock()
    names = wanted(frozenset(watch.name for watch in composer.watches), channel)
    stirred = stirring(await composer.store.mentions(names, now - WINDOW), now)
    watched = await composer.store.watched_since(channel.id) if stirred else {}
    digests: list[Digest] = []
    for watch in composer.watches:
        if watch.name in stirred and watch.name in watched:
            since = max(watched[watch.name], now - MEMORY)
            looking = _Looking(policy, channel, composer, watch, since, now)
            digests += await looking.raise_all()
    return digests


@dataclass(frozen=True, slots=True)
class _Looking:
    """One look at one watch for one channel."""

    policy: AlertPolicy
    channel: Channel
    composer: Composer
    watch: Watch
    since: datetime
    now: datetime

    async def raise_all(self) -> list[Digest]:
        """Raise the stories, then the watch, of which only what no story explains counts."""
        store = self.composer.store
        mentions = await store.mentions([self.watch.name], self.since)
        known = await store.raised(self.channel.id, BREAKING, self.since)
        grown = breaking_stories(mentions, self.since, self.now)
        told = await self._raise_stories({n: g for n, g in grown.items() if n not in known})
        rest = [each for each in mentions if each.story_id not in known | grown.keys()]
        watch = await self._raise_watch(rest)
        return [digest for digest in (*told, watch) if digest is not None]

    async def _raise_stories(self, grown: Mapping[str, Growth]) -> list[Digest | None]:
        return [
            await self._tell([story], grown[story.id], BREAKING, story.id)
            for story in await self.composer.store.stories_by_id(grown)
        ]

    async def _raise_watch(self, mentions: Collection[Mention]) -> Digest | None:
        schedule = f"{BREAKING}:{self.watch.name}"
        last = await self.composer.store.last_slot(schedule, self.channel.id)
        if last is not None and last > self.now - _PAUSE:
            return None
        growth = find_breaking(mentions, self.since, self.now)
        if growth is None:
            return None
        told = Counter(each.story_id for each in mentions if each.told_at > self.now - WINDOW)
        most = [story_id for story_id, _ in told.most_common(self.policy.limit)]
        stories = await self.composer.store.stories_by_id(most)
        return await self._tell(stories, growth, schedule, f"{self.watch.name}:{self.now:%Y%m%d}")

    async def _tell(
        self, stories: Sequence[Story], growth: Growth, schedule: str, subject: str
    ) -> Digest | None:
        digest = compose(
            stories,
            channel=self.channel,
            key=f"{BREAKING}:{self.channel.id}:{subject}",
            kind="alert",
            title="",
            slot_at=self.now,
            until=self.now,
            timezone=self.channel.timezone,
            watches=[self.watch],
            terms=self.composer.terms,
            limit=self.policy.limit,
        )
        named = replace(digest, growth=growth)
        return await self.composer.save(named, self.channel, schedule, self.now, again=True)
