"""``monitor alerts ...``: requests to the daemon, and how their deliveries ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from monitor import wiring
from monitor.alerts.silences import silence_words
from monitor.config import Settings, load
from monitor.daemon.service import deliver_requests
from monitor.daemon.silencing import HEAR, SILENCE
from monitor.errors import InputError
from monitor.inert import one_line
from monitor.outbox import Alert, Delivery, DeliveryState
from monitor.store import Store
from monitor.store.lock import hold, holder
from monitor.store.requests import Request

WAIT = 30.0  # seconds for a running daemon to carry the request out


def send_samples(config: Path) -> tuple[list[str], bool]:
    """Send a marked sample of each kind; what happened in words, and whether all arrived."""
    settings = load(config)
    if not settings.destinations:
        raise InputError(f"{config}: there is no [[destinations]] table to send samples to")
    return _asked(settings, "send_samples", {})


def redeliver(config: Path, alert: str, destination: str) -> tuple[list[str], bool]:
    """Send an alert again, under the ids it had; every dead letter where none is named."""
    settings = load(config)
    known = [each.name for each in settings.destinations]
    if destination and destination not in known:
        raise InputError(
            f"there is no destination {destination!r}; known: {', '.join(known) or 'none'}"
        )
    return _asked(settings, "redeliver", {"alert": alert, "destination": destination})


def silence(config: Path, arguments: dict[str, str]) -> tuple[list[str], bool]:
    """Put a thread aside until a time, or until its value leaves a band."""
    return _asked(load(config), SILENCE, arguments)


def hear(config: Path, of: str) -> tuple[list[str], bool]:
    """Hear of a thread again that was put aside."""
    return _asked(load(config), HEAR, {"of": of})


def list_alerts(config: Path, thread: str, limit: int) -> list[str]:
    """The newest messages, each with where it went and how that ended."""
    with Store.read(load(config).store.path) as store:
        found = store.alerts.of_thread(thread, limit) if thread else store.alerts.messages(limit)
        return [
            line for alert in found for line in _listed(alert, store.alerts.deliveries(alert.id))
        ] or ["no alerts"]


def list_dead(config: Path, limit: int) -> list[str]:
    """Deliveries that were given up, and why; `monitor alerts redeliver` sends them again."""
    with Store.read(load(config).store.path) as store:
        return [
            f"{each.delivery.alert}  {each.delivery.destination}: {one_line(each.note)}  "
            f"{one_line(each.title)}"
            for each in store.alerts.dead(limit)
        ] or ["no dead letters"]


def list_silent(config: Path) -> list[str]:
    """Threads that are put aside, until when, and by whom."""
    with Store.read(load(config).store.path) as store:
        return [
            f"{each.thread}  {one_line(store.threads.get(each.thread).label)}: "
            f"{silence_words(each)}  ({one_line(each.by)}{_noted(each.note)})"
            for each in store.silences.all()
        ] or ["nothing is put aside"]


def _noted(note: str) -> str:
    return f": {one_line(note)}" if note else ""


def show_alert(config: Path, alert: str) -> list[str]:
    """One alert: its text, the watches that asked, its deliveries, and what followed it."""
    with Store.read(load(config).store.path) as store:
        try:
            found = store.alerts.get(alert)
        except KeyError:
            raise InputError(f"there is no alert {alert!r}: monitor alerts list") from None
        lines = [*_listed(found, store.alerts.deliveries(alert)), *found.text.split("\n")]
        if found.lead != found.id:
            lines.append(f"went out in the message of {found.lead}")
        if found.supersedes is not None:
            lines.append(f"follows {found.supersedes}")
        lines.append(f"asked for by: {', '.join(found.watches) or 'the monitor itself'}")
        lines += [
            f"followed by {each.id}: {one_line(each.title)}"
            for each in store.alerts.following(alert)
        ]
        return lines


def _listed(alert: Alert, deliveries: Sequence[Delivery]) -> list[str]:
    went = ", ".join(f"{each.destination} {each.state}" for each in deliveries)
    made = f"{alert.created_at:%Y-%m-%d %H:%M} UTC"
    return [
        f"{alert.id}  {made}  {alert.type}  {alert.severity}  [{went or 'not sent'}]",
        f"    {one_line(alert.title)}",
    ]


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
            if asked.state != "waiting" and not _pending(store, asked):
                return
        time.sleep(0.5)


def _pending(store: Store, asked: Request) -> bool:
    if asked.kind in (SILENCE, HEAR):
        return False
    disabled = _disabled(store, asked)
    return any(
        delivery.state is DeliveryState.PENDING
        and not delivery.attempts
        and delivery.destination not in disabled
        for delivery in _started(store, asked)
    )


def _started(store: Store, asked: Request) -> list[Delivery]:
    """The deliveries that a request started: those to the destination it names, or all."""
    to = asked.arguments.get("destination") or None
    return [
        delivery
        for alert in asked.result.split()
        for delivery in store.alerts.deliveries(alert)
        if to in (None, delivery.destination)
    ]


def _disabled(store: Store, asked: Request) -> dict[str, str]:
    """Why a destination of these gets nothing, by name."""
    names = {each.destination for each in _started(store, asked)}
    return {each.name: each.reason for each in store.alerts.disabled(names)}


def _outcome(settings: Settings, request: int) -> tuple[list[str], bool]:
    with Store.read(settings.store.path) as store:
        asked = store.requests.get(request)
        if asked.state != "done":
            said = asked.result or "the daemon did not take it up"
            return [f"not done: {said}"], False
        if asked.kind in (SILENCE, HEAR):
            return [f"done: {one_line(asked.result)}"], True
        started, disabled = _started(store, asked), _disabled(store, asked)
        lines = [_went(store, each, disabled) for each in started]
    delivered = all(each.state is DeliveryState.DELIVERED for each in started)
    return (["done", *lines] if delivered else lines), delivered


def _went(store: Store, delivery: Delivery, disabled: dict[str, str]) -> str:
    """ "desk: delivered: TITLE", or with why it is not."""
    title = one_line(store.alerts.get(delivery.alert).title)
    line = f"{delivery.destination}: {delivery.state}: {title}"
    if delivery.state is DeliveryState.DELIVERED:
        return line
    if delivery.state is DeliveryState.PENDING and delivery.destination in disabled:
        remedy = f"monitor alerts enable {delivery.destination}"
        return f"{line}: disabled: {one_line(disabled[delivery.destination])} ({remedy})"
    note = one_line(store.alerts.last_note(delivery.id))
    return f"{line}: {note or 'not tried yet'}"
