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
    "corrections": {"facets": ["kind", "reader"], "sort_desc": "id"},
    "ailments": {"facets": ["reason", "feed_id"], "sort_desc": "id"},
    "silences": {"label_column": "note", "sort_desc": "id"},
    "disputes": {"facets": ["kind"], "sort_desc": "filed_at"},
    "thread_redirects": {"facets": ["merged_by"], "sort_desc": "merged_at"},
    "commits": {"hidden": True},
    "bodies": {"hidden": True},
    "revision_bands": {"hidden": True},
    "thread_facets": {"hidden": True},
    "_sqlite_migrations": {"hidden": True},
    "latest_figures": {"facets": ["counted_by", "outlet"]},
    "candidate_figures": {"facets": ["outlet"]},
    "held": {"facets": ["awaited", "outcome", "watch"]},
    "alert_precision": {"facets": ["group_kind"]},
    "latest_positions": {"facets": ["holder", "stance"]},
    "changes_with_sentences": {"facets": ["kind", "tier", "outlet"]},
    "alerts_with_deliveries": {"facets": ["type", "state", "destination"]},
    "feed_health": {"facets": ["last_outcome"]},
    "not_sent": {"facets": ["tier", "kind"]},
}
"""What can't be told from the schema: how a table is shown."""


def metadata_for(store: Path, plugin: dict[str, Any] | None = None) -> dict[str, Any]:
    """The metadata of one store, under the name that Datasette gives it (the file's stem).

    ``plugin`` holds settings of the plugin, such as ``{"judge": True}``.
    """
    return {
        "title": "monitor",
        "description": "Figures and official positions in the news, with their evidence.",
        "databases": {store.stem: of_database()},
        **({"plugins": {"monitor": plugin}} if plugin else {}),
    }


def of_database() -> dict[str, Any]:
    """What is said of a store's tables, views and queries."""
    return {
        "description": "Start with the pages under -/home, or with the view latest_figures.",
        "tables": _tables(),
        "queries": {
            name: {"title": query.title, "description": query.description, "sql": query.sql}
            for name, query in QUERIES.items()
        },
    }


async def describe_in(datasette: Any, database: str) -> None:
    """Hand descriptions and queries to a Datasette of the 1.0 line, which reads no such metadata.

    Facets, order and labels are its configuration: ``datasette.yaml`` takes those of `of_database`.
    """
    about = of_database()
    await datasette.set_database_metadata(database, "description", about["description"])
    for table, shown in about["tables"].items():
        await datasette.set_resource_metadata(database, table, "description", shown["description"])
        for column, meaning in shown["columns"].items():
            await datasette.set_column_metadata(database, table, column, "description", meaning)
    if hasattr(datasette, "add_query"):
        for name, query in QUERIES.items():
            await datasette.add_query(
                database,
                name,
                query.sql,
                title=query.title,
                description=query.description,
                is_trusted=True,
            )


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
