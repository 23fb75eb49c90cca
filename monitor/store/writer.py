"""The daemon's way to the store: one thread that owns the connection, and a queue before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from monitor.store.store import Store

Answer = TypeVar("Answer")


class Writer:
    """Runs functions of a `Store` one after another on a thread of its own.

    ::

        async with Writer(path) as writer:
            feeds = await writer.run(lambda store: store.feeds.all())

    Opening raises StoreError. A function runs in the order of the calls to `run`; one whose
    caller was cancelled while it waited in the queue still runs, so that nothing half done is left.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._store: Store | None = None

    async def __aenter__(self) -> Self:
        try:
            self._store = await self._call(lambda: Store.open(self.path))
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
            await self._call(store.close)
        self._thread.shutdown()

    async def run(self, work: Callable[[Store], Answer]) -> Answer:
        """Run ``work`` on the store's thread and return what it returns."""
        store = self._store
        if store is None:
            raise RuntimeError("the writer is not open")
        return await self._call(lambda: work(store))

    async def _call(self, work: Callable[[], Answer]) -> Answer:
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        return await asyncio.shield(future)
