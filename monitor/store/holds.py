"""Changes whose message waits: for a time, or for something to be reported before it."""

from __future__ import annotations

from datetime import datetime

from monitor.claims import content_id
from monitor.outbox import Awaited, Hold, Wait
from monitor.store.connection import Connection, Row
from monitor.store.rows import to_time, to_time_or_none, utc, utc_or_none


class Holds:
    """What waits, what it waits for, and how that ended."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def file(self, hold: Hold) -> None:
        """Let a change wait. One that is on file stays as it is, also when it is over."""
        with self._at.transaction():
            self._at.execute(
                "INSERT INTO holds VALUES (:id, :sequence, :change, :thread, :watch, "
                ":destination, :awaited, :worth, :since, :due, :ended, :outcome) "
                "ON CONFLICT DO NOTHING",
                {
                    "id": _id(hold),
                    "sequence": self._at.next_sequence("holds"),
                    "change": hold.change,
                    "thread": hold.thread,
                    "watch": hold.watch,
                    "destination": hold.destination,
                    "awaited": hold.wait.awaited,
                    "worth": hold.wait.worth,
                    "since": utc(hold.wait.since),
                    "due": utc(hold.wait.due),
                    "ended": utc_or_none(hold.ended),
                    "outcome": hold.outcome,
                },
            )

    def end(self, hold: Hold, outcome: str, at: datetime) -> None:
        """Say how a wait ended."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE holds SET ended_at = ?, outcome = ? WHERE id = ?",
                (utc(at), outcome, _id(hold)),
            )

    def next_due(self, now: datetime) -> Hold | None:
        """The wait that is over first, or None when none is over by ``now``."""
        row = self._at.one(
            "SELECT * FROM holds WHERE ended_at IS NULL AND due_at <= ? "
            "ORDER BY due_at, sequence LIMIT 1",
            (utc(now),),
        )
        return None if row is None else _hold(row)

    def due(self, now: datetime, limit: int = 100) -> list[Hold]:
        """The waits that are over by ``now``, the longest due first."""
        return [
            _hold(row)
            for row in self._at.rows(
                "SELECT * FROM holds WHERE ended_at IS NULL AND due_at <= ? "
                "ORDER BY due_at, sequence LIMIT ?",
                (utc(now), limit),
            )
        ]

    def waiting(self, thread: str) -> list[Hold]:
        """What waits in one thread, in order of filing."""
        return [
            _hold(row)
            for row in self._at.rows(
                "SELECT * FROM holds WHERE thread = ? AND ended_at IS NULL ORDER BY sequence",
                (thread,),
            )
        ]

    def of_destination(self, destination: str) -> list[Hold]:
        """What waits for one destination, in order of filing."""
        return [
            _hold(row)
            for row in self._at.rows(
                "SELECT * FROM holds WHERE destination = ? AND ended_at IS NULL ORDER BY sequence",
                (destination,),
            )
        ]

    def of_change(self, change: str) -> list[Hold]:
        """Every wait of one change, also those that are over."""
        return [
            _hold(row)
            for row in self._at.rows(
                "SELECT * FROM holds WHERE change_id = ? ORDER BY sequence", (change,)
            )
        ]


def _id(hold: Hold) -> str:
    return content_id("hld", hold.change, hold.wait.awaited, hold.watch, hold.destination)


def _hold(row: Row) -> Hold:
    return Hold(
        change=row["change_id"],
        thread=row["thread"],
        wait=Wait(
            awaited=Awaited(row["awaited"]),
            worth=row["worth"],
            since=to_time(row["since_at"]),
            due=to_time(row["due_at"]),
        ),
        watch=row["watch"],
        destination=row["destination"],
        ended=to_time_or_none(row["ended_at"]),
        outcome=row["outcome"],
    )
