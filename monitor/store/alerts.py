"""Alerts and the outbox: stored before they are sent, and every try kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.claims import content_id
from monitor.outbox import Alert, Attempt, Delivery, DeliveryState
from monitor.store.connection import Connection, Row
from monitor.store.rows import dump, strings, to_time, utc, utc_or_none

OVERTAKES_AFTER = timedelta(hours=1)
"""How long a later alert waits for an earlier one of its thread to the same destination."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up, and why."""

    delivery: Delivery
    title: str
    note: str


class Alerts:
    """Alerts, destinations, deliveries and attempts."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    # ------------------------------------------------------------ filing

    def file(self, alerts: Iterable[Alert], destinations: Sequence[str]) -> list[str]:
        """File alerts, and a delivery of each lead to each destination; returns the new ids.

        An alert that is on file stays as it is, and is not delivered again.
        """
        filed = []
        with self._at.transaction():
            for alert in alerts:
                if self._at.scalar("SELECT 1 FROM alerts WHERE id = ?", (alert.id,)):
                    continue
                sequence = self._at.next_sequence("alerts")
                self._at.insert("alerts", _alert_row(alert, sequence))
                filed.append(alert.id)
                if alert.lead == alert.id:
                    self._address(alert, sequence, destinations)
        return filed

    def _address(self, alert: Alert, sequence: int, destinations: Sequence[str]) -> None:
        thread = self._at.scalar(
            "SELECT coalesce(figure_thread, position_thread) FROM changes WHERE id = ?",
            (alert.change,),
        )
        for destination in destinations:
            self._at.execute(
                "INSERT INTO destinations (name) VALUES (?) ON CONFLICT DO NOTHING", (destination,)
            )
            self._at.insert(
                "deliveries",
                {
                    "id": content_id("dlv", alert.id, destination),
                    "alert_id": alert.id,
                    "destination": destination,
                    "sequence": sequence,
                    "thread": thread,
                    "state": DeliveryState.PENDING,
                    "created_at": utc(alert.created_at),
                    "due_at": utc(alert.created_at),
                },
            )

    # ------------------------------------------------------------ the outbox

    def next_due(self, destination: str, now: datetime) -> Delivery | None:
        """The pending delivery that goes to a destination next, or None.

        In order of filing. A later alert of a thread waits for an earlier one that is still on its
        way, at most `OVERTAKES_AFTER`. A disabled destination gets nothing.
        """
        row = self._at.one(
            f"{_DELIVERY} WHERE d.destination = :to AND d.state = 'pending' AND d.due_at <= :now "
            "AND NOT EXISTS (SELECT 1 FROM destinations WHERE name = :to "
            "AND disabled_at IS NOT NULL) AND (d.created_at <= :overtakes OR NOT EXISTS ("
            "SELECT 1 FROM deliveries e WHERE e.thread = d.thread AND e.destination = :to "
            "AND e.state = 'pending' AND e.sequence < d.sequence)) ORDER BY d.sequence LIMIT 1",
            {"to": destination, "now": utc(now), "overtakes": utc(now - OVERTAKES_AFTER)},
        )
        return None if row is None else _delivery(row)

    def record(self, attempt: Attempt) -> None:
        """Keep how a try ended, and with it where its delivery stands."""
        over = attempt.state is not DeliveryState.PENDING
        with self._at.transaction():
            self._at.insert(
                "attempts",
                {
                    "delivery_id": attempt.delivery,
                    "started_at": utc(attempt.started),
                    "status": attempt.status,
                    "state": attempt.state,
                    "retry_at": utc_or_none(attempt.retry_at),
                    "note": attempt.note,
                },
            )
            self._at.execute(
                "UPDATE deliveries SET state = ?, attempts = attempts + 1, "
                "due_at = coalesce(?, due_at), ended_at = ? WHERE id = ?",
                (
                    attempt.state,
                    utc_or_none(attempt.retry_at),
                    utc(attempt.started) if over else None,
                    attempt.delivery,
                ),
            )

    def disable(self, destination: str, reason: str, now: datetime) -> None:
        """Send nothing more to a destination until `enable`."""
        with self._at.transaction():
            self._at.execute(
                "INSERT INTO destinations VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "disabled_at = excluded.disabled_at, reason = excluded.reason",
                (destination, utc(now), reason),
            )

    def enable(self, destination: str) -> None:
        """Send to a destination again."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE destinations SET disabled_at = NULL, reason = '' WHERE name = ?",
                (destination,),
            )

    def hurry(self, destination: str, now: datetime) -> int:
        """Make everything pending to a destination that has recovered due at once; counts it."""
        with self._at.transaction():
            return self._at.execute(
                "UPDATE deliveries SET due_at = :now "
                "WHERE destination = :to AND state = 'pending' AND due_at > :now",
                {"to": destination, "now": utc(now)},
            )

    def redeliver(self, alert_id: str, now: datetime) -> int:
        """Send an alert again, under the same ids, wherever it is not on its way; counts them."""
        with self._at.transaction():
            return self._at.execute(
                "UPDATE deliveries SET state = 'pending', attempts = 0, due_at = ?, "
                "ended_at = NULL WHERE alert_id = ? AND state <> 'pending'",
                (utc(now), alert_id),
            )

    # ------------------------------------------------------------ reading

    def get(self, alert_id: str) -> Alert:
        """One alert by its id."""
        row = self._at.one("SELECT * FROM alerts WHERE id = ?", (alert_id,))
        if row is None:
            raise KeyError(alert_id)
        return _alert(row)

    def newest(self, limit: int = 50, after: int = 0) -> list[Alert]:
        """The newest alerts, newest first. ``after``: only those filed after that sequence."""
        return [
            _alert(row)
            for row in self._at.rows(
                "SELECT * FROM alerts WHERE sequence > ? ORDER BY sequence DESC LIMIT ?",
                (after, limit),
            )
        ]

    def messages(self, limit: int, watch: str | None = None) -> list[Alert]:
        """The newest messages, newest first: those a watch asked for, or all."""
        asked = "AND EXISTS (SELECT 1 FROM json_each(watches) WHERE value = :watch)"
        return [
            _alert(row)
            for row in self._at.rows(
                f"SELECT * FROM alerts WHERE lead = id {asked if watch else ''} "
                "ORDER BY sequence DESC LIMIT :limit",
                {"watch": watch, "limit": limit},
            )
        ]

    def newest_of(self, type_: str) -> Alert | None:
        """The newest alert of a type ("monitor.baseline", "monitor.digest"), or None."""
        row = self._at.one(
            "SELECT * FROM alerts WHERE type = ? ORDER BY sequence DESC LIMIT 1", (type_,)
        )
        return None if row is None else _alert(row)

    def deliveries(self, alert_id: str) -> list[Delivery]:
        """Where an alert is on its way, or was."""
        return [
            _delivery(row)
            for row in self._at.rows(
                f"{_DELIVERY} WHERE d.alert_id = ? ORDER BY d.destination", (alert_id,)
            )
        ]

    def messages_since(self, time: datetime) -> list[datetime]:
        """When messages about changes were made after a time: what volume limits go by."""
        return [
            to_time(row["created_at"])
            for row in self._at.rows(
                "SELECT created_at FROM alerts WHERE created_at > ? AND lead = id "
                "AND change_id IS NOT NULL ORDER BY created_at",
                (utc(time),),
            )
        ]

    def last_note(self, delivery_id: str) -> str:
        """What came of the newest try of a delivery; empty before the first."""
        return (
            self._at.scalar(
                "SELECT note FROM attempts WHERE delivery_id = ? ORDER BY id DESC LIMIT 1",
                (delivery_id,),
            )
            or ""
        )

    def pending_count(self) -> int:
        """How many deliveries are not over."""
        return int(self._at.scalar("SELECT count(*) FROM deliveries WHERE state = 'pending'"))

    def dead(self, limit: int = 100) -> list[DeadLetter]:
        """Deliveries that were given up, newest first."""
        found = self._at.rows(
            "SELECT d.*, a.payload, a.title, (SELECT note FROM attempts WHERE delivery_id = d.id "
            "ORDER BY id DESC LIMIT 1) AS note FROM deliveries d "
            "JOIN alerts a ON a.id = d.alert_id WHERE d.state = 'dead' "
            "ORDER BY d.ended_at DESC LIMIT ?",
            (limit,),
        )
        return [DeadLetter(_delivery(row), row["title"], row["note"] or "") for row in found]


_DELIVERY = "SELECT d.*, a.payload FROM deliveries d JOIN alerts a ON a.id = d.alert_id"


def _alert_row(alert: Alert, sequence: int) -> dict[str, object]:
    return {
        "id": alert.id,
        "sequence": sequence,
        "change_id": alert.change,
        "type": alert.type,
        "tier": alert.tier,
        "severity": alert.severity,
        "lead": alert.lead,
        "title": alert.title,
        "text": alert.text,
        "payload": dump(alert.payload),
        "watches": dump(alert.watches),
        "created_at": utc(alert.created_at),
    }


def _alert(row: Row) -> Alert:
    return Alert(
        id=row["id"],
        change=row["change_id"],
        type=row["type"],
        tier=row["tier"],
        severity=row["severity"],
        lead=row["lead"],
        title=row["title"],
        text=row["text"],
        payload=json.loads(row["payload"]),
        created_at=to_time(row["created_at"]),
        watches=strings(row["watches"]),
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        alert=row["alert_id"],
        destination=row["destination"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        due_at=to_time(row["due_at"]),
        payload=json.loads(row["payload"]),
    )
