"""The hooks of Datasette that we answer. Only arguments that both of its lines have are used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pluggy import HookimplMarker

from monitor.browse.addresses import Addresses

hookimpl = HookimplMarker("datasette")

_MENU = (
    ("home", "What is new"),
    ("changes", "Changes"),
    ("figures", "Figures"),
    ("positions", "Positions"),
    ("sheet", "Position sheet"),
    ("alerts", "Alerts"),
    ("feeds", "Feeds"),
    ("search", "Search"),
)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages, each below its store; a server that shows one store begins with what is new."""
    from monitor.browse.routes import ROUTES, front

    below = r"^/(?P<database>[^/.]+)/-/"
    return [
        (r"^/(?:\.(?P<format>jsono?))?$", front),
        *((rf"{below}{path}$", view) for path, view in ROUTES),
    ]


@hookimpl
def menu_links(datasette: Any) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """Our pages in the menu of plain Datasette."""

    async def links() -> list[dict[str, str]]:
        stores = [name for name in datasette.databases if await _is_store(datasette, name)]
        return [
            {
                "href": _at(datasette, name).page(page),
                "label": label if len(stores) == 1 else f"{name}: {label}",
            }
            for name in stores
            for page, label in _MENU
        ]

    return links


@hookimpl
def render_cell(
    row: Mapping[str, Any], value: Any, column: str, table: str, database: str, datasette: Any
) -> Callable[[], Awaitable[Markup | None]] | None:
    """Evidence, times, bounds and links in the tables of a store."""
    if value is not None and not isinstance(value, str) and column not in ("low", "high"):
        return None

    async def shown() -> Markup | None:
        from monitor.browse.cells import cell

        if not await _is_store(datasette, database):
            return None
        return cell(row, value, column, table, _at(datasette, database))

    return shown


@hookimpl
def extra_css_urls(database: str | None, datasette: Any) -> Callable[[], Awaitable[list[str]]]:
    """How a store's tables look: aligned numbers, marks, a dark screen."""

    async def urls() -> list[str]:
        if database is None or not await _is_store(datasette, database):
            return []
        return [_at(datasette, database).asset("tables.css")]

    return urls


@hookimpl
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Descriptions, facets and named queries of stores (0.65), however they were opened."""
    from monitor.browse.metadata import of_database

    stores = {
        name: of_database()
        for name, database in datasette.databases.items()
        if database.path and _has_mark(Path(database.path))
    }
    return {"databases": stores} if stores else {}


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]] | None:
    """The same descriptions and queries for 1.0, which keeps them in a database of its own."""
    if not hasattr(datasette, "set_resource_metadata"):
        return None

    async def describe() -> None:
        from monitor.browse.metadata import describe_in

        for name in list(datasette.databases):
            if await _is_store(datasette, name):
                await describe_in(datasette, name)

    return describe


def _at(datasette: Any, name: str) -> Addresses:
    from monitor.browse.shell import addresses

    return addresses(datasette, name)


async def _is_store(datasette: Any, name: str) -> bool:
    """Whether a database is a store; asked once of each file, since the mark never changes."""
    from monitor.store.pages import is_store

    database = datasette.databases.get(name)
    if database is None or name.startswith("_"):
        return False
    known = getattr(database, "monitor_store", None)
    if known is None:
        known = await database.execute_fn(is_store)
        database.monitor_store = known
    return bool(known)


@cache
def _has_mark(path: Path) -> bool:
    """The same from the file's header, where nothing may be awaited.

    The application id stands at offset 68 of the header ("Database File Format" of SQLite, 1.3).
    """
    from monitor.store.schema import APPLICATION_ID

    try:
        with path.open("rb") as file:
            return file.read(72)[68:] == APPLICATION_ID.to_bytes(4, "big")
    except OSError:
        return False
