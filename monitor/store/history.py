"""The order in which everything was filed: what a backtest walks again.

Every commit that files something has a number. A revision's commit is written with it; a text that
came back and an article that was withdrawn have commits of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.claims import Extraction
from monitor.store.articles import Articles, StoredRevision
from monitor.store.claims import Claims
from monitor.store.connection import Connection, Row
from monitor.store.requests import Request, Requests
from monitor.store.rows import to_time, utc

REVISION, SHOWN_AGAIN, WITHDRAWN = "revision", "shown_again", "withdrawn"


@dataclass(frozen=True, slots=True)
class Commit:
    """One step of the history.

    ``what``: a revision was filed, one that was on file was shown again, or an article was
    withdrawn (``note``: what was answered). ``revision`` is the one filed or shown again, the last
    one shown of an article that was withdrawn.
    """

    sequence: int
    what: str
    at: datetime
    revision: StoredRevision
    language: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One fact that an edit changed, with the ids of the claims that state it."""

    what: str
    old: str
    new: str
    before: str
    after: str


class History:
    """Reads and writes the numbered commits."""

    def __init__(self, connection: Connection, articles: Articles, claims: Claims) -> None:
        self._at = connection
        self._articles = articles
        self._claims = claims

    def record(self, what: str, revision_id: int, note: str, now: datetime) -> None:
        """Number a step that files no new revision."""
        self._at.insert(
            "commits",
            {"what": what, "committed_at": utc(now), "revision_id": revision_id, "note": note},
        )

    def file_differences(self, found: Iterable[Changed]) -> None:
        """File what the edit of the newest commit changed."""
        for place, each in enumerate(found):
            self._at.execute(
                "INSERT INTO differences VALUES "
                "((SELECT max(sequence) FROM commits), ?, ?, ?, ?, ?, ?)",
                (place, each.what, each.old, each.new, each.before, each.after),
            )

    def differences(self, sequence: int) -> list[Changed]:
        """What the edit of a commit changed."""
        return [
            Changed(row["what"], row["old"], row["new"], row["before"], row["after"])
            for row in self._at.rows(
                "SELECT * FROM differences WHERE sequence = ? ORDER BY place", (sequence,)
            )
        ]

    def commits(self) -> Iterator[Commit]:
        """Every step in order."""
        for row in self._at.rows(
            "SELECT c.sequence, c.what, c.committed_at, c.note, r.id AS revision, r.language "
            "FROM commits c JOIN revisions r ON r.id = coalesce(c.revision_id, "
            "(SELECT id FROM revisions WHERE sequence = c.sequence)) ORDER BY c.sequence"
        ):
            yield self._commit(row)

    def newest(self) -> datetime | None:
        """When something was last filed."""
        found = self._at.scalar("SELECT committed_at FROM commits ORDER BY sequence DESC LIMIT 1")
        return None if found is None else to_time(found)

    def _commit(self, row: Row) -> Commit:
        return Commit(
            sequence=row["sequence"],
            what=row["what"],
            at=to_time(row["committed_at"]),
            revision=self._articles.revision(row["revision"]),
            language=row["language"],
            note=row["note"],
        )

    def extraction(self, revision_id: int) -> Extraction:
        """What was read in a revision."""
        figures, positions = self._claims.of_revision(revision_id)
        version = self._at.scalar(
            "SELECT version FROM extractions WHERE revision_id = ? ORDER BY id DESC LIMIT 1",
            (revision_id,),
        )
        return Extraction(
            version=version or "",
            figures=tuple(each.figure for each in figures),
            positions=tuple(each.position for each in positions),
        )

    def requests(self, kinds: Sequence[str]) -> list[tuple[int, datetime, Request]]:
        """Requests of some kinds that were carried out, each with the commit it came after."""
        marks = ", ".join("?" * len(kinds))
        asked = Requests(self._at)
        return [
            (row["after_sequence"] or 0, to_time(row["ended_at"]), asked.get(row["id"]))
            for row in self._at.rows(
                f"SELECT * FROM requests WHERE state = 'done' AND kind IN ({marks}) "
                "ORDER BY after_sequence, id",
                tuple(kinds),
            )
        ]
