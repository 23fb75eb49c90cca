"""Processes for what would stall the loop or could hang: each job has a deadline.

A job that hangs or kills its worker fails alone: it is tried once more and then given up with a
`WorkerError`. No worker outlives the daemon, not even a daemon that was killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import wait
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from monitor.errors import WorkerError
from monitor.intake import Outcome

if TYPE_CHECKING:
    from monitor.claims import Extraction
    from monitor.extract.extractor import Extractor
    from monitor.feeds.parse import Parsed
    from monitor.intake import CleanText, Entry, Fetch
    from monitor.track.differences import Difference

T = TypeVar("T")

TRIES = 2
STUCK = 180.0  # seconds in which no worker takes a job though some wait: longer than any start
_LOOK = 1.0  # seconds between two looks at whether the pool is alive
# How often a job is moved to a new pool when others' workers broke the old one: twice for each job
# that may be in hand beside it.
_BROKEN_TRIES = 100
_PR_SET_PDEATHSIG = 1  # prctl(2)


# ---------------------------------------------------------------- jobs


def parse_job(body: bytes, headers: Mapping[str, str], url: str, now: datetime) -> Parsed:
    """Read a feed (`monitor.feeds.parse.parse_feed`) in a worker."""
    from monitor.feeds.parse import parse_feed

    return parse_feed(body, headers, url, now)


def clean_job(
    fetch: Fetch | None, entry: Entry | None, drop: frozenset[str] = frozenset()
) -> CleanText:
    """Take the article out of a page (`monitor.feeds.clean.clean_article`) in a worker."""
    from monitor.feeds.clean import clean_article

    return clean_article(fetch, entry, drop)


def extract_job(
    extractor: Extractor,
    text: str,
    published: datetime | None = None,
    outlet: str | None = None,
) -> Extraction:
    """The claims of one text (`monitor.extract.extractor.Extractor`) in a worker."""
    return extractor.extract(text, published, outlet)


def compare_job(
    extractor: Extractor, earlier: str, text: str, published: datetime, outlet: str
) -> tuple[Extraction, tuple[Difference, ...]]:
    """The claims of a changed text, and what it says otherwise, in a worker."""
    from monitor.track.differences import find_differences

    return find_differences(extractor, earlier, text, published, outlet)


# ---------------------------------------------------------------- the pool


@dataclass(frozen=True, slots=True)
class _Raised:
    """An exception of a job as text: not every exception survives the way back."""

    note: str
    trace: str


class Workers:
    """A few processes that jobs are run in. An async context manager.

    ``count``: processes. ``max_jobs``: after so many a worker is replaced, so that leaks stay
    small. ``warm_up`` is called once in each new worker, before its first job (to load the
    language pipeline); the time it takes counts against no deadline. ``stuck``: seconds after
    which a pool whose workers take no jobs is replaced.
    """

    def __init__(
        self,
        count: int = 2,
        *,
        max_jobs: int = 500,
        warm_up: Callable[[], object] | None = None,
        stuck: float = STUCK,
    ) -> None:
        self._count = count
        self._max_jobs = max_jobs
        self._warm_up = warm_up
        self._stuck = stuck
        self._pool: ProcessPool | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self._running: set[ProcessFuture] = set()

    async def __aenter__(self) -> Self:
        """Start the processes; they warm up while the caller goes on."""
        self._pool = self._new_pool()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every process; what still runs is not waited for."""
        if self._pool is not None:
            self._retire(self._pool)
            self._pool = None
        for future in tuple(self._running):
            future.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)

    async def run(self, function: Callable[..., T], *args: object, deadline: float) -> T:
        """The result of a module-level function, run in a worker within ``deadline`` seconds.

        The deadline counts from the moment a worker takes the job. Raises `WorkerError` when the
        job raised, or hung or killed its worker twice.
        """
        problem = WorkerError(Outcome.WORKER_DIED, "")
        tries = moves = 0
        while tries < TRIES and moves < _BROKEN_TRIES:
            pool = self._running_pool()
            try:
                result = await self._once(pool, function, args, deadline)
            except TimeoutError:
                tries += 1
                note = f"{function.__name__} took longer than {deadline:g} s, {tries} times"
                problem = WorkerError(Outcome.WORKER_TIMEOUT, note)
            except ProcessExpired as error:
                tries += 1
                note = f"{function.__name__} ended its worker ({_ending(error.exitcode)})"
                problem = WorkerError(Outcome.WORKER_DIED, f"{note}, {tries} times")
            except (BrokenProcessPool, RuntimeError) as error:
                # Some worker died; if no other job was about, it was this one that killed it.
                tries += not self._running
                moves += 1
                problem = WorkerError(Outcome.WORKER_DIED, f"no worker stays alive: {error}")
                self._replace(pool)
            else:
                return _result(function, result)
        raise problem

    async def _once(
        self,
        pool: ProcessPool,
        function: Callable[..., T],
        args: tuple[object, ...],
        deadline: float,
    ) -> T | _Raised:
        future = pool.schedule(_run, (function, args), timeout=deadline)
        self._running.add(future)
        try:
            waiting = asyncio.wrap_future(future)
            clock = asyncio.get_running_loop().time
            taken = clock()
            while not (await asyncio.wait({waiting}, timeout=_LOOK))[0]:
                if any(each.running() for each in self._running):
                    taken = clock()
                # A job may come just when the pool breaks, and is then told nothing; and a worker
                # that was killed while it took a job leaves the door locked behind it.
                if not pool.active or clock() - taken > self._stuck:
                    raise BrokenProcessPool("no worker takes a job")
            result: T | _Raised = waiting.result()
            return result
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise WorkerError(Outcome.WORKER_DIED, "the workers were stopped") from None
        finally:
            self._running.discard(future)
            future.cancel()

    def _running_pool(self) -> ProcessPool:
        if self._pool is None:
            raise WorkerError(Outcome.WORKER_DIED, "the workers are not running")
        return self._pool

    def _new_pool(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self._count,
            max_tasks=self._max_jobs,
            initializer=_begin,
            initargs=(os.getpid(), self._warm_up),
            # Not forked: a copy of a process with threads may hold locks that nobody opens.
            context=multiprocessing.get_context("spawn"),
        )
        # Starts the processes from this thread, which has to live as long as they do: the kernel
        # takes the end of the thread that made a process for the end of its parent.
        assert pool.active
        return pool

    def _replace(self, broken: ProcessPool) -> None:
        """A new pool in place of a broken one, unless another job has seen to that."""
        if broken is self._pool:
            self._pool = self._new_pool()
            self._retire(broken)

    def _retire(self, pool: ProcessPool) -> None:
        task = asyncio.create_task(asyncio.to_thread(_stop, pool))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


def _result(function: Callable[..., T], result: T | _Raised) -> T:
    if isinstance(result, _Raised):
        error = WorkerError(Outcome.WORKER_DIED, f"{function.__name__} failed: {result.note}")
        error.add_note(result.trace)
        raise error
    return result


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _stop(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()


# ---------------------------------------------------------------- inside a worker


def _run(function: Callable[..., T], args: tuple[object, ...]) -> T | _Raised:
    try:
        return function(*args)
    except Exception as error:
        return _Raised(f"{type(error).__name__}: {error}", traceback.format_exc())


def _begin(daemon: int, warm_up: Callable[[], object] | None) -> None:
    """Bind this worker's life to the daemon's, then warm up."""
    # The daemon decides when a worker ends, also when the terminal interrupts both; and when it
    # does, the kernel ends it, whatever it is doing.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with(daemon)
    if warm_up is not None:
        # What is wrong here is wrong again in the first job, which reports it.
        with contextlib.suppress(Exception):
            warm_up()


def _die_with(daemon: int) -> None:
    """End this process when the daemon ends, in whatever way."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != daemon:  # it ended before we asked
            os._exit(1)
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    """The same where the kernel doesn't do it; not while a job holds the interpreter's lock."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
