"""The story's clock: at the usual rate until its start, faster from then on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import Clock
from monitor.config import ClockSettings

START = datetime(2023, 10, 17, 6, tzinfo=UTC)
WALL = datetime(2026, 1, 1, 12, tzinfo=UTC)
SETTINGS = ClockSettings(real_start=WALL, start=START, speed=3600)


def _clock(passed: timedelta) -> Clock:
    return Clock(SETTINGS, lambda: WALL + passed)


def test_before_the_start_time_passes_as_usual_and_then_faster() -> None:
    assert _clock(timedelta(seconds=-10)).now() == START - timedelta(seconds=10)
    assert _clock(timedelta(seconds=10)).now() == START + timedelta(hours=10)


@given(st.integers(-1000, 1000), st.integers(0, 10**6))
def test_waiting_as_told_ends_at_the_moment_that_was_asked_for(passed: int, ahead: int) -> None:
    here = _clock(timedelta(seconds=passed))
    moment = here.now() + timedelta(seconds=ahead)
    then = _clock(timedelta(seconds=passed) + here.wall_until(moment))
    assert abs(then.now() - moment) < timedelta(seconds=1)


def test_without_settings_it_is_the_wall() -> None:
    clock = Clock(None, lambda: WALL)
    assert clock.now() == WALL
    assert clock.wall_until(WALL + timedelta(minutes=1)) == timedelta(minutes=1)
    assert clock.wall_until(WALL - timedelta(minutes=1)) == timedelta()
