"""No page walks a large table: every query of every page finds its rows by an index."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from monitor.browse.addresses import Addresses
from monitor.browse.shell import Visit
from monitor.browse.views import alerts, article, feeds, lists, position
from monitor.browse.views.figure import figure
from monitor.browse.views.home import home
from monitor.store.pages import snapshot
from tests.browse.looked import rows, value

HARMLESS = (
    r"SCAN \w+ USING (COVERING )?INDEX",  # in the order of an index, from its newest end
    r"VIRTUAL TABLE|_fts_config|CONSTANT ROW",  # a search; a value
    r"SCAN (t|recent|one|way|w|n|listed|\(subquery-\d+\))(\b|$)",  # what another part of the query found
    r"SCAN (o|f|feeds|outlets)\b",  # as many as the operator has feeds
)
NEWEST = re.compile(r"ORDER BY (sequence|id) DESC LIMIT 1$")
"""The last row of a table, by the key that it is kept in order of."""


def asked_by_pages(path: Path) -> set[str]:
    """Every statement that the pages run, with and without each filter."""
    everything = {
        "place": "Gaza Strip",
        "measure": "killed",
        "holder": "Israel",
        "outlet": "Lantern Daily",
        "watch": "default",
    }
    series = value(path, "SELECT id FROM figure_threads ORDER BY figures DESC LIMIT 1")
    stand = value(path, "SELECT id FROM position_threads ORDER BY positions DESC LIMIT 1")
    alert = value(path, "SELECT id FROM alerts WHERE change_id IS NOT NULL LIMIT 1")
    edited = str(value(path, "SELECT article_id FROM revisions WHERE number = 2"))
    visits = [
        (home, {}, {}),
        (home, {}, everything),
        *(
            (lists.changes, {}, query)
            for query in ({}, everything, {"kind": "raised", "before": "9", "since": "2023-10-20"})
        ),
        *(
            (lists.figures, {}, query)
            for query in ({}, everything, {"words": "gaza", "before": "9", "candidates": "1"})
        ),
        (lists.place, {}, {"name": "Gaza Strip"}),
        *((lists.search, {}, query) for query in ({"q": "people"}, {"q": "people", **everything})),
        *(
            (figure, {"thread": series}, query)
            for query in ({}, {"known_on": "2023-10-22", "outlet": "Lantern Daily"})
        ),
        *(
            (position.position, {"thread": stand}, query)
            for query in ({}, {"known_on": "2024-06-22"})
        ),
        *((position.positions, {}, query) for query in ({}, everything, {"topic": "law"})),
        *(
            (position.sheet, {}, query)
            for query in ({}, {"holder": "Kenya", "topic": "law", "at": "2024-06-20"})
        ),
        *(
            (alerts.alerts, {}, query)
            for query in (
                {},
                everything,
                {"severity": "notice", "type": "figure.raised", "before": "9"},
            )
        ),
        (alerts.alert, {"alert": alert}, {}),
        (article.article, {"article": edited}, {}),
        (article.revision, {"revision": "1"}, {}),
        *((feeds.feeds, {}, query) for query in ({}, {"outlet": "Lantern Daily"})),
    ]
    asked: set[str] = set()
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    for build, names, query in visits:
        connection.set_trace_callback(asked.add)
        with snapshot(connection) as at:
            build(at, Visit(Addresses("/news", "/static"), names, query, "news"))  # type: ignore[operator]
        connection.set_trace_callback(None)
    connection.close()
    return {sql for sql in asked if re.match(r"\s*(SELECT|WITH)", sql)}


def test_every_query_of_a_page_uses_an_index(replayed: Path) -> None:
    asked = asked_by_pages(replayed)
    assert len(asked) > 60
    walks = []
    for sql in sorted(asked):
        for *_, step in rows(replayed, f"EXPLAIN QUERY PLAN {sql}"):
            is_walk = step.startswith("SCAN") and not re.search("|".join(HARMLESS), step)
            if is_walk and not NEWEST.search(sql):
                walks.append((step, sql))
    assert not walks, "\n".join(f"{step}: {sql[:700]}" for step, sql in walks)
