"""Lists: changes, series, places, and what a search finds."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.alerts.wording import KINDS
from monitor.browse import marking
from monitor.browse.shell import Answer, NoSuchPage, Shown, Visit
from monitor.store.connection import Connection
from monitor.store.pages import filters, lists, stands
from monitor.store.pages import home as stored
from monitor.store.pages import search as searching

_A_LIST = 50
_END = datetime(9999, 12, 31, tzinfo=UTC)


def changes(at: Connection, visit: Visit) -> Answer:
    """Everything that changed, newest first."""
    kind = visit.asked("kind")
    found = stored.changes(
        at,
        visit.filters,
        visit.moment("since"),
        visit.moment("until") or _END,
        kinds=[kind] if kind in KINDS else (),
        before=visit.number("before"),
        most=_A_LIST,
    )
    return Shown(
        "changes.html",
        {
            "visit": visit,
            "here": "changes",
            "title": "Changes",
            "changes": found,
            "kinds": KINDS,
            "choices": filters.choices(at),
            "before": found[-1].sequence if len(found) == _A_LIST else None,
        },
    )


def figures(at: Connection, visit: Visit) -> Answer:
    """Series, those that moved last first."""
    found = lists.series_list(
        at,
        place=visit.asked("place"),
        measure=visit.asked("measure"),
        outlet=visit.asked("outlet"),
        words=visit.asked("words"),
        candidates=bool(visit.asked("candidates")),
        before=visit.number("before"),
        most=_A_LIST,
    )
    return Shown(
        "figures.html",
        {
            "visit": visit,
            "here": "figures",
            "title": "Figures",
            "lines": found,
            "choices": filters.choices(at),
            "places": lists.places(at, most=24),
            "before": found[-1].sequence if len(found) == _A_LIST else None,
        },
    )


def place(at: Connection, visit: Visit) -> Answer:
    """One place: its series, what it stands for as a holder, and what is said of it."""
    name = visit.asked("name")
    if not name:
        raise NoSuchPage("The address names no place.")
    series = lists.series_list(at, place=name, candidates=True, most=_A_LIST)
    held = stands.stands(at, holder=name, candidates=True, most=_A_LIST)
    on_it = [
        line
        for line in stands.stands(at, words=name, candidates=True, most=_A_LIST)
        if line.holder != name
    ]
    if not (series or held or on_it):
        raise NoSuchPage(f"Nothing is on file of a place named {name}.")
    return Shown(
        "place.html",
        {
            "visit": visit,
            "here": "figures",
            "title": name,
            "name": name,
            "within": lists.lies_in(at, name),
            "series": series,
            "held": held,
            "on_it": on_it,
            "changes": stored.changes(at, filters.Filters(place=name), None, _END, most=10),
        },
    )


def search(at: Connection, visit: Visit) -> Answer:
    """What has all of the reader's words, newest first, with the words in their surroundings."""
    words = visit.asked("q")
    found = searching.search(
        at,
        words,
        outlet=visit.asked("outlet"),
        holder=visit.asked("holder"),
        place=visit.asked("place"),
    )
    return Shown(
        "search.html",
        {
            "visit": visit,
            "title": f"Search: {words}" if words else "Search",
            "words": words,
            "can_search": bool(searching.all_of(words)),
            "found": found,
            "snippet": lambda text: marking.found(text, searching.OPEN, searching.CLOSE),
            "choices": filters.choices(at),
        },
    )
