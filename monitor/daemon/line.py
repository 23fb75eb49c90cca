"""Work in two steps: fetches at once, their filing one after another in order of arrival."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

Filing = Callable[[], Awaitable[None]]
"""Files what one fetch brought; may first wait until a worker has read it."""


Key = tuple[str, int]
"""Names a piece of work: what it is about, and its id in the store."""


class Line:
    """Runs fetches side by side, at most ``width`` of them unfiled, and files in arrival order.

    Whichever worker ends first: what was fetched first is filed first. An error in one piece of
    work is handed to ``failed`` with its key, and stops no other.
    """

    def __init__(self, width: int, failed: Callable[[Key, Exception], Awaitable[None]]) -> None:
        self._slots = asyncio.Semaphore(width)
        self._failed = failed
        self._in_hand: set[Key] = set()
        self._fetching: set[asyncio.Task[None]] = set()
        self._arrived: asyncio.Queue[tuple[Key, Filing]] = asyncio.Queue()

    def holds(self, key: Key) -> bool:
        """Whether a piece of work is started and not yet filed."""
        return key in self._in_hand

    async def start(self, key: Key, fetch: Coroutine[Any, Any, Filing]) -> None:
        """Start a fetch once there is room; ``key`` names it until it is filed."""
        await self._slots.acquire()
        self._in_hand.add(key)
        task = asyncio.create_task(self._fetch(key, fetch))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    async def file(self) -> None:
        """File what arrives, until cancelled."""
        while True:
            key, filing = await self._arrived.get()
            try:
                await filing()
            except Exception as error:
                await self._failed(key, error)
            finally:
                self._release(key)
                self._arrived.task_done()

    async def finish(self) -> None:
        """Wait until everything in hand is filed; `file` has to be running."""
        while self._fetching:
            await asyncio.wait(self._fetching)
        await self._arrived.join()

    async def _fetch(self, key: Key, fetch: Coroutine[Any, Any, Filing]) -> None:
        try:
            filing = await fetch
        except Exception as error:
            await self._failed(key, error)
            self._release(key)
        else:
            self._arrived.put_nowait((key, filing))

    def _release(self, key: Key) -> None:
        self._in_hand.discard(key)
        self._slots.release()
