"""Datasette's metadata for a store: descriptions, facets, order, labels and named queries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor.store.describe import described
from monitor.store.queries import QUERIES

_NEWEST_FIRST = {"sort_desc": "sequence"}

_SHOWN: dict[str, dict[str, Any]] = {
    "outlets": {"label_column": "name", "sort": "name"},
    "feeds": {"label_column": "name", "facets": ["outlet_id", "last_outcome"], "sort": "name"},
    "polls": {"facets": ["outcome", "feed_id"], "sort_desc": "id"},
    "fetches": {"label_column": "url", "facets": ["outcome"], "sort_desc": "id"},
    "entries": {"label_column": "title", "facets": ["state", "feed_id"], "sort_desc": "id"},
    "articles": {"label_column": "title", "facets": ["outlet_id"], "sort_desc": "published_at"},
    "revisions": {"label_column": "title", "facets": ["outlet_kind", "basis"], "sort_desc": "id"},
    "figures": {
        "label_column": "as_written",
        "facets": ["measure", "counted", "place", "authority"],
        "fts_table": "figures_fts",
        "fts_pk": "sequence",
        **_NEWEST_FIRST,
    },
    "figure_threads": {
        "label_column": "label",
        "facets": ["key"],
        "sort_desc": "moved_sequence",
    },
    "positions": {
        "label_column": "quote",
        "facets": ["holder", "stance", "rank", "venue"],
        "fts_table": "positions_fts",
        "fts_pk": "sequence",
        **_NEWEST_FIRST,
    },
    "position_threads": {
        "label_column": "label",
        "facets": ["holder", "proposition"],
        "sort_desc": "moved_sequence",
    },
    "propositions": {"label_column": "label", "sort": "label"},
    "changes": {"label_column": "explanation", "facets": ["kind", "tier"], **_NEWEST_FIRST},
    "alerts": {"label_column": "title", "facets": ["type", "severity"], **_NEWEST_FIRST},
    "deliveries": {"facets": ["state", "destination"], "sort_desc": "created_at"},
    "attempts": {"facets": ["state", "status"], "sort_desc": "id"},
    "suppressions": {"facets": ["in_general", "tier"], "sort_desc": "suppressed_at"},
    "verdicts": {"facets": ["verdict", "reader"], "sort_desc": "id"},
    "requests": {"facets": ["kind", "state"], "sort_desc": "id"},
    "runs": {"facets": ["what"], "sort_desc": "id"},
    "commits": {"hidden": True},
    "bodies": {"hidden": True},
    "revision_bands": {"hidden": True},
    "thread_facets": {"hidden": True},
    "_sqlite_migrations": {"hidden": True},
    "latest_figures": {"facets": ["counted_by", "outlet"]},
    "latest_positions": {"facets": ["holder", "stance"]},
    "changes_with_sentences": {"facets": ["kind", "tier", "outlet"]},
    "alerts_with_deliveries": {"facets": ["type", "state", "destination"]},
    "feed_health": {"facets": ["last_outcome"]},
    "not_sent": {"facets": ["tier", "kind"]},
}
"""What can't be told from the schema: how a table is shown."""


def metadata_for(store: Path) -> dict[str, Any]:
    """The metadata of one store, under the name that Datasette gives it (the file's stem)."""
    return {
        "title": "monitor",
        "description": "Figures and official positions in the news, with their evidence.",
        "databases": {
            store.stem: {
                "description": "Start with the views: latest_figures, changes_with_sentences.",
                "tables": _tables(),
                "queries": {
                    name: {"title": query.title, "description": query.description, "sql": query.sql}
                    for name, query in QUERIES.items()
                },
            }
        },
    }


def _tables() -> dict[str, dict[str, Any]]:
    known = described()
    return {
        name: {
            "description": known[name].description if name in known else "",
            "columns": known[name].columns if name in known else {},
            **_SHOWN.get(name, {}),
        }
        for name in sorted({*known, *_SHOWN})
    }
