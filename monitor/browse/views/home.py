"""What is new: the last day and week, by the newest time on file."""

from __future__ import annotations

from monitor.browse.charts.scales import Scale, to_float
from monitor.browse.shell import Answer, Shown, Visit, day_before
from monitor.claims import Number
from monitor.store.connection import Connection
from monitor.store.pages import filters
from monitor.store.pages import home as stored

_MOST = 25  # changes in one list


def home(at: Connection, visit: Visit) -> Answer:
    """Changes, alerts, movers, turns and feeds, for the filters of the address."""
    extent = stored.extent(at)
    shown = {"visit": visit, "here": "home", "title": "What is new", "extent": extent}
    until = visit.moment("at") or extent.newest
    if extent.newest is None or until is None:
        return Shown("home.html", shown)
    narrowed = visit.filters
    day, week = day_before(until, 1), day_before(until, 7)
    movers = stored.movers(at, narrowed, week, until)
    return Shown(
        "home.html",
        shown
        | {
            "until": until,
            "earlier": f"{day:%Y-%m-%dT%H:%MZ}",
            "most": _MOST,
            "choices": filters.choices(at),
            "day": stored.changes(at, narrowed, day, until, most=_MOST),
            "week": stored.changes(at, narrowed, week, day, most=_MOST),
            "severities": stored.severities(at, week, until),
            "alerts": stored.alerts(
                at, narrowed, since=week, until=until, only_changes=True, most=6
            ),
            "movers": [(mover, spark(stored.values(at, mover.thread))) for mover in movers],
            "turned": stored.changes(at, narrowed, week, until, kinds=stored.TURNS, most=8),
            "feeds": stored.feeds_now(at, extent.newest),
        },
    )


def spark(values: list[Number], width: int = 96, height: int = 24) -> str:
    """A small step line as an SVG path, one step a value; empty below two values."""
    if len(values) < 2:
        return ""
    numbers = [to_float(value) for value in values]
    low, high = min(numbers), max(numbers)
    up = Scale(low, high if high > low else low + 1, height - 2, 2)
    across = Scale(0, len(numbers), 0, width)
    path = f"M0 {up.at(numbers[0])}"
    for place, number in enumerate(numbers[1:], start=1):
        path += f"H{across.at(place)}V{up.at(number)}"
    return f"{path}H{width}"
