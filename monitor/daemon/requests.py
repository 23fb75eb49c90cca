"""What commands and pages asked of the daemon, carried out within a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from monitor.alerts.samples import sample_alerts
from monitor.daemon.clock import Clock
from monitor.errors import InputError
from monitor.store.requests import Request
from monitor.store.store import Store
from monitor.store.writer import Writer

log = structlog.get_logger(__name__)


def carry_out(store: Store, request: Request, destinations: Sequence[str], now: datetime) -> str:
    """Do what one request asks; returns what to tell the asker.

    Raises `InputError` for a kind or an argument that isn't known.
    """
    if request.kind == "send_samples":
        alerts = sample_alerts(now)
        filed = store.alerts.file(alerts, destinations)
        return f"{len(filed)} samples on their way to {len(destinations)} destinations"
    if request.kind == "redeliver":
        count = store.alerts.redeliver(str(request.arguments.get("alert", "")), now)
        return f"{count} deliveries on their way again"
    raise InputError(f"this version knows no request {request.kind!r}")


class Requests:
    """Carries out what waits in the store's ``requests``."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        destinations: Sequence[str],
        sent: Callable[[], None],
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._destinations = destinations
        self._sent = sent

    async def look(self) -> None:
        """Carry out everything that waits."""
        if await self._writer.run(self._carry_out_all):
            self._sent()

    def _carry_out_all(self, store: Store) -> int:
        requests = store.requests.waiting()
        for request in requests:
            now = self._clock.now()
            try:
                with store.transaction():
                    result = carry_out(store, request, self._destinations, now)
                    store.requests.finish(request.id, "done", result, now)
            except InputError as error:
                store.requests.finish(request.id, "failed", str(error), now)
            log.info("request", kind=request.kind, id=request.id)
        return len(requests)
