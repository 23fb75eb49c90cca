"""Where holders stand: one timeline, and the sheet of holders by topics at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.claims import FiledPosition
from monitor.store.claims import POSITION, to_position
from monitor.store.connection import Connection, Row
from monitor.store.pages.series import MOST_DRAWN, ClaimChange, changes_of
from monitor.store.rows import to_time, utc

ON_RECORD = ("on_the_record", "document")
ON_BACKGROUND = ("on_background",)

_NEWEST_THREADS = 500
"""Among how many of the threads that moved last the sheet looks for its topics."""


@dataclass(frozen=True, slots=True)
class StandClaim:
    """A position with when it was known, its conditions in words, and what it changed."""

    filed: FiledPosition
    title: str  # of the report
    known: datetime
    condition: str
    limit: str
    changes: tuple[ClaimChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A position as the last word, with the condition that it hangs on, cut from the report."""

    filed: FiledPosition
    condition: str


@dataclass(frozen=True, slots=True)
class StandLine:
    """A position thread in a list; ``now`` is the word said last, where the list shows it."""

    id: str
    label: str
    holder: str
    topic: str  # the proposition's label
    positions: int
    reports: int
    moved: datetime
    sequence: int
    now: Word | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A position thread with its claims in order of filing."""

    line: StandLine
    proposition: str
    opened: datetime
    claims: tuple[StandClaim, ...]
    left_out: int
    others: tuple[StandLine, ...]  # what other holders say on the same proposition


def timeline(
    at: Connection,
    thread_id: str,
    *,
    known_on: datetime | None = None,
    outlet: str = "",
    most: int = MOST_DRAWN,
) -> Timeline | None:
    """A holder's stand on a proposition, as it is or was known; None where there is none such."""
    thread = at.one("SELECT * FROM position_threads WHERE id = ?", (thread_id,))
    if thread is None:
        return None
    conditions = "p.thread_id = :thread"
    conditions += " AND k.committed_at <= :known_on" if known_on else ""
    conditions += " AND o.name = :outlet" if outlet else ""
    asked = {
        "thread": thread_id,
        "known_on": utc(known_on) if known_on else None,
        "outlet": outlet,
        "most": most,
    }
    rows = at.rows(f"{_CLAIM} WHERE {conditions} ORDER BY p.sequence DESC LIMIT :most", asked)
    changed = changes_of(at, "position", [row["id"] for row in rows], known_on)
    others = at.rows(
        "SELECT * FROM position_threads WHERE proposition = ? AND id <> ? "
        "ORDER BY moved_sequence DESC LIMIT 20",
        (thread["proposition"], thread_id),
    )
    return Timeline(
        line=_line(thread),
        proposition=thread["proposition"],
        opened=to_time(thread["opened_at"]),
        claims=tuple(_claim(row, changed) for row in reversed(rows)),
        left_out=max(0, thread["positions"] - len(rows)) if len(rows) == most else 0,
        others=tuple(_line(row) for row in others),
    )


# ---------------------------------------------------------------- the sheet


@dataclass(frozen=True, slots=True)
class Cell:
    """The latest word of one holder on one topic, on the record and on background."""

    thread: str
    on_record: Word | None
    on_background: Word | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A proposition that heads a column."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Holders by topics; a pair without a word has no cell."""

    topics: list[Topic]
    holders: list[str]
    cells: dict[tuple[str, str], Cell]


def sheet(
    at: Connection,
    until: datetime,
    *,
    holder: str = "",
    topic: str = "",
    most_topics: int = 8,
    most_holders: int = 25,
) -> Sheet:
    """The topics that most holders spoke on of late, and what each had last said by a time.

    ``topic`` keeps the propositions whose key or label has these words.
    """
    topics = _topics(at, until, holder, topic)[:most_topics]
    cells: dict[tuple[str, str], Cell] = {}
    for each in topics:
        threads = at.rows(
            "SELECT * FROM position_threads WHERE proposition = ? AND opened_at <= ? "
            + ("AND holder = ? " if holder else "")
            + "ORDER BY moved_sequence DESC LIMIT 60",
            (each.key, utc(until), *([holder] if holder else [])),
        )
        for thread in threads:
            pair = (thread["holder"], each.key)
            cell = Cell(
                thread["id"],
                _latest(at, thread["id"], ON_RECORD, until),
                _latest(at, thread["id"], ON_BACKGROUND, until),
            )
            if pair not in cells and (cell.on_record or cell.on_background):
                cells[pair] = cell
    count: dict[str, int] = {}
    for name, _ in cells:
        count[name] = count.get(name, 0) + 1
    holders = sorted(count, key=lambda name: (-count[name], name))[:most_holders]
    shown = {pair: cell for pair, cell in cells.items() if pair[0] in holders}
    spoken_on = {key for _, key in shown}
    return Sheet([each for each in topics if each.key in spoken_on], holders, shown)


