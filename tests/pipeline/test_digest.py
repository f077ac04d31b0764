"""Rules of composing: each story once a channel, on time, nothing dropped."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal

import pytest

from monitor.model.outbox import AlertPolicy, Quiet
from tests.desk import START, Desk, body, rss

ONE = "https://one.example/feed"
ALERTS = AlertPolicy(("page",), wait=timedelta(seconds=30))


async def publish(desk: Desk, *titles: str) -> None:
    """Let feed one list these titles, and poll it."""
    items = [(title.replace(" ", "-"), title) for title in titles]
    desk.web.answers[ONE] = body(rss(*items))
    await desk.poll()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_a_story_is_told_once(desk: Desk) -> None:
    """What one digest told, the next does not (D1)."""
    await publish(desk, "A river rises")
    first = await desk.composer.send_now(desk.schedule, desk.channel)
    assert first is not None
    assert [line.headline for line in first.lines] == ["A river rises"]
    desk.clock.sleep(hours=1)
    await publish(desk, "A river rises", "A river falls")
    second = await desk.composer.send_now(desk.schedule, desk.channel)
    assert second is not None
    assert [line.headline for line in second.lines] == ["A river falls"]


async def test_what_exceeds_the_limit_opens_the_next_digest(desk: Desk) -> None:
    """Stories beyond the limit are counted, stay owed, and are told next time."""
    schedule = replace(desk.schedule, limit=2)
    await publish(desk, "River a", "River b", "River c")
    told = []
    for _ in range(2):
        digest = await desk.composer.send_now(schedule, desk.channel)
        assert digest is not None
        told.append((len(digest.lines), digest.omitted))
        desk.clock.sleep(minutes=1)
    assert told == [(2, 1), (1, 0)]
    assert await desk.owed() == []


async def test_a_first_digest_shows_itself_even_empty(desk: Desk) -> None:
    """A file channel gets one page at once, so that a new user sees it work; then only news."""
    assert await desk.composer.send_now(desk.schedule, desk.channel) is not None
    desk.clock.sleep(minutes=1)
    assert await desk.composer.send_now(desk.schedule, desk.channel) is None


async def test_a_second_schedule_does_not_show_itself_again(desk: Desk) -> None:
    """One empty first page is enough, however many digests a channel has."""
    evening = replace(desk.schedule, name="evening")
    composer = replace(desk.composer, schedules=(desk.schedule, evening))
    assert await composer.send_now(desk.schedule, desk.channel) is not None
    assert await composer.send_now(evening, desk.channel) is None


async def test_an_empty_digest_is_sent_where_it_is_wanted(desk: Desk) -> None:
    """``when_empty: send`` tells each slot that nothing matched."""
    schedule = replace(desk.schedule, when_empty="send")
    await desk.composer.send_now(schedule, desk.channel)
    desk.clock.sleep(minutes=1)
    assert await desk.composer.send_now(schedule, desk.channel) is not None


@pytest.mark.parametrize(
    ("asleep", "sent"),
    [
        pytest.param(timedelta(minutes=1), True, id="on-time"),
        pytest.param(timedelta(hours=5), True, id="late"),
        pytest.param(timedelta(days=3, hours=2), True, id="three-days-asleep"),
    ],
)
async def test_a_slot_is_composed_once(desk: Desk, asleep: timedelta, sent: bool) -> None:
    """However often the clock looks, and however late, a slot makes one digest (D11, R12)."""
    schedule = replace(desk.schedule, times=(time(9),))
    await desk.store.note_slot("daily", "page", at("2026-11-21T09:00"))
    await publish(desk, "A river rises")
    desk.clock.now = at("2026-11-22T09:00") + asleep
    digests = [await desk.composer.send_due(schedule, desk.channel) for _ in range(5)]
    assert [digest is not None for digest in digests] == [sent, False, False, False, False]
    assert digests[0] is not None
    assert digests[0].late == (asleep > timedelta(minutes=15))


async def test_a_slot_too_old_is_passed_over_and_its_stories_roll_on(desk: Desk) -> None:
    """Beyond catch_up the slot is noted and the stories wait for the next one (R12)."""
    schedule = replace(desk.schedule, times=(time(9),), catch_up=timedelta(hours=1))
    await desk.store.note_slot("daily", "page", at("2026-11-21T09:00"))
    await publish(desk, "A river rises")
    desk.clock.now = at("2026-11-22T12:00")
    assert await desk.composer.send_due(schedule, desk.channel) is None
    assert len(await desk.owed()) == 1
    desk.clock.now = at("2026-11-23T09:01")
    assert await desk.composer.send_due(schedule, desk.channel) is not None


async def test_an_alert_gathers_its_burst_and_is_not_repeated(desk: Desk) -> None:
    """Urgent stories wait for the burst, go out as one alert, and stay out of the digest (D12)."""
    await publish(desk, "A railway opens", "Another railway opens", "A river rises")
    assert await desk.composer.alert(ALERTS, desk.channel) is None
    desk.clock.sleep(seconds=31)
    alert = await desk.composer.alert(ALERTS, desk.channel)
    assert alert is not None
    assert {line.headline for line in alert.lines} == {"A railway opens", "Another railway opens"}
    assert await desk.composer.alert(ALERTS, desk.channel) is None
    digest = await desk.composer.send_now(desk.schedule, desk.channel)
    assert digest is not None
    assert [line.headline for line in digest.lines] == ["A river rises"]


async def test_urgent_stories_beyond_the_limit_make_the_next_alerts(desk: Desk) -> None:
    """Whatever ranks first, alert after alert is sent until nothing urgent is owed (D12, D15)."""
    policy = replace(ALERTS, limit=5)
    titles = [f"A railway opens{' by the railway' * (number % 3)} {number}" for number in range(23)]
    await publish(desk, *titles)
    told: list[str] = []
    for _ in range(6):
        desk.clock.sleep(minutes=5)
        alert = await desk.composer.alert(policy, desk.channel)
        told += [line.headline for line in alert.lines] if alert else []
    assert sorted(told) == sorted(titles)


async def test_a_storm_makes_twelve_alerts_an_hour_and_the_rest_a_digest(desk: Desk) -> None:
    """However many urgent stories come, none is dropped and none told twice (D12, D15)."""
    policy = replace(ALERTS, limit=5)
    titles = [f"A railway opens {number}" for number in range(150)]
    await publish(desk, *titles)
    alerts = []
    for _ in range(12 * 60):  # the daemon looks every 5 seconds
        desk.clock.sleep(seconds=5)
        if alert := await desk.composer.alert(policy, desk.channel):
            alerts.append(alert)
    digest = await desk.composer.send_now(replace(desk.schedule, limit=1000), desk.channel)
    assert digest is not None
    assert len(alerts) == 12
    told = [line.headline for each in (*alerts, digest) for line in each.lines]
    assert sorted(told) == sorted(titles)


QUIET = Quiet(time(22), time(7))  # Almaty: 17:00 to 02:00 UTC


async def test_quiet_hours_hold_digests_until_they_end(desk: Desk) -> None:
    """A digest due at 23:00 goes out at 07:00, whole and not marked late; none is dropped (D13)."""
    channel = replace(desk.channel, quiet=QUIET, timezone="Asia/Almaty")
    hourly = replace(desk.schedule, times=tuple(time(hour) for hour in range(24)))
    assert await desk.composer.send_now(hourly, channel) is not None
    desk.clock.now = at("2026-11-22T17:30")
    await publish(desk, "A river rises")
    sent = {}
    while desk.clock.now < at("2026-11-23T04:00"):
        desk.clock.sleep(minutes=30)
        if digest := await desk.composer.send_due(hourly, channel):
            sent[desk.clock.now] = digest
    ((moment, digest),) = sent.items()
    assert moment == at("2026-11-23T02:00")
    assert [line.headline for line in digest.lines] == ["A river rises"]
    assert not digest.late


@pytest.mark.parametrize(("urgent", "told_at"), [("send", "2026-11-22T18:00"), ("hold", "2026-11-23T02:00")])  # fmt: skip
async def test_urgent_stories_pass_through_quiet_hours_unless_held(
    desk: Desk, urgent: Literal["send", "hold"], told_at: str
) -> None:
    """An alert goes out at night; a channel that wants to sleep has it in the morning (D13)."""
    quiet = replace(QUIET, urgent=urgent)
    channel = replace(desk.channel, quiet=quiet, timezone="Asia/Almaty")
    desk.clock.now = at("2026-11-22T17:30")
    await publish(desk, "A railway opens")
    alert = None
    while alert is None:
        desk.clock.sleep(minutes=30)
        alert = await desk.composer.alert(ALERTS, channel)
    assert desk.clock.now == at(told_at)


async def test_a_channel_gets_only_its_watches(desk: Desk) -> None:
    """A channel's own watches narrow what a schedule would tell it."""
    channel = replace(desk.channel, watches=frozenset({"rivers"}))
    await publish(desk, "A railway opens", "A river rises")
    digest = await desk.composer.send_now(desk.schedule, channel)
    assert digest is not None
    assert [section.watch for section in digest.sections] == ["rivers"]
    assert await desk.composer.alert(ALERTS, channel) is None


