"""What was decided about each claim of one report, and why: what ``monitor explain`` tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection, Row
from monitor.store.rows import to_time


@dataclass(frozen=True, slots=True)
class Candidate:
    """One claim of a report: where it was linked, what it changed, and what became of that.

    ``kind`` and what follows are empty for a claim that changed nothing. ``alert`` is the alert
    that tells the change, ``lead`` the message that carried it. ``not_sent`` are the reasons of
    suppressions, each with its watch; ``waits`` says what the change waited for and how that ended.
    """

    claim: str
    words: str  # "5,087", "refuse"
    thread: str  # its label; empty for a claim in none
    linked: str  # why it was linked there, or why in no thread
    kind: str = ""
    tier: str = ""
    tier_reason: str = ""
    explanation: str = ""
    details: tuple[tuple[str, str], ...] = ()
    confidence: float | None = None  # of the linking
    alert: str | None = None
    lead: str | None = None
    not_sent: tuple[tuple[str, str], ...] = ()
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Where a change comes from: its report, and the newest commit when it was decided on."""

    revision_id: int
    url: str
    outlet: str
    fetched: datetime
    commit: int


class Decisions:
    """Reads decisions with their reasons."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def where(self, change_id: str, decided: datetime) -> Where:
        """The report of a change. Raises `KeyError`."""
        row = self._at.one(
            "SELECT r.id, a.url, o.name, r.fetched_at, (SELECT max(sequence) FROM commits "
            "WHERE committed_at <= :decided) AS sequence FROM changes c "
            "JOIN revisions r ON r.id = c.revision_id JOIN articles a ON a.id = r.article_id "
            "JOIN outlets o ON o.id = a.outlet_id WHERE c.id = :change",
            {"change": change_id, "decided": decided.strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        if row is None:
            raise KeyError(change_id)
        return Where(
            row["id"], row["url"], row["name"], to_time(row["fetched_at"]), row["sequence"]
        )

    def candidates(self, revision_id: int) -> list[Candidate]:
        """Every claim of a report's text and every change that it brought, in order of filing."""
        return [self._candidate(row) for row in self._at.rows(_CANDIDATES, (revision_id,) * 4)]

    def _candidate(self, row: Row) -> Candidate:
        reasons = self._at.rows(
            "SELECT reason, watch FROM suppressions WHERE change_id = ? "
            "ORDER BY suppressed_at, rowid",
            (row["change_id"],),
        )
        return Candidate(
            claim=row["claim"],
            words=row["words"],
            thread=row["label"] or "",
            linked=row["linked"] or "",
            kind=row["kind"] or "",
            tier=row["tier"] or "",
            tier_reason=row["tier_reason"] or "",
            explanation=row["explanation"] or "",
            details=tuple((name, value) for name, value in json.loads(row["details"] or "[]")),
            confidence=row["confidence"],
            alert=row["alert"],
            lead=row["lead"],
            not_sent=tuple((each["watch"], each["reason"]) for each in reasons),
            waits=tuple(self._waits(row["change_id"])),
        )

    def _waits(self, change_id: str | None) -> Iterator[str]:
        for row in self._at.rows(
            "SELECT * FROM holds WHERE change_id = ? ORDER BY sequence", (change_id,)
        ):
            ended = f"{row['ended_at']}: {row['outcome']}" if row["ended_at"] else "still waits"
            yield f"{row['awaited'].replace('_', ' ')} until {row['due_at']}; {ended}"


_TOLD = (
    "c.id AS change_id, c.kind, c.tier, c.tier_reason, c.explanation, c.details, c.confidence, "
    "al.id AS alert, al.lead"
)

_CANDIDATES = f"""
SELECT 0 AS part, f.sequence AS place, f.id AS claim, f.as_written AS words, t.label,
  f.thread_reason AS linked, {_TOLD}
FROM figures f LEFT JOIN figure_threads t ON t.id = f.thread_id
LEFT JOIN changes c ON c.figure = f.id AND c.revision_id = f.revision_id
LEFT JOIN alerts al ON al.change_id = c.id
WHERE f.revision_id = ?
UNION ALL
SELECT 1, p.sequence, p.id, p.stance, t.label, p.thread_reason, {_TOLD}
FROM positions p LEFT JOIN position_threads t ON t.id = p.thread_id
LEFT JOIN changes c ON c.position = p.id AND c.revision_id = p.revision_id
LEFT JOIN alerts al ON al.change_id = c.id
WHERE p.revision_id = ?
UNION ALL
SELECT 2, c.sequence, f.id, f.as_written, t.label, f.thread_reason, {_TOLD}
FROM changes c JOIN figures f ON f.id = c.figure
LEFT JOIN figure_threads t ON t.id = f.thread_id
LEFT JOIN alerts al ON al.change_id = c.id
WHERE c.revision_id = ? AND f.revision_id <> c.revision_id
UNION ALL
SELECT 2, c.sequence, p.id, p.stance, t.label, p.thread_reason, {_TOLD}
FROM changes c JOIN positions p ON p.id = c.position
LEFT JOIN position_threads t ON t.id = p.thread_id
LEFT JOIN alerts al ON al.change_id = c.id
WHERE c.revision_id = ? AND p.revision_id <> c.revision_id
ORDER BY part, place
"""
