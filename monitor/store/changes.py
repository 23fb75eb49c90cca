"""Changes of threads, and what was not sent and why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.claims import (
    Change,
    ChangeKind,
    FiledFigure,
    FiledPosition,
    Support,
    Tier,
    content_id,
)
from monitor.store.claims import FIGURE, POSITION, to_figure, to_position
from monitor.store.connection import Connection, Row
from monitor.store.rows import dump, to_time, utc


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A change with both claims, as the digest, the exports and the pages read it."""

    change: Change
    claim: FiledFigure | FiledPosition
    before: FiledFigure | FiledPosition | None
    label: str  # of the thread; empty for an edit of a claim in no thread
    at: datetime
    sequence: int  # order of filing
    revision_id: int


_PARTICULAR = re.compile(r"\b(agrees with|confidence|as of|message was) .+?(?=, | is |$)")


def in_general(reason: str) -> str:
    """A reason as it is counted: its last clause, without the numbers of the one case.

    "crossed 500; in the digest: extraction confidence 0.80" is "extraction confidence …".
    """
    return _PARTICULAR.sub(r"\1 …", re.split(r"[;:] ", reason)[-1])


class Changes:
    """Changes and suppressions."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    # ------------------------------------------------------------ filing

    def file(
        self, change: Change, claim: FiledFigure | FiledPosition, revision_id: int, now: datetime
    ) -> None:
        """File a change whose claims and thread are on file. One that is on file stays as it is."""
        kind = "figure" if isinstance(claim, FiledFigure) else "position"
        support = change.support
        with self._at.transaction():
            if self._at.scalar("SELECT 1 FROM changes WHERE id = ?", (change.id,)):
                return
            self._at.insert(
                "changes",
                {
                    "id": change.id,
                    "sequence": self._at.next_sequence("changes"),
                    "kind": change.kind,
                    "tier": change.tier,
                    "tier_reason": change.tier_reason,
                    "explanation": change.explanation,
                    f"{kind}_thread": change.thread or None,
                    kind: change.claim,
                    f"{kind}_before": change.before,
                    "authorities": support.authorities,
                    "origins": support.origins,
                    "reports": support.reports,
                    "confidence": change.confidence,
                    "details": dump(change.details),
                    "changed_at": utc(now),
                    "revision_id": revision_id,
                },
            )

    def settle(self, change_id: str, tier: Tier, reason: str) -> None:
        """File the tier that a change has in the end, once it need not wait any longer."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE changes SET tier = ?, tier_reason = ? WHERE id = ?",
                (tier, reason, change_id),
            )

    def suppress(
        self,
        change: Change,
        revision_id: int,
        reason: str,
        now: datetime,
        *,
        watch: str = "default",
        tier: Tier | None = None,
    ) -> None:
        """File that a change was not sent, to whom, and why. ``tier``: if not the change's."""
        whose = () if watch == "default" else (watch,)
        with self._at.transaction():
            self._at.execute(
                "INSERT INTO suppressions (id, change_id, revision_id, tier, reason, in_general, "
                "suppressed_at, watch) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    content_id("sup", change.id, reason, *whose),
                    change.id,
                    revision_id,
                    tier or change.tier,
                    reason,
                    in_general(reason),
                    utc(now),
                    watch,
                ),
            )

    # ------------------------------------------------------------ reading

    def get(self, change_id: str) -> StoredChange:
        """One change by its id."""
        row = self._at.one(f"{_CHANGE} WHERE c.id = ?", (change_id,))
        if row is None:
            raise KeyError(change_id)
        return self._change(row)

    def all(self, *tiers: Tier) -> Iterator[StoredChange]:
        """Every change, or those of some tiers, in order of filing."""
        marks = ", ".join("?" * len(tiers))
        where = f"WHERE c.tier IN ({marks})" if tiers else ""
        for row in self._at.rows(f"{_CHANGE} {where} ORDER BY c.sequence", tiers):
            yield self._change(row)

    def after(self, sequence: int, limit: int = 200) -> list[StoredChange]:
        """Changes filed after the one with that sequence, oldest first."""
        return [
            self._change(row)
            for row in self._at.rows(
                f"{_CHANGE} WHERE c.sequence > ? ORDER BY c.sequence LIMIT ?", (sequence, limit)
            )
        ]

    def unsent(self, start: datetime, end: datetime) -> list[StoredChange]:
        """What no message told: changes for the digest, and pushed ones over the volume limits.

        A change that waited for its tier is of the time when its wait ended; one that still waits
        is not in it.
        """
        window = {"start": utc(start), "end": utc(end)}
        return [
            self._change(row)
            for row in self._at.rows(
                f"SELECT * FROM ({_CHANGE} WHERE c.changed_at >= :start AND c.changed_at < :end "
                f"AND {_UNTOLD} AND NOT EXISTS "
                f"(SELECT 1 FROM holds h WHERE h.change_id = c.id AND {_TIER_WAITS}) "
                f"UNION ALL {_CHANGE} JOIN holds h ON h.change_id = c.id WHERE {_TIER_WAITS} "
                f"AND h.ended_at >= :start AND h.ended_at < :end AND {_UNTOLD}) "
                "ORDER BY sequence",
                window,
            )
        ]

    def is_told(self, revision_id: int) -> bool:
        """Whether a message about one revision is on file: it names all that the report changed."""
        found = self._at.scalar(
            "SELECT 1 FROM changes c JOIN alerts a ON a.change_id = c.id "
            "WHERE c.revision_id = ? LIMIT 1",
            (revision_id,),
        )
        return found is not None

    def left_to_digest(self, watch: str, start: datetime, end: datetime) -> list[StoredChange]:
        """What a watch with rules of its own left to the digest in a stretch of time."""
        return [
            self._change(row)
            for row in self._at.rows(
                "SELECT c.*, coalesce(ft.label, pt.label) AS label FROM suppressions s "
                "JOIN changes c ON c.id = s.change_id "
                "LEFT JOIN figure_threads ft ON ft.id = c.figure_thread "
                "LEFT JOIN position_threads pt ON pt.id = c.position_thread "
                "WHERE s.watch = ? AND s.tier = 'digest' AND s.suppressed_at >= ? "
                "AND s.suppressed_at < ? ORDER BY c.sequence",
                (watch, utc(start), utc(end)),
            )
        ]

    def of_revision(self, revision_id: int) -> list[StoredChange]:
        """The changes that one revision made, in order of filing."""
        return [
            self._change(row)
            for row in self._at.rows(
                f"{_CHANGE} WHERE c.revision_id = ? ORDER BY c.sequence", (revision_id,)
            )
        ]

    def _change(self, row: Row) -> StoredChange:
        of_figure = row["figure"] is not None
        thread = row["figure_thread"] or row["position_thread"]
        claim_id = row["figure"] or row["position"]
        before_id = row["figure_before"] or row["position_before"]
        claim = self._claim(claim_id, of_figure)
        return StoredChange(
            change=Change(
                id=row["id"],
                kind=ChangeKind(row["kind"]),
                thread=thread or "",
                claim=claim_id,
                before=before_id,
                explanation=row["explanation"],
                support=Support(row["authorities"], row["origins"], row["reports"]),
                tier=Tier(row["tier"]),
                tier_reason=row["tier_reason"],
                confidence=row["confidence"],
                details=tuple((name, value) for name, value in json.loads(row["details"])),
            ),
            claim=claim,
            before=self._claim(before_id, of_figure) if before_id else None,
            label=row["label"] or "",
            sequence=row["sequence"],
            at=to_time(row["changed_at"]),
            revision_id=row["revision_id"],
        )

    def _claim(self, claim_id: str, is_figure: bool) -> FiledFigure | FiledPosition:
        if is_figure:
            row = self._at.one(f"{FIGURE} WHERE f.id = ?", (claim_id,))
        else:
            row = self._at.one(f"{POSITION} WHERE p.id = ?", (claim_id,))
        assert row is not None
        return to_figure(row) if is_figure else to_position(row)


_CHANGE = (
    "SELECT c.*, coalesce(ft.label, pt.label) AS label FROM changes c "
    "LEFT JOIN thread_redirects t ON t.thread = coalesce(c.figure_thread, c.position_thread) "
    "LEFT JOIN figure_threads ft ON ft.id = coalesce(t.into_thread, c.figure_thread) "
    "LEFT JOIN position_threads pt ON pt.id = coalesce(t.into_thread, c.position_thread)"
)

_UNTOLD = (
    "(c.tier = 'digest' "
    "OR c.tier = 'push' AND NOT EXISTS (SELECT 1 FROM alerts WHERE change_id = c.id))"
)

_TIER_WAITS = "h.awaited IN ('named_source', 'second_origin')"
