"""Named queries for people, with parameters; the pages show them with a form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """A question with blanks (``:name`` in the SQL) that a person fills in."""

    title: str
    description: str
    sql: str


QUERIES = {
    "search_claims": Query(
        "Search the sentences of claims",
        "Figures and positions whose sentence has these words.",
        """
        SELECT 'figure' AS what, f.as_written AS claim, f.measure AS about, f.authority AS source,
          r.published_at AS published, o.name AS outlet, f.sentence, a.url, f.thread_id AS thread
        FROM figures_fts s
        JOIN figures f ON f.sequence = s.rowid
        JOIN revisions r ON r.id = f.revision_id
        JOIN articles a ON a.id = f.article_id
        JOIN outlets o ON o.id = a.outlet_id
        WHERE figures_fts MATCH :words
        UNION ALL
        SELECT 'position', p.stance, p.proposition_label, p.holder,
          r.published_at, o.name, p.sentence, a.url, p.thread_id
        FROM positions_fts s
        JOIN positions p ON p.sequence = s.rowid
        JOIN revisions r ON r.id = p.revision_id
        JOIN articles a ON a.id = p.article_id
        JOIN outlets o ON o.id = a.outlet_id
        WHERE positions_fts MATCH :words
        ORDER BY published DESC
        """,
    ),
    "course_of_a_series": Query(
        "The course of a series",
        "Every figure of one thread, in order of filing; the thread's id stands in figure_threads.",
        """
        SELECT f.as_written AS figure, f.low, f.high, f.modifier, f.authority AS counted_by,
          f.as_of_end AS as_of, r.published_at AS published, o.name AS outlet, f.sentence, a.url,
          c.kind AS change, c.tier
        FROM figures f
        JOIN revisions r ON r.id = f.revision_id
        JOIN articles a ON a.id = f.article_id
        JOIN outlets o ON o.id = a.outlet_id
        LEFT JOIN changes c ON c.figure = f.id
        WHERE f.thread_id = :thread
        ORDER BY f.sequence
        """,
    ),
    "what_a_holder_said": Query(
        "What a holder said",
        "Every position of one holder, newest first.",
        """
        SELECT p.proposition_label AS proposition, p.stance, p.quote, p.speaker, p.channel, p.venue,
          p.said_on, r.published_at AS published, o.name AS outlet, p.sentence, a.url
        FROM positions p
        JOIN revisions r ON r.id = p.revision_id
        JOIN articles a ON a.id = p.article_id
        JOIN outlets o ON o.id = a.outlet_id
        WHERE p.holder = :holder
        ORDER BY p.sequence DESC
        """,
    ),
    "changes_since": Query(
        "What changed since",
        "Changes for people (push and digest) since a time such as 2023-10-24T06:00:00Z.",
        """
        SELECT c.changed_at, c.kind, c.tier, coalesce(ft.label, pt.label) AS thread,
          coalesce(fb.as_written, pb.stance) AS before, coalesce(f.as_written, p.stance) AS after,
          coalesce(fb.sentence, pb.sentence) AS sentence_before,
          coalesce(f.sentence, p.sentence) AS sentence_after, c.tier_reason
        FROM changes c
        LEFT JOIN figure_threads ft ON ft.id = c.figure_thread
        LEFT JOIN position_threads pt ON pt.id = c.position_thread
        LEFT JOIN figures f ON f.id = c.figure
        LEFT JOIN figures fb ON fb.id = c.figure_before
        LEFT JOIN positions p ON p.id = c.position
        LEFT JOIN positions pb ON pb.id = c.position_before
        WHERE c.changed_at >= :since AND c.tier <> 'log'
        ORDER BY c.sequence
        """,
    ),
    "versions_of_an_article": Query(
        "The versions of an article",
        "Every text that an address has shown, the first first.",
        """
        SELECT r.number, r.fetched_at, r.title, r.basis, r.cleaner, r.text, r.sha256
        FROM revisions r JOIN articles a ON a.id = r.article_id
        WHERE a.url = :url
        ORDER BY r.number
        """,
    ),
}
