"""Lines that outlets repeat from article to article, and those that are left out for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.rows import utc


class Lines:
    """Which lines came in how many articles of an outlet. A line is kept in its normal form."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def count(
        self,
        outlet: str,
        article_id: int,
        lines: Iterable[str],
        now: datetime,
        learn: Iterable[str] = (),
        enough: int = 5,
    ) -> None:
        """Count the lines of one article, each once.

        Those of them in ``learn`` are furniture from their ``enough``-th article on.
        """
        learned = frozenset(learn)
        with self._at.transaction():
            outlet_id = self._at.scalar("SELECT id FROM outlets WHERE name = ?", (outlet,))
            for line in dict.fromkeys(lines):
                self._at.execute(
                    "INSERT INTO outlet_lines (outlet_id, line, articles, article_id, "
                    "last_seen_at) VALUES (:outlet, :line, 1, :article, :now) "
                    "ON CONFLICT (outlet_id, line) DO UPDATE SET "
                    "articles = articles + (article_id <> excluded.article_id), "
                    "article_id = excluded.article_id, last_seen_at = excluded.last_seen_at",
                    {
                        "outlet": outlet_id,
                        "line": line,
                        "article": article_id,
                        "now": utc(now),
                    },
                )
                if line in learned:
                    self._at.execute(
                        "UPDATE outlet_lines SET learned_at = ? WHERE outlet_id = ? AND line = ? "
                        "AND learned_at IS NULL AND articles >= ?",
                        (utc(now), outlet_id, line, enough),
                    )

    def learned(self, outlet: str) -> frozenset[str]:
        """The lines of an outlet that are left out of its articles."""
        found = self._at.rows(
            "SELECT l.line FROM outlets o JOIN outlet_lines l ON l.outlet_id = o.id "
            "WHERE o.name = ? AND l.learned_at IS NOT NULL",
            (outlet,),
        )
        return frozenset(row["line"] for row in found)

    def articles_with(self, outlet: str, line: str) -> int:
        """In how many articles of an outlet a line came."""
        found = self._at.scalar(
            "SELECT l.articles FROM outlets o JOIN outlet_lines l ON l.outlet_id = o.id "
            "WHERE o.name = ? AND l.line = ?",
            (outlet, line),
        )
        return int(found or 0)

    def forget(self, before: datetime) -> int:
        """Drop what came last before a time and was never learned; returns how many."""
        with self._at.transaction():
            return self._at.execute(
                "DELETE FROM outlet_lines WHERE learned_at IS NULL AND last_seen_at < ?",
                (utc(before),),
            )
