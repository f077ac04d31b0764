"""Digests that show every case a template must cope with: for checks and for test messages."""

from datetime import UTC, datetime, timedelta

from monitor.model.growth import Growth
from monitor.model.outbox import (
    Digest,
    DigestKind,
    FeedHealth,
    Fragment,
    Line,
    Section,
    Source,
    Update,
)

_AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
_GROWTH = Growth("watch", sources=12, reports=31, window=timedelta(hours=3), usual=0.3)


def sample_digests() -> tuple[Digest, ...]:
    """Give a full digest, empty ones of each reason, and an alert."""
    return (
        sample_digest(_AT),
        sample_digest(_AT, kind="alert"),
        _empty(FeedHealth()),
        _empty(FeedHealth(polled=2, failing=("One", "Two"))),
        _empty(FeedHealth(polled=2)),
        _empty(FeedHealth(polled=2, failing=("One",), entries=40)),
    )


def sample_digest(
    now: datetime,
    *,
    kind: DigestKind = "digest",
    channel_id: str = "sample",
    timezone: str = "Asia/Almaty",
) -> Digest:
    """Give a digest of made-up stories, to try a channel with."""
    return Digest(
        key=f"sample:{channel_id}:{now:%Y%m%dT%H%M%SZ}",
        kind=kind,
        channel_id=channel_id,
        title="Test of the monitor",
        slot_at=now,
        until=now,
        timezone=timezone,
        sections=(
            Section("sco", "Shanghai Cooperation Organisation", (_told_widely(now), _bare(now))),
            Section("kazakhstan", "Kazakhstan", (_right_to_left(now),)),
        ),
        omitted=3,
        updates=(_corrected(now),) if kind == "digest" else (),
        late=True,
        health=FeedHealth(polled=60, failing=("Example Herald", "Sample Times"), entries=412),
        growth=_GROWTH if kind == "alert" else None,
    )


def _corrected(now: datetime) -> Update:
    return Update(
        "sample-4", "Bridge over the Syr Darya opens", "https://news.example/bridge", "Sample Times",
        "number", "It cost 40 million tenge.", "It cost 400 million tenge.", now,
    )  # fmt: skip


def _told_widely(now: datetime) -> Line:
    return Line(
        story_id="sample-1",
        title=(
            Fragment("Made-up headline: "),
            Fragment("SCO", mark=True),
            Fragment(" members to meet in "),
            Fragment("Kazakhstan", mark=True),
        ),
        url="https://example.org/news/1?a=1&b=2",
        source="Example Herald",
        language="en",
        country="KZ",
        published_at=now - timedelta(hours=2),
        snippet=(
            Fragment("This story is invented to try the channel: the "),
            Fragment("SCO", mark=True),
            Fragment(" did <b>not</b> say this & never will."),
        ),
        terms=("SCO", "Kazakhstan"),
        watches=("Shanghai Cooperation Organisation", "Kazakhstan"),
        score=3.5,
        also=(
            Source("Пример-газета", "https://example.org/ru/1", "ru", "KZ", now),
            Source("Мысал", None, "kk", "KZ", now),
            Source("示例报", "https://example.org/zh/1", "zh", "CN", now),
        ),
        edited=True,
        urgent=True,
    )


def _bare(now: datetime) -> Line:
    return Line(
        story_id="sample-2",
        title=(Fragment("示例标题：上海合作组织"),),
        url=None,
        source="",
        language=None,
        country=None,
        published_at=now - timedelta(days=1),
        snippet=(),
        terms=(),
        watches=("Shanghai Cooperation Organisation",),
        score=1.0,
    )


def _right_to_left(now: datetime) -> Line:
    return Line(
        story_id="sample-3",
        title=(Fragment("عنوان تجريبي عن "), Fragment("كازاخستان", mark=True)),
        url="https://example.org/ar/3",
        source="Sample Times",
        language="ar",
        country="EG",
        published_at=now - timedelta(days=400),
        snippet=(Fragment("هذا الخبر مختلق لتجربة القناة."),),
        terms=("Kazakhstan",),
        watches=("Kazakhstan",),
        score=0.5,
    )


def _empty(health: FeedHealth) -> Digest:
    return Digest(
        key="sample-empty",
        kind="digest",
        channel_id="sample",
        title="Test of the monitor",
        slot_at=_AT,
        until=_AT,
        timezone="UTC",
        sections=(),
        health=health,
    )
