"""What the store holds and what is wrong: for `monitor status`, the demo and the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.claims import Baseline
from monitor.store.connection import Connection
from monitor.store.rows import to_time_or_none


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is on file."""

    feeds: int
    articles: int
    revisions: int
    figures: int
    positions: int
    figure_threads: int
    position_threads: int
    changes: int
    messages: int  # alerts that were sent or are on their way; one message may carry several
    pending: int  # deliveries
    dead: int  # deliveries
    waiting: int  # entries not yet read


@dataclass(frozen=True, slots=True)
class NotSent:
    """Changes that were not sent for one reason."""

    reason: str
    tier: str
    changes: int
    example: str  # a sentence


@dataclass(frozen=True, slots=True)
class SickFeed:
    """A feed whose last poll failed."""

    url: str
    outlet: str
    outcome: str
    note: str
    failures: int
    next_poll: datetime | None


class Status:
    """Reads for people who want to know how it goes."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    def counts(self) -> Counts:
        """How much is on file."""
        row = self._at.one(
            "SELECT (SELECT count(*) FROM feeds WHERE enabled = 1), "
            "(SELECT count(*) FROM articles), (SELECT count(*) FROM revisions), "
            "(SELECT count(*) FROM figures), (SELECT count(*) FROM positions), "
            "(SELECT count(*) FROM figure_threads), (SELECT count(*) FROM position_threads), "
            "(SELECT count(*) FROM changes), "
            "(SELECT count(*) FROM alerts WHERE lead = id AND tier = 'push'), "
            "(SELECT count(*) FROM deliveries WHERE state = 'pending'), "
            "(SELECT count(*) FROM deliveries WHERE state = 'dead'), "
            "(SELECT count(*) FROM entries WHERE state = 'waiting')"
        )
        assert row is not None
        return Counts(*row)

    def not_sent(self) -> list[NotSent]:
        """Changes that were not sent, grouped by reason, the most frequent first."""
        return [
            NotSent(row["reason"], row["tier"], row["changes"], row["example"] or "")
            for row in self._at.rows("SELECT * FROM not_sent_by_reason")
        ]

    def sick_feeds(self) -> list[SickFeed]:
        """Enabled feeds whose last poll failed, the longest failing first."""
        return [
            SickFeed(
                url=row["url"],
                outlet=row["outlet"],
                outcome=row["last_outcome"],
                note=row["note"],
                failures=row["failures"],
                next_poll=to_time_or_none(row["next_poll_at"]),
            )
            for row in self._at.rows(
                "SELECT * FROM feed_health WHERE failures > 0 ORDER BY failures DESC, url"
            )
        ]

    def baseline(self) -> Baseline:
        """What the first polls put on file, for the one summary message."""
        row = self._at.one(
            "SELECT (SELECT count(*) FROM feeds WHERE baseline_done = 1) AS feeds, "
            "(SELECT count(*) FROM articles WHERE baseline = 1) AS articles, "
            "(SELECT count(*) FROM figures f JOIN articles a ON a.id = f.article_id "
            "WHERE a.baseline = 1) AS figures, "
            "(SELECT count(*) FROM positions p JOIN articles a ON a.id = p.article_id "
            "WHERE a.baseline = 1) AS positions, "
            "(SELECT count(*) FROM figure_threads WHERE reports >= 2) AS series"
        )
        assert row is not None
        return Baseline(
            feeds=row["feeds"],
            articles=row["articles"],
            figures=row["figures"],
            positions=row["positions"],
            series=row["series"],
        )

    def baseline_ready(self) -> Baseline | None:
        """What the one summary message says, once the baseline is complete and until it is on file.

        Complete: every enabled feed has been asked, one has answered, and every entry of the first
        polls was tried. A feed or a page that fails for hours doesn't hold up the summary.
        """
        if self._at.scalar("SELECT 1 FROM alerts WHERE type = 'monitor.baseline' LIMIT 1"):
            return None
        unfinished = self._at.scalar(
            "SELECT NOT EXISTS (SELECT 1 FROM feeds WHERE enabled = 1 AND baseline_done = 1) "
            "OR EXISTS (SELECT 1 FROM feeds WHERE enabled = 1 AND last_polled_at IS NULL) "
            "OR EXISTS (SELECT 1 FROM entries WHERE state = 'waiting' AND baseline = 1 "
            "AND attempts = 0)"
        )
        return None if unfinished else self.baseline()
