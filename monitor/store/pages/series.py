"""One series: its claims with the change that each made, as known on a day, and its coverage."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.claims import FiledFigure
from monitor.store.claims import to_figure
from monitor.store.connection import Connection, Row
from monitor.store.rows import to_time, utc

MOST_DRAWN = 300
"""How many claims a chart shows at most, the newest."""

_GAP = timedelta(hours=6)
"""A stretch without one good answer of any feed that reports a series is a gap from here on."""

_COVERAGE = timedelta(days=400)
"""How far back from the end of a chart its coverage is looked at."""

_GOOD = "('ok', 'unchanged', 'empty', 'partial')"


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """What a claim changed in its thread."""

    id: str
    kind: str
    tier: str
    tier_reason: str
    explanation: str
    before: str | None  # the id of the claim it is measured against
    authorities: int
    origins: int
    reports: int
    details: tuple[tuple[str, str], ...]
    at: datetime
    alert: str | None


@dataclass(frozen=True, slots=True)
class SeriesClaim:
    """A figure of a series with when it was known and what it changed."""

    filed: FiledFigure
    title: str  # of the report
    fetched: datetime
    known: datetime  # when it was put on file
    changes: tuple[ClaimChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A thread's row, with its claims in order of filing."""

    id: str
    label: str
    key: str
    figures: int
    reports: int
    life: str  # candidate, active, dormant, closed
    opened: datetime
    moved: datetime
    pushed: datetime | None
    claims: tuple[SeriesClaim, ...]
    left_out: int  # older claims that are not among them


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which no feed that reports the series gave a good answer."""

    start: datetime
    end: datetime


def series(
    at: Connection,
    thread_id: str,
    *,
    known_on: datetime | None = None,
    outlet: str = "",
    most: int = MOST_DRAWN,
) -> Series | None:
    """A series as it is known, or as it was known at a time; None where there is none such."""
    thread = at.one("SELECT * FROM figure_threads WHERE id = ?", (thread_id,))
    if thread is None:
        return None
    conditions = "f.thread_id = :thread"
    conditions += " AND k.committed_at <= :known_on" if known_on else ""
    conditions += " AND o.name = :outlet" if outlet else ""
    asked = {
        "thread": thread_id,
        "known_on": utc(known_on) if known_on else None,
        "outlet": outlet,
        "most": most,
    }
    rows = at.rows(f"{_CLAIM} WHERE {conditions} ORDER BY f.sequence DESC LIMIT :most", asked)
    total = len(rows)
    if total == most:
        total = (
            thread["figures"]
            if conditions == "f.thread_id = :thread"
            else at.scalar(f"SELECT count(*) {_JOINED} WHERE {conditions}", asked)
        )
    changed = changes_of(at, "figure", [row["id"] for row in rows], known_on)
    return Series(
        id=thread["id"],
        label=thread["label"],
        key=thread["key"],
        figures=thread["figures"],
        reports=thread["reports"],
        life=thread["life"],
        opened=to_time(thread["opened_at"]),
        moved=to_time(thread["moved_at"]),
        pushed=to_time(thread["pushed_at"]) if thread["pushed_at"] else None,
        claims=tuple(_claim(row, changed) for row in reversed(rows)),
        left_out=total - len(rows),
    )


def changes_of(
    at: Connection, kind: str, claims: Sequence[str], known_on: datetime | None = None
) -> dict[str, tuple[ClaimChange, ...]]:
    """The changes that claims of one kind (figure, position) made, by the claim's id."""
    marks = ", ".join("?" * len(claims))
    found = at.rows(
        "SELECT c.*, (SELECT lead FROM alerts WHERE change_id = c.id LIMIT 1) AS alert "
        f"FROM changes c WHERE c.{kind} IN ({marks}) ORDER BY c.sequence",
        claims,
    )
    by_claim: dict[str, tuple[ClaimChange, ...]] = {}
    for row in found:
        change = _change(row, row[f"{kind}_before"])
        if known_on is None or change.at <= known_on:
            by_claim[row[kind]] = (*by_claim.get(row[kind], ()), change)
    return by_claim


