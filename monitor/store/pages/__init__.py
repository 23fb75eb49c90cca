"""What the pages of `monitor browse` ask of the store: one module for each page.

Every function takes a `Connection` and only reads. The lists that grow without end are read from
their newest end and cut, so that a page costs the same over a million claims as over a hundred.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from monitor.store.connection import Connection
from monitor.store.schema import APPLICATION_ID


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[Connection]:
    """Read through somebody else's open connection; everything inside sees one state of the store.

    The connection must give rows by name (``sqlite3.Row``), as Datasette's do.
    """
    connection.execute("BEGIN")
    try:
        yield Connection(Database(connection, recursive_triggers=False), Path())
    finally:
        connection.rollback()


def is_store(connection: sqlite3.Connection) -> bool:
    """Whether an open database is a store of ours."""
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    return bool(mark == APPLICATION_ID)
