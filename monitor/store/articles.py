"""Articles, the fetches of their pages, and the revisions of their text."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.claims import Report
from monitor.intake import Fetch, Validators
from monitor.store.connection import Connection, Row
from monitor.store.rows import dump, to_time, to_time_or_none, utc, utc_or_none


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One published piece, known by its canonical address."""

    id: int
    url: str
    outlet: str
    outlet_kind: str
    title: str
    published: datetime
    first_seen: datetime
    live: bool
    baseline: bool
    checks: int
    next_check: datetime | None
    validators: Validators
    unconfirmed_sha256: str | None
    unconfirmed_at: datetime | None
    withdrawn: datetime | None


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """One text of an article, with what identifies it."""

    report: Report
    sha256: str
    cleaner: str
    basis: str
    sequence: int
    fetch_id: int | None = None


class Articles:
    """Articles, fetches, bodies and revisions."""

    def __init__(self, connection: Connection) -> None:
        self._at = connection

    # ------------------------------------------------------------ articles

    def file(
        self,
        url: str,
        outlet_id: int,
        title: str,
        published: datetime,
        first_seen: datetime,
        *,
        live: bool = False,
        baseline: bool = False,
    ) -> int:
        """The id of the article at a canonical address, given once."""
        with self._at.transaction():
            known = self._at.scalar("SELECT id FROM articles WHERE url = ?", (url,))
            if known is not None:
                return int(known)
            return self._at.insert(
                "articles",
                {
                    "url": url,
                    "outlet_id": outlet_id,
                    "title": title,
                    "published_at": utc(published),
                    "first_seen_at": utc(first_seen),
                    "live": live,
                    "baseline": baseline,
                },
            )

    def by_url(self, url: str) -> StoredArticle | None:
        """The article at a canonical address, or None."""
        row = self._at.one(f"{_ARTICLE} WHERE a.url = ?", (url,))
        return None if row is None else _article(row)

    def get(self, article_id: int) -> StoredArticle:
        """One article by its id."""
        row = self._at.one(f"{_ARTICLE} WHERE a.id = ?", (article_id,))
        if row is None:
            raise KeyError(article_id)
        return _article(row)

    # ------------------------------------------------------------ fetching again

    def due_for_check(self, now: datetime, limit: int = 100) -> list[StoredArticle]:
        """Articles to fetch again now; the outlets take turns, each with its longest overdue."""
        return [
            _article(row)
            for row in self._at.rows(
                f"{_ARTICLE} JOIN (SELECT id, row_number() OVER (PARTITION BY outlet_id "
                "ORDER BY next_check_at, id) AS turn FROM articles WHERE next_check_at <= ? "
                "ORDER BY turn, next_check_at, id LIMIT ?) AS t ON t.id = a.id "
                "ORDER BY t.turn, a.next_check_at, a.id",
                (utc(now), limit),
            )
        ]

    def plan_check(
        self,
        article_id: int,
        at: datetime | None,
        *,
        checked: bool = False,
        validators: Validators | None = None,
    ) -> None:
        """When to fetch an article again (None: no more). ``checked`` counts one check."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE articles SET next_check_at = ?, checks = checks + ? WHERE id = ?",
                (utc_or_none(at), checked, article_id),
            )
            if validators is not None:
                self._at.execute(
                    "UPDATE articles SET etag = ?, last_modified = ? WHERE id = ?",
                    (validators.etag, validators.last_modified, article_id),
                )

    def set_unconfirmed(self, article_id: int, sha256: str | None, at: datetime | None) -> None:
        """Remember a changed text that was seen once; None forgets it."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE articles SET unconfirmed_sha256 = ?, unconfirmed_at = ? WHERE id = ?",
                (sha256, utc_or_none(at), article_id),
            )

    def withdraw(self, article_id: int, at: datetime) -> None:
        """Mark an article as no longer there."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE articles SET withdrawn_at = coalesce(withdrawn_at, ?) WHERE id = ?",
                (utc(at), article_id),
            )

    # ------------------------------------------------------------ fetches

    def record_fetch(
        self, fetch: Fetch, *, entry_id: int | None = None, article_id: int | None = None
    ) -> int:
        """File one fetch with its outcome, and the body where there is one; returns its id."""
        with self._at.transaction():
            fetch_id = self._at.insert(
                "fetches",
                {
                    "entry_id": entry_id,
                    "article_id": article_id,
                    "url": fetch.url,
                    "started_at": utc(fetch.started),
                    "seconds": fetch.seconds,
                    "outcome": fetch.outcome,
                    "status": fetch.status,
                    "final_url": fetch.final_url,
                    "content_type": fetch.content_type,
                    "etag": fetch.validators.etag,
                    "last_modified": fetch.validators.last_modified,
                    "headers": dump(fetch.headers),
                    "body_bytes": len(fetch.body),
                    "retry_after": fetch.retry_after,
                    "note": fetch.note,
                },
            )
            if fetch.body:
                self._at.insert(
                    "bodies",
                    {
                        "fetch_id": fetch_id,
                        "sha256": hashlib.sha256(fetch.body).hexdigest(),
                        "compressed": zlib.compress(fetch.body),
                    },
                )
        return fetch_id

    def body(self, fetch_id: int) -> bytes | None:
        """A response body as it came, or None where none is kept."""
        compressed = self._at.scalar(
            "SELECT compressed FROM bodies WHERE fetch_id = ?", (fetch_id,)
        )
        return None if compressed is None else zlib.decompress(compressed)

    def body_sha256(self, fetch_id: int) -> str | None:
        """The hash of a response body as it came, or None where none is kept."""
        found = self._at.scalar("SELECT sha256 FROM bodies WHERE fetch_id = ?", (fetch_id,))
        return None if found is None else str(found)

    def last_seen(self, article_id: int, before: datetime) -> datetime | None:
        """When an article's page was last read before a time, or None."""
        found = self._at.scalar(
            "SELECT max(started_at) FROM fetches WHERE article_id = ? AND started_at < ? "
            "AND outcome IN ('ok', 'unchanged')",
            (article_id, utc(before)),
        )
        return to_time_or_none(found)

    def changed_together(
        self, outlet: str, since: datetime, now: datetime, limit: int = 20
    ) -> tuple[int, int]:
        """Of an outlet's ``limit`` articles that were looked at again last: changed ones, and all.

        Changed is one whose text changed since a time, whatever that means, or was seen changed.
        """
        row = self._at.one(
            "SELECT count(*) AS looked, coalesce(sum(changed), 0) AS changed FROM ("
            "SELECT (a.unconfirmed_sha256 IS NOT NULL OR EXISTS ("
            "SELECT 1 FROM revisions r WHERE r.article_id = a.id AND r.number > 1 "
            "AND r.fetched_at >= :since)) AS changed FROM outlets o "
            "JOIN fetches f ON f.started_at >= :since AND f.started_at <= :now "
            "AND f.article_id IS NOT NULL AND f.outcome IN ('ok', 'unchanged') "
            "JOIN articles a ON a.id = f.article_id AND a.outlet_id = o.id "
            "WHERE o.name = :outlet GROUP BY a.id ORDER BY max(f.id) DESC LIMIT :most)",
            {"outlet": outlet, "since": utc(since), "now": utc(now), "most": limit},
        )
        assert row is not None
        return row["changed"], row["looked"]

    def drop_bodies(self, fetched_before: datetime) -> int:
        """Drop response bodies that nobody can need any more; returns how many.

        A body is kept while its article is fetched again, and for good where an alert was made of
        any revision of the article, or measured against one. One that became no revision goes too,
        but for those that a worker failed at: they show what was wrong.
        """
        with self._at.transaction():
            return self._at.execute(
                "DELETE FROM bodies WHERE fetch_id IN ("
                "SELECT f.id FROM fetches f LEFT JOIN revisions r ON r.fetch_id = f.id "
                "WHERE f.started_at < :before "
                "AND f.outcome NOT IN ('worker_died', 'worker_timeout') AND (r.id IS NULL OR "
                "(SELECT next_check_at FROM articles WHERE id = r.article_id) IS NULL "
                f"AND NOT EXISTS ({_ALERTED})))",
                {"before": utc(fetched_before)},
            )

    # ------------------------------------------------------------ revisions

    def file_revision(
        self,
        report: Report,
        sha256: str,
        cleaner: str,
        basis: str,
        language: str | None,
        fetch_id: int | None,
        now: datetime,
    ) -> tuple[int, int]:
        """File a text that is not on file; returns the revision's id and the commit's sequence.

        ``report.revision_id`` is ignored. Raises sqlite3.IntegrityError when the article has this
        very text already.
        """
        with self._at.transaction():
            sequence = self._at.insert("commits", {"what": "revision", "committed_at": utc(now)})
            revision_id = self._at.insert(
                "revisions",
                {
                    "sequence": sequence,
                    "article_id": report.article_id,
                    "number": report.revision_number,
                    "title": report.title,
                    "text": report.text,
                    "sha256": sha256,
                    "basis": basis,
                    "cleaner": cleaner,
                    "language": language,
                    "origin": report.origin,
                    "baseline": report.baseline,
                    "live": report.live,
                    "outlet_kind": report.outlet_kind,
                    "published_at": utc(report.published),
                    "first_seen_at": utc(report.first_seen),
                    "fetched_at": utc(report.fetched),
                    "fetch_id": fetch_id,
                },
            )
            self.set_current(report.article_id, revision_id)
        return revision_id, sequence

    def set_current(self, article_id: int, revision_id: int) -> None:
        """Say which revision an article shows now: the newest, or an older one that came back."""
        with self._at.transaction():
            self._at.execute(
                "UPDATE articles SET current_revision = :revision, "
                "title = (SELECT title FROM revisions WHERE id = :revision) WHERE id = :article",
                {"revision": revision_id, "article": article_id},
            )

    def set_origin(self, revision_id: int, origin: str, bands: Iterable[str]) -> None:
        """Say which cluster of near-identical texts a revision belongs to, and how to find it."""
        with self._at.transaction():
            self._at.execute("UPDATE revisions SET origin = ? WHERE id = ?", (origin, revision_id))
            for band in bands:
                self._at.execute(
                    "INSERT OR IGNORE INTO revision_bands VALUES (?, ?)", (band, revision_id)
                )

    def sharing_bands(self, bands: Sequence[str], limit: int = 50) -> list[StoredRevision]:
        """Revisions that share a band, those with the most in common first, then the oldest."""
        if not bands:
            return []
        marks = ", ".join("?" * len(bands))
        found = self._at.rows(
            "SELECT revision_id, count(*) AS shared FROM revision_bands "
            f"WHERE band IN ({marks}) GROUP BY revision_id ORDER BY shared DESC, revision_id "
            "LIMIT ?",
            (*bands, limit),
        )
        return [self.revision(row["revision_id"]) for row in found]

    def revision(self, revision_id: int) -> StoredRevision:
        """One revision by its id."""
        row = self._at.one(f"{_REVISION} WHERE r.id = ?", (revision_id,))
        if row is None:
            raise KeyError(revision_id)
        return _revision(row)

    def latest(self, article_id: int) -> StoredRevision | None:
        """The revision that an article shows now, or None before the first."""
        row = self._at.one(
            f"{_REVISION} WHERE r.id = (SELECT current_revision FROM articles WHERE id = ?)",
            (article_id,),
        )
        return None if row is None else _revision(row)

    def revision_count(self, article_id: int) -> int:
        """How many texts of an article are on file."""
        return int(
            self._at.scalar("SELECT count(*) FROM revisions WHERE article_id = ?", (article_id,))
        )

    def newest(self, limit: int = 10) -> list[StoredArticle]:
        """The articles filed last, newest first."""
        return [
            _article(row)
            for row in self._at.rows(f"{_ARTICLE} ORDER BY a.id DESC LIMIT ?", (limit,))
        ]

    def with_text(self, article_id: int, sha256: str) -> StoredRevision | None:
        """An article's revision with this very text, or None."""
        row = self._at.one(
            f"{_REVISION} WHERE r.article_id = ? AND r.sha256 = ?", (article_id, sha256)
        )
        return None if row is None else _revision(row)


