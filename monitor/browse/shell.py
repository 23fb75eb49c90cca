"""From an address to an answer: what all pages share.

A page is a function of an open store and a `Visit`; it runs on one of Datasette's reading threads,
under Datasette's time limit, inside one snapshot of the store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any

from monitor.browse.addresses import Addresses, narrowed
from monitor.browse.rendering import render
from monitor.store.connection import Connection
from monitor.store.pages import is_store, snapshot
from monitor.store.pages.filters import Filters

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No page runs a script, loads anything from elsewhere, or is shown inside another's."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class NoSuchPage(Exception):
    """What the address names is not on file; the message says so to the reader."""


class Unreadable(Exception):
    """What the reader typed into the address makes no sense; the message says what would."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One reader's request: the parts of the address, and the links that a page can make."""

    at: Addresses
    path: Mapping[str, str]
    query: Mapping[str, str]
    database: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    csrf: Callable[[], str] = str
    """Makes the token that a form carries; it sets a cookie, so only a form asks for it."""

    def asked(self, name: str) -> str:
        """An argument of the address, without spaces around it."""
        return self.query.get(name, "").strip()

    @property
    def filters(self) -> Filters:
        """The filters that all pages share."""
        names = ("place", "measure", "holder", "outlet", "watch")
        return Filters(**{name: self.asked(name) for name in names})

    def moment(self, name: str) -> datetime | None:
        """A day (its end) or a time in the address, UTC. Raises Unreadable."""
        text = self.asked(name)
        if not text:
            return None
        try:
            if len(text) == len("2023-10-24"):
                return datetime.combine(date.fromisoformat(text), time.max, UTC)
            at = datetime.fromisoformat(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Unreadable(
                f"{name} takes a day such as 2023-10-24, or a time such as 2023-10-24T06:00Z"
            ) from None

    def number(self, name: str) -> int | None:
        """A whole number in the address. Raises Unreadable."""
        text = self.asked(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise Unreadable(f"{name} takes a whole number")
        return int(text)

    def again_at(self, name: str, value: str) -> str:
        """The changes narrowed to one value of a filter."""
        return self.at.page("changes", **{name: value})

    def again(self, **changes: object) -> str:
        """This page asked in another way."""
        return narrowed(self.query, **changes)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template and what the template shows."""

    template: str
    values: dict[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class File:
    """A file to keep: CSV, JSON, SVG."""

    body: str
    content_type: str
    name: str
    policy: str = "default-src 'none'"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The reader is sent to another page."""

    address: str


Answer = Shown | File | Elsewhere
Build = Callable[[Connection, Visit], Answer]


def page(build: Build) -> Callable[..., Awaitable[Any]]:
    """A view of Datasette that answers with what ``build`` makes of the store."""

    async def view(datasette: Any, request: Any) -> Any:
        from datasette.utils import tilde_decode

        name = tilde_decode(request.url_vars["database"])
        if name not in datasette.databases:
            return _to_response(_said(None, "There is no such store here.", 404))
        await _may_see(datasette, request.actor, name)
        visit = visit_of(datasette, request, name)
        return _to_response(await answer(datasette, name, visit, build))

    return view


async def answer(datasette: Any, name: str, visit: Visit, build: Build) -> Answer:
    """Read and build a page, or say why it cannot be shown."""
    from datasette.utils import sqlite_timelimit

    limit = datasette.setting("sql_time_limit_ms")

    def read(connection: sqlite3.Connection) -> Answer:
        if not is_store(connection):
            return _said(visit, "This database is not a store of the monitor.", 404)
        with snapshot(connection) as at, sqlite_timelimit(connection, limit):
            return build(at, visit)

    try:
        found: Answer = await datasette.get_database(name).execute_fn(read)
    except NoSuchPage as error:
        return _said(visit, str(error), 404)
    except Unreadable as error:
        return _said(visit, f"This address cannot be read: {error}.", 400)
    except sqlite3.OperationalError as error:
        return _said(visit, _trouble(error, limit), 503)
    return found


def visit_of(datasette: Any, request: Any, name: str) -> Visit:
    """What a request asks of one store."""
    token = request.scope.get("csrftoken")
    return Visit(
        at=addresses(datasette, name),
        path={key: value or "" for key, value in request.url_vars.items()},
        query={key: request.args[key] for key in request.args},
        database=name,
        # Datasette 1.0 does not fall back from a database to the whole by itself.
        settings=datasette.plugin_config("monitor", database=name)
        or datasette.plugin_config("monitor")
        or {},
        csrf=token if callable(token) else str,
    )


def addresses(datasette: Any, name: str) -> Addresses:
    """The addresses of one store's pages in this Datasette."""
    return Addresses(
        str(datasette.urls.database(name)), str(datasette.urls.path("/-/static-plugins/monitor"))
    )


async def _may_see(datasette: Any, actor: Any, name: str) -> None:
    """Raise Datasette's Forbidden where the reader may not see this database."""
    if hasattr(datasette, "ensure_permissions"):  # 0.65
        await datasette.ensure_permissions(actor, [("view-database", name), "view-instance"])
        return
    from datasette.resources import DatabaseResource  # 1.0

    await datasette.ensure_permission(
        action="view-database", resource=DatabaseResource(database=name), actor=actor
    )


def _trouble(error: sqlite3.OperationalError, limit: int) -> str:
    if "interrupted" in str(error):
        return (
            f"This page was cut off: it would have taken longer than {limit / 1000:g} s "
            "(the setting sql_time_limit_ms). Narrow it with a filter or a shorter time."
        )
    if "no such" in str(error):
        return (
            "This store was written by another version of the monitor; `monitor run` brings it "
            f"up to date ({error})."
        )
    return f"The store cannot be read just now: {error}."


def _said(visit: Visit | None, words: str, status: int) -> Shown:
    return Shown("said.html", {"visit": visit, "title": words, "words": words}, status)


def _to_response(found: Answer) -> Any:
    from datasette import Response

    if isinstance(found, Elsewhere):
        return Response.redirect(found.address)
    if isinstance(found, File):
        headers = {
            **_HEADERS,
            "Content-Security-Policy": found.policy,
            "Content-Disposition": f'inline; filename="{found.name}"',
        }
        return Response(found.body, headers=headers, content_type=found.content_type)
    return Response.html(
        render(found.template, found.values), status=found.status, headers=dict(_HEADERS)
    )


@dataclass(frozen=True, slots=True)
class Pager:
    """A list cut into pages: the one that the address asks for, by number or by what is on it."""

    page: int
    pages: int
    ids: tuple[str, ...]
    a_page: int

    @property
    def stretch(self) -> slice:
        """What stands on the page."""
        return slice((self.page - 1) * self.a_page, self.page * self.a_page)

    def of(self, identity: str) -> int:
        """The page that something stands on; the first where it is not in the list."""
        return self.ids.index(identity) // self.a_page + 1 if identity in self.ids else 1


def pager(visit: Visit, ids: Iterable[str], a_page: int) -> Pager:
    """The page of a list that ``page`` in the address names, else the one that has ``claim``."""
    names = tuple(ids)
    first = Pager(1, max(1, ceil(len(names) / a_page)), names, a_page)
    page = visit.number("page") or first.of(visit.asked("claim"))
    return replace(first, page=min(max(1, page), first.pages))


def places_of(visit: Visit, list_: Pager) -> dict[str, str]:
    """Where each thing of a list stands: on this page, or on another of its pages."""
    return {
        identity: ("" if at == list_.page else visit.again(page=at, claim=None)) + f"#{identity}"
        for at, identity in (
            (number // list_.a_page + 1, identity) for number, identity in enumerate(list_.ids)
        )
    }


def day_before(at: datetime, days: int) -> datetime:
    """So many days earlier; the first day there is where that would be before it."""
    try:
        return at - timedelta(days=days)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
