"""``monitor alerts ...``: requests to the daemon, and how their deliveries ended."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from monitor import wiring
from monitor.config import Settings, load
from monitor.daemon.service import deliver_requests
from monitor.errors import InputError
from monitor.outbox import DeliveryState
from monitor.store import Store
from monitor.store.lock import hold, holder

WAIT = 30.0  # seconds for a running daemon to carry the request out


def send_samples(config: Path) -> tuple[list[str], bool]:
    """Send a marked sample of each kind; what happened in words, and whether all arrived."""
    settings = load(config)
    if not settings.destinations:
        raise InputError(f"{config}: there is no [[destinations]] table to send samples to")
    return _asked(settings, "send_samples", {})


def redeliver(config: Path, alert: str) -> tuple[list[str], bool]:
    """Send an alert again, under the ids it had."""
    return _asked(load(config), "redeliver", {"alert": alert})


def enable(config: Path, destination: str) -> tuple[list[str], bool]:
    """Send to a destination again that said it was gone."""
    return _asked(load(config), "enable", {"destination": destination})


def judge(config: Path, alert: str, verdict: str, note: str, reader: str) -> tuple[list[str], bool]:
    """File what a reader says of an alert."""
    said = {"alert": alert, "verdict": verdict, "note": note, "reader": reader}
    return _asked(load(config), "judge", said)


def correct(config: Path, kind: str, arguments: dict[str, str]) -> tuple[list[str], bool]:
    """Put a thread right, and tell those who had an alert that rests on what was wrong."""
    return _asked(load(config), kind, arguments)


def _asked(settings: Settings, kind: str, arguments: dict[str, str]) -> tuple[list[str], bool]:
    """Ask the daemon, or do it here where none runs; follow the deliveries it started."""
    runs = holder(settings.store.path) is not None
    if not runs:
        wiring.destinations(settings)  # a missing secret is told before anything is filed
    with Store.open(settings.store.path) as store:
        request = store.requests.ask(kind, arguments, wiring.clock(settings).now())
    if not runs:
        with hold(settings.store.path):
            asyncio.run(deliver_requests(settings))
    else:
        _await_daemon(settings, request)
    return _outcome(settings, request)


def _await_daemon(settings: Settings, request: int) -> None:
    for _ in range(int(WAIT / 0.5)):
        with Store.read(settings.store.path) as store:
            asked = store.requests.get(request)
            if asked.state != "waiting" and not _pending(store, asked.result):
                return
        time.sleep(0.5)


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
            return [f"not done: {said}"], False
        lines, delivered = ["done"], True
        for alert in asked.result.split():
            title = store.alerts.get(alert).title
            for delivery in store.alerts.deliveries(alert):
                good = delivery.state is DeliveryState.DELIVERED
                delivered = delivered and good
                note = "" if good else f": {store.alerts.last_note(delivery.id)}"
                lines.append(f"{delivery.destination}: {delivery.state}: {title}{note}")
    return lines, delivered