def led_to(at: Connection, thread_id: str) -> str | None:
    """The thread that one turned out to be part of, at the end of the way."""
    into: str | None = at.scalar(
        "WITH RECURSIVE way(id, steps) AS (SELECT ?, 0 UNION ALL SELECT r.into_thread, w.steps + 1 "
        "FROM way w JOIN thread_redirects r ON r.thread = w.id WHERE w.steps < 50) "
        "SELECT id FROM way WHERE steps > 0 ORDER BY steps DESC LIMIT 1",
        (thread_id,),
    )
    return into


def gaps(at: Connection, thread_id: str, start: datetime, end: datetime) -> list[Gap]:
    """When no feed of an outlet that reports the series gave a good answer, within a stretch.

    Empty where none of them is polled (a replay). Of a long stretch only the end is looked at.
    """
    feeds = [
        row["id"]
        for row in at.rows(
            "SELECT f.id FROM thread_facets t JOIN outlets o ON o.name = t.value "
            "JOIN feeds f ON f.outlet_id = o.id WHERE t.thread_id = ? AND t.facet = 'outlet'",
            (thread_id,),
        )
    ]
    since = max(start, end - _COVERAGE)
    found = []
    here = _next_good(at, feeds, since)
    while here is not None and here < end:
        further = _good_within(at, feeds, here, here + _GAP)
        if further is None:
            further = _next_good(at, feeds, here)
            if further is not None:
                found.append(Gap(here, further))
        here = further
    return found


def _good_within(
    at: Connection, feeds: list[int], after: datetime, until: datetime
) -> datetime | None:
    """The last good answer of some feed in a stretch; the feed is asked first from then on."""
    for feed in feeds:
        last = at.scalar(
            "SELECT started_at FROM polls WHERE feed_id = ? AND started_at > ? "
            f"AND started_at < ? AND outcome IN {_GOOD} ORDER BY started_at DESC LIMIT 1",
            (feed, utc(after), utc(until)),
        )
        if last is not None:
            feeds.remove(feed)
            feeds.insert(0, feed)
            return to_time(last)
    return None


def _next_good(at: Connection, feeds: list[int], after: datetime) -> datetime | None:
    """The first good answer of any feed after a time."""
    firsts = [
        at.scalar(
            "SELECT started_at FROM polls WHERE feed_id = ? AND started_at > ? "
            f"AND outcome IN {_GOOD} ORDER BY started_at LIMIT 1",
            (feed, utc(after)),
        )
        for feed in feeds
    ]
    return min((to_time(first) for first in firsts if first), default=None)


_JOINED = (
    "FROM figures f JOIN revisions r ON r.id = f.revision_id "
    "JOIN articles a ON a.id = f.article_id JOIN outlets o ON o.id = a.outlet_id "
    "JOIN commits k ON k.sequence = r.sequence"
)

_CLAIM = (
    "SELECT f.*, a.url, o.name AS outlet, r.outlet_kind, r.origin, r.published_at, r.number, "
    f"r.title, r.fetched_at, k.committed_at {_JOINED}"
)


def _claim(row: Row, changed: dict[str, tuple[ClaimChange, ...]]) -> SeriesClaim:
    return SeriesClaim(
        filed=to_figure(row),
        title=row["title"],
        fetched=to_time(row["fetched_at"]),
        known=to_time(row["committed_at"]),
        changes=changed.get(row["id"], ()),
    )


def _change(row: Row, before: str | None) -> ClaimChange:
    return ClaimChange(
        id=row["id"],
        kind=row["kind"],
        tier=row["tier"],
        tier_reason=row["tier_reason"],
        explanation=row["explanation"],
        before=before,
        authorities=row["authorities"],
        origins=row["origins"],
        reports=row["reports"],
        details=tuple((name, value) for name, value in json.loads(row["details"])),
        at=to_time(row["changed_at"]),
        alert=row["alert"],
    )
