"""Search over the texts of articles and the sentences of claims, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.claims import FiledFigure, FiledPosition
from monitor.store.claims import FIGURE, POSITION, to_figure, to_position
from monitor.store.connection import Connection
from monitor.store.rows import to_time

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""What stands around found words in a snippet: code points that Unicode keeps out of all text."""

_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article's text with the found words in their surroundings."""

    article: int
    number: int
    outlet: str
    title: str
    published: datetime
    snippet: str


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A claim whose sentence has the words, and its thread."""

    claim: FiledFigure | FiledPosition
    thread: str | None
    label: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    articles: list[FoundArticle]
    figures: list[FoundClaim]
    positions: list[FoundClaim]


def all_of(words: str) -> str:
    """A reader's words as a query of FTS5 for all of them; "quoted words" stay together.

    Empty where there is no word in them.
    """
    terms: list[str] = []
    for place, part in enumerate(words.split('"')):
        terms += [part] if place % 2 else part.split()
    terms = [term.strip() for term in terms if any(letter.isalnum() for letter in term)]
    return " ".join(f'"{term}"' for term in terms[:_MOST_WORDS])


def search(
    at: Connection,
    words: str,
    *,
    outlet: str = "",
    holder: str = "",
    place: str = "",
    most: int = 20,
) -> Found:
    """Articles, figures and positions with all of the words; the filters narrow each kind."""
    query = all_of(words)
    if not query:
        return Found([], [], [])
    asked = {
        "query": query,
        "outlet": outlet,
        "holder": holder,
        "place": place,
        "most": most,
        "open": OPEN,
        "close": CLOSE,
    }
    of_outlet = " AND o.name = :outlet" if outlet else ""
    of_holder = " AND p.holder = :holder" if holder else ""
    of_place = (
        " AND (f.place = :place OR EXISTS "
        "(SELECT 1 FROM json_each(f.place_within) WHERE value = :place))"
        if place
        else ""
    )
    articles = at.rows(
        "SELECT r.article_id, r.number, r.title, r.published_at, o.name AS outlet, "
        "snippet(revisions_fts, 1, :open, :close, '…', 40) AS snippet FROM revisions_fts "
        "JOIN revisions r ON r.id = revisions_fts.rowid JOIN articles a ON a.id = r.article_id "
        "AND a.current_revision = r.id JOIN outlets o ON o.id = a.outlet_id "
        f"WHERE revisions_fts MATCH :query{of_outlet} "
        "ORDER BY revisions_fts.rowid DESC LIMIT :most",
        asked,
    )
    figures = at.rows(
        FIGURE.replace(
            "SELECT f.*,",
            "SELECT f.*, t.label, snippet(figures_fts, 0, :open, :close, '…', 60) AS snippet,",
        ).replace(
            "FROM figures f", "FROM figures_fts JOIN figures f ON f.sequence = figures_fts.rowid"
        )
        + " LEFT JOIN figure_threads t ON t.id = f.thread_id "
        f"WHERE figures_fts MATCH :query{of_outlet}{of_place} "
        "ORDER BY figures_fts.rowid DESC LIMIT :most",
        asked,
    )
    positions = at.rows(
        POSITION.replace(
            "SELECT p.*,",
            "SELECT p.*, t.label, snippet(positions_fts, 0, :open, :close, '…', 60) AS snippet,",
        ).replace(
            "FROM positions p",
            "FROM positions_fts JOIN positions p ON p.sequence = positions_fts.rowid",
        )
        + " LEFT JOIN position_threads t ON t.id = p.thread_id "
        f"WHERE positions_fts MATCH :query{of_outlet}{of_holder} "
        "ORDER BY positions_fts.rowid DESC LIMIT :most",
        asked,
    )
    return Found(
        articles=[
            FoundArticle(
                article=row["article_id"],
                number=row["number"],
                outlet=row["outlet"],
                title=row["title"],
                published=to_time(row["published_at"]),
                snippet=row["snippet"],
            )
            for row in articles
        ],
        figures=[
            FoundClaim(to_figure(row), row["thread_id"], row["label"] or "", row["snippet"])
            for row in figures
        ],
        positions=[
            FoundClaim(to_position(row), row["thread_id"], row["label"] or "", row["snippet"])
            for row in positions
        ],
    )
