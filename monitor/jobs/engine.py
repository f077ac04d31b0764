"""The embedded job engine: a few workers in this process.

It knows neither what a job does nor why it is due. A job that waits or runs is not put twice, so
the clock may ask as often as it likes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import structlog

log = structlog.get_logger(__name__)

Handler = Callable[[str], Awaitable[object]]

_NONE: Mapping[str, float] = MappingProxyType({})


class Engine:
    """Runs jobs of a few kinds, each kind with its own number of workers.

    A job is (kind, subject); at most one of each waits or runs at a time.
    """

    def __init__(
        self, handlers: Mapping[str, tuple[Handler, int]], *, on_error: Callable[[Exception], None]
    ) -> None:
        self._on_error = on_error
        self._handlers = {kind: handler for kind, (handler, _) in handlers.items()}
        self._sizes = {kind: size for kind, (_, size) in handlers.items()}
        self._queues: dict[str, asyncio.Queue[str]] = {kind: asyncio.Queue() for kind in handlers}
        self._taken: set[tuple[str, str]] = set()
        self._workers: dict[str, list[asyncio.Task[None]]] = {kind: [] for kind in handlers}
        self._stopped = False

    def start(self) -> None:
        """Start the workers. An error that escapes a job goes to ``on_error``; the worker lives on."""
        for kind, size in self._sizes.items():
            self._workers[kind] = [
                asyncio.create_task(self._work(kind), name=f"{kind}-{number}")
                for number in range(size)
            ]

    def put(self, kind: str, subject: str) -> bool:
        """Ask for a job; False if it already waits or runs, or if the engine stops."""
        job = (kind, subject)
        if self._stopped or job in self._taken:
            return False
        self._taken.add(job)
        self._queues[kind].put_nowait(subject)
        return True

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        return not self._taken

    async def drain(self, kinds: tuple[str, ...] = ()) -> None:
        """Wait until nothing of these kinds (default: all) waits or runs."""
        for kind in kinds or tuple(self._queues):
            await self._queues[kind].join()

    async def stop(self, grace: float, *, shorter: Mapping[str, float] = _NONE) -> None:
        """Take no more, drop what waits, let what runs finish within ``grace`` seconds (R3).

        ``shorter`` names kinds whose jobs lose nothing by being cut, with their own grace.
        """
        self._stopped = True
        await asyncio.gather(*(self._end(kind, shorter.get(kind, grace)) for kind in self._queues))

    async def _end(self, kind: str, grace: float) -> None:
        queue = self._queues[kind]
        while not queue.empty():
            self._done(kind, queue.get_nowait())
        try:
            async with asyncio.timeout(grace):
                await queue.join()
        except TimeoutError:
            cut = sorted(subject for job, subject in self._taken if job == kind)
            log.warning("jobs cut off", kind=kind, jobs=cut)
        for worker in self._workers[kind]:
            worker.cancel()
        await asyncio.gather(*self._workers[kind], return_exceptions=True)

    async def _work(self, kind: str) -> None:
        queue = self._queues[kind]
        while True:
            subject = await queue.get()
            try:
                await self._handlers[kind](subject)
            except Exception as error:  # noqa: BLE001  # the one net: no job takes the daemon down
                self._on_error(error)
            finally:
                self._done(kind, subject)

    def _done(self, kind: str, subject: str) -> None:
        self._taken.discard((kind, subject))
        self._queues[kind].task_done()
