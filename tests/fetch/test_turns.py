"""Turns of hosts."""

import asyncio
from datetime import timedelta

import pytest

from monitor.errors import FetchError
from monitor.fetch.turns import HostTurns


class FakeTime:
    """A clock that only moves when someone sleeps on it or a request takes its time."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += seconds


def turns_on(time: FakeTime, **options: timedelta) -> HostTurns:
    return HostTurns(timedelta(seconds=1), monotonic=time.monotonic, sleep=time.sleep, **options)


async def test_one_request_a_host_with_a_pause() -> None:
    """P20: 50 feeds on one host are asked one at a time, at least a second apart."""
    time = FakeTime()
    turns = turns_on(time)
    running, most, began, ended = 0, 0, list[float](), list[float]()

    async def ask() -> None:
        nonlocal running, most
        async with turns.turn("a.example", 443):
            running += 1
            most = max(most, running)
            began.append(time.now)
            await time.sleep(0.25)
            ended.append(time.now)
            running -= 1

    await asyncio.gather(*(ask() for _ in range(50)))
    assert most == 1
    assert len(began) == 50
    assert all(start - end >= 1 for start, end in zip(began[1:], ended, strict=False))


async def test_hosts_do_not_wait_for_each_other() -> None:
    """P20: another host, or another port, has a turn of its own; a trailing dot makes no other host."""
    time = FakeTime()
    turns = turns_on(time)
    async with (
        turns.turn("a.example", 443),
        turns.turn("b.example", 443),
        turns.turn("a.example", 80),
    ):
        assert time.now == 0
    async with turns.turn("a.example.", 443):
        assert time.now == 1


async def test_a_failed_request_frees_the_host() -> None:
    """P20: the turn ends with an error too, and the pause is kept all the same."""
    time = FakeTime()
    turns = turns_on(time)
    with pytest.raises(ZeroDivisionError):
        async with turns.turn("a.example", 443):
            raise ZeroDivisionError
    async with turns.turn("a.example", 443):
        assert time.now == 1


async def test_the_wait_is_bounded() -> None:
    """P20: whoever waits too long for a turn gets an error that names the host."""
    turns = turns_on(FakeTime(), longest_wait=timedelta(milliseconds=10))
    async with turns.turn("a.example", 443):
        with pytest.raises(FetchError, match=r"a\.example") as caught:
            async with turns.turn("a.example", 443):
                pytest.fail("two at once")
    assert caught.value.kind == "timeout"


async def test_idle_hosts_are_forgotten() -> None:
    """P20: a host is remembered for as long as a pause may last, so the memory of hosts stays small."""
    time = FakeTime()
    turns = turns_on(time)
    for number in range(100):
        async with turns.turn(f"{number}.example", 443):
            time.now += 10
    assert len(turns._hosts) <= 8
