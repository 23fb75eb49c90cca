"""The daemon's way to the store: one thread that owns the connection, and a queue before it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from monitor.store.store import Store

Answer = TypeVar("Answer")

# Of functions that share a commit the first waits for the last.
AT_ONCE = 64
LONGEST = 0.25  # seconds until no further one is taken along


class Writer:
    """Runs functions of a `Store` one after another on a thread of its own.

    ::

        async with Writer(path) as writer:
            feeds = await writer.run(lambda store: store.feeds.all())

    Opening raises StoreError. A function runs in the order of the calls to `run`; one whose
    caller was cancelled while it waited in the queue still runs, so that nothing half done is left.
    The transactions of functions that wait together share one commit; each is told what came of
    it when that commit is done, so what a caller knows of is on file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._store: Store | None = None
        self._waiting: deque[_Call] = deque()

    async def __aenter__(self) -> Self:
        try:
            self._store = await self._in_thread(lambda: Store.open(self.path))
        except BaseException:
            self._thread.shutdown()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        store, self._store = self._store, None
        if store is not None:
            await self._in_thread(store.close)
        self._thread.shutdown()

    async def run(self, work: Callable[[Store], Answer]) -> Answer:
        """Run ``work`` on the store's thread and return what it returns."""
        store = self._store
        if store is None:
            raise RuntimeError("the writer is not open")
        call = _Call(work)
        self._waiting.append(call)
        # One turn of the thread for each call; the first turns take several calls along.
        self._thread.submit(self._serve, store)
        answer: Answer = await asyncio.shield(asyncio.wrap_future(call.answer))
        return answer

    def _serve(self, store: Store) -> None:
        """Run what waits, and say how it ended once it is on file."""
        calls: list[_Call] = []
        if len(self._waiting) == 1:
            calls.append(self._waiting.popleft())
            calls[0].run(store)
        else:
            self._serve_together(store, calls)
        for call in calls:
            call.tell()

    def _serve_together(self, store: Store, calls: list[_Call]) -> None:
        """Run what waits in one commit; what is left after a while has a turn of its own."""
        until = time.monotonic() + LONGEST
        try:
            with store.connection.one_commit():
                while self._waiting and len(calls) < AT_ONCE and time.monotonic() < until:
                    calls.append(self._waiting.popleft())
                    calls[-1].run(store)
        except BaseException as error:
            for call in calls:
                call.fail(error)

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        return await asyncio.shield(future)


@dataclass(slots=True)
class _Call:
    """A function that waits for its turn, and how it ended."""

    work: Callable[[Store], Any]
    answer: Future[Any] = field(default_factory=Future)
    result: Any = None
    error: BaseException | None = None

    def run(self, store: Store) -> None:
        try:
            self.result = self.work(store)
        except BaseException as error:
            self.error = error

    def fail(self, error: BaseException) -> None:
        self.error = self.error or error

    def tell(self) -> None:
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)
