"""What readers put right in threads: rules that hold for the same words in later revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.claims import FiledFigure, FiledPosition, content_id
from monitor.store.claims import Claims
from monitor.store.connection import Connection
from monitor.store.rows import to_time, utc

REJECT, SPLIT, RENAME = "reject", "split", "rename"


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing put right. ``claim`` or ``thread`` is what it is about; ``reader``: who did it."""

    kind: str  # reject, split, rename
    reader: str
    note: str
    at: datetime
    claim: str | None = None
    thread: str | None = None
    label: str = ""


class Corrections:
    """Rejects claims, splits them off into a thread of their own, renames threads."""

    def __init__(self, connection: Connection, claims: Claims) -> None:
        self._at = connection
        self._claims = claims

    # ------------------------------------------------------------ what holds from now on

    def rejected(self, claim: FiledFigure | FiledPosition) -> bool:
        """Whether a reader rejected these words in this article, in whichever revision."""
        return bool(
            self._at.scalar(
                "SELECT 1 FROM corrections WHERE kind = 'reject' AND words = ?", (_words(claim),)
            )
        )

    def rejection(self, claim: FiledFigure | FiledPosition) -> Correction | None:
        """The newest rejection of these words in this article, or None."""
        row = self._at.one(
            "SELECT * FROM corrections WHERE kind = 'reject' AND words = ? "
            "ORDER BY id DESC LIMIT 1",
            (_words(claim),),
        )
        if row is None:
            return None
        made = to_time(row["corrected_at"])
        return Correction(REJECT, row["reader"], row["note"], made, claim=row["claim"])

    # ------------------------------------------------------------ filing

    def reject(self, correction: Correction) -> list[str]:
        """Take a claim out of its thread for good; returns the ids of the alerts that rest on it.

        Raises `KeyError` when there is no such claim.
        """
        claim = self._claims.get(correction.claim or "")
        with self._at.transaction():
            self._file(correction, words=_words(claim))
            thread = self._unlink(claim, None, f"rejected by {correction.reader}")
            if thread is not None:
                self._recount(_kind(claim), thread)
        return self._alerts_on(claim)

    def split(self, correction: Correction, thread: str) -> list[str]:
        """Move a claim into the thread ``thread``, which is on file; returns as `reject`."""
        claim = self._claims.get(correction.claim or "")
        with self._at.transaction():
            self._file(correction, words=_words(claim))
            left = self._unlink(claim, thread, f"split off by {correction.reader}")
            for moved in filter(None, (left, thread)):
                self._recount(_kind(claim), moved)
        return self._alerts_on(claim)

    def rename(self, correction: Correction) -> None:
        """Give a thread a name that later reports leave as it is. Raises `KeyError`."""
        with self._at.transaction():
            renamed = sum(
                self._at.execute(
                    f"UPDATE {table} SET label = ?, renamed = 1 WHERE id = ?",
                    (correction.label, correction.thread),
                )
                for table in ("figure_threads", "position_threads")
            )
            if not renamed:
                raise KeyError(correction.thread)
            self._file(correction, words="")

    def _file(self, correction: Correction, words: str) -> None:
        self._at.insert(
            "corrections",
            {
                "kind": correction.kind,
                "claim": correction.claim,
                "thread": correction.thread,
                "label": correction.label,
                "words": words,
                "reader": correction.reader,
                "note": correction.note,
                "corrected_at": utc(correction.at),
            },
        )

    def _unlink(
        self, claim: FiledFigure | FiledPosition, thread: str | None, reason: str
    ) -> str | None:
        """Link a claim to another thread or none; returns the thread that it was in."""
        table = f"{_kind(claim)}s"
        left = self._at.scalar(f"SELECT thread_id FROM {table} WHERE id = ?", (claim.id,))
        self._at.execute(
            f"UPDATE {table} SET thread_id = ?, thread_reason = ? WHERE id = ?",
            (thread, reason, claim.id),
        )
        return None if left is None else str(left)

    def _recount(self, kind: str, thread: str) -> None:
        """A thread's counts and its last pushed claim, as its claims are now."""
        self._at.execute(
            f"UPDATE {kind}_threads SET "
            f"{kind}s = (SELECT count(*) FROM {kind}s WHERE thread_id = :thread), "
            f"reports = (SELECT count(DISTINCT article_id) FROM {kind}s "
            "WHERE thread_id = :thread), "
            f"moved_sequence = coalesce((SELECT max(sequence) FROM {kind}s "
            "WHERE thread_id = :thread), moved_sequence), "
            f"pushed_{kind} = (SELECT n.id FROM {kind}s n JOIN changes c ON c.{kind} = n.id "
            "WHERE n.thread_id = :thread AND c.tier = 'push' ORDER BY c.sequence DESC LIMIT 1), "
            "pushed_at = CASE WHEN EXISTS (SELECT 1 "
            f"FROM {kind}s n JOIN changes c ON c.{kind} = n.id "
            "WHERE n.thread_id = :thread AND c.tier = 'push') THEN pushed_at END "
            "WHERE id = :thread",
            {"thread": thread},
        )

    def _alerts_on(self, claim: FiledFigure | FiledPosition) -> list[str]:
        """Alerts that told a change to this claim, or measured one against it."""
        kind = _kind(claim)
        return [
            row["id"]
            for row in self._at.rows(
                f"SELECT a.id FROM alerts a JOIN changes c ON c.id = a.change_id "
                f"WHERE c.{kind} = :claim OR c.{kind}_before = :claim ORDER BY a.sequence",
                {"claim": claim.id},
            )
        ]


def _kind(claim: FiledFigure | FiledPosition) -> str:
    return "figure" if isinstance(claim, FiledFigure) else "position"


def _words(claim: FiledFigure | FiledPosition) -> str:
    """What is told of the same words in the same article, whichever revision has them."""
    if isinstance(claim, FiledFigure):
        said = (claim.figure.quantity.as_written, claim.figure.measure, claim.figure.counted)
    else:
        position = claim.position
        said = (position.holder.name, position.proposition.key, str(position.stance))
    return content_id("cor", claim.url, claim.sentence, *said)
