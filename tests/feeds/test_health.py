"""Silence against a feed's own habit: streams of our own making, and laws over any stream."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.health import GAPS, POLLS, quiet_at

START = datetime(2031, 5, 5, tzinfo=UTC)  # a Monday
INTERVAL = 900.0


def even(moment: datetime) -> float:
    return 1.0


def paper(moment: datetime) -> float:
    """Few at night, fewer at weekends."""
    by_hour = 0.1 if moment.hour < 6 else 1.4
    return by_hour * (0.4 if moment.weekday() >= 5 else 1.15)


def office(moment: datetime) -> float:
    """Nothing outside of office hours."""
    return 3.0 if moment.weekday() < 5 and 8 <= moment.hour < 18 else 0.0


def friday_and_saturday_off(moment: datetime) -> float:
    return 0.0 if moment.weekday() in (4, 5) else 1.4


RHYTHMS: dict[str, Callable[[datetime], float]] = {
    each.__name__: each for each in (even, paper, office, friday_and_saturday_off)
}


def stream(
    rhythm: Callable[[datetime], float], a_day: float, days: int, seed: int
) -> list[datetime]:
    """When polls brought something, for a feed that publishes by chance."""
    dice = random.Random(seed)
    moments = (START + timedelta(seconds=INTERVAL * number) for number in range(days * 96))
    return [
        moment
        for moment in moments
        if dice.random() < 1 - math.exp(-a_day * INTERVAL / 86_400 * rhythm(moment))
    ]


def alarms(arrivals: list[datetime]) -> list[datetime]:
    """The silences within a stream that would have been told."""
    found: list[datetime] = []
    longest = sorted(later - earlier for earlier, later in pairwise(arrivals))[-len(arrivals) // 8]
    for number, (last, following) in enumerate(pairwise(arrivals), 1):
        if following - last < longest:
            continue  # a silence like many others is none
        quiet = quiet_at(arrivals[:number], INTERVAL, found)
        if quiet is not None and quiet < following:
            found.append(quiet)
    return found


@pytest.mark.parametrize("rhythm", RHYTHMS)
@pytest.mark.parametrize("a_day", [6, 40])
def test_a_living_feed_is_hardly_ever_called_quiet(rhythm: str, a_day: int) -> None:
    told = [alarms(stream(RHYTHMS[rhythm], a_day, 30, seed)) for seed in range(2)]
    assert sum(map(len, told)) <= 1  # in two months of a feed


# Entries a day, and within how many hours of the last one a freeze has to be seen. It happens on a
# Wednesday at noon, after four weeks.
FREEZES = {
    ("even", 6): 72,
    ("even", 40): 14,
    ("even", 96): 8,
    ("paper", 40): 24,
    ("office", 40): 30,
    ("friday_and_saturday_off", 40): 16,
}


@pytest.mark.parametrize(("rhythm", "a_day"), FREEZES)
def test_a_feed_that_freezes_is_called_quiet(rhythm: str, a_day: int) -> None:
    arrivals = stream(RHYTHMS[rhythm], a_day, 31, seed=1)
    frozen = START + timedelta(days=30, hours=12)
    arrivals = [each for each in arrivals if each < frozen]
    quiet = quiet_at(arrivals, INTERVAL)
    assert quiet is not None
    assert quiet - arrivals[-1] <= timedelta(hours=FREEZES[rhythm, a_day])


def test_a_day_suffices_for_a_first_habit() -> None:
    arrivals = [START + timedelta(minutes=30 * number) for number in range(48)]
    quiet = quiet_at(arrivals, INTERVAL)
    assert quiet is not None
    assert quiet - arrivals[-1] < timedelta(hours=4)


def test_the_first_weekend_is_no_silence() -> None:
    arrivals = stream(office, 40, 5, seed=2)
    quiet = quiet_at(arrivals, INTERVAL)
    assert quiet is not None and quiet > START + timedelta(days=7, hours=8)


def test_a_first_long_silence_is_an_illness_and_a_second_one_a_habit() -> None:
    arrivals = [START]
    ill: list[datetime] = []
    waits: list[timedelta] = []
    for _ in range(3):
        arrivals += [arrivals[-1] + timedelta(hours=number) for number in range(1, 400)]
        quiet = quiet_at(arrivals, INTERVAL, ill)
        assert quiet is not None
        waits.append(quiet - arrivals[-1])
        ill.append(arrivals[-1] + timedelta(hours=10))
        arrivals.append(arrivals[-1] + timedelta(hours=60))
    assert waits[0] == pytest.approx(waits[1], rel=0.4)
    assert waits[2] > 3 * waits[1]


@given(
    st.lists(st.integers(0, 90 * 86_400), min_size=0, max_size=60, unique=True),
    st.floats(1, 604_800),
    st.lists(st.integers(0, 90 * 86_400), max_size=3),
)
def test_laws(seconds: list[int], interval: float, ill: list[int]) -> None:
    arrivals = [START + timedelta(seconds=each) for each in sorted(seconds)]
    excepted = [START + timedelta(seconds=each) for each in ill]
    quiet = quiet_at(arrivals, interval, excepted)
    if len(arrivals) <= GAPS + 1:
        assert quiet is None
    if quiet is not None:
        assert quiet >= arrivals[-1] + timedelta(seconds=POLLS * interval)
    assert quiet == quiet_at(arrivals, interval, excepted)
