"""Which address shows which page."""

from __future__ import annotations

from typing import Any

from monitor.browse.shell import addresses, page
from monitor.browse.views import alerts, article, feeds, lists, position
from monitor.browse.views.figure import figure
from monitor.browse.views.home import home
from monitor.store.pages import is_store

_FORM = r"(?:\.(?P<form>csv|hxl\.csv|json|svg))?"

ROUTES = (
    ("home", page(home)),
    ("changes", page(lists.changes)),
    ("figures", page(lists.figures)),
    (rf"figure/(?P<thread>\w+){_FORM}", page(figure)),
    ("positions", page(position.positions)),
    (rf"position/(?P<thread>\w+){_FORM}", page(position.position)),
    (r"sheet(?:\.(?P<form>csv))?", page(position.sheet)),
    ("place", page(lists.place)),
    (r"article/(?P<article>\d{1,15})", page(article.article)),
    (r"revision/(?P<revision>\d{1,15})", page(article.revision)),
    ("alerts", page(alerts.alerts)),
    (r"alert/(?P<alert>\w+)", page(alerts.alert)),
    (r"alert/(?P<alert>\w+)/judge", alerts.judge),
    ("feeds", page(feeds.feeds)),
    ("search", page(lists.search)),
)
"""Below the address of a store's database and ``/-/``."""


async def front(datasette: Any, request: Any) -> Any:
    """The server's own address: the home page where it shows one store, else its databases."""
    from datasette import Response
    from datasette.views.index import IndexView

    names = [name for name in datasette.databases if not name.startswith("_")]
    is_page = request.url_vars.get("format") is None
    if is_page and len(names) == 1 and await datasette.get_database(names[0]).execute_fn(is_store):
        return Response.redirect(addresses(datasette, names[0]).page("home"))
    return await IndexView.as_view(datasette)(request, lambda *_: None)
