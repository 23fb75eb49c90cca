"""The outbox as the couriers see it: the store's, through the one writer."""

from __future__ import annotations

from datetime import datetime

from monitor.clock import Clock
from monitor.outbox import Attempt, Delivery
from monitor.store.writer import Writer


class StoredOutbox:
    """What is due, and how each try ended."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def next_due(self, destination: str, now: datetime) -> Delivery | None:
        """The pending delivery that goes to a destination next, or None."""
        return await self._writer.run(lambda store: store.alerts.next_due(destination, now))

    async def record(self, attempt: Attempt) -> None:
        """Keep how a try ended."""
        await self._writer.run(lambda store: store.alerts.record(attempt))

    async def disable(self, destination: str, reason: str) -> None:
        """Send nothing more to a destination that says it is gone."""
        now = self._clock.now()
        await self._writer.run(lambda store: store.alerts.disable(destination, reason, now))
