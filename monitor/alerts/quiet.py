"""Quiet hours: when a message waits for the morning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, over midnight where the second is the earlier."""

    start: time
    end: time
    zone: tzinfo = UTC

    def over_at(self, now: datetime) -> datetime | None:
        """When the quiet that holds at ``now`` is over; None outside of it."""
        local = now.astimezone(self.zone)
        clock = local.time()
        overnight = self.start > self.end
        inside = (
            clock >= self.start or clock < self.end if overnight else self.start <= clock < self.end
        )
        if not inside:
            return None
        day = local.date() + timedelta(days=overnight and clock >= self.start)
        return datetime.combine(day, self.end, self.zone).astimezone(UTC)


def read_hours(text: str, zone: tzinfo = UTC) -> QuietHours:
    """Quiet hours as a configuration writes them, "22:00-07:00". Raises ValueError."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} are no quiet hours: write 22:00-07:00")
    start, end = (time(int(found[at]), int(found[at + 1])) for at in (1, 3))
    if start == end:
        raise ValueError(f"{text!r} are no quiet hours: they begin when they end")
    return QuietHours(start, end, zone)


def quiet_until(hours: Iterable[QuietHours], now: datetime) -> datetime | None:
    """When all quiet that holds at ``now`` is over, also hours that follow at once; or None."""
    every, moment = tuple(hours), now
    for _ in range(len(every) + 1):
        ends = [end for each in every if (end := each.over_at(moment)) is not None]
        if not ends:
            break
        moment = max(ends)
    return moment if moment > now else None
