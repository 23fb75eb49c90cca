"""Changes that were held back: looked at once more when their time is over."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from monitor.clock import Clock
from monitor.outbox import Alert
from monitor.pipeline import Rules, end_waits
from monitor.store.store import Store
from monitor.store.writer import Writer

log = structlog.get_logger(__name__)


class Waits:
    """Ends the waits that are over, and tells the courier of the alerts that come of it."""

    def __init__(
        self, writer: Writer, clock: Clock, rules: Rules, sent: Callable[[], None]
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._rules = rules
        self._sent = sent

    async def look(self) -> None:
        """End what is over now."""
        alerts = await self._writer.run(self._end)
        if alerts:
            log.info("waited long enough", alerts=len(alerts))
            self._sent()

    def _end(self, store: Store) -> list[Alert]:
        return end_waits(store, self._rules, self._clock.now())
