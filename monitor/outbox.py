"""Alerts on their way: what is stored before it is sent, and how each try ended.

The alerts room makes these values, the store keeps them. Imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Alert:
    """A change that a watch asked for, stored before it is sent.

    The id derives from the change. One report makes one message: its most severe alert carries the
    others of the same report (``lead`` names that alert; a lead's own ``lead`` is its id).
    """

    id: str
    change: str | None  # None for messages of the monitor itself (baseline, health, test)
    type: str  # figure.raised, position.reversed, alert.corrected, monitor.baseline, monitor.test
    tier: str
    severity: str  # notice, warning, urgent
    lead: str
    title: str
    text: str  # the message in plain words, at most twelve lines
    payload: dict[str, Any]  # what the webhook sends (schema monitor.alert/1)
    created_at: datetime
    watches: tuple[str, ...] = ("default",)
    supersedes: str | None = None  # the alert that this one updates, corrects or withdraws
    thread: str | None = None  # of its change


class Awaited(StrEnum):
    """What a change waits for before it is sent."""

    NAMED_SOURCE = "named_source"  # somebody who counted, for a number that nobody stands behind
    SECOND_ORIGIN = "second_origin"  # an independent report, for a jump too far to be believed
    ORIGINS = "origins"  # as many independent origins as a watch asks for
    QUIET_HOURS = "quiet_hours"  # their end
    ROOM = "room"  # an hour in which a watch sent enough


@dataclass(frozen=True, slots=True)
class Wait:
    """A change worth a message that is held back, for what, and until when at most.

    ``worth`` is why it is worth a message ("crossed 5,000"), told with it when it goes out.
    """

    awaited: Awaited
    worth: str
    since: datetime
    due: datetime


class Verdict(StrEnum):
    """What a reader says of an alert."""

    RIGHT = "right"
    WRONG_FIGURE = "wrong_figure"  # read wrongly: the number, or what it counts; the stance
    WRONG_THREAD = "wrong_thread"  # read rightly, but no step of this thread
    NOT_INTERESTING = "not_interesting"  # true, and should not have been sent


class DeliveryState(StrEnum):
    """Where one delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way to one destination. ``id`` is the ``webhook-id`` of every try."""

    id: str
    alert: str
    destination: str
    state: DeliveryState
    attempts: int
    due_at: datetime
    payload: dict[str, Any]
    overtakes: str | None = None  # an earlier alert of its thread that is still on its way


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one try to deliver ended. ``retry_at`` None: delivered, or given up."""

    delivery: str
    started: datetime
    status: int | None
    state: DeliveryState
    retry_at: datetime | None
    note: str = ""
    out_of_turn: bool = False  # to see whether a receiver is back: it takes none of the tries


@dataclass(frozen=True, slots=True)
class Hold:
    """A change that waits, as it is kept. One change waits once for one thing.

    ``watch`` is who waits ("default": the built-in rules); ``destination`` is empty unless only
    one destination waits. At ``wait.due`` it ends, whatever came.
    """

    change: str
    thread: str
    wait: Wait
    watch: str = "default"
    destination: str = ""
    ended: datetime | None = None
    outcome: str = ""  # how it ended, in words; empty while it waits


@dataclass(frozen=True, slots=True)
class Silence:
    """A thread that a person has put aside. It ends at ``until``, or when its value leaves a band.

    A figure's band is ``low`` to ``high``, a position's is its ``sign``. Without any of these it
    lasts until it is taken back.
    """

    thread: str
    made: datetime
    until: datetime | None = None
    low: float | None = None
    high: float | None = None
    sign: int | None = None
    by: str = ""
    note: str = ""
    id: int = 0
