"""What is new: changes, alerts by severity, feeds in trouble, what moves most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.claims import Number
from monitor.store.changes import Changes, StoredChange
from monitor.store.connection import Connection, Row
from monitor.store.pages.course import course, to_point
from monitor.store.pages.filters import ASKED_BY, CHANGES, Filters, on_changes
from monitor.store.rows import to_number, to_time, to_time_or_none, utc

TURNS = ("reversed", "contradicted", "denied", "hardened", "softened")
"""The changes by which a position turns, the gravest first."""

_NEWEST_MOVES = 2000
"""How many moves of figures are looked through for the series that move most."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is on file, and up to when."""

    newest: datetime | None
    """The newest time on file: the store's own now, simulated in a replay. None: empty."""
    figures: int
    positions: int
    articles: int


@dataclass(frozen=True, slots=True)
class Mover:
    """A series with how far it went in a stretch of time."""

    thread: str
    label: str
    moves: int
    first: Number  # the value before the first move
    last: Number

    @property
    def percent(self) -> float | None:
        """The way from the first value to the last; None from zero."""
        return (self.last - self.first) / abs(self.first) * 100 if self.first else None


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One message in a list."""

    id: str
    sequence: int
    type: str
    tier: str
    severity: str
    title: str
    created: datetime
    watches: str  # JSON [name, ...]
    outlet: str
    delivered: int
    pending: int
    dead: int


def extent(at: Connection) -> Extent:
    """How much is on file. Numbers of filing stand for counts, which cost a walk."""
    times = [
        at.scalar(f"SELECT {column} FROM {table} ORDER BY {order} DESC LIMIT 1")
        for table, column, order in (
            ("commits", "committed_at", "sequence"),
            ("polls", "started_at", "id"),
            ("alerts", "created_at", "sequence"),
        )
    ]
    known = [time for time in times if time]
    return Extent(
        newest=to_time(max(known)) if known else None,
        figures=at.scalar("SELECT max(sequence) FROM figures") or 0,
        positions=at.scalar("SELECT max(sequence) FROM positions") or 0,
        articles=at.scalar("SELECT max(id) FROM articles") or 0,
    )


def changes(
    at: Connection,
    filters: Filters,
    since: datetime | None,
    until: datetime,
    *,
    kinds: Sequence[str] = (),
    before: int | None = None,
    most: int = 50,
) -> list[StoredChange]:
    """Changes that a reader is told of (push and digest), newest first.

    ``before`` is the number in the order of filing that a page goes on from.
    """
    marks = ", ".join(f":kind{number}" for number in range(len(kinds)))
    found = at.rows(
        f"SELECT c.id {CHANGES} WHERE c.tier <> 'log' AND c.changed_at <= :until"
        + (" AND c.changed_at > :since" if since else "")
        + (" AND c.sequence < :before" if before else "")
        + (f" AND c.kind IN ({marks})" if kinds else "")
        + on_changes(filters)
        + " ORDER BY c.changed_at DESC, c.sequence DESC LIMIT :most",
        {
            **filters.given,
            **{f"kind{number}": kind for number, kind in enumerate(kinds)},
            "since": utc(since) if since else None,
            "until": utc(until),
            "before": before,
            "most": most,
        },
    )
    known = Changes(at)
    return [known.get(row["id"]) for row in found]


def movers(
    at: Connection, filters: Filters, since: datetime, until: datetime, most: int = 8
) -> list[Mover]:
    """The series that went the furthest, by percent, in a stretch of time."""
    found = at.rows(
        "SELECT c.figure_thread AS thread, t.label, coalesce(b.low, b.high) AS was, "
        f"coalesce(f.low, f.high) AS became {CHANGES} "
        "JOIN figures b ON b.id = c.figure_before JOIN figure_threads t ON t.id = c.figure_thread "
        "WHERE c.tier <> 'log' AND c.kind IN ('raised', 'lowered') "
        "AND c.changed_at > :since AND c.changed_at <= :until"
        + on_changes(filters)
        + " ORDER BY c.changed_at DESC, c.sequence DESC LIMIT :most",
        {**filters.given, "since": utc(since), "until": utc(until), "most": _NEWEST_MOVES},
    )
    moved: dict[str, Mover] = {}
    for row in found:  # from the newest to the oldest
        was, became = to_number(row["was"]), to_number(row["became"])
        if was is None or became is None:
            continue
        later = moved.get(row["thread"])
        moved[row["thread"]] = Mover(
            row["thread"],
            row["label"],
            1 + (later.moves if later else 0),
            was,
            later.last if later else became,
        )
    ranked = sorted(moved.values(), key=lambda each: (-abs(each.percent or 0), each.label))
    return ranked[:most]


def values(at: Connection, thread: str, most: int = 40) -> list[Number]:
    """The course of a series over its newest claims, for a small chart."""
    found = at.rows(
        "SELECT coalesce(f.as_of_end, substr(r.published_at, 1, 10)) AS day, f.low, f.high, "
        "f.vague, f.headline FROM figures f JOIN revisions r ON r.id = f.revision_id "
        "WHERE f.thread_id = ? ORDER BY f.sequence DESC LIMIT ?",
        (thread, most),
    )
    return [point.value for point in course(to_point(row, None) for row in reversed(found))]


# ---------------------------------------------------------------- alerts


def severities(at: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many messages of changes there were of each severity."""
    found = at.rows(
        "SELECT severity, count(*) AS alerts FROM alerts WHERE created_at > ? AND created_at <= ? "
        "AND lead = id AND change_id IS NOT NULL GROUP BY severity",
        (utc(since), utc(until)),
    )
    return {row["severity"]: row["alerts"] for row in found}


