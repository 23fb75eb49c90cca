"""The store in Datasette: pages of our own, what its tables say, and the server that shows them.

Datasette imports this package as its plugin ``monitor`` while it is itself being imported, so that
nothing here imports Datasette at the top. It serves the files in ``static`` itself.
"""

from __future__ import annotations

from pathlib import Path

from monitor.browse.plugin import register_routes

__all__ = ["browse", "register_routes"]


def browse(store: Path, port: int) -> None:
    """Serve a store's pages on this machine until interrupted; port 0 takes a free one.

    Raises StoreError when the file is no store, InputError when the port is taken.
    """
    from monitor.browse.server import serve

    serve(store, port)
