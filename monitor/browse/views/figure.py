"""A series: its chart, its claims and the explanation of every change; and the same as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.browse import exports
from monitor.browse.charts.series import (
    NARROW,
    NO_SOURCE,
    WIDE,
    lanes_of,
    points_of,
    series_chart,
    source_of,
)
from monitor.browse.rendering import render
from monitor.browse.shell import Answer, Elsewhere, File, NoSuchPage, Shown, Visit, pager, places_of
from monitor.store.connection import Connection
from monitor.store.disputes import Disputes
from monitor.store.pages import series as stored
from monitor.store.pages.course import course
from monitor.store.pages.series import Gap, Series, SeriesClaim
from monitor.store.pages.stands import StandClaim

_A_PAGE = 40  # claims below a chart

SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A chart as a file carries its own style; it still runs and loads nothing."""


def figure(at: Connection, visit: Visit) -> Answer:
    """The page of one series, or the file that the address asks for."""
    moved_to = stored.led_to(at, visit.path["thread"])
    if moved_to:
        return Elsewhere(visit.at.figure(moved_to, visit.path.get("form", "")) + visit.again())
    found = _series(at, visit)
    form = visit.path.get("form", "")
    if form == "svg":
        return _drawn(found, _gaps(at, found), visit)
    if form:
        return exports.series_file(found, form, visit.moment("known_on"))
    return _page(at, found, visit)


def _series(at: Connection, visit: Visit) -> Series:
    found = stored.series(
        at,
        visit.path["thread"],
        known_on=visit.moment("known_on"),
        outlet=visit.asked("outlet"),
        most=exports.MOST if visit.path.get("form") not in ("", "svg", None) else stored.MOST_DRAWN,
    )
    if found is None:
        raise NoSuchPage("There is no such series on file.")
    source = visit.asked("source")
    if source:
        kept = tuple(each for each in found.claims if source_of(each.filed) == source)
        found = replace(found, claims=kept)
    return found


def _page(at: Connection, found: Series, visit: Visit) -> Shown:
    claims, gaps = found.claims, _gaps(at, found)
    is_whole = len(claims) + found.left_out == found.figures
    log = visit.asked("scale") == "log"
    newest_first = claims[::-1]
    list_ = pager(visit, (each.filed.id for each in newest_first), _A_PAGE)
    places = [each.filed.figure.place.name for each in newest_first if each.filed.figure.place]
    return Shown(
        "figure.html",
        {
            "visit": visit,
            "here": "figures",
            "title": found.label,
            "series": found,
            "now": standing(claims),
            "place": places[0] if places else "",
            "known_on": visit.moment("known_on"),
            "outlets": sorted({each.filed.outlet for each in claims}),
            "sources": [name for name in lanes_of(claims) if name != NO_SOURCE],
            "wide": series_chart(claims, gaps, WIDE, log=log),
            "narrow": series_chart(claims, gaps, NARROW, log=log),
            "log": log,
            "disputes": Disputes(at).of_thread(found.id),
            "shown": newest_first[list_.stretch],
            "where": places_of(visit, list_),
            "total": len(claims) + found.left_out,
            "reports": found.reports if is_whole else reports_of(claims, found.left_out),
            "page": list_.page,
            "pages": list_.pages,
            "kept": visit.again(page=None, scale=None, claim=None) if visit.query else "",
        },
    )


def reports_of(claims: Sequence[SeriesClaim | StandClaim], left_out: int) -> int | None:
    """In how many reports the claims of a page stand; None where some are not shown."""
    return None if left_out else len({each.filed.article_id for each in claims})


def standing(claims: Sequence[SeriesClaim]) -> SeriesClaim | None:
    """The claim that says where a series stands: the end of its course, else the last claim."""
    said = course(points_of(claims))
    return said[-1].what if said else claims[-1] if claims else None


def _gaps(at: Connection, found: Series) -> list[Gap]:
    if not found.claims:
        return []
    known = [each.known for each in found.claims]
    published = [each.filed.published for each in found.claims]
    return stored.gaps(at, found.id, min(*known, *published), max(known))


def _drawn(found: Series, gaps: Sequence[Gap], visit: Visit) -> File:
    chart = series_chart(found.claims, gaps, WIDE, log=visit.asked("scale") == "log")
    if chart is None:
        raise NoSuchPage("There is nothing to draw in this series.")
    body = render("charts/alone.svg", {"chart": chart, "title": found.label, "kind": "series"})
    return File(body.strip(), "image/svg+xml; charset=utf-8", f"{found.id}.svg", SVG_POLICY)
