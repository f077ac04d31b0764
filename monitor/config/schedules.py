"""Digests and alerts: which channels and watches they name, and their defaults."""

from collections.abc import Iterable, Sequence
from datetime import time

from monitor.config.draft import Draft
from monitor.config.places import Path
from monitor.config.schema import DigestModel
from monitor.config.values import nearest
from monitor.model.outbox import AlertPolicy, Channel, Schedule

_RESERVED = "alert"  # digests of urgent stories are kept under this name


def check_names(draft: Draft) -> None:
    """Refuse references to watches and channels that are not in the file."""
    model = draft.model
    for name, channel in model.channels.items():
        _check(draft, ("channels", name, "watches"), channel.watches, _watches(draft), "watch")
    for name, digest in model.digests.items():
        _check(draft, ("digests", name, "watches"), digest.watches, _watches(draft), "watch")
        _check(draft, ("digests", name, "channels"), digest.channels, _channels(draft), "channel")
    _check(draft, ("alerts", "channels"), model.alerts.channels, _channels(draft), "channel")


def read_schedules(draft: Draft, channels: Sequence[Channel]) -> tuple[Schedule, ...]:
    """Build the schedules; with none configured, one digest a day at 08:00 goes everywhere."""
    everywhere = tuple(channel.id for channel in channels)
    if not draft.model.digests and "digests" not in draft.faulty:
        zone = draft.model.timezone
        return (Schedule("daily", "Daily digest", (time(8),), _EVERY_DAY, zone, everywhere),)
    if _RESERVED in draft.model.digests:
        what = f"A digest cannot be called `{_RESERVED}`: alerts are kept under this name."
        draft.refuse(("digests", _RESERVED), what, "Choose another name.", at_key=True)
    _warn_of_nothing(draft, channels)
    return tuple(
        _schedule(draft, name, digest, everywhere) for name, digest in draft.model.digests.items()
    )


def read_alerts(draft: Draft, channels: Sequence[Channel]) -> AlertPolicy:
    """Build the policy of alerts; without channels named, they go everywhere."""
    alerts = draft.model.alerts
    chosen = _unique(alerts.channels) or tuple(channel.id for channel in channels)
    return AlertPolicy(chosen, alerts.wait, alerts.interval, alerts.limit, alerts.breaking)


_EVERY_DAY = frozenset(range(7))


def _schedule(draft: Draft, name: str, digest: DigestModel, all_: tuple[str, ...]) -> Schedule:
    return Schedule(
        name=name,
        title=digest.title or name,
        times=tuple(sorted(set(digest.at))),
        days=frozenset(digest.days),
        timezone=digest.timezone or draft.model.timezone,
        channels=_unique(digest.channels) or all_,
        watches=frozenset(digest.watches),
        limit=digest.limit,
        when_empty=digest.when_empty,
        catch_up=digest.catch_up,
    )


def _warn_of_nothing(draft: Draft, channels: Sequence[Channel]) -> None:
    """Warn of a digest and a channel that have no watch in common: nothing would ever be sent."""
    takes = {channel.id: channel.watches for channel in channels}
    for name, digest in draft.model.digests.items():
        for number, channel in enumerate(digest.channels):
            wanted = takes.get(channel)
            if wanted and digest.watches and wanted.isdisjoint(digest.watches):
                what = f"`{channel}` takes none of the watches of `{name}`, so nothing is sent."
                path = ("digests", name, "channels", number)
                draft.warn(path, what, "Compare `watches` of both.")


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _watches(draft: Draft) -> tuple[str, ...]:
    return draft.names.get("watches", ())


def _channels(draft: Draft) -> tuple[str, ...]:
    return draft.names.get("channels") or ("page", "terminal")


def _check(draft: Draft, path: Path, named: Sequence[str], known: Sequence[str], kind: str) -> None:
    for number, name in enumerate(named):
        if name not in known:
            guess = nearest(name, known)
            listed = f"Known: {', '.join(known)}." if known else f"Add it under `{kind}s:`."
            mend = f"Did you mean {guess}?" if guess else listed
            draft.refuse((*path, number), f"There is no {kind} `{name}`.", mend)
