"""What each watch was last told of a thread: its thresholds are measured from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.rows import to_time, utc


@dataclass(frozen=True, slots=True)
class LastTold:
    """The claim, when it was told, and whether it lay above (1) or below (-1) the one before."""

    claim: str
    at: datetime
    direction: int


class Told:
    """The last word to each watch with rules of its own."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def last(self, watch: str, thread: str) -> LastTold | None:
        """What a watch was last told of a thread."""
        row = self._at.one(
            "SELECT * FROM told WHERE watch = ? AND thread = ?",
            (watch, thread),
        )
        if row is None:
            return None
        return LastTold(row["claim"], to_time(row["told_at"]), row["direction"])

    def tell(self, watch: str, thread: str, claim: str, direction: int, at: datetime) -> None:
        """Remember what a watch is told now."""
        with self._at.transaction():
            self._at.execute(
                "INSERT INTO told VALUES (?, ?, ?, ?, ?) ON CONFLICT (watch, thread) DO UPDATE "
                "SET claim = excluded.claim, direction = excluded.direction, "
                "told_at = excluded.told_at",
                (watch, thread, claim, direction, utc(at)),
            )
