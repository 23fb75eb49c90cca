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

    With ``settings`` it is a story's time, a function of the wall time alone; without, the wall's.
    """

    settings: ClockSettings | None = None
    wall: Callable[[], datetime] = wall_time

    @property
    def speed(self) -> float:
        """Seconds of this clock in one second of the wall's."""
        return self.settings.speed if self.settings else 1.0

    def now(self) -> datetime:
        """The time now, UTC."""
        if self.settings is None:
            return self.wall()
        passed = (self.wall() - self.settings.real_start) * self.settings.speed
        return self.settings.start.astimezone(UTC) + passed

    def wall_until(self, moment: datetime) -> timedelta:
        """How long to wait on the wall's clock until this one shows ``moment``."""
        return max(moment - self.now(), timedelta()) / self.speed
