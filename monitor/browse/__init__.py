"""The store in Datasette: what its pages say about each table, and the server that shows them.

Datasette imports this package as a plugin while it is itself being imported, so nothing here
imports Datasette at the top.
"""

from __future__ import annotations

from pathlib import Path


def browse(store: Path, port: int) -> None:
    """Serve a store's pages on this machine until interrupted; port 0 takes a free one.

    Raises StoreError when the file is no store, InputError when the port is taken.
    """
    from monitor.browse.server import serve

    serve(store, port)
