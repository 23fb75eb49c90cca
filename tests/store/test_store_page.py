"""The page on the store names everything that is in it, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from monitor.store.describe import described
from monitor.store.queries import QUERIES

PAGE = Path(__file__).parents[2] / "docs" / "store.md"


def test_every_table_view_and_query_is_named() -> None:
    named = set(re.findall(r"`([a-z_]+)`", PAGE.read_text("utf-8")))
    assert {*described(), *QUERIES} <= named
    others = {"low", "high", "sequence", "application_id", "_sqlite_migrations"}
    assert named <= {*described(), *QUERIES, *others}
