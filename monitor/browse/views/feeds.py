"""Feeds: their health, their rhythm, and how their last polls ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.browse.shell import Answer, Shown, Visit
from monitor.store.connection import Connection
from monitor.store.pages import feeds as stored
from monitor.store.pages import filters, home
from monitor.store.pages.feeds import FeedLine

_A_PAGE = 50


def feeds(at: Connection, visit: Visit) -> Answer:
    """Feeds, the longest failing first."""
    page = max(1, visit.number("page") or 1)
    now = home.extent(at).newest or datetime.now(UTC)
    found = stored.feed_lines(
        at, now, outlet=visit.asked("outlet"), after=(page - 1) * _A_PAGE, most=_A_PAGE
    )
    return Shown(
        "feeds.html",
        {
            "visit": visit,
            "here": "feeds",
            "title": "Feeds",
            "feeds": [(line, a_day(line)) for line in found],
            "now": now,
            "all": home.feeds_now(at, now),
            "page": page,
            "is_full": len(found) == _A_PAGE,
            "choices": filters.choices(at),
            "every": every,
        },
    )


def a_day(line: FeedLine) -> float | None:
    """New entries a day, over the polls that are looked at; None from less than half a day."""
    if len(line.polls) < 2:
        return None
    span = line.polls[0].started - line.polls[-1].started
    if span < timedelta(hours=12):
        return None
    return sum(poll.new for poll in line.polls[:-1]) / (span / timedelta(days=1))


def every(seconds: float) -> str:
    """ "15 min", "3 h": the time between two polls."""
    if seconds < 3600:
        return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"
    return f"{seconds / 3600:.3g} h"
