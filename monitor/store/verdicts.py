"""What readers said of alerts, and what that says of watches, feeds and rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.outbox import Verdict
from monitor.store.changes import in_general
from monitor.store.connection import Connection
from monitor.store.rows import to_time, utc


@dataclass(frozen=True, slots=True)
class Judged:
    """One reader's verdict on one alert."""

    alert: str
    verdict: Verdict
    reader: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of the judged alerts of one watch, feed or rule were right.

    ``percent_right`` is None below 20 verdicts: too few to say anything.
    """

    kind: str  # watch, feed, rule
    name: str
    judged: int
    right: int
    percent_right: int | None


class Verdicts:
    """Verdicts, the newest word of each reader on each alert."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def file(self, judged: Judged) -> None:
        """File a verdict in place of an earlier one of the same reader.

        Raises `KeyError` when there is no such alert.
        """
        with self._at.transaction():
            row = self._at.one(
                "SELECT a.type, c.tier_reason FROM alerts a LEFT JOIN changes c "
                "ON c.id = a.change_id WHERE a.id = ?",
                (judged.alert,),
            )
            if row is None:
                raise KeyError(judged.alert)
            reason = in_general(row["tier_reason"] or "")
            self._at.execute(
                "INSERT INTO verdicts (alert_id, verdict, reader, note, rule, judged_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (alert_id, reader) DO UPDATE SET "
                "verdict = excluded.verdict, note = excluded.note, judged_at = excluded.judged_at",
                (
                    judged.alert,
                    judged.verdict,
                    judged.reader,
                    judged.note,
                    f"{row['type']}: {reason}" if reason else row["type"],
                    utc(judged.at),
                ),
            )

    def of(self, alert_id: str) -> list[Judged]:
        """What was said of one alert, the newest word first."""
        return [
            Judged(
                alert=row["alert_id"],
                verdict=Verdict(row["verdict"]),
                reader=row["reader"],
                note=row["note"],
                at=to_time(row["judged_at"]),
            )
            for row in self._at.rows(
                "SELECT * FROM verdicts WHERE alert_id = ? ORDER BY judged_at DESC, id DESC",
                (alert_id,),
            )
        ]

    def precision(self) -> list[Precision]:
        """Each watch, feed and rule whose alerts were judged, the most judged first."""
        return [
            Precision(
                row["group_kind"], row["name"], row["judged"], row["right"], row["percent_right"]
            )
            for row in self._at.rows("SELECT * FROM alert_precision")
        ]
