"""What commands and pages asked of the daemon, carried out within a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from monitor.alerts.samples import sample_alerts
from monitor.clock import Clock
from monitor.errors import InputError
from monitor.inert import one_line
from monitor.outbox import Verdict
from monitor.store.requests import Request
from monitor.store.store import Store
from monitor.store.verdicts import Judged
from monitor.store.writer import Writer

log = structlog.get_logger(__name__)

_WRITTEN = 500  # characters of what a reader writes


def carry_out(store: Store, request: Request, destinations: Sequence[str], now: datetime) -> str:
    """Do what one request asks; returns what to tell the asker: ids, set apart by spaces.

    Raises `InputError` for a kind or an argument that isn't known.
    """
    if request.kind == "send_samples":
        alerts = sample_alerts(now)
        return " ".join(store.alerts.file(alerts, destinations))
    if request.kind == "redeliver":
        alert = str(request.arguments.get("alert", ""))
        if not store.alerts.redeliver(alert, now):
            problem = f"there is no alert {alert!r} whose delivery has ended"
            raise InputError(f"{problem}: the table alerts lists them")
        return alert
    if request.kind == "enable":
        name = str(request.arguments.get("destination", ""))
        if name not in destinations:
            known = ", ".join(destinations) or "none"
            raise InputError(f"there is no destination {name!r}; known: {known}")
        store.alerts.enable(name)
        return ""
    if request.kind == "judge":
        return _judge(store, request.arguments, now)
    raise InputError(f"this version knows no request {request.kind!r}")


def _judge(store: Store, arguments: Mapping[str, Any], now: datetime) -> str:
    alert, verdict = str(arguments.get("alert", "")), str(arguments.get("verdict", ""))
    if verdict not in set(Verdict):
        raise InputError(f"there is no verdict {verdict!r}; known: {', '.join(Verdict)}")
    reader = one_line(str(arguments.get("reader", "")), _WRITTEN) or "command line"
    note = one_line(str(arguments.get("note", "")), _WRITTEN)
    try:
        store.verdicts.file(Judged(alert, Verdict(verdict), reader, note, now))
    except KeyError:
        raise InputError(f"there is no alert {alert!r}: the table alerts lists them") from None
    return ""


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
