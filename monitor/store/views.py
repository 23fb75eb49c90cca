"""Views: the usual questions, answered for people. Rebuilt when a store is opened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class View:
    """A question in one sentence, and the SQL that answers it."""

    description: str
    sql: str


_LATEST_FIGURES = """
        SELECT t.label AS series, f.as_written AS figure, f.low, f.high, f.modifier,
          f.authority AS counted_by, f.as_of_end AS as_of, r.published_at AS published,
          o.name AS outlet, f.sentence, a.url, t.reports, t.life, t.id AS thread,
          f.id AS figure_id
        FROM figure_threads t
        JOIN figures f ON f.sequence = (
          SELECT g.sequence FROM figures g JOIN revisions q ON q.id = g.revision_id
          WHERE g.thread_id = t.id
          ORDER BY g.vague, coalesce(g.as_of_end, substr(q.published_at, 1, 10)) DESC,
            g.sequence DESC
          LIMIT 1)
        JOIN revisions r ON r.id = f.revision_id
        JOIN articles a ON a.id = f.article_id
        JOIN outlets o ON o.id = a.outlet_id
        WHERE {where}
        ORDER BY t.moved_sequence DESC
        """

VIEWS = {
    "latest_figures": View(
        "Each series with its newest figure, by the day it is of; those moved last first. "
        "Series that only one article reports are in candidate_figures.",
        _LATEST_FIGURES.format(where="t.life <> 'candidate'"),
    ),
    "candidate_figures": View(
        "Figures that only one article reports so far, the newest first.",
        _LATEST_FIGURES.format(where="t.life = 'candidate'"),
    ),
    "latest_positions": View(
        "Where each holder stands on each proposition, by the newest report.",
        """
        SELECT t.holder, t.proposition_label AS proposition, p.stance, p.quote, p.speaker,
          p.channel, p.venue, r.published_at AS published, o.name AS outlet, p.sentence, a.url,
          t.reports, t.id AS thread, p.id AS position_id
        FROM position_threads t
        JOIN positions p ON p.sequence = t.moved_sequence
        JOIN revisions r ON r.id = p.revision_id
        JOIN articles a ON a.id = p.article_id
        JOIN outlets o ON o.id = a.outlet_id
        ORDER BY t.moved_sequence DESC
        """,
    ),
    "changes_with_sentences": View(
        "Every change with the sentence before and after, newest first.",
        """
        SELECT c.changed_at, c.kind, c.tier, coalesce(ft.label, pt.label) AS thread,
          coalesce(fb.as_written, pb.stance) AS before,
          coalesce(f.as_written, p.stance) AS after,
          coalesce(fb.sentence, pb.sentence) AS sentence_before,
          coalesce(f.sentence, p.sentence) AS sentence_after,
          c.tier_reason, c.explanation, o.name AS outlet, a.url,
          c.authorities, c.origins, c.reports, c.id AS change_id
        FROM changes c
        JOIN revisions r ON r.id = c.revision_id
        JOIN articles a ON a.id = r.article_id
        JOIN outlets o ON o.id = a.outlet_id
        LEFT JOIN figure_threads ft ON ft.id = c.figure_thread
        LEFT JOIN position_threads pt ON pt.id = c.position_thread
        LEFT JOIN figures f ON f.id = c.figure
        LEFT JOIN figures fb ON fb.id = c.figure_before
        LEFT JOIN positions p ON p.id = c.position
        LEFT JOIN positions pb ON pb.id = c.position_before
        ORDER BY c.sequence DESC
        """,
    ),
    "alerts_with_deliveries": View(
        "Every message with where it went and how that ended.",
        """
        SELECT a.created_at, a.type, a.severity, a.title, d.destination, d.state, d.attempts,
          d.due_at, d.ended_at,
          (SELECT note FROM attempts WHERE delivery_id = d.id ORDER BY id DESC LIMIT 1) AS note,
          a.text, a.id AS alert_id, d.id AS delivery_id
        FROM alerts a
        LEFT JOIN deliveries d ON d.alert_id = a.id
        ORDER BY a.sequence DESC
        """,
    ),
    "feed_health": View(
        "Every enabled feed: its last poll, what is wrong with it, and since when it fails.",
        """
        SELECT o.name AS outlet, f.name, f.url, f.last_outcome, f.failures, f.last_polled_at,
          (SELECT group_concat(reason, ', ') FROM ailments
            WHERE feed_id = f.id AND ended_at IS NULL) AS ill,
          f.last_ok_at, f.last_new_at, f.next_poll_at, f.gaps, f.note,
          (SELECT count(*) FROM entries WHERE feed_id = f.id AND state = 'waiting') AS waiting,
          f.id AS feed_id
        FROM feeds f
        JOIN outlets o ON o.id = f.outlet_id
        WHERE f.enabled = 1
        """,
    ),
    "not_sent": View(
        "Every change that was not sent, and why, newest first.",
        """
        SELECT s.suppressed_at, s.reason, s.tier, s.watch, c.kind,
          coalesce(ft.label, pt.label) AS thread,
          coalesce(f.as_written, p.stance) AS claim, coalesce(f.sentence, p.sentence) AS sentence,
          o.name AS outlet, a.url, s.change_id
        FROM suppressions s
        JOIN changes c ON c.id = s.change_id
        JOIN revisions r ON r.id = s.revision_id
        JOIN articles a ON a.id = r.article_id
        JOIN outlets o ON o.id = a.outlet_id
        LEFT JOIN figure_threads ft ON ft.id = c.figure_thread
        LEFT JOIN position_threads pt ON pt.id = c.position_thread
        LEFT JOIN figures f ON f.id = c.figure
        LEFT JOIN positions p ON p.id = c.position
        ORDER BY c.sequence DESC
        """,
    ),
    "held": View(
        "What waits before it is sent, for what and until when, and how each wait ended.",
        """
        SELECT h.since_at, h.awaited, h.due_at, h.ended_at, h.outcome, h.watch, h.destination,
          h.worth, c.kind, coalesce(ft.label, pt.label) AS thread,
          coalesce(f.as_written, p.stance) AS claim, h.change_id
        FROM holds h
        JOIN changes c ON c.id = h.change_id
        LEFT JOIN figure_threads ft ON ft.id = c.figure_thread
        LEFT JOIN position_threads pt ON pt.id = c.position_thread
        LEFT JOIN figures f ON f.id = c.figure
        LEFT JOIN positions p ON p.id = c.position
        ORDER BY h.sequence DESC
        """,
    ),
    "not_sent_by_reason": View(
        "How often nothing was sent, by reason.",
        """
        -- the example comes from the row with the newest time
        SELECT s.in_general AS reason, s.tier, count(*) AS changes,
          max(c.changed_at) AS newest, coalesce(f.sentence, p.sentence) AS example
        FROM suppressions s
        JOIN changes c ON c.id = s.change_id
        LEFT JOIN figures f ON f.id = c.figure
        LEFT JOIN positions p ON p.id = c.position
        GROUP BY s.in_general, s.tier
        ORDER BY changes DESC, s.in_general
        """,
    ),
    "outcomes_by_day": View(
        "How polls and fetches ended, day by day.",
        """
        SELECT substr(started_at, 1, 10) AS day, 'poll' AS what, outcome, count(*) AS times
        FROM polls GROUP BY 1, 3
        UNION ALL
        SELECT substr(started_at, 1, 10), 'fetch', outcome, count(*) FROM fetches GROUP BY 1, 3
        ORDER BY 1 DESC, 2, 4 DESC
        """,
    ),
    "alert_precision": View(
        "How many of the judged alerts were right, by watch, feed and rule; no share below 20.",
        """
        SELECT group_kind, name, count(*) AS judged, sum(verdict = 'right') AS right,
          CASE WHEN count(*) >= 20
            THEN CAST(round(100.0 * sum(verdict = 'right') / count(*)) AS INTEGER)
          END AS percent_right
        FROM (
          SELECT 'watch' AS group_kind, w.value AS name, v.verdict
          FROM verdicts v JOIN alerts a ON a.id = v.alert_id, json_each(a.watches) w
          UNION ALL
          SELECT 'feed', f.url, v.verdict
          FROM verdicts v
          JOIN alerts a ON a.id = v.alert_id
          JOIN changes c ON c.id = a.change_id
          JOIN revisions r ON r.id = c.revision_id
          JOIN entries e ON e.id = (SELECT min(id) FROM entries WHERE article_id = r.article_id)
          JOIN feeds f ON f.id = e.feed_id
          UNION ALL
          SELECT 'rule', v.rule, v.verdict FROM verdicts v
        )
        GROUP BY group_kind, name
        ORDER BY judged DESC, group_kind, name
        """,
    ),
}


def refresh_views(db: Database) -> None:
    """Make the views exactly these. They hold no data, so they need no migration."""
    if _present(db) == _WANTED:
        return
    db.execute("BEGIN IMMEDIATE")
    for name in _present(db):  # another process may have been here first
        db.execute(f"DROP VIEW {name}")
    for statement in _WANTED.values():
        db.execute(statement)
    db.commit()


_WANTED = {name: f"CREATE VIEW {name} AS {view.sql.strip()}" for name, view in VIEWS.items()}


def _present(db: Database) -> dict[str, str]:
    return {view.name: view.schema for view in db.views}
