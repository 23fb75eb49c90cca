"""Positions about figures: who disputes a series, or vouches for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.claims import Dispute, DisputeKind
from monitor.store.claims import POSITION, to_position
from monitor.store.connection import Connection
from monitor.store.rows import utc


class Disputes:
    """What was said of counts by those who did not make them."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def file(self, disputes: Iterable[Dispute], now: datetime) -> None:
        """File what positions say of figures; both are on file. What is on file stays as it is."""
        with self._at.transaction():
            for dispute in disputes:
                self._at.execute(
                    "INSERT INTO disputes VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (dispute.position.id, dispute.thread, dispute.kind, utc(now)),
                )

    def of_thread(self, thread_id: str) -> list[Dispute]:
        """The newest word of each holder on a figure's thread, the newest first."""
        rows = self._at.rows(
            f"{POSITION.replace('SELECT p.*', 'SELECT d.kind AS dispute, p.*')} "
            "JOIN disputes d ON d.position = p.id WHERE d.figure_thread = ? "
            "ORDER BY p.sequence DESC LIMIT 50",
            (thread_id,),
        )
        found: dict[str, Dispute] = {}
        for row in rows:
            position = to_position(row)
            dispute = Dispute(DisputeKind(row["dispute"]), thread_id, position)
            found.setdefault(position.position.holder.name, dispute)
        return list(found.values())
