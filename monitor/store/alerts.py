"""Alerts and the outbox: stored before they are sent, and every try kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.claims import Support, content_id
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


@dataclass(frozen=True, slots=True)
class DisabledDestination:
    """A destination that gets nothing until it is enabled, why, and how much waits for it."""

    name: str
    reason: str
    waiting: int  # deliveries


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

    def address(self, alert_id: str, destinations: Sequence[str]) -> int:
        """Send an alert that is on file to more destinations; counts those that lacked it.

        One that had it, alone or in the message of the same report, does not get it again.
        """
        row = self._at.one("SELECT * FROM alerts WHERE id = ?", (alert_id,))
        assert row is not None
        had = set(self.had(alert_id))
        new = [name for name in destinations if name not in had]
        with self._at.transaction():
            self._address(_alert(row), row["sequence"], new)
        return len(new)

    def _address(self, alert: Alert, sequence: int, destinations: Sequence[str]) -> None:
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
                    "thread": alert.thread,
                    "state": DeliveryState.PENDING,
                    "created_at": utc(alert.created_at),
                    "due_at": utc(alert.created_at),
                },
            )

    def had(self, alert_id: str, *, refused: bool = True) -> list[str]:
        """The destinations that an alert went to, alone or in its report's message.

        ``refused``: those that never took it too.
        """
        found = self._at.rows(
            "SELECT DISTINCT d.destination FROM alerts a JOIN alerts m ON m.lead = a.lead "
            "JOIN deliveries d ON d.alert_id = m.id WHERE a.id = ? AND (? OR d.state <> 'dead') "
            "ORDER BY d.destination",
            (alert_id, refused),
        )
        return [row["destination"] for row in found]

    def add_watches(self, alert_id: str, watches: Sequence[str]) -> None:
        """Name further watches that asked for an alert."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE alerts SET watches = ? WHERE id = ?",
                (dump(list(dict.fromkeys([*self.get(alert_id).watches, *watches]))), alert_id),
            )

    def count_support(self, alert_id: str, support: Support) -> Support:
        """Keep who stands behind an alert by now; returns what was known before."""
        with self._at.transaction():
            row = self._at.one(
                "SELECT authorities, origins, reports FROM alerts WHERE id = ?", (alert_id,)
            )
            assert row is not None
            self._at.execute(
                "UPDATE alerts SET authorities = ?, origins = ?, reports = ? WHERE id = ?",
                (support.authorities, support.origins, support.reports, alert_id),
            )
        return Support(row["authorities"], row["origins"], row["reports"])

    # ------------------------------------------------------------ the outbox

    def next_due(self, destination: str, now: datetime) -> Delivery | None:
        """The pending delivery that goes to a destination next, or None.

        In order of filing. A later alert of a thread waits for an earlier one that is still on its
        way, at most `OVERTAKES_AFTER`. A disabled destination gets nothing.
        """
        row = self._at.one(
            "SELECT d.*, a.payload, (SELECT e.alert_id FROM deliveries e WHERE e.thread = d.thread "
            "AND e.destination = :to AND e.state = 'pending' AND e.sequence < d.sequence "
            "ORDER BY e.sequence LIMIT 1) AS overtakes "
            "FROM deliveries d JOIN alerts a ON a.id = d.alert_id "
            "WHERE d.destination = :to AND d.state = 'pending' AND d.due_at <= :now "
            "AND NOT EXISTS (SELECT 1 FROM destinations WHERE name = :to "
            "AND disabled_at IS NOT NULL) AND (d.created_at <= :overtakes OR NOT EXISTS ("
            "SELECT 1 FROM deliveries e WHERE e.thread = d.thread AND e.destination = :to "
            "AND e.state = 'pending' AND e.sequence < d.sequence)) ORDER BY d.sequence LIMIT 1",
            {"to": destination, "now": utc(now), "overtakes": utc(now - OVERTAKES_AFTER)},
        )
        return None if row is None else _delivery(row, overtakes=row["overtakes"])

    def oldest(self, destination: str) -> Delivery | None:
        """The pending delivery to a destination that was filed first, due or not."""
        row = self._at.one(
            f"{_DELIVERY} WHERE d.destination = ? AND d.state = 'pending' "
            "ORDER BY d.sequence LIMIT 1",
            (destination,),
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
            if attempt.out_of_turn and not over:
                return
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

    def disabled(self, names: Iterable[str]) -> list[DisabledDestination]:
        """Those of some destinations that are disabled, by name."""
        named = set(names)
        found = self._at.rows(
            "SELECT t.name, t.reason, (SELECT count(*) FROM deliveries d "
            "WHERE d.destination = t.name AND d.state = 'pending') AS waiting "
            "FROM destinations t WHERE t.disabled_at IS NOT NULL ORDER BY t.name"
        )
        return [
            DisabledDestination(row["name"], row["reason"], row["waiting"])
            for row in found
            if row["name"] in named
        ]

    def hurry(self, destination: str, now: datetime) -> int:
        """Make everything pending to a destination that has recovered due at once; counts it."""
        with self._at.transaction():
            return self._at.execute(
                "UPDATE deliveries SET due_at = :now "
                "WHERE destination = :to AND state = 'pending' AND due_at > :now",
                {"to": destination, "now": utc(now)},
            )

    def redeliver(self, alert_id: str, now: datetime, destination: str = "") -> int:
        """Send an alert again, under the same ids, wherever it is not on its way; counts them.

        One that went out in the message of another goes with that. ``destination``: there alone.
        """
        with self._at.transaction():
            return self._at.execute(
                "UPDATE deliveries SET state = 'pending', attempts = 0, due_at = :now, "
                "ended_at = NULL WHERE alert_id IN (SELECT m.id FROM alerts a "
                "JOIN alerts m ON m.lead = a.lead WHERE a.id = :alert) AND state <> 'pending' "
                "AND (:to = '' OR destination = :to)",
                {"now": utc(now), "alert": alert_id, "to": destination},
            )

    def redeliver_dead(self, now: datetime, destination: str = "") -> list[str]:
        """Send every dead letter again; returns the ids of their alerts."""
        with self._at.transaction():
            found = self._at.rows(
                "SELECT DISTINCT alert_id FROM deliveries WHERE state = 'dead' "
                "AND (:to = '' OR destination = :to) ORDER BY sequence",
                {"to": destination},
            )
            self._at.execute(
                "UPDATE deliveries SET state = 'pending', attempts = 0, due_at = :now, "
                "ended_at = NULL WHERE state = 'dead' AND (:to = '' OR destination = :to)",
                {"now": utc(now), "to": destination},
            )
        return [row["alert_id"] for row in found]

    # ------------------------------------------------------------ reading

    def get(self, alert_id: str) -> Alert:
        """One alert by its id."""
        row = self._at.one("SELECT * FROM alerts WHERE id = ?", (alert_id,))
        if row is None:
            raise KeyError(alert_id)
        return _alert(row)

    def of_thread(self, thread: str, limit: int = 50) -> list[Alert]:
        """The newest alerts of a thread, newest first."""
        found = self._at.rows(
            "SELECT * FROM alerts WHERE thread = ? ORDER BY sequence DESC LIMIT ?", (thread, limit)
        )
        return [_alert(row) for row in found]

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

    def about_changes(self, since: datetime) -> list[Alert]:
        """Messages about changes that were made since a time, in order of filing."""
        return [
            _alert(row)
            for row in self._at.rows(
                "SELECT * FROM alerts WHERE lead = id AND change_id IS NOT NULL "
                "AND created_at >= ? ORDER BY sequence",
                (utc(since),),
            )
        ]

    def newest_of(self, type_: str) -> Alert | None:
        """The newest alert of a type ("monitor.baseline", "monitor.digest"), or None."""
        row = self._at.one(
            "SELECT * FROM alerts WHERE type = ? ORDER BY sequence DESC LIMIT 1", (type_,)
        )
        return None if row is None else _alert(row)

    def count_of(self, type_: str, since: datetime) -> int:
        """How many alerts of a type were made after a time."""
        return int(
            self._at.scalar(
                "SELECT count(*) FROM alerts WHERE type = ? AND created_at > ?", (type_, utc(since))
            )
        )

    def deliveries(self, alert_id: str) -> list[Delivery]:
        """Where an alert is on its way, or was."""
        return [
            _delivery(row)
            for row in self._at.rows(
                f"{_DELIVERY} WHERE d.alert_id = ? ORDER BY d.destination", (alert_id,)
            )
        ]

    def messages_since(self, time: datetime, watch: str = "default") -> list[datetime]:
        """When messages that a watch asked for were made after a time: volume limits go by them."""
        return [
            to_time(row["created_at"])
            for row in self._at.rows(
                "SELECT created_at, watches FROM alerts WHERE created_at > ? AND lead = id "
                "AND change_id IS NOT NULL AND type NOT LIKE 'alert.%' ORDER BY created_at",
                (utc(time),),
            )
            if watch in strings(row["watches"])
        ]

    def about_changes_since(self, time: datetime) -> list[Alert]:
        """Every alert of a change made after a time, oldest first; none that follows another."""
        return [
            _alert(row)
            for row in self._at.rows(
                "SELECT * FROM alerts WHERE created_at > ? AND change_id IS NOT NULL "
                "AND supersedes IS NULL ORDER BY created_at, sequence",
                (utc(time),),
            )
        ]

    def newest_of_thread(self, thread: str) -> Alert | None:
        """The newest alert of a change of a thread that stands by itself, or None."""
        row = self._at.one(
            "SELECT * FROM alerts WHERE thread = ? AND supersedes IS NULL "
            "ORDER BY sequence DESC LIMIT 1",
            (thread,),
        )
        return None if row is None else _alert(row)

    def of_change(self, change: str) -> Alert | None:
        """The alert that a change made, or None."""
        row = self._at.one(
            "SELECT * FROM alerts WHERE change_id = ? AND supersedes IS NULL "
            "ORDER BY sequence LIMIT 1",
            (change,),
        )
        return None if row is None else _alert(row)

    def resting_on(self, claim: str) -> Alert | None:
        """The alert whose news is a claim (figure or position), or None."""
        row = self._at.one(
            "SELECT a.* FROM changes c JOIN alerts a ON a.change_id = c.id "
            "WHERE (c.figure = :claim OR c.position = :claim) AND a.supersedes IS NULL "
            "ORDER BY a.sequence DESC LIMIT 1",
            {"claim": claim},
        )
        return None if row is None else _alert(row)

    def following(self, alert_id: str) -> list[Alert]:
        """What updated, corrected or withdrew an alert, in order."""
        found = self._at.rows(
            "SELECT * FROM alerts WHERE supersedes = ? ORDER BY sequence", (alert_id,)
        )
        return [_alert(row) for row in found]

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
    support = alert.payload.get("support") or {}
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
        "supersedes": alert.supersedes,
        "thread": alert.thread,
        "authorities": support.get("authorities", 0),
        "origins": support.get("independent_origins", 0),
        "reports": support.get("reports", 0),
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
        supersedes=row["supersedes"],
        thread=row["thread"],
    )


def _delivery(row: Row, *, overtakes: str | None = None) -> Delivery:
    return Delivery(
        id=row["id"],
        alert=row["alert_id"],
        destination=row["destination"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        due_at=to_time(row["due_at"]),
        payload=json.loads(row["payload"]),
        overtakes=overtakes,
    )
