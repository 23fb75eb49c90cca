"""Scales and their ticks: numbers and days to places on a chart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.claims import Number

_DAY_STEPS = (1, 2, 3, 4, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_SHORT = ((10**12, "tn"), (10**9, "bn"), (10**6, "M"))
_EDGE = 10**300  # numbers are drawn as floats, which hold little more
_ZERO_SHARE = 0.6  # a scale begins at zero where its least value is below this share of its largest


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of a scale with its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from ``low`` to ``high`` on the stretch from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """Where a value stands; one outside stands at the edge."""
        low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return round(self.start + (value - low) / (high - low) * (self.end - self.start), 1)


def number_scale(
    values: list[float], start: float, end: float, *, ticks: int, log: bool = False
) -> tuple[Scale, list[Tick]]:
    """A scale over some numbers, with about so many ticks at round ones."""
    low, high = min(values), max(values)
    if log and low > 0:
        low, high = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
        scale = Scale(low, high if high > low else low * 10, start, end, log=True)
        powers = (10.0**n for n in range(round(math.log10(low)), round(math.log10(scale.high)) + 1))
        return scale, [Tick(scale.at(power), short(power)) for power in powers]
    if 0 <= low < high * _ZERO_SHARE or low == high == 0:
        low = 0.0
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    low, high = (low if low == 0 else low - room), high + room
    step = _round_step((high - low) / ticks)
    scale = Scale(low, high, start, end)
    first = math.ceil(low / step)
    marks = range(first, min(math.floor(high / step), first + 4 * ticks) + 1)
    return scale, [Tick(scale.at(n * step), short(n * step)) for n in marks]


def day_scale(
    first: date, last: date, start: float, end: float, *, ticks: int
) -> tuple[Scale, list[Tick]]:
    """A scale over days, each drawn at its middle, with at most so many ticks."""
    low, high = first.toordinal() + 0.0, last.toordinal() + 1.0
    room = max((high - low) * 0.03, 0.5)
    scale = Scale(low - room, high + room, start, end)
    with_year = first.year != last.year
    days = list(_tick_days(first, last, ticks))
    return scale, [Tick(scale.at(noon(day)), _day_label(day, days, with_year)) for day in days]


def to_float(number: Number) -> float:
    """A number for drawing; one beyond every scale stands at its edge."""
    return float(min(max(number, -_EDGE), _EDGE))


def noon(day: date) -> float:
    """A day on a day scale."""
    return day.toordinal() + 0.5


def moment(at: datetime) -> float:
    """A time on a day scale."""
    return at.toordinal() + (at.hour + at.minute / 60) / 24


def short(number: float) -> str:
    """A round number for a tick: 5,000, 1.5M, 0.25."""
    for scale, letter in _SHORT:
        if abs(number) >= scale:
            return f"{number / scale:,.4g}{letter}"
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.4g}"


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough)


def _tick_days(first: date, last: date, most: int) -> Iterator[date]:
    span = (last - first).days + 1
    for step in _DAY_STEPS:
        if span <= step * most:
            yield from (first + timedelta(days=n) for n in range(0, span, step))
            return
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((n for n in _MONTH_STEPS if months <= n * most), _MONTH_STEPS[-1])
    month = first.year * 12 + first.month - 1
    month += -month % step
    while month <= last.year * 12 + last.month - 1:
        day = date(month // 12, month % 12 + 1, 1)
        if day >= first:
            yield day
        month += step


def _day_label(day: date, days: list[date], with_year: bool) -> str:
    if len(days) > 1 and all(each.day == 1 for each in days):
        return f"{day:%Y}" if all(each.month == 1 for each in days) else f"{day:%b} {day.year}"
    return f"{day.day} {day:%b}" + (f" {day.year}" if with_year else "")
