"""Requests: what commands and pages ask the daemon to do. They never write facts themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.store.connection import Connection
from monitor.store.rows import dump, to_time, utc


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked of the daemon."""

    id: int
    kind: str
    arguments: dict[str, Any]
    asked: datetime
    state: str = "waiting"  # waiting, done, failed
    result: str = ""


class Requests:
    """The queue from commands and pages to the daemon."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def ask(self, kind: str, arguments: dict[str, Any], now: datetime) -> int:
        """Add a request and return its id."""
        with self._at.transaction():
            return self._at.insert(
                "requests", {"kind": kind, "arguments": dump(arguments), "asked_at": utc(now)}
            )

    def waiting(self, limit: int = 50) -> list[Request]:
        """What nobody has carried out yet, oldest first."""
        found = self._at.rows(
            "SELECT id FROM requests WHERE state = 'waiting' ORDER BY id LIMIT ?", (limit,)
        )
        return [self.get(row["id"]) for row in found]

    def get(self, request_id: int) -> Request:
        """One request by its id."""
        row = self._at.one("SELECT * FROM requests WHERE id = ?", (request_id,))
        if row is None:
            raise KeyError(request_id)
        return Request(
            id=row["id"],
            kind=row["kind"],
            arguments=json.loads(row["arguments"]),
            asked=to_time(row["asked_at"]),
            state=row["state"],
            result=row["result"],
        )

    def finish(self, request_id: int, state: str, result: str, now: datetime) -> None:
        """Say how a request ended: ``done`` or ``failed``, and what to tell the asker."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE requests SET state = ?, result = ?, ended_at = ?, "
                "after_sequence = (SELECT max(sequence) FROM commits) WHERE id = ?",
                (state, result, utc(now), request_id),
            )
