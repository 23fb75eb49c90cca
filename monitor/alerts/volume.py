"""How many messages are too many. Pure: the times of those that were sent are handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def over_volume(sent: Sequence[datetime], now: datetime, per_hour: int, per_day: int) -> str | None:
    """Why one more message would be too many, or None. ``sent``: times of the last day's."""
    if sum(time > now - HOUR for time in sent) >= per_hour:
        return f"in the digest: more than {per_hour} messages an hour"
    if len(sent) >= per_day:
        return f"in the digest: more than {per_day} messages a day"
    return None


def room_at(sent: Sequence[datetime], now: datetime, per_hour: int) -> datetime | None:
    """When there is room for one more message in an hour; None where there is now."""
    recent = sorted(time for time in sent if time > now - HOUR)
    return recent[-per_hour] + HOUR if len(recent) >= per_hour else None
