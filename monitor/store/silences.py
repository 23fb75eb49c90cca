"""Threads that somebody has put aside, and how each silence ended."""

from __future__ import annotations

from datetime import datetime

from monitor.outbox import Silence
from monitor.store.connection import Connection, Row
from monitor.store.rows import to_time, to_time_or_none, utc, utc_or_none


class Silences:
    """What is snoozed or acknowledged."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def file(self, silence: Silence) -> int:
        """Put a thread aside and return the silence's id. It takes the place of an older one."""
        with self._at.transaction():
            self._end_all(silence.thread, "another took its place", silence.made)
            return self._at.insert(
                "silences",
                {
                    "thread": silence.thread,
                    "made_at": utc(silence.made),
                    "until_at": utc_or_none(silence.until),
                    "low": silence.low,
                    "high": silence.high,
                    "sign": silence.sign,
                    "made_by": silence.by,
                    "note": silence.note,
                },
            )

    def end(self, silence: Silence, why: str, at: datetime) -> None:
        """Say how a silence ended."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE silences SET ended_at = ?, ending = ? WHERE id = ?",
                (utc(at), why, silence.id),
            )

    def take_back(self, thread: str, at: datetime) -> int:
        """End the silence of a thread by hand; counts what ended."""
        with self._at.transaction():
            return self._end_all(thread, "taken back", at)

    def of(self, thread: str) -> Silence | None:
        """The silence that a thread lies under, if it does."""
        row = self._at.one(
            "SELECT * FROM silences WHERE thread = ? AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
            (thread,),
        )
        return None if row is None else _silence(row)

    def all(self) -> list[Silence]:
        """Every silence that lasts, the newest first."""
        rows = self._at.rows("SELECT * FROM silences WHERE ended_at IS NULL ORDER BY id DESC")
        return [_silence(row) for row in rows]

    def _end_all(self, thread: str, why: str, at: datetime) -> int:
        return self._at.execute(
            "UPDATE silences SET ended_at = ?, ending = ? WHERE thread = ? AND ended_at IS NULL",
            (utc(at), why, thread),
        )


def _silence(row: Row) -> Silence:
    return Silence(
        id=row["id"],
        thread=row["thread"],
        made=to_time(row["made_at"]),
        until=to_time_or_none(row["until_at"]),
        low=row["low"],
        high=row["high"],
        sign=row["sign"],
        by=row["made_by"],
        note=row["note"],
    )
