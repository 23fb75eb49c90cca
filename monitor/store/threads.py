"""Threads: what tracking asks of the store, and how a thread moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from monitor.claims import (
    FigureThread,
    FiledFigure,
    FiledPosition,
    Followed,
    Life,
    PositionThread,
    Proposition,
)
from monitor.errors import InputError
from monitor.store.claims import Claims
from monitor.store.connection import Connection, Row
from monitor.store.rows import dump, strings, to_time_or_none, utc, utc_or_none

Claim = TypeVar("Claim", FiledFigure, FiledPosition)
Kept = TypeVar("Kept")
Thread = TypeVar("Thread", FigureThread, PositionThread)

NEWEST_CLAIMS = 200
"""How much of a thread's history tracking sees."""

NEWEST_THREADS = 300
"""How many threads under one key tracking sees, the most recently moved ones."""

_REMEMBERED = 20_000
"""How many objects of one kind are kept."""


class StoredThreads:
    """Threads with their newest claims; implements `monitor.claims.Threads`."""

    def __init__(self, connection: Connection, claims: Claims) -> None:
        self._at = connection
        self._claims = claims
        self._kept = _Memory(connection.rolled_back)

    # ------------------------------------------------------------ what tracking asks

    def figure_threads(self, key: str) -> Sequence[FigureThread]:
        """Figure threads under one blocking key, most recently moved first."""
        rows = self._moved_last("figure_threads", "key", key)
        return _with_claims(self._figure_thread(row) for row in rows)

    def position_threads(self, holder: str) -> Sequence[PositionThread]:
        """Threads of one holder, most recently moved first."""
        rows = self._moved_last("position_threads", "holder", holder)
        return _with_claims(self._position_thread(row) for row in rows)

    def threads_on(self, proposition: str) -> Sequence[PositionThread]:
        """Threads of every holder on one proposition key, most recently moved first."""
        rows = self._moved_last("position_threads", "proposition", proposition)
        return _with_claims(self._position_thread(row) for row in rows)

    def _moved_last(self, table: str, column: str, value: str) -> list[Row]:
        """Threads by a column, each once; in place of a merged one the thread it is part of."""
        rows = self._at.rows(
            f"SELECT u.* FROM {table} t LEFT JOIN thread_redirects r ON r.thread = t.id "
            f"JOIN {table} u ON u.id = coalesce(r.into_thread, t.id) "
            f"WHERE t.{column} = ? ORDER BY t.moved_sequence DESC LIMIT ?",
            (value, NEWEST_THREADS),
        )
        return list({row["id"]: row for row in rows}.values())

    # ------------------------------------------------------------ one thread

    def get(self, thread_id: str) -> FigureThread | PositionThread:
        """One thread of either kind by its id, or the one that it was merged into.

        Raises KeyError.
        """
        thread_id = self.redirected(thread_id)
        row = self._at.one("SELECT * FROM figure_threads WHERE id = ?", (thread_id,))
        if row is not None:
            return self._figure_thread(row)
        row = self._at.one("SELECT * FROM position_threads WHERE id = ?", (thread_id,))
        if row is None:
            raise KeyError(thread_id)
        return self._position_thread(row)

    def redirected(self, thread_id: str) -> str:
        """The thread that one was merged into, else the thread itself."""
        found = self._at.scalar(
            "SELECT into_thread FROM thread_redirects WHERE thread = ?", (thread_id,)
        )
        return thread_id if found is None else str(found)

    # ------------------------------------------------------------ merging

    def merge(self, thread_id: str, *, into: str, reason: str, by: str, now: datetime) -> str:
        """Make one thread of two: its claims are followed in the other, its id leads there.

        The id is never given again, and changes stay steps of the thread that they were found in.
        ``by``: "monitor", or whoever asked. Returns the id of the thread that both are now. Raises
        `InputError` for threads that aren't on file or can't be one.
        """
        source, target = self.redirected(thread_id), self.redirected(into)
        table, claims = self._kind_of(source, named=thread_id)
        if self._kind_of(target, named=into)[0] != table:
            raise InputError("a series of figures and a stand on something can't be one thread")
        if source == target:
            raise InputError(f"{thread_id} and {into} are one thread already")
        moved = [
            row["id"]
            for row in self._at.rows(
                f"SELECT id FROM {claims} WHERE thread_id = ? ORDER BY sequence", (source,)
            )
        ]
        with self._at.transaction():
            self._redirect(source, target, moved, reason, by, now)
            self._at.execute(
                f"UPDATE {claims} SET thread_id = ? WHERE thread_id = ?", (target, source)
            )
            self._add_up(table, claims, source, target)
            self._at.execute(
                "UPDATE OR IGNORE disputes SET figure_thread = ? WHERE figure_thread = ?",
                (target, source),
            )
            for what in ("holds", "silences", "alerts", "deliveries"):
                self._at.execute(f"UPDATE {what} SET thread = ? WHERE thread = ?", (target, source))
            self._at.execute(
                "UPDATE OR IGNORE told SET thread = ? WHERE thread = ?", (target, source)
            )
            if table == "figure_threads":
                self._at.execute(
                    "UPDATE figure_threads SET life = 'closed', fades_at = NULL WHERE id = ?",
                    (source,),
                )
                self._at.execute(
                    "UPDATE figure_threads SET life = 'active', fades_at = ? "
                    "WHERE id = ? AND reports > 1",
                    (utc(now), target),
                )
        return target

    def _kind_of(self, thread_id: str, *, named: str) -> tuple[str, str]:
        """The table of a thread, and that of its claims."""
        for table, claims in (("figure_threads", "figures"), ("position_threads", "positions")):
            if self._at.scalar(f"SELECT 1 FROM {table} WHERE id = ?", (thread_id,)):
                return table, claims
        raise InputError(f"there is no thread {named!r}; figure_threads and position_threads do")

    def _redirect(
        self, source: str, target: str, moved: list[str], reason: str, by: str, now: datetime
    ) -> None:
        self._at.execute(
            "UPDATE thread_redirects SET into_thread = ? WHERE into_thread = ?", (target, source)
        )
        self._at.insert(
            "thread_redirects",
            {
                "thread": source,
                "into_thread": target,
                "claims": dump(moved),
                "reason": reason,
                "merged_by": by,
                "merged_at": utc(now),
            },
        )

    def _add_up(self, table: str, claims: str, source: str, target: str) -> None:
        """Let a thread's row tell of the claims of both, and leave none to the other."""
        pushed = "pushed_figure" if claims == "figures" else "pushed_position"
        self._at.execute(
            f"UPDATE {table} SET "
            f"{claims} = (SELECT count(*) FROM {claims} WHERE thread_id = :into), "
            f"reports = (SELECT count(DISTINCT article_id) FROM {claims} WHERE thread_id = :into), "
            "opened_at = min(opened_at, (SELECT opened_at FROM "
            f"{table} WHERE id = :from)), opened_sequence = min(opened_sequence, "
            f"(SELECT opened_sequence FROM {table} WHERE id = :from)), "
            f"moved_at = max(moved_at, (SELECT moved_at FROM {table} WHERE id = :from)), "
            "moved_sequence = max(moved_sequence, "
            f"(SELECT moved_sequence FROM {table} WHERE id = :from)) WHERE id = :into",
            {"into": target, "from": source},
        )
        self._at.execute(
            f"UPDATE {table} SET ({pushed}, pushed_at) = "
            f"(SELECT {pushed}, pushed_at FROM {table} WHERE id = :from) WHERE id = :into "
            f"AND coalesce((SELECT pushed_at FROM {table} WHERE id = :from), '') "
            "> coalesce(pushed_at, '')",
            {"into": target, "from": source},
        )
        self._at.execute(f"UPDATE {table} SET {claims} = 0, reports = 0 WHERE id = ?", (source,))

    # ------------------------------------------------------------ filing

    def move(self, followed: Followed, now: datetime) -> None:
        """Open or move the thread that a claim was linked to, before the claim itself is filed."""
        if isinstance(followed.thread, FigureThread):
            self._move_figure_thread(followed.thread, followed.claim, now)
        elif isinstance(followed.thread, PositionThread):
            self._claims.file_proposition(followed.thread.proposition)
            self._move_position_thread(followed.thread, followed.claim, now)

    def _move_figure_thread(
        self, thread: FigureThread, claim: FiledFigure | FiledPosition, now: datetime
    ) -> None:
        self._at.execute(
            "INSERT INTO figure_threads (id, label, key, figures, reports, opened_at, "
            "opened_sequence, moved_at, moved_sequence) VALUES "
            "(:id, :label, :key, 0, 0, :now, :sequence, :now, :sequence) ON CONFLICT DO NOTHING",
            {
                "id": thread.id,
                "label": thread.label,
                "key": thread.key,
                "now": utc(now),
                "sequence": claim.sequence,
            },
        )
        self._at.execute(
            "UPDATE figure_threads SET label = iif(renamed, label, :label), "
            "figures = figures + 1, "
            "reports = reports + NOT EXISTS (SELECT 1 FROM figures "
            "WHERE thread_id = :id AND article_id = :article), "
            "moved_at = :now, moved_sequence = max(moved_sequence, :sequence) WHERE id = :id",
            {
                "id": thread.id,
                "label": thread.label,
                "article": claim.article_id,
                "now": utc(now),
                "sequence": claim.sequence,
            },
        )

    def _move_position_thread(
        self, thread: PositionThread, claim: FiledFigure | FiledPosition, now: datetime
    ) -> None:
        self._at.execute(
            "INSERT INTO position_threads (id, label, holder, proposition, proposition_label, "
            "proposition_terms, positions, reports, opened_at, opened_sequence, moved_at, "
            "moved_sequence) VALUES (:id, :label, :holder, :proposition, :words, :terms, 0, 0, "
            ":now, :sequence, :now, :sequence) ON CONFLICT DO NOTHING",
            {
                "id": thread.id,
                "label": thread.label,
                "holder": thread.key,
                "proposition": thread.proposition.key,
                "words": thread.proposition.label,
                "terms": dump(thread.proposition.terms),
                "now": utc(now),
                "sequence": claim.sequence,
            },
        )
        self._at.execute(
            "UPDATE position_threads SET label = iif(renamed, label, :label), "
            "positions = positions + 1, "
            "reports = reports + NOT EXISTS (SELECT 1 FROM positions "
            "WHERE thread_id = :id AND article_id = :article), "
            "moved_at = :now, moved_sequence = max(moved_sequence, :sequence) WHERE id = :id",
            {
                "id": thread.id,
                "label": thread.label,
                "article": claim.article_id,
                "now": utc(now),
                "sequence": claim.sequence,
            },
        )

    def mark_pushed(self, claim: FiledFigure | FiledPosition, thread_id: str, at: datetime) -> None:
        """Remember the claim last pushed: later moves are measured from it."""
        if isinstance(claim, FiledFigure):
            sql = "UPDATE figure_threads SET pushed_figure = ?, pushed_at = ? WHERE id = ?"
        else:
            sql = "UPDATE position_threads SET pushed_position = ?, pushed_at = ? WHERE id = ?"
        with self._at.transaction():
            self._at.execute(sql, (claim.id, utc(at), thread_id))

    def set_life(self, thread_id: str, life: Life, fades_at: datetime | None) -> None:
        """File where a figure's thread is in its life, and when that changes by itself."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE figure_threads SET life = ?, fades_at = ? WHERE id = ?",
                (life, utc_or_none(fades_at), thread_id),
            )

    def fading(self, now: datetime, limit: int = 500) -> list[FigureThread]:
        """Figure threads whose life has to be looked at by ``now``."""
        rows = self._at.rows(
            "SELECT * FROM figure_threads WHERE fades_at <= ? AND figures > 0 "
            "ORDER BY fades_at LIMIT ?",
            (utc(now), limit),
        )
        return [self._figure_thread(row) for row in rows]

    # ------------------------------------------------------------ building

    def _figure_thread(self, row: Row) -> FigureThread:
        known = self._memory.figure_threads.get(row["id"])
        if known is not None and known[0] == tuple(row):
            return known[1]
        pushed = row["pushed_figure"]
        thread = FigureThread(
            id=row["id"],
            key=row["key"],
            label=row["label"],
            history=self._history("figures", row["id"], self._figure),
            pushed=self._figure(pushed) if pushed else None,
            pushed_at=to_time_or_none(row["pushed_at"]),
        )
        _keep(self._memory.figure_threads, thread.id, (tuple(row), thread))
        return thread

    def _position_thread(self, row: Row) -> PositionThread:
        known = self._memory.position_threads.get(row["id"])
        if known is not None and known[0] == tuple(row):
            return known[1]
        pushed = row["pushed_position"]
        thread = PositionThread(
            id=row["id"],
            key=row["holder"],
            label=row["label"],
            proposition=Proposition(
                row["proposition"], row["proposition_label"], strings(row["proposition_terms"])
            ),
            history=self._history("positions", row["id"], self._position),
            pushed=self._position(pushed) if pushed else None,
            pushed_at=to_time_or_none(row["pushed_at"]),
        )
        _keep(self._memory.position_threads, thread.id, (tuple(row), thread))
        return thread

    def _history(
        self, table: str, thread_id: str, build: Callable[[str], Claim]
    ) -> tuple[Claim, ...]:
        """A thread's newest claims, oldest first."""
        newest = self._at.rows(
            f"SELECT id FROM {table} WHERE thread_id = ? ORDER BY sequence DESC LIMIT ?",
            (thread_id, NEWEST_CLAIMS),
        )
        return tuple(build(row["id"]) for row in reversed(newest))

    def _figure(self, figure_id: str) -> FiledFigure:
        claim = self._memory.figures.get(figure_id)
        return claim or _keep(self._memory.figures, figure_id, self._claims.figure(figure_id))

    def _position(self, position_id: str) -> FiledPosition:
        claim = self._memory.positions.get(position_id)
        return claim or _keep(
            self._memory.positions, position_id, self._claims.position(position_id)
        )

    @property
    def _memory(self) -> _Memory:
        """What was read before, unless that was inside a transaction that failed."""
        if self._kept.rolled_back != self._at.rolled_back:
            self._kept = _Memory(self._at.rolled_back)
        return self._kept


def _with_claims(threads: Iterable[Thread]) -> list[Thread]:
    """Those with a claim: readers may have taken a thread's only one away."""
    return [thread for thread in threads if thread.history]


@dataclass
class _Memory:
    """Claims and threads as objects, which saves building them again.

    Claims are never altered, and a thread's row changes with every claim that joins it.
    """

    rolled_back: int
    figures: dict[str, FiledFigure] = field(default_factory=dict)
    positions: dict[str, FiledPosition] = field(default_factory=dict)
    figure_threads: dict[str, tuple[tuple[object, ...], FigureThread]] = field(default_factory=dict)
    position_threads: dict[str, tuple[tuple[object, ...], PositionThread]] = field(
        default_factory=dict
    )


def _keep(memory: dict[str, Kept], id_: str, value: Kept) -> Kept:
    """Remember a value; a full memory starts anew."""
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[id_] = value
    return value
