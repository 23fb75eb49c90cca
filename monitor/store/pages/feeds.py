"""Feeds with their health, their rhythm and how their last polls ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection, Row
from monitor.store.rows import to_time, to_time_or_none

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
    waiting: int  # entries not yet read
    polls: tuple[PollLine, ...]


def feed_lines(
    at: Connection, *, outlet: str = "", after: int = 0, most: int = 50
) -> list[FeedLine]:
    """Feeds, the longest failing first, then by outlet; ``after`` skips so many."""
    found = at.rows(
        "SELECT f.*, o.name AS outlet, (SELECT count(*) FROM entries WHERE feed_id = f.id "
        "AND state = 'waiting') AS waiting FROM feeds f JOIN outlets o ON o.id = f.outlet_id "
        + ("WHERE o.name = :outlet " if outlet else "")
        + "ORDER BY f.enabled DESC, f.failures DESC, o.name, f.name, f.id "
        "LIMIT :most OFFSET :after",
        {"outlet": outlet, "most": most, "after": after},
    )
    return [_feed(row, _polls(at, row["id"])) for row in found]


def _polls(at: Connection, feed_id: int) -> list[Row]:
    return at.rows(
        "SELECT started_at, outcome, status, new, note FROM polls WHERE feed_id = ? "
        "ORDER BY id DESC LIMIT ?",
        (feed_id, LAST_POLLS),
    )


def _feed(row: Row, polls: Sequence[Row]) -> FeedLine:
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
        waiting=row["waiting"],
        polls=tuple(
            PollLine(
                to_time(each["started_at"]),
                each["outcome"],
                each["status"],
                each["new"],
                each["note"],
            )
            for each in polls
        ),
    )