def _topics(at: Connection, until: datetime, holder: str, topic: str) -> list[Topic]:
    """Propositions, those with the most holders and then the most reports first."""
    words = " ".join(topic.lower().split())
    found = at.rows(
        "SELECT t.proposition, max(t.proposition_label) AS label, count(DISTINCT t.holder) AS "
        "holders, sum(t.reports) AS reports FROM (SELECT * FROM position_threads "
        "WHERE opened_at <= :until"
        + (" AND holder = :holder" if holder else "")
        + (
            " AND (instr(lower(proposition), :words) OR instr(lower(proposition_label), :words))"
            if words
            else ""
        )
        + " ORDER BY moved_sequence DESC LIMIT :most) t GROUP BY t.proposition "
        "ORDER BY holders DESC, reports DESC, max(t.moved_sequence) DESC LIMIT 40",
        {"until": utc(until), "holder": holder, "words": words, "most": _NEWEST_THREADS},
    )
    return [Topic(row["proposition"], row["label"]) for row in found]


def _latest(at: Connection, thread: str, venues: tuple[str, ...], until: datetime) -> Word | None:
    marks = ", ".join("?" * len(venues))
    row = at.one(
        f"{POSITION} WHERE p.thread_id = ? AND p.venue IN ({marks}) AND r.published_at <= ? "
        "ORDER BY p.sequence DESC LIMIT 1",
        (thread, *venues, utc(until)),
    )
    return _word(row) if row else None


def _now(at: Connection, thread: str) -> Word | None:
    """The word of the latest day, whoever's voice it is."""
    row = at.one(
        f"{POSITION} WHERE p.thread_id = ? "
        "ORDER BY coalesce(p.said_on, substr(r.published_at, 1, 10)) DESC, p.sequence DESC LIMIT 1",
        (thread,),
    )
    return _word(row) if row else None


def _word(row: Row) -> Word:
    return Word(to_position(row), row["condition"] or "")


# ---------------------------------------------------------------- rows

_CLAIM = POSITION.replace("SELECT p.*,", "SELECT p.*, r.title, k.committed_at,") + (
    " JOIN commits k ON k.sequence = r.sequence"
)


def _claim(row: Row, changed: dict[str, tuple[ClaimChange, ...]]) -> StandClaim:
    return StandClaim(
        filed=to_position(row),
        title=row["title"],
        known=to_time(row["committed_at"]),
        condition=row["condition"] or "",
        limit=row["limits"] or "",
        changes=changed.get(row["id"], ()),
    )


def _line(row: Row) -> StandLine:
    return StandLine(
        id=row["id"],
        label=row["label"],
        holder=row["holder"],
        topic=row["proposition_label"],
        positions=row["positions"],
        reports=row["reports"],
        moved=to_time(row["moved_at"]),
        sequence=row["moved_sequence"],
    )


def stands(
    at: Connection,
    *,
    holder: str = "",
    outlet: str = "",
    words: str = "",
    candidates: bool = False,
    before: int | None = None,
    most: int = 50,
) -> list[StandLine]:
    """Position threads, those that moved last first.

    ``candidates`` takes in the threads that only one report has; ``words`` stand in the label.
    """
    found = at.rows(
        "SELECT t.* FROM position_threads t WHERE t.moved_sequence < :before"
        + ("" if candidates else " AND t.reports > 1")
        + (" AND t.holder = :holder" if holder else "")
        + (" AND instr(lower(t.label), :words)" if words else "")
        + (
            " AND EXISTS (SELECT 1 FROM thread_facets WHERE facet = 'outlet' AND value = :outlet "
            "AND thread_id = t.id)"
            if outlet
            else ""
        )
        + " ORDER BY t.moved_sequence DESC LIMIT :most",
        {
            "holder": holder,
            "outlet": outlet,
            "words": " ".join(words.lower().split()),
            "before": before or 2**62,
            "most": most,
        },
    )
    return [replace(_line(row), now=_now(at, row["id"])) for row in found]
