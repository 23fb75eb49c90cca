"""The outbox as the couriers see it: the store's, through the one writer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.alerts.delivery import Destination
from monitor.alerts.notices import health_alert
from monitor.clock import Clock
from monitor.outbox import Attempt, Delivery
from monitor.store.store import Store
from monitor.store.writer import Writer


class StoredOutbox:
    """What is due, and how each try ended."""

    def __init__(self, writer: Writer, clock: Clock, destinations: Sequence[Destination]) -> None:
        self._writer = writer
        self._clock = clock
        self._destinations = destinations

    async def next_due(self, destination: str, now: datetime) -> Delivery | None:
        """The pending delivery that goes to a destination next, or None."""
        return await self._writer.run(lambda store: store.alerts.next_due(destination, now))

    async def oldest(self, destination: str) -> Delivery | None:
        """The delivery that has waited longest for a destination, due or not."""
        return await self._writer.run(lambda store: store.alerts.oldest(destination))

    async def record(self, attempt: Attempt) -> None:
        """Keep how a try ended."""
        await self._writer.run(lambda store: store.alerts.record(attempt))

    async def disable(self, destination: str, reason: str) -> None:
        """Send nothing more to a destination that says it is gone, and tell another one."""
        now = self._clock.now()
        notice = health_alert(
            f"destination {destination}",
            f"answered that it is gone ({reason}) and gets nothing more",
            f"see where it moved, then: monitor alerts enable {destination}",
            now,
        )

        def work(store: Store) -> None:
            with store.transaction():
                store.alerts.disable(destination, reason, now)
                store.alerts.file([notice], self._others(destination))

        await self._writer.run(work)

    async def hurry(self, destination: str) -> None:
        """Make everything that waits for a destination due now: it takes messages again."""
        now = self._clock.now()
        await self._writer.run(lambda store: store.alerts.hurry(destination, now))

    def _others(self, gone: str) -> list[str]:
        """Who hears of it: the other destinations marked ``ops``, else all others."""
        others = [each for each in self._destinations if each.name != gone]
        return [each.name for each in others if each.ops] or [each.name for each in others]
