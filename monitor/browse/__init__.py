"""The store in Datasette: pages of our own, what its tables say, and the server that shows them.

Datasette imports this package as its plugin ``monitor`` while it is itself being imported, so that
nothing here imports Datasette at the top. It serves the files in ``static`` itself.
"""

from __future__ import annotations

from pathlib import Path

from monitor.browse.plugin import (
    extra_css_urls,
    get_metadata,
    menu_links,
    register_routes,
    render_cell,
    startup,
)

__all__ = [
    "browse",
    "extra_css_urls",
    "get_metadata",
    "menu_links",
    "register_routes",
    "render_cell",
    "startup",
]


def browse(store: Path, port: int, *, judge: bool = False) -> None:
    """Serve a store's pages on this machine until interrupted; port 0 takes a free one.

    ``judge`` lets whoever reaches the pages judge alerts.

    Raises StoreError when the file is no store, InputError when the port is taken.
    """
    from monitor.browse.server import serve

    serve(store, port, judge=judge)
