"""Work in two steps: fetches at once, their filing one after another in order of arrival."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

Filing = Callable[[], Awaitable[None]]
"""Files what one fetch brought; may first wait until a worker has read it."""


Key = tuple[str, int]
"""Names a piece of work: what it is about, and its id in the store."""


class Line:
    """Runs fetches side by side, at most ``width`` of them unfiled, and files in arrival order.

    Whichever worker ends first: what was fetched first is filed first. No owner has more than
    ``share`` places, so that a slow or busy one holds up no other. An error in one piece of work is
    handed to ``failed`` with its key, and stops no other. ``freed`` is called with each place that
    gets free.
    """

    def __init__(
        self,
        width: int,
        share: int,
        failed: Callable[[Key, Exception], Awaitable[None]],
        freed: Callable[[], None],
    ) -> None:
        self._width = width
        self._share = share
        self._failed = failed
        self._freed = freed
        self._in_hand: dict[Key, str] = {}
        self._owners: Counter[str] = Counter()
        self._fetching: set[asyncio.Task[None]] = set()
        self._arrived: asyncio.Queue[tuple[Key, Filing]] = asyncio.Queue()

    def takes(self, key: Key, owner: str) -> bool:
        """Whether a piece of work can be started now: it isn't yet, and there is a place for it."""
        has_room = len(self._in_hand) < self._width and self._owners[owner] < self._share
        return has_room and key not in self._in_hand

    def is_idle(self) -> bool:
        """Whether nothing is started and not yet filed."""
        return not self._in_hand

    def start(self, key: Key, owner: str, fetch: Coroutine[Any, Any, Filing]) -> None:
        """Start a fetch that the line takes; ``key`` names it until it is filed."""
        self._in_hand[key] = owner
        self._owners[owner] += 1
        task = asyncio.create_task(self._fetch(key, fetch))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    async def file(self) -> None:
        """File what arrives, until cancelled. Raises what ``failed`` raises."""
        while True:
            key, filing = await self._arrived.get()
            try:
                await filing()
            except Exception as error:
                await self._failed(key, error)
            finally:
                self._release(key)
                self._arrived.task_done()

    async def finish(self, within: float | None = None) -> None:
        """Wait until everything in hand is filed; `file` has to be running.

        What isn't after ``within`` seconds is put down.
        """
        try:
            async with asyncio.timeout(within):
                while self._fetching:
                    await asyncio.wait(self._fetching)
                await self._arrived.join()
        except TimeoutError:
            for task in self._fetching:
                task.cancel()

    async def _fetch(self, key: Key, fetch: Coroutine[Any, Any, Filing]) -> None:
        try:
            filing = await fetch
        except Exception as error:
            filing = _raising(error)
        self._arrived.put_nowait((key, filing))

    def _release(self, key: Key) -> None:
        self._owners[self._in_hand.pop(key)] -= 1
        self._freed()


def _raising(error: Exception) -> Filing:
    async def fail() -> None:
        raise error

    return fail
