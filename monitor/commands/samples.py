"""``monitor alerts test``: one marked sample of each kind of message to each destination."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from monitor import wiring
from monitor.config import Settings, load
from monitor.daemon.service import deliver_requests
from monitor.errors import InputError
from monitor.outbox import DeliveryState
from monitor.store import Store
from monitor.store.lock import hold, holder

WAIT = 30.0  # seconds for a running daemon to carry the request out


def send_samples(
    config: Path, pause: Callable[[float], None] = time.sleep
) -> tuple[list[str], bool]:
    """Send the samples; returns what happened in words, and whether all were delivered.

    A running daemon is asked to send them; without one the command does so itself.
    """
    settings = load(config)
    if not settings.destinations:
        raise InputError(f"{config}: there is no [[destinations]] table to send samples to")
    wiring.destinations(settings)  # a secret that is missing is told before anything is filed
    clock = wiring.clock(settings)
    with Store.open(settings.store.path) as store:
        request = store.requests.ask("send_samples", {}, clock.now())
    if holder(settings.store.path) is None:
        with hold(settings.store.path):
            asyncio.run(deliver_requests(settings))
    else:
        _await_daemon(settings, request, pause)
    return _outcome(settings, request)


def _await_daemon(settings: Settings, request: int, pause: Callable[[float], None]) -> None:
    for _ in range(int(WAIT / 0.5)):
        with Store.read(settings.store.path) as store:
            asked = store.requests.get(request)
            if asked.state != "waiting" and not _pending(store, asked.result):
                return
        pause(0.5)


def _pending(store: Store, result: str) -> bool:
    return any(
        delivery.state is DeliveryState.PENDING and not delivery.attempts
        for alert in result.split()
        for delivery in store.alerts.deliveries(alert)
    )


def _outcome(settings: Settings, request: int) -> tuple[list[str], bool]:
    with Store.read(settings.store.path) as store:
        asked = store.requests.get(request)
        if asked.state != "done":
            said = asked.result or "the daemon did not take it up"
            return [f"the samples were not sent: {said}"], False
        lines, delivered = [], True
        for alert in asked.result.split():
            title = store.alerts.get(alert).title
            for delivery in store.alerts.deliveries(alert):
                good = delivery.state is DeliveryState.DELIVERED
                delivered = delivered and good
                note = "" if good else f": {store.alerts.last_note(delivery.id)}"
                lines.append(f"{delivery.destination}: {delivery.state}: {title}{note}")
    return lines, delivered
