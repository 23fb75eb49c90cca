"""One alert: what it said, its evidence, and how it got there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.store.changes import Changes, StoredChange
from monitor.store.connection import Connection
from monitor.store.rows import strings, to_time, to_time_or_none


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One try to deliver."""

    started: datetime
    status: int | None
    state: str
    retry: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One alert on its way to one destination, with every try."""

    id: str
    destination: str
    state: str
    created: datetime
    due: datetime
    ended: datetime | None
    attempts: tuple[AttemptLine, ...]


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """What one reader said of the alert."""

    verdict: str
    reader: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """An alert with everything that belongs to it."""

    id: str
    lead: str
    type: str
    tier: str
    severity: str
    title: str
    text: str
    payload: dict[str, Any]
    watches: tuple[str, ...]
    created: datetime
    change: StoredChange | None
    first: tuple[str, str] | None  # the alert that this one updates, corrects or withdraws
    later: tuple[tuple[str, str], ...]  # those that update, correct or withdraw this one
    led: tuple[tuple[str, str], ...]  # id and title of the others that ride in it
    deliveries: tuple[DeliveryLine, ...]
    verdicts: tuple[VerdictLine, ...]
    asked: tuple[str, ...]  # verdicts that wait for the daemon


def message(at: Connection, alert_id: str) -> Message | None:
    """One alert, or None where there is none such."""
    row = at.one("SELECT * FROM alerts WHERE id = ?", (alert_id,))
    if row is None:
        return None
    first = at.one("SELECT id, title FROM alerts WHERE id = ?", (row["supersedes"],))
    later = at.rows(
        "SELECT id, title FROM alerts WHERE supersedes = ? ORDER BY sequence LIMIT 50", (alert_id,)
    )
    led = at.rows(
        "SELECT id, title FROM alerts WHERE lead = ? AND id <> ? ORDER BY sequence LIMIT 50",
        (row["lead"], alert_id),
    )
    return Message(
        id=row["id"],
        lead=row["lead"],
        type=row["type"],
        tier=row["tier"],
        severity=row["severity"],
        title=row["title"],
        text=row["text"],
        payload=json.loads(row["payload"]),
        watches=strings(row["watches"]),
        created=to_time(row["created_at"]),
        change=Changes(at).get(row["change_id"]) if row["change_id"] else None,
        first=(first["id"], first["title"]) if first else None,
        later=tuple((each["id"], each["title"]) for each in later),
        led=tuple((each["id"], each["title"]) for each in led),
        deliveries=_deliveries(at, row["lead"]),
        verdicts=_verdicts(at, alert_id),
        asked=_asked(at, alert_id),
    )


def _deliveries(at: Connection, lead: str) -> tuple[DeliveryLine, ...]:
    found = at.rows(
        "SELECT * FROM deliveries WHERE alert_id = ? ORDER BY destination LIMIT 100", (lead,)
    )
    return tuple(
        DeliveryLine(
            id=row["id"],
            destination=row["destination"],
            state=row["state"],
            created=to_time(row["created_at"]),
            due=to_time(row["due_at"]),
            ended=to_time_or_none(row["ended_at"]),
            attempts=tuple(
                AttemptLine(
                    started=to_time(each["started_at"]),
                    status=each["status"],
                    state=each["state"],
                    retry=to_time_or_none(each["retry_at"]),
                    note=each["note"],
                )
                for each in at.rows(
                    "SELECT * FROM attempts WHERE delivery_id = ? ORDER BY id DESC LIMIT 50",
                    (row["id"],),
                )
            ),
        )
        for row in found
    )


def _verdicts(at: Connection, alert_id: str) -> tuple[VerdictLine, ...]:
    found = at.rows(
        "SELECT * FROM verdicts WHERE alert_id = ? ORDER BY id DESC LIMIT 50", (alert_id,)
    )
    return tuple(
        VerdictLine(row["verdict"], row["reader"], row["note"], to_time(row["judged_at"]))
        for row in found
    )


def _asked(at: Connection, alert_id: str) -> tuple[str, ...]:
    """Verdicts on this alert that the daemon has not carried out yet."""
    found = at.rows(
        "SELECT json_extract(arguments, '$.verdict') AS verdict FROM requests "
        "WHERE state = 'waiting' AND kind = 'judge' "
        "AND json_extract(arguments, '$.alert') = ? ORDER BY id LIMIT 20",
        (alert_id,),
    )
    return tuple(row["verdict"] for row in found)
