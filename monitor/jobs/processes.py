"""CPU-bound calls in worker processes that can be killed.

A thread cannot be stopped, and one hostile feed can keep feedparser busy for minutes: each call
runs in a process of its own at that moment, with limits of time and memory, and a process that
passes them is killed and replaced. Other calls do not notice.
"""

import asyncio
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")

_MEMORY = 1024**3  # bytes of data that a worker may hold
_START = multiprocessing.get_context("spawn")  # a clean child: no threads or locks of ours


class CallTimeoutError(Exception):
    """A call passed a limit, or its process died of it."""


class ProcessPool:
    """Runs picklable functions in up to ``size`` processes, started when first needed."""

    def __init__(self, size: int, *, timeout: float, memory: int = _MEMORY) -> None:
        self._timeout = timeout
        self._memory = memory
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="pool")
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._places = asyncio.Semaphore(size)

    async def call(self, function: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Run a function in a worker process.

        Raises CallTimeoutError past the time limit, and whatever the function raises.
        """
        async with self._places:
            worker = self._idle.pop() if self._idle else _Worker(self._memory)
            self._busy.add(worker)
            loop = asyncio.get_running_loop()
            ask = (function, args, kwargs)
            try:
                done, value = await loop.run_in_executor(
                    self._threads, worker.ask, ask, self._timeout
                )
            except CallTimeoutError:
                self._busy.discard(worker)
                worker.kill()
                raise
            self._busy.discard(worker)
            self._idle.append(worker)
        if not done:
            raise value
        return value  # type: ignore[no-any-return]  # what the function returned, through a pipe

    def close(self) -> None:
        """End all processes, those whose caller was cancelled too."""
        for worker in self._busy:
            worker.stop()
        for worker in self._idle:
            worker.kill()
        self._idle.clear()
        self._threads.shutdown(wait=False)


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, memory: int) -> None:
        self._pipe, far = _START.Pipe()
        self._process = _START.Process(target=_serve, args=(far, memory), daemon=True)
        self._process.start()
        far.close()

    def ask(self, call: tuple[Any, ...], timeout: float) -> tuple[bool, Any]:
        """Send a call and wait for its answer."""
        try:
            self._pipe.send(call)
            if not self._pipe.poll(timeout):
                raise CallTimeoutError(f"no answer within {timeout:g} s")
            answer: tuple[bool, Any] = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise CallTimeoutError("the worker process died") from error
        return answer

    def stop(self) -> None:
        """End the process; whoever waits for its answer is told by the pipe."""
        self._process.kill()

    def kill(self) -> None:
        """End the process, whatever it does, and clear up after it."""
        self.stop()
        self._process.join()
        self._pipe.close()


def _serve(pipe: Connection, memory: int) -> None:
    """Answer calls until the other end is gone, which also ends us when the parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, function(*args, **kwargs))
        except MemoryError:
            os._exit(1)  # what is left of this process is not to be trusted
        except Exception as error:  # noqa: BLE001  # carried to the caller, who raises it
            answer = (False, error)
        pipe.send(answer)
