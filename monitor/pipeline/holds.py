"""How far "come back later" reaches: one feed, its host, or its whole site (P14, P16). Pure.

One route of an aggregator may be shut for a day while the others answer; a platform that counts
requests means all of its feeds. Neither says which it is, so the first refusal gives the host a
short rest, and only a second feed that is refused, with none let in between, proves a common limit.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from monitor.model.source import Feed, FeedState
from monitor.text.urls import host_of

FIRST_REST = timedelta(minutes=15)
# Labels under which a country hands out names: news.co.uk and other.co.uk are strangers.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "gob", "go", "mil", "net", "ne", "or", "org"})  # fmt: skip


def site_of(host: str) -> str:
    """Give the registrable domain of a host, as far as its labels tell; an address is its own site."""
    labels = host.lower().rstrip(".").removeprefix("www.").split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    is_second = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if is_second else labels[-2:])


def neighbours(feed: Feed, feeds: Iterable[Feed]) -> frozenset[str]:
    """Name the other feeds of the same site."""
    site = site_of(host_of(feed.url))
    return frozenset(
        other.id for other in feeds if other.id != feed.id and site_of(host_of(other.url)) == site
    )


def held_back(
    feed: Feed,
    feeds: Mapping[str, Feed],
    states: Mapping[str, FeedState],
    now: datetime,
    until: datetime,
) -> Mapping[str, datetime]:
    """Give, for neighbours of a feed that was just refused until then, before when not to ask them.

    ``states`` are those of its neighbours.
    """
    host = host_of(feed.url)
    on_host = {name: s for name, s in states.items() if host_of(feeds[name].url) == host}
    elsewhere = [state for name, state in states.items() if name not in on_host]
    if _refused_since(elsewhere, states.values(), now):
        return dict.fromkeys(states, until)
    shared = _refused_since(on_host.values(), on_host.values(), now)
    return dict.fromkeys(on_host, until if shared else min(until, now + FIRST_REST))


def is_told_to_wait(state: FeedState, now: datetime) -> bool:
    """Tell whether the server's "come back later" still holds, for whoever asks."""
    return state.error_kind == "rate-limited" and _waits(state, now)


def _refused_since(
    suspects: Iterable[FeedState], witnesses: Iterable[FeedState], now: datetime
) -> bool:
    """Tell whether a suspect still waits after a refusal, and no witness was let in since."""
    refusals = [
        state.last_polled_at
        for state in suspects
        if state.last_polled_at and is_told_to_wait(state, now)
    ]
    successes = [state.last_success_at for state in witnesses if state.last_success_at]
    return bool(refusals) and not any(success > min(refusals) for success in successes)


def _waits(state: FeedState, now: datetime) -> bool:
    return state.next_poll_at is not None and state.next_poll_at > now
