"""What commands and pages asked of the daemon, carried out within a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from monitor.alerts.samples import sample_alerts
from monitor.clock import Clock
from monitor.corrections import merge_threads, reject_claim, rename_thread, split_claim
from monitor.daemon.silencing import HEAR, SILENCE, put_aside, take_back
from monitor.errors import InputError
from monitor.inert import one_line
from monitor.outbox import Verdict
from monitor.store.requests import Request
from monitor.store.store import Store
from monitor.store.verdicts import Judged
from monitor.store.writer import Writer

log = structlog.get_logger(__name__)

_CORRECTIONS = ("reject_claim", "split_claim", "merge_threads", "rename_thread")

REPLAYED: tuple[str, ...] = (*_CORRECTIONS, SILENCE, HEAR)
"""Kinds of requests that change what becomes of later reports: a backtest carries them out too."""

_WRITTEN = 500  # characters of what a reader writes


def carry_out(store: Store, request: Request, destinations: Sequence[str], now: datetime) -> str:
    """Do what one request asks; returns what to tell the asker: ids, set apart by spaces.

    Raises `InputError` for a kind or an argument that isn't known.
    """
    if request.kind == "send_samples":
        alerts = sample_alerts(now)
        return " ".join(store.alerts.file(alerts, destinations))
    if request.kind == "redeliver":
        return _redelivered(store, request.arguments, now)
    if request.kind == "enable":
        name = str(request.arguments.get("destination", ""))
        if name not in destinations:
            known = ", ".join(destinations) or "none"
            raise InputError(f"there is no destination {name!r}; known: {known}")
        store.alerts.enable(name)
        return ""
    if request.kind == SILENCE:
        return put_aside(store, request.arguments, now)
    if request.kind == HEAR:
        return take_back(store, request.arguments, now)
    if request.kind == "judge":
        return _judge(store, request.arguments, now)
    if request.kind in _CORRECTIONS:
        return _corrected(store, request, now)
    raise InputError(f"this version knows no request {request.kind!r}")


def _corrected(store: Store, request: Request, now: datetime) -> str:
    """Put a thread right; returns the ids of the corrections that are sent."""
    asked = {name: one_line(str(value), _WRITTEN) for name, value in request.arguments.items()}
    reader, note = asked.get("reader") or "command line", asked.get("note", "")
    if request.kind == "reject_claim":
        return " ".join(reject_claim(store, asked.get("claim", ""), reader, note, now))
    if request.kind == "split_claim":
        return " ".join(split_claim(store, asked.get("claim", ""), reader, note, now))
    thread = asked.get("thread", "")
    if request.kind == "merge_threads":
        merge_threads(store, thread, asked.get("into", ""), reader, note, now)
    else:
        rename_thread(store, thread, asked.get("label", ""), reader, note, now)
    return ""


def _redelivered(store: Store, arguments: Mapping[str, Any], now: datetime) -> str:
    """Send an alert again, or every dead letter where none is named."""
    alert, destination = str(arguments.get("alert", "")), str(arguments.get("destination", ""))
    if not alert:
        alerts = store.alerts.redeliver_dead(now, destination)
        if not alerts:
            raise InputError("there is no dead letter to send again")
        return " ".join(alerts)
    if not store.alerts.redeliver(alert, now, destination):
        problem = f"there is no alert {alert!r} whose delivery has ended"
        raise InputError(f"{problem}: monitor alerts list shows them")
    return alert


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
