"""Series in lists: by what they count, where, and who reported them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.claims import FiledFigure
from monitor.store.claims import FIGURE, to_figure
from monitor.store.connection import Connection
from monitor.store.pages.course import course, to_point
from monitor.store.rows import to_time


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in a list with its newest claim."""

    id: str
    label: str
    figures: int
    reports: int
    life: str  # candidate, active, dormant, closed
    moved: datetime
    sequence: int
    newest: FiledFigure | None


def series_list(
    at: Connection,
    *,
    place: str = "",
    measure: str = "",
    outlet: str = "",
    words: str = "",
    candidates: bool = False,
    before: int | None = None,
    most: int = 50,
) -> list[SeriesLine]:
    """Series, those that moved last first.

    ``candidates`` takes in those that only one article has; ``words`` stand in the label.
    """
    facets = {"place": place, "measure": measure, "outlet": outlet}
    found = at.rows(
        "SELECT t.* FROM figure_threads t WHERE t.moved_sequence < :before"
        + ("" if candidates else " AND t.life <> 'candidate'")
        + (" AND instr(lower(t.label), :words)" if words else "")
        + "".join(
            f" AND EXISTS (SELECT 1 FROM thread_facets WHERE facet = '{name}' "
            f"AND value = :{name} AND thread_id = t.id)"
            for name, value in facets.items()
            if value
        )
        + " ORDER BY t.moved_sequence DESC LIMIT :most",
        {
            **facets,
            "words": " ".join(words.lower().split()),
            "before": before or 2**62,
            "most": most,
        },
    )
    return [
        SeriesLine(
            id=row["id"],
            label=row["label"],
            figures=row["figures"],
            reports=row["reports"],
            life=row["life"],
            moved=to_time(row["moved_at"]),
            sequence=row["moved_sequence"],
            newest=_newest(at, row["id"]),
        )
        for row in found
    ]


def _newest(at: Connection, thread: str) -> FiledFigure | None:
    """The claim that says where a series stands, of its last ones; else its last."""
    found = at.rows(
        "SELECT f.sequence, coalesce(f.as_of_end, substr(r.published_at, 1, 10)) AS day, f.low, "
        "f.high, f.vague, f.headline FROM figures f JOIN revisions r ON r.id = f.revision_id "
        "WHERE f.thread_id = ? ORDER BY f.sequence DESC LIMIT 20",
        (thread,),
    )
    said = course(to_point(row, row["sequence"]) for row in reversed(found))
    sequence = said[-1].what if said else found[0]["sequence"] if found else None
    row = at.one(f"{FIGURE} WHERE f.sequence = ?", (sequence,))
    return to_figure(row) if row else None


def places(at: Connection, words: str = "", most: int = 200) -> list[tuple[str, int]]:
    """Places by name with how many series each has."""
    found = at.rows(
        "SELECT value, count(*) AS series FROM thread_facets WHERE facet = 'place' "
        + ("AND instr(lower(value), :words) " if words else "")
        + "GROUP BY value ORDER BY series DESC, value LIMIT :most",
        {"words": words.lower(), "most": most},
    )
    return [(row["value"], row["series"]) for row in found]


def lies_in(at: Connection, place: str) -> list[str]:
    """What a place lies in, nearest first, as any claim says it."""
    row = at.one(
        "SELECT f.place_within FROM thread_facets t JOIN figures f ON f.thread_id = t.thread_id "
        "AND f.place = t.value WHERE t.facet = 'place' AND t.value = ? LIMIT 1",
        (place,),
    )
    if row is None or not row["place_within"]:
        return []
    return [each["value"] for each in at.rows("SELECT value FROM json_each(?)", (row[0],))]
