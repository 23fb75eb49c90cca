"""Positions: one timeline, the list of timelines, and the sheet of holders by topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.alerts.wording import STANCES, day_of, stance_words
from monitor.browse import exports
from monitor.browse.charts import stance
from monitor.browse.rendering import render
from monitor.browse.shell import Answer, Elsewhere, File, NoSuchPage, Shown, Visit, pager, places_of
from monitor.browse.views.figure import SVG_POLICY, reports_of
from monitor.claims import FiledPosition
from monitor.store.connection import Connection
from monitor.store.pages import filters, home
from monitor.store.pages import stands as stored
from monitor.store.pages.home import TURNS
from monitor.store.pages.series import MOST_DRAWN, led_to
from monitor.store.pages.stands import Sheet, StandClaim, Timeline
from monitor.store.rows import utc

_A_PAGE = 40  # statements below a chart
_A_LIST = 50  # timelines in a list
_TURNS = 12  # turns shown side by side


def position(at: Connection, visit: Visit) -> Answer:
    """One holder's stand on one proposition, as a page or the file that is asked for."""
    form = visit.path.get("form", "")
    moved_to = led_to(at, visit.path["thread"])
    if moved_to:
        return Elsewhere(visit.at.position(moved_to, form) + visit.again())
    found = stored.timeline(
        at,
        visit.path["thread"],
        known_on=visit.moment("known_on"),
        outlet=visit.asked("outlet"),
        most=exports.MOST if form in ("csv", "json") else MOST_DRAWN,
    )
    if found is None:
        raise NoSuchPage("There is no such position on file.")
    if form == "svg":
        return _drawn(found)
    if form:
        return _file(found, form)
    return _page(found, visit)


def _page(found: Timeline, visit: Visit) -> Shown:
    newest_first = found.claims[::-1]
    list_ = pager(visit, (each.filed.id for each in newest_first), _A_PAGE)
    return Shown(
        "position.html",
        {
            "visit": visit,
            "here": "positions",
            "title": found.line.label,
            "found": found,
            "known_on": visit.moment("known_on"),
            "outlets": sorted({each.filed.outlet for each in found.claims}),
            "wide": stance.stance_chart(found.claims, stance.WIDE),
            "narrow": stance.stance_chart(found.claims, stance.NARROW),
            "standing": standing(found),
            "turns": list(turns(found))[:_TURNS],
            "shown": newest_first[list_.stretch],
            "where": places_of(visit, list_),
            "total": len(found.claims) + found.left_out,
            "reports": reports_of(found.claims, found.left_out),
            "page": list_.page,
            "pages": list_.pages,
            "kept": visit.again(page=None, claim=None) if visit.query else "",
        },
    )


def standing(found: Timeline) -> list[tuple[str, StandClaim]]:
    """The last word of each voice that the holder spoke in, as the line of its voice ends."""
    last = []
    for name, venues in stance.VOICES:
        own = [each for each in found.claims if each.filed.position.attribution.venue in venues]
        if own:
            last.append(
                (name, max(own, key=lambda each: (day_of(each.filed), each.filed.sequence)))
            )
    return last


def turns(found: Timeline) -> Iterator[tuple[Any, StandClaim | None, StandClaim]]:
    """Each change by which the position turned with the words before and after, newest first."""
    by_id = {each.filed.id: each for each in found.claims}
    for each in reversed(found.claims):
        for change in each.changes:
            if change.kind in TURNS:
                yield change, by_id.get(change.before or ""), each


def _drawn(found: Timeline) -> File:
    chart = stance.stance_chart(found.claims, stance.WIDE)
    if chart is None:
        raise NoSuchPage("There is nothing to draw in this timeline.")
    body = render("charts/alone.svg", {"chart": chart, "title": found.line.label, "kind": "stance"})
    name = f"{found.line.id}.svg"
    return File(body.strip(), "image/svg+xml; charset=utf-8", name, SVG_POLICY)


def _file(found: Timeline, form: str) -> File:
    rows = [
        said_row(each.filed)
        | {
            "known": utc(each.known),
            "condition": each.condition or None,
            "limit": each.limit or None,
            "change": " ".join(change.kind for change in each.changes) or None,
        }
        for each in found.claims
    ]
    if form == "json":
        body = {"thread": found.line.id, "label": found.line.label, "positions": rows}
        return exports.json_file(body, f"{found.line.id}.json")
    columns = [*_SAID, "known", "condition", "limit", "change"]
    return exports.csv_file(columns, rows, f"{found.line.id}.csv")


_SAID = (
    *("holder", "topic", "day", "stance", "words", "quote", "speaker", "rank", "anonymous"),
    *("venue", "channel", "outlet", "published", "url", "sentence", "claim"),
)


def said_row(claim: FiledPosition) -> dict[str, Any]:
    """A position as a row. The stance is a word; the scale behind it is for drawing only."""
    said = claim.position
    return {
        "holder": said.holder.name,
        "topic": said.proposition.label,
        "day": day_of(claim).isoformat(),
        "stance": str(said.stance),
        "words": stance_words(said),
        "quote": claim.quote,
        "speaker": said.attribution.speaker,
        "rank": str(said.rank),
        "anonymous": said.attribution.anonymous,
        "venue": str(said.attribution.venue),
        "channel": said.attribution.channel,
        "outlet": claim.outlet,
        "published": utc(claim.published),
        "url": claim.url,
        "sentence": claim.sentence,
        "claim": claim.id,
    }


# ---------------------------------------------------------------- lists


def positions(at: Connection, visit: Visit) -> Answer:
    """Timelines, those that moved last first."""
    found = stored.stands(
        at,
        holder=visit.asked("holder"),
        outlet=visit.asked("outlet"),
        words=visit.asked("topic"),
        candidates=bool(visit.asked("candidates")),
        before=visit.number("before"),
        most=_A_LIST,
    )
    return Shown(
        "positions.html",
        {
            "visit": visit,
            "here": "positions",
            "title": "Positions",
            "lines": found,
            "choices": filters.choices(at),
            "before": found[-1].sequence if len(found) == _A_LIST else None,
        },
    )


def sheet(at: Connection, visit: Visit) -> Answer:
    """Holders by topics at a time: the latest word on the record and on background."""
    until = visit.moment("at") or home.extent(at).newest
    found = Sheet([], [], {})
    if until is not None:
        found = stored.sheet(at, until, holder=visit.asked("holder"), topic=visit.asked("topic"))
    if visit.path.get("form"):
        return _sheet_file(found)
    return Shown(
        "sheet.html",
        {
            "visit": visit,
            "here": "sheet",
            "title": "Position sheet",
            "sheet": found,
            "until": until,
            "choices": filters.choices(at),
            "word": {stance_: word for stance_, (word, _) in STANCES.items()},
            "stance_words": stance_words,
        },
    )


def _sheet_file(found: Sheet) -> File:
    rows = []
    for holder in found.holders:
        for topic in found.topics:
            cell = found.cells.get((holder, topic.key))
            for voice, word in (
                ("on_record", cell.on_record if cell else None),
                ("on_background", cell.on_background if cell else None),
            ):
                if word is not None:
                    more = {"voice": voice, "topic": topic.label, "condition": word.condition}
                    rows.append(said_row(word.filed) | more)
    columns = [
        "holder",
        "topic",
        "voice",
        *(each for each in _SAID if each not in ("holder", "topic")),
        "condition",
    ]
    return exports.csv_file(columns, rows, "position-sheet.csv")
