"""Runs: each time something opened the store to write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.rows import to_time, utc


@dataclass(frozen=True, slots=True)
class Run:
    """One run."""

    id: int
    what: str
    version: str
    pid: int
    started: datetime
    note: str


class Runs:
    """The log of runs."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def start(self, what: str, version: str, pid: int, now: datetime) -> int:
        """File the start of a run and return its id."""
        with self._at.transaction():
            return self._at.insert(
                "runs",
                {"what": what, "version": version, "pid": pid, "started_at": utc(now)},
            )

    def end(self, run_id: int, now: datetime, note: str = "") -> None:
        """File the end of a run."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE runs SET ended_at = ?, note = ? WHERE id = ?", (utc(now), note, run_id)
            )

    def newest(self, limit: int = 5) -> list[Run]:
        """The newest runs, newest first."""
        return [
            Run(
                id=row["id"],
                what=row["what"],
                version=row["version"],
                pid=row["pid"],
                started=to_time(row["started_at"]),
                note=row["note"],
            )
            for row in self._at.rows("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (limit,))
        ]
