"""What time it is: the wall's, or a story's that runs faster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.config import ClockSettings


def wall_time() -> datetime:
    """The time on the wall, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time that everything in the daemon goes by.

    With ``settings`` it is a story's time, a function of the wall time alone: at the usual rate
    until ``real_start``, faster from then on. Without, it is the wall's.
    """

    settings: ClockSettings | None = None
    wall: Callable[[], datetime] = wall_time

    def now(self) -> datetime:
        """The time now, UTC."""
        if self.settings is None:
            return self.wall()
        passed = self.wall() - self.settings.real_start
        if passed > timedelta():
            passed *= self.settings.speed
        return self.settings.start.astimezone(UTC) + passed

    def wall_until(self, moment: datetime) -> timedelta:
        """How long to wait on the wall's clock until this one shows ``moment``."""
        if self.settings is None:
            return max(moment - self.wall(), timedelta())
        after_start = moment - self.settings.start
        if after_start > timedelta():
            after_start /= self.settings.speed
        return max(self.settings.real_start + after_start - self.wall(), timedelta())