_ARTICLE = (
    "SELECT a.*, o.name AS outlet, o.kind AS outlet_kind FROM articles a "
    "JOIN outlets o ON o.id = a.outlet_id"
)

_REVISION = (
    "SELECT r.*, a.url, o.name AS outlet FROM revisions r "
    "JOIN articles a ON a.id = r.article_id JOIN outlets o ON o.id = a.outlet_id"
)


_ALERTED = (
    "SELECT 1 FROM revisions s JOIN changes c ON c.revision_id = s.id "
    "JOIN alerts ON alerts.change_id = c.id WHERE s.article_id = r.article_id UNION ALL "
    "SELECT 1 FROM figures n JOIN changes c ON c.figure_before = n.id "
    "JOIN alerts ON alerts.change_id = c.id WHERE n.article_id = r.article_id UNION ALL "
    "SELECT 1 FROM positions n JOIN changes c ON c.position_before = n.id "
    "JOIN alerts ON alerts.change_id = c.id WHERE n.article_id = r.article_id"
)


def _article(row: Row) -> StoredArticle:
    return StoredArticle(
        id=row["id"],
        url=row["url"],
        outlet=row["outlet"],
        outlet_kind=row["outlet_kind"],
        title=row["title"],
        published=to_time(row["published_at"]),
        first_seen=to_time(row["first_seen_at"]),
        live=bool(row["live"]),
        baseline=bool(row["baseline"]),
        checks=row["checks"],
        next_check=to_time_or_none(row["next_check_at"]),
        validators=Validators(row["etag"], row["last_modified"]),
        unconfirmed_sha256=row["unconfirmed_sha256"],
        unconfirmed_at=to_time_or_none(row["unconfirmed_at"]),
        withdrawn=to_time_or_none(row["withdrawn_at"]),
    )


def _revision(row: Row) -> StoredRevision:
    return StoredRevision(
        report=Report(
            article_id=row["article_id"],
            revision_id=row["id"],
            url=row["url"],
            outlet=row["outlet"],
            outlet_kind=row["outlet_kind"],
            title=row["title"],
            text=row["text"],
            published=to_time(row["published_at"]),
            first_seen=to_time(row["first_seen_at"]),
            fetched=to_time(row["fetched_at"]),
            revision_number=row["number"],
            origin=row["origin"],
            live=bool(row["live"]),
            baseline=bool(row["baseline"]),
        ),
        sha256=row["sha256"],
        cleaner=row["cleaner"],
        basis=row["basis"],
        sequence=row["sequence"],
        fetch_id=row["fetch_id"],
    )
