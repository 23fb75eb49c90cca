"""Alerts and the outbox: stored before they are sent, and every try kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.claims import content_id
from monitor.outbox import Alert, Attempt, Delivery, DeliveryState
from monitor.store.connection import Connection, Row
from monitor.store.rows import dump, strings, to_time, utc, utc_or_none


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up, and why."""

    delivery: Delivery
    title: str
    ended: datetime
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
                self._at.insert("alerts", self._alert_row(alert))
                filed.append(alert.id)
                if alert.lead == alert.id:
                    self._address(alert, destinations)
        return filed

    def _alert_row(self, alert: Alert) -> dict[str, object]:
        return {
            "id": alert.id,
            "sequence": self._at.next_sequence("alerts"),
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

    def _address(self, alert: Alert, destinations: Sequence[str]) -> None:
        for destination in destinations:
            self._at.execute(
                "INSERT INTO destinations (name) VALUES (?) ON CONFLICT DO NOTHING", (destination,)
            )
            self._at.insert(
                "deliveries",
                {
                    "id": content_id("msg", alert.id, destination),
                    "alert_id": alert.id,
                    "destination": destination,
                    "state": DeliveryState.PENDING,
                    "created_at": utc(alert.created_at),
                    "due_at": utc(alert.created_at),
                },
            )

    # ------------------------------------------------------------ the outbox

    def next_due(self, destination: str, now: datetime) -> Delivery | None:
        """The pending delivery that goes to a destination next, or None.

        Oldest first; a disabled destination gets nothing.
        """
        row = self._at.one(
            f"{_DELIVERY} WHERE d.destination = ? AND d.state = 'pending' AND d.due_at <= ? "
            "AND NOT EXISTS (SELECT 1 FROM destinations WHERE name = d.destination "
            "AND disabled_at IS NOT NULL) ORDER BY d.due_at, a.sequence LIMIT 1",
            (destination, utc(now)),
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

    def deliveries(self, alert_id: str) -> list[Delivery]:
        """Where an alert is on its way, or was."""
        return [
            _delivery(row)
            for row in self._at.rows(
                f"{_DELIVERY} WHERE d.alert_id = ? ORDER BY d.destination", (alert_id,)
            )
        ]

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
        return [
            DeadLetter(_delivery(row), row["title"], to_time(row["ended_at"]), row["note"] or "")
            for row in found
        ]


_DELIVERY = "SELECT d.*, a.payload FROM deliveries d JOIN alerts a ON a.id = d.alert_id"


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
