"""Which address shows which page."""

from __future__ import annotations

from typing import Any

from monitor.browse.shell import addresses, page
from monitor.browse.views.figure import figure
from monitor.browse.views.home import home
from monitor.store.pages import is_store

_FORM = r"(?:\.(?P<form>csv|hxl\.csv|json|svg))?"

ROUTES = (
    ("home", page(home)),
    (rf"figure/(?P<thread>\w+){_FORM}", page(figure)),
)
"""Below the address of a store's database and ``/-/``."""


async def front(datasette: Any, request: Any) -> Any:
    """The server's own address: the home page where it shows one store, else its databases."""
    from datasette import Response
    from datasette.views.index import IndexView

    names = [name for name in datasette.databases if not name.startswith("_")]
    if len(names) == 1 and await datasette.get_database(names[0]).execute_fn(is_store):
        return Response.redirect(addresses(datasette, names[0]).page("home"))
    return await IndexView.as_view(datasette)(request, lambda *_: None)
