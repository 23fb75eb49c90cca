"""Feeds with their health, their rhythm and how their last polls ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection, Row
from monitor.store.rows import to_time, to_time_or_none, utc

LAST_POLLS = 40
"""How many polls of each feed are looked at."""


@dataclass(frozen=True, slots=True)
class PollLine:
    """How one poll ended."""

    started: datetime
    outcome: str
    status: int | None
    new: int
    note: str


@dataclass(frozen=True, slots=True)
class AilmentLine:
    """What is wrong with a feed, and since when."""

    reason: str
    note: str
    began: datetime


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed with its last polls, the newest first."""

    id: int
    name: str
    url: str
    outlet: str
    enabled: bool
    outcome: str
    note: str
    failures: int
    interval: float  # seconds that the operator asked for
    pace: float | None  # seconds as adapted to how fast it moves
    last_ok: datetime | None
    last_new: datetime | None
    due: datetime | None
    late: bool
    gaps: int  # polls before which entries may have come and gone unseen
    waiting: int  # entries not yet read
    ailments: tuple[AilmentLine, ...]  # what is wrong now
    polls: tuple[PollLine, ...]


def feed_lines(
    at: Connection, now: datetime, *, outlet: str = "", after: int = 0, most: int = 50
) -> list[FeedLine]:
    """Feeds, the longest failing first, then by outlet; ``after`` skips so many."""
    found = at.rows(
        "SELECT f.*, o.name AS outlet, "
        "unixepoch(:now) - unixepoch(f.next_poll_at) > max(f.interval_seconds, 60) AS late, "
        "(SELECT count(*) FROM entries WHERE feed_id = f.id AND state = 'waiting') AS waiting "
        "FROM feeds f JOIN outlets o ON o.id = f.outlet_id "
        + ("WHERE o.name = :outlet " if outlet else "")
        + "ORDER BY f.enabled DESC, f.failures DESC, o.name, f.name, f.id "
        "LIMIT :most OFFSET :after",
        {"now": utc(now), "outlet": outlet, "most": most, "after": after},
    )
    return [_feed(row, _polls(at, row["id"]), _ailments(at, row["id"])) for row in found]


def _polls(at: Connection, feed_id: int) -> tuple[PollLine, ...]:
    found = at.rows(
        "SELECT started_at, outcome, status, new, note FROM polls WHERE feed_id = ? "
        "ORDER BY id DESC LIMIT ?",
        (feed_id, LAST_POLLS),
    )
    return tuple(
        PollLine(to_time(row["started_at"]), row["outcome"], row["status"], row["new"], row["note"])
        for row in found
    )


def _ailments(at: Connection, feed_id: int) -> tuple[AilmentLine, ...]:
    found = at.rows(
        "SELECT reason, note, began_at FROM ailments WHERE feed_id = ? AND ended_at IS NULL "
        "ORDER BY began_at",
        (feed_id,),
    )
    return tuple(AilmentLine(row["reason"], row["note"], to_time(row["began_at"])) for row in found)


def _feed(row: Row, polls: tuple[PollLine, ...], ailments: tuple[AilmentLine, ...]) -> FeedLine:
    return FeedLine(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        outlet=row["outlet"],
        enabled=bool(row["enabled"]),
        outcome=row["last_outcome"] or "",
        note=row["note"],
        failures=row["failures"],
        interval=row["interval_seconds"],
        pace=row["pace"],
        last_ok=to_time_or_none(row["last_ok_at"]),
        last_new=to_time_or_none(row["last_new_at"]),
        due=to_time_or_none(row["next_poll_at"]),
        late=bool(row["late"]),
        gaps=row["gaps"],
        waiting=row["waiting"],
        ailments=ailments,
        polls=polls,
    )
