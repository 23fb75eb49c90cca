"""One article: its texts, the claims in one of them, its edits, where it came from and went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.claims import FiledFigure, FiledPosition
from monitor.store.articles import Articles, StoredArticle, StoredRevision
from monitor.store.changes import Changes, StoredChange
from monitor.store.claims import Claims
from monitor.store.connection import Connection
from monitor.store.rows import to_time


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One text of an article in a list."""

    id: int
    number: int
    title: str
    fetched: datetime
    basis: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article that carries the same text, or names this outlet as its channel."""

    article: int
    outlet: str
    title: str
    published: datetime
    how: str  # same text, names it


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article with one of its texts and what was found in it."""

    article: StoredArticle
    revision: StoredRevision | None
    revisions: tuple[RevisionLine, ...]
    figures: tuple[FiledFigure, ...]
    positions: tuple[FiledPosition, ...]
    threads: dict[str, str]  # the thread of each claim that is in one
    labels: dict[str, str]  # of these threads
    edits: tuple[StoredChange, ...]  # what changed between its texts
    changes: tuple[StoredChange, ...]  # what this text changed
    copies: tuple[Copy, ...]


_MOST_COPIES = 24


def article_text(at: Connection, article_id: int, number: int | None) -> ArticleText | None:
    """An article with the text of that number, else the one that it shows now."""
    articles, claims, changes = Articles(at), Claims(at), Changes(at)
    try:
        article = articles.get(article_id)
    except KeyError:
        return None
    rows = at.rows(
        "SELECT r.id, r.number, r.title, r.fetched_at, r.basis, a.current_revision = r.id AS now "
        "FROM revisions r JOIN articles a ON a.id = r.article_id WHERE r.article_id = ? "
        "ORDER BY r.number DESC LIMIT 100",
        (article_id,),
    )
    lines = tuple(
        RevisionLine(
            id=row["id"],
            number=row["number"],
            title=row["title"],
            fetched=to_time(row["fetched_at"]),
            basis=row["basis"],
            is_current=bool(row["now"]),
        )
        for row in rows
    )
    shown = next(
        (line for line in lines if (line.number == number if number else line.is_current)), None
    )
    if shown is None and number:
        return None
    figures: list[FiledFigure] = []
    positions: list[FiledPosition] = []
    if shown:
        figures, positions = claims.of_revision(shown.id)
    threads = claims.threads_of_revision(shown.id) if shown else {}
    edits = at.rows(
        "SELECT c.id FROM revisions r JOIN changes c ON c.revision_id = r.id "
        "WHERE r.article_id = ? AND c.kind IN ('edited', 'withdrawn') ORDER BY c.sequence DESC "
        "LIMIT 50",
        (article_id,),
    )
    return ArticleText(
        article=article,
        revision=articles.revision(shown.id) if shown else None,
        revisions=lines,
        figures=tuple(figures),
        positions=tuple(positions),
        threads=threads,
        labels=_labels(at, list(threads.values())),
        edits=tuple(changes.get(row["id"]) for row in edits),
        changes=tuple(changes.of_revision(shown.id)) if shown else (),
        copies=_copies(at, article, shown.id) if shown else (),
    )


def _labels(at: Connection, threads: list[str]) -> dict[str, str]:
    marks = ", ".join("?" * len(threads))
    found = at.rows(
        f"SELECT id, label FROM figure_threads WHERE id IN ({marks}) UNION ALL "
        f"SELECT id, label FROM position_threads WHERE id IN ({marks})",
        (*threads, *threads),
    )
    return {row["id"]: row["label"] for row in found}


def revision_text(at: Connection, article_id: int, number: int) -> StoredRevision | None:
    """One text of an article by its number."""
    found = at.scalar(
        "SELECT id FROM revisions WHERE article_id = ? AND number = ?", (article_id, number)
    )
    return Articles(at).revision(found) if found is not None else None


def article_of_revision(at: Connection, revision_id: int) -> tuple[int, int] | None:
    """The article and the number of a revision."""
    row = at.one("SELECT article_id, number FROM revisions WHERE id = ?", (revision_id,))
    return (row["article_id"], row["number"]) if row else None


def _copies(at: Connection, article: StoredArticle, revision_id: int) -> tuple[Copy, ...]:
    """Articles with a text of the same origin, and those whose claims name this outlet."""
    same = at.rows(
        "SELECT DISTINCT a.id, o.name AS outlet, a.title, a.published_at, 'same text' AS how "
        "FROM revisions q JOIN revisions r ON r.origin = q.origin "
        "JOIN articles a ON a.id = r.article_id JOIN outlets o ON o.id = a.outlet_id "
        "WHERE q.id = ? AND a.id <> ? ORDER BY a.published_at LIMIT ?",
        (revision_id, article.id, _MOST_COPIES),
    )
    naming = [
        row
        for table in ("figures", "positions")
        for row in at.rows(
            "SELECT DISTINCT a.id, o.name AS outlet, a.title, a.published_at, 'names it' AS how "
            f"FROM (SELECT DISTINCT thread_id FROM {table} WHERE revision_id = ? "
            f"AND thread_id IS NOT NULL LIMIT 40) t JOIN {table} c ON c.thread_id = t.thread_id "
            "JOIN articles a ON a.id = c.article_id JOIN outlets o ON o.id = a.outlet_id "
            "WHERE c.channel = ? AND a.id <> ? ORDER BY a.published_at LIMIT ?",
            (revision_id, article.outlet, article.id, _MOST_COPIES),
        )
    ]
    found = {row["id"]: row for row in [*naming, *same]}
    return tuple(
        Copy(row["id"], row["outlet"], row["title"], to_time(row["published_at"]), row["how"])
        for row in sorted(found.values(), key=lambda row: row["published_at"])
    )
