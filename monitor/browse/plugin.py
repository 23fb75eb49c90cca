"""The hooks of Datasette that we answer."""

from __future__ import annotations

from typing import Any

from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages, each below its store."""
    from monitor.browse.routes import ROUTES, front

    return [
        (r"^/$", front),
        *((rf"^/(?P<database>[^/.]+)/-/{path}$", view) for path, view in ROUTES),
    ]
