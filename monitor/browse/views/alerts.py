"""Alerts: the list, one with its evidence and deliveries, and judging it."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.alerts.links import judge_accepts
from monitor.browse.shell import Answer, NoSuchPage, Shown, Visit, visit_of
from monitor.outbox import Verdict
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.pages import filters
from monitor.store.pages import home as stored
from monitor.store.pages.message import message

_A_LIST = 50
_LONGEST_NOTE = 1000  # characters


def alerts(at: Connection, visit: Visit) -> Answer:
    """Messages, newest first."""
    found = stored.alerts(
        at,
        visit.filters,
        severity=visit.asked("severity"),
        type_=visit.asked("type"),
        since=visit.moment("since"),
        until=visit.moment("until"),
        before=visit.number("before"),
        most=_A_LIST,
    )
    return Shown(
        "alerts.html",
        {
            "visit": visit,
            "here": "alerts",
            "title": "Alerts",
            "alerts": found,
            "choices": filters.choices(at),
            "before": found[-1].sequence if len(found) == _A_LIST else None,
        },
    )


def alert(at: Connection, visit: Visit) -> Answer:
    """One alert with its evidence, its deliveries and what readers said of it."""
    found = message(at, visit.path["alert"])
    if found is None:
        raise NoSuchPage("There is no such alert on file.")
    can_judge = found.change is not None and may_judge(visit, found.id)
    return Shown(
        "alert.html",
        {
            "visit": visit,
            "here": "alerts",
            "title": found.title,
            "alert": found,
            "payload": json.dumps(found.payload, ensure_ascii=False, indent=2),
            "can_judge": can_judge,
            "csrf": visit.csrf() if can_judge else "",
            "verdicts": [(verdict.value, words(verdict.value)) for verdict in Verdict],
            "words": words,
        },
    )


def words(verdict: str) -> str:
    """A verdict as people read it."""
    return verdict.replace("_", " ")


def may_judge(visit: Visit, alert_id: str) -> bool:
    """Whether the operator lets this reader judge this alert.

    The plugin's setting ``judge`` enables it. Where ``judge_key`` is set as well, the address must
    carry the token of the alert's own link.
    """
    if not visit.settings.get("judge"):
        return False
    key = visit.settings.get("judge_key")
    return not key or judge_accepts(str(key), alert_id, visit.asked("token"))


async def judge(datasette: Any, request: Any) -> Any:
    """Take a verdict from the form on an alert's page: it becomes one row of `requests`."""
    from asyncio import to_thread

    from datasette import Forbidden, Response
    from datasette.utils import tilde_decode

    name = tilde_decode(request.url_vars["database"])
    if request.method != "POST" or name not in datasette.databases:
        raise Forbidden("an alert is judged with the form on its page")
    given = await request.post_vars()
    if not _is_own_form(request, given.get("csrftoken", "")):
        raise Forbidden("open the alert's page again and judge it there")
    visit = visit_of(datasette, request, name)
    alert_id = request.url_vars["alert"]
    asked = Visit(visit.at, visit.path, {"token": given.get("token", "")}, name, visit.settings)
    if not may_judge(asked, alert_id):
        raise Forbidden("judging from the pages is not enabled for this alert")
    verdict = given.get("verdict", "")
    database = datasette.get_database(name)
    if verdict not in set(Verdict) or database.path is None or not database.is_mutable:
        raise Forbidden("choose a verdict; a store that is at rest takes none")
    arguments = {
        "alert": alert_id,
        "verdict": verdict,
        "note": given.get("note", "").strip()[:_LONGEST_NOTE],
        "reader": given.get("reader", "").strip()[:100] or "pages",
    }
    await to_thread(_ask, Path(database.path), arguments)
    token = given.get("token", "")
    return Response.redirect(visit.at.alert(alert_id, token=token) + "#judged")


def _is_own_form(request: Any, token: str) -> bool:
    """Whether the form came from a page of ours and from no other site's.

    Datasette itself lets a request without cookies pass, and its 1.0 line has no tokens any more:
    there the browser's own word decides (``Origin``, ``Sec-Fetch-Site``).
    """
    headers = request.headers
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return False
    own = request.scope.get("csrftoken")
    if callable(own):
        return secrets.compare_digest(str(own()).encode(), token.encode())
    return origin is not None


def _ask(path: Path, arguments: dict[str, str]) -> None:
    with Store.open(path) as store:
        store.requests.ask("judge", arguments, datetime.now(UTC))
