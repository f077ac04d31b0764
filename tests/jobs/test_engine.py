"""Rules of the embedded engine: one of each job at a time, none takes the others down."""

import asyncio

from monitor.jobs.engine import Engine


class Work:
    """A handler that waits to be let go, and remembers what ran."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.finished: list[str] = []
        self.gate = asyncio.Event()

    async def __call__(self, subject: str) -> None:
        self.started.append(subject)
        await self.gate.wait()
        if subject == "bad":
            raise RuntimeError(subject)
        self.finished.append(subject)


def ignore(error: Exception) -> None:
    """Take an error and go on."""


async def settled() -> None:
    """Let the workers reach the point where they wait."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_job_is_not_put_twice() -> None:
    """While a job waits or runs it cannot be put again; afterwards it can."""
    work = Work()
    engine = Engine({"poll": (work, 1)}, on_error=ignore)
    engine.start()
    assert engine.put("poll", "a")
    assert not engine.put("poll", "a")
    await settled()
    assert not engine.put("poll", "a")
    work.gate.set()
    await engine.drain()
    assert engine.put("poll", "a")
    await engine.stop(1)


async def test_a_kind_runs_no_more_than_its_size_at_once() -> None:
    """Workers of one kind bound its concurrency; another kind has its own."""
    polls, mails = Work(), Work()
    engine = Engine({"poll": (polls, 2), "mail": (mails, 1)}, on_error=ignore)
    engine.start()
    for subject in "abc":
        engine.put("poll", subject)
    engine.put("mail", "x")
    await settled()
    assert polls.started == ["a", "b"]
    assert mails.started == ["x"]
    polls.gate.set()
    mails.gate.set()
    await engine.drain()
    assert sorted(polls.finished) == ["a", "b", "c"]
    await engine.stop(1)


async def test_a_failing_job_is_reported_and_the_worker_lives_on() -> None:
    """One bad job costs nothing but itself."""
    errors: list[Exception] = []
    work = Work()
    work.gate.set()
    engine = Engine({"poll": (work, 1)}, on_error=errors.append)
    engine.start()
    engine.put("poll", "bad")
    engine.put("poll", "good")
    await engine.drain()
    assert [str(error) for error in errors] == ["bad"]
    assert work.finished == ["good"]
    await engine.stop(1)


async def test_stopping_finishes_what_runs_and_drops_what_waits() -> None:
    """SIGTERM lets a running job end; what waits stays in the database (R3)."""
    work = Work()
    engine = Engine({"poll": (work, 1)}, on_error=ignore)
    engine.start()
    engine.put("poll", "running")
    engine.put("poll", "waiting")
    await settled()
    stopping = asyncio.create_task(engine.stop(5))
    await settled()
    work.gate.set()
    await stopping
    assert work.finished == ["running"]
    assert work.started == ["running"]


async def test_stopping_does_not_wait_for_ever() -> None:
    """Past the grace a job that hangs is cancelled."""
    work = Work()
    engine = Engine({"poll": (work, 1)}, on_error=ignore)
    engine.start()
    engine.put("poll", "hangs")
    await settled()
    await engine.stop(0.01)
    assert work.finished == []


async def test_a_kind_may_be_cut_sooner() -> None:
    """Jobs that lose nothing get a shorter grace; the others keep theirs, and no more are taken."""
    polls, mails = Work(), Work()
    engine = Engine({"poll": (polls, 1), "mail": (mails, 1)}, on_error=ignore)
    engine.start()
    engine.put("poll", "hangs")
    engine.put("mail", "slow")
    await settled()
    stopping = asyncio.create_task(engine.stop(5, shorter={"poll": 0}))
    await settled()
    assert not engine.put("mail", "late")
    mails.gate.set()
    await stopping
    assert (polls.finished, mails.finished) == ([], ["slow"])
