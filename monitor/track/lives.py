"""The life of a figure's thread: candidate, active, dormant, closed.

Nothing but its claims and the day decides; the store keeps the answer for people to browse.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from monitor.claims import FigureThread, Life, Series
from monitor.track.faces import face_of

ALIVE = {
    Series.EVENT: timedelta(days=60),
    Series.PART: timedelta(days=3),
    Series.PERIOD: timedelta(days=3),
    Series.RATE: timedelta(days=200),
    Series.FORECAST: timedelta(days=200),
    Series.PLAN: timedelta(days=200),
}
"""How long after its last claim a thread of this type still takes new ones."""

ALIVE_ELSE = timedelta(days=90)

DORMANT_EVENT, DORMANT_SERIES = timedelta(days=14), timedelta(days=45)
"""How long after its last claim a thread sleeps, so that the next one is no push of itself."""

CANDIDATE_BELOW = 2
"""So many articles make a thread more than a candidate."""


def alive_for(series: Series) -> timedelta:
    """How long after its last claim a thread of this type takes new ones."""
    return ALIVE.get(series, ALIVE_ELSE)


def life_of(thread: FigureThread, now: datetime) -> tuple[Life, datetime | None]:
    """Where the thread is at a time, and when that changes though nothing more is reported.

    None in place of the time: it never does.
    """
    face = face_of(thread)
    closes = alive_for(face.series)
    sleeps = min(DORMANT_EVENT if face.series is Series.EVENT else DORMANT_SERIES, closes)
    silent = now.date() - face.last_day
    candidate = len({claim.article_id for claim in thread.history}) < CANDIDATE_BELOW
    if silent > closes:
        return Life.CLOSED, None
    if candidate or silent > sleeps:
        return Life.CANDIDATE if candidate else Life.DORMANT, _day_after(face.last_day, closes)
    return Life.ACTIVE, _day_after(face.last_day, sleeps)


def _day_after(day: date, wait: timedelta) -> datetime:
    return datetime.combine(day + wait + timedelta(days=1), time(), UTC)