def alerts(
    at: Connection,
    filters: Filters,
    *,
    severity: str = "",
    type_: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    only_changes: bool = False,
    most: int = 50,
) -> list[AlertLine]:
    """Messages (each led by its gravest alert), newest first, with how their deliveries stand.

    ``only_changes`` leaves out those of the monitor itself: digests, notices, the first summary.
    """
    narrowed = Filters(**{n: v for n, v in filters.given.items() if n != "watch"})
    conditions = [
        "lead = id",
        *(["change_id IS NOT NULL"] if only_changes else []),
        *(["severity = :severity"] if severity else []),
        *(["type = :type"] if type_ else []),
        *(["sequence < :before"] if before else []),
        *(["created_at > :since"] if since else []),
        *(["created_at <= :until"] if until else []),
        *([ASKED_BY] if filters.watch else []),
        *(
            [f"EXISTS (SELECT 1 {CHANGES} WHERE c.id = change_id{on_changes(narrowed)})"]
            if narrowed.given
            else []
        ),
    ]
    found = at.rows(
        "SELECT alerts.id, alerts.sequence, alerts.type, tier, severity, title, created_at, "
        "alerts.watches, (SELECT o.name FROM changes c JOIN revisions r ON r.id = c.revision_id "
        "JOIN articles a ON a.id = r.article_id JOIN outlets o ON o.id = a.outlet_id "
        "WHERE c.id = alerts.change_id) AS outlet, "
        + ", ".join(
            "(SELECT count(*) FROM deliveries d WHERE d.alert_id = alerts.id "
            f"AND d.state = '{state}') AS {state}"
            for state in ("delivered", "pending", "dead")
        )
        + f" FROM (SELECT id FROM alerts WHERE {' AND '.join(conditions)} "
        "ORDER BY sequence DESC LIMIT :most) listed JOIN alerts ON alerts.id = listed.id "
        "ORDER BY alerts.sequence DESC",
        {
            **filters.given,
            "severity": severity,
            "type": type_,
            "before": before,
            "since": utc(since) if since else None,
            "until": utc(until) if until else None,
            "most": most,
        },
    )
    return [
        AlertLine(
            id=row["id"],
            sequence=row["sequence"],
            type=row["type"],
            tier=row["tier"],
            severity=row["severity"],
            title=row["title"],
            created=to_time(row["created_at"]),
            watches=row["watches"],
            outlet=row["outlet"] or "",
            delivered=row["delivered"],
            pending=row["pending"],
            dead=row["dead"],
        )
        for row in found
    ]


# ---------------------------------------------------------------- feeds


@dataclass(frozen=True, slots=True)
class FeedTrouble:
    """A feed that fails, is ill by its own habit, or was not asked when it was due."""

    id: int
    name: str
    outlet: str
    what: str  # in words
    since: datetime | None


@dataclass(frozen=True, slots=True)
class FeedsNow:
    """How many feeds are asked and how many of them are well; the rest, the worst first."""

    enabled: int
    well: int
    trouble: list[FeedTrouble]


def feeds_now(at: Connection, now: datetime) -> FeedsNow:
    """How the enabled feeds are."""
    found = at.rows(
        "SELECT f.id, f.name, o.name AS outlet, f.failures, f.last_outcome, f.last_ok_at, "
        "f.next_poll_at, unixepoch(:now) - unixepoch(f.next_poll_at) > max(f.interval_seconds, 60) "
        "AS late, (SELECT reason FROM ailments WHERE feed_id = f.id AND ended_at IS NULL LIMIT 1) "
        "AS ailment, (SELECT min(began_at) FROM ailments WHERE feed_id = f.id "
        "AND ended_at IS NULL) AS began_at FROM feeds f JOIN outlets o ON o.id = f.outlet_id "
        "WHERE f.enabled = 1 ORDER BY f.failures DESC, f.next_poll_at, f.id",
        {"now": utc(now)},
    )
    trouble = [
        FeedTrouble(row["id"], row["name"], row["outlet"], *_trouble(row))
        for row in found
        if row["failures"] or row["late"] or row["ailment"]
    ]
    return FeedsNow(len(found), len(found) - len(trouble), trouble)


def _trouble(row: Row) -> tuple[str, datetime | None]:
    if row["ailment"]:
        return row["ailment"].replace("_", " "), to_time_or_none(row["began_at"])
    if row["failures"]:
        said = f"{row['last_outcome'] or 'failed'}, {row['failures']} in a row"
        return said.replace("_", " "), to_time_or_none(row["last_ok_at"])
    return "late: its turn was", to_time_or_none(row["next_poll_at"])
