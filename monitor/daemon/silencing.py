"""Requests to put a thread aside, and to hear of it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.alerts.moved import Claim
from monitor.alerts.silences import band_around, silence_words
from monitor.claims import FiledFigure, Number
from monitor.errors import InputError
from monitor.inert import one_line
from monitor.outbox import Silence
from monitor.store.store import Store

SILENCE, HEAR = "silence", "hear"
"""Kinds of requests. A backtest carries them out too: they change what is sent later."""

_WRITTEN = 500  # characters of what a reader writes


def put_aside(store: Store, arguments: Mapping[str, Any], now: datetime) -> str:
    """Silence a thread; says in words until when. Raises `InputError` for what can't be done.

    ``of`` is an alert or a thread; ``until`` a time (ISO 8601); ``low`` and ``high`` the band of a
    figure, or ``percent`` to each side of where it stands. A position is put aside while it stays.
    """
    thread, claim = _thread_of(store, str(arguments.get("of", "")))
    until = _time(arguments.get("until"), now)
    low, high = _number(arguments.get("low")), _number(arguments.get("high"))
    percent = _number(arguments.get("percent"))
    sign = None
    if isinstance(claim, FiledFigure):
        if percent is not None and low is None and high is None:
            low, high = band_around(claim.figure.quantity.value, percent)
    elif (low, high) != (None, None):
        raise InputError(f"{thread} is a position: it has no value to leave a band")
    elif percent is not None:
        sign = claim.position.sign
    if until is None and low is None and high is None and sign is None:
        raise InputError("say until when (a date), or which band the value has to leave")
    if low is not None and high is not None and low > high:
        raise InputError(f"the band {low:g} to {high:g} is empty")
    silence = Silence(
        thread,
        now,
        until,
        low,
        high,
        sign,
        by=one_line(str(arguments.get("reader", "")), _WRITTEN) or "command line",
        note=one_line(str(arguments.get("note", "")), _WRITTEN),
    )
    store.silences.file(silence)
    return f"{store.threads.get(thread).label}: {silence_words(silence)}"


def take_back(store: Store, arguments: Mapping[str, Any], now: datetime) -> str:
    """Hear of a thread again. Raises `InputError` for one that is not silent."""
    thread, _ = _thread_of(store, str(arguments.get("of", "")))
    if not store.silences.take_back(thread, now):
        raise InputError(f"{thread} is not put aside; monitor alerts list --silent shows what is")
    return f"{store.threads.get(thread).label}: heard again"


def _thread_of(store: Store, name: str) -> tuple[str, Claim]:
    """The thread that an alert or a thread's id names, with its newest claim."""
    thread = name
    if name.startswith("alr_"):
        try:
            thread = store.alerts.get(name).thread or ""
        except KeyError:
            raise InputError(f"there is no alert {name!r}: monitor alerts list") from None
        if not thread:
            raise InputError(f"{name} is about no thread, so there is nothing to put aside")
    try:
        return thread, store.threads.get(thread).history[-1]
    except (KeyError, IndexError):
        raise InputError(f"there is no alert or thread {name!r}: monitor alerts list") from None


def _time(value: object, now: datetime) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        raise InputError(f"{value!r} is no time: write 2031-05-04 or 2031-05-04T12:00Z") from None
    time = time if time.tzinfo is not None else time.replace(tzinfo=now.tzinfo)
    if time <= now:
        raise InputError(f"{value} is over already")
    return time


def _number(value: object) -> Number | None:
    if value in (None, ""):
        return None
    try:
        number = float(str(value))
    except ValueError:
        raise InputError(f"{value!r} is no number") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise InputError(f"{value!r} is no number")
    return number
