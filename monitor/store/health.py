"""What is wrong with feeds, from when to when, and what of it the operator was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.intake import BLIND, Ailment, Coverage, FeedAilment
from monitor.store.connection import Connection, Row
from monitor.store.rows import to_time, to_time_or_none, utc, utc_or_none


class Health:
    """Ailments of feeds."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    # ------------------------------------------------------------ one feed

    def arrivals(self, feed_id: int, since: datetime) -> list[datetime]:
        """When a feed's polls brought something new, the oldest first."""
        found = self._at.rows(
            "SELECT started_at FROM polls WHERE feed_id = ? AND new > 0 AND started_at >= ? "
            "ORDER BY started_at",
            (feed_id, utc(since)),
        )
        return [to_time(row["started_at"]) for row in found]

    def began(self, feed_id: int, reasons: Sequence[Ailment], since: datetime) -> list[datetime]:
        """When something was found to be wrong with a feed."""
        places = ", ".join("?" * len(reasons))
        found = self._at.rows(
            f"SELECT began_at FROM ailments WHERE feed_id = ? AND reason IN ({places}) "
            "AND began_at >= ?",
            (feed_id, *reasons, utc(since)),
        )
        return [to_time(row["began_at"]) for row in found]

    def expect_quiet(self, feed_id: int, at: datetime | None) -> None:
        """Keep when a feed's silence will be longer than is its habit."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE feeds SET quiet_at = ? WHERE id = ?", (utc_or_none(at), feed_id)
            )

    def open(self, feed_id: int) -> list[Ailment]:
        """What is wrong with a feed now."""
        found = self._at.rows(
            "SELECT reason FROM ailments WHERE feed_id = ? AND ended_at IS NULL", (feed_id,)
        )
        return [Ailment(row["reason"]) for row in found]

    def begin(self, feed_id: int, reason: Ailment, note: str, now: datetime) -> None:
        """Something is wrong with a feed from now on."""
        with self._at.transaction():
            self._at.execute(
                "INSERT INTO ailments (feed_id, reason, note, began_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                (feed_id, reason, note, utc(now)),
            )

    def begin_for(self, article_id: int, reason: Ailment, note: str, now: datetime) -> None:
        """Something is wrong from now on with the feed that an article came by first."""
        feed = self._at.scalar(
            "SELECT feed_id FROM entries WHERE article_id = ? ORDER BY id LIMIT 1", (article_id,)
        )
        if feed is not None:
            self.begin(feed, reason, note, now)

    def end_since(self, reason: Ailment, before: datetime, now: datetime) -> None:
        """Everything of a kind that began before a time is over."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE ailments SET ended_at = ? "
                "WHERE reason = ? AND began_at < ? AND ended_at IS NULL",
                (utc(now), reason, utc(before)),
            )

    def end(self, feed_id: int, reason: Ailment, now: datetime) -> None:
        """It is over."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE ailments SET ended_at = ? "
                "WHERE feed_id = ? AND reason = ? AND ended_at IS NULL",
                (utc(now), feed_id, reason),
            )

    # ------------------------------------------------------------ telling

    def untold(self) -> list[FeedAilment]:
        """What began and was not told yet, the oldest first."""
        where = "WHERE a.told_at IS NULL ORDER BY a.began_at, a.id"
        return [_ailment(row) for row in self._at.rows(f"{_AILMENT} {where}")]

    def end_untold(self) -> list[FeedAilment]:
        """What was told, is over, and whose end was not told yet."""
        where = (
            "WHERE a.ended_at IS NOT NULL AND a.told_at IS NOT NULL AND a.end_told_at IS NULL "
            "ORDER BY a.ended_at, a.id"
        )
        return [_ailment(row) for row in self._at.rows(f"{_AILMENT} {where}")]

    def told(self, ailments: list[FeedAilment], now: datetime, *, end: bool = False) -> None:
        """Remember that the operator knows. What was over before it was told needs no end."""
        column = "end_told_at" if end else "told_at"
        with self._at.transaction():
            for each in ailments:
                self._at.execute(
                    f"UPDATE ailments SET {column} = ? WHERE id = ?", (utc(now), each.id)
                )

    # ------------------------------------------------------------ all feeds

    def ill(self) -> list[FeedAilment]:
        """What is wrong now with the enabled feeds, the longest first."""
        where = "WHERE a.ended_at IS NULL AND f.enabled = 1 ORDER BY a.began_at, a.id"
        return [_ailment(row) for row in self._at.rows(f"{_AILMENT} {where}")]

    def coverage(self, since: datetime, now: datetime) -> Coverage:
        """What was covered since a time."""
        feeds = self._at.one(
            "SELECT count(*) AS feeds, coalesce(sum(ill), 0) AS ill, "
            "coalesce(sum(NOT ill AND late), 0) AS late FROM ("
            "SELECT EXISTS (SELECT 1 FROM ailments a WHERE a.feed_id = f.id "
            "AND a.ended_at IS NULL) AS ill, "
            "f.failures > 0 OR f.last_polled_at IS NULL OR "
            "unixepoch(:now) - unixepoch(f.next_poll_at) > max(f.interval_seconds, 60) AS late "
            "FROM feeds f WHERE f.enabled = 1)",
            {"now": utc(now)},
        )
        assert feeds is not None
        articles = self._at.rows(
            "SELECT e.state, count(*) AS articles FROM polls p JOIN entries e ON e.poll_id = p.id "
            "WHERE p.started_at >= ? AND p.new > 0 GROUP BY e.state ORDER BY e.state",
            (utc(since),),
        )
        counts = {row["state"]: row["articles"] for row in articles}
        read = counts.pop("filed", 0) + counts.pop("duplicate", 0)
        return Coverage(
            feeds=feeds["feeds"],
            ill=feeds["ill"],
            late=feeds["late"],
            articles=read + sum(counts.values()),
            read=read,
            gaps=self._at.scalar(
                "SELECT count(*) FROM polls WHERE gap = 1 AND started_at >= ?", (utc(since),)
            ),
            unread=tuple(counts.items()),
        )

    def blind_outlets(self) -> list[str]:
        """The outlets none of whose feeds brings anything."""
        found = self._at.rows(
            "SELECT o.name FROM (SELECT f.outlet_id, min(EXISTS (SELECT 1 FROM ailments a "
            "WHERE a.feed_id = f.id AND a.ended_at IS NULL "
            f"AND a.reason IN ({_BLIND}))) AS blind FROM feeds f WHERE f.enabled = 1 "
            "GROUP BY f.outlet_id) AS t JOIN outlets o ON o.id = t.outlet_id WHERE t.blind "
            "ORDER BY o.name"
        )
        return [row["name"] for row in found]

    def not_covered(self, since: datetime) -> list[str]:
        """Labels of the series that moved since a time and that only blind outlets report."""
        blind = [
            self._at.scalar("SELECT id FROM outlets WHERE name = ?", (name,))
            for name in self.blind_outlets()
        ]
        if not blind:
            return []
        outlets = ", ".join(map(str, blind))
        labels: set[str] = set()
        for claims, threads in (("figures", "figure_threads"), ("positions", "position_threads")):
            found = self._at.rows(
                f"SELECT DISTINCT t.label FROM articles a JOIN {claims} c ON c.article_id = a.id "
                f"JOIN {threads} t ON t.id = c.thread_id WHERE a.outlet_id IN ({outlets}) "
                "AND a.published_at >= ? AND t.reports >= 2 AND NOT EXISTS ("
                f"SELECT 1 FROM {claims} d JOIN articles b ON b.id = d.article_id "
                f"WHERE d.thread_id = t.id AND b.outlet_id NOT IN ({outlets}))",
                (utc(since),),
            )
            labels.update(row["label"] for row in found)
        return sorted(labels)

    def distrusted(self) -> int:
        """How many enabled feeds are compared by their content, since their validators lied."""
        return int(
            self._at.scalar("SELECT count(*) FROM feeds WHERE enabled = 1 AND distrusted = 1")
        )


_BLIND = ", ".join(f"'{reason}'" for reason in BLIND)
_AILMENT = (
    "SELECT a.*, f.url, o.name AS outlet FROM ailments a JOIN feeds f ON f.id = a.feed_id "
    "JOIN outlets o ON o.id = f.outlet_id"
)


def _ailment(row: Row) -> FeedAilment:
    return FeedAilment(
        id=row["id"],
        feed_id=row["feed_id"],
        url=row["url"],
        outlet=row["outlet"],
        reason=Ailment(row["reason"]),
        note=row["note"],
        began=to_time(row["began_at"]),
        ended=to_time_or_none(row["ended_at"]),
    )