async def test_a_preview_settles_nothing(desk: Desk) -> None:
    """Looking at a digest leaves everything owed."""
    await publish(desk, "A river rises")
    assert len((await desk.composer.preview(desk.schedule, desk.channel)).lines) == 1
    assert len(await desk.owed()) == 1
    assert desk.clock() == START


async def test_a_correction_follows_once_and_alerts_nobody(desk: Desk) -> None:
    """What was told and then corrected stands in the next digest, even if it is all there is (F6, F7)."""
    desk.web.answers[ONE] = body(rss(("a", "A river rises by 40 cm at Karsk")))
    await desk.poll()
    assert await desk.composer.send_now(desk.schedule, desk.channel) is not None
    desk.clock.sleep(hours=1)
    desk.web.answers[ONE] = body(
        rss(("a", "A river rises by 400 cm at Karsk"), age=timedelta(hours=2))
    )
    await desk.poll()
    desk.clock.sleep(minutes=1)
    assert await desk.composer.alert(ALERTS, desk.channel) is None
    digest = await desk.composer.send_now(desk.schedule, desk.channel)
    assert digest is not None
    assert (digest.lines, [update.kind for update in digest.updates]) == ((), ["number"])
    desk.clock.sleep(minutes=1)
    assert await desk.composer.send_now(desk.schedule, desk.channel) is None
