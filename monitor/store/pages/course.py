"""The course of a series: what it said day by day, without what only says a known value again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from monitor.claims import Number
from monitor.store.connection import Row
from monitor.store.rows import to_number

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Point(Generic[Kept]):
    """One claim of a series: its day, its stated bounds, and what it stands for."""

    day: str
    low: Number | None
    high: Number | None
    vague: bool
    headline: bool
    what: Kept
    stale: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether one number is stated."""
        return self.low is not None and self.low == self.high

    def covers(self, number: Number) -> bool:
        """Whether the stated bounds hold a number."""
        return (self.low is None or self.low <= number) and (
            self.high is None or number <= self.high
        )

    @property
    def value(self) -> Number:
        """One number for drawing: the low bound, else the high one."""
        return self.low if self.low is not None else self.high or 0


def course(points: Iterable[Point[Kept]]) -> list[Point[Kept]]:
    """Of each day the last exact word of a text's body, in order of days.

    ``points`` are in order of filing. Vague words are no part of it, nor is "more than 200" after
    222: it holds the value that stands and says it less exactly.
    """
    by_day: dict[str, Point[Kept]] = {}
    for point in points:
        known = by_day.get(point.day)
        if not point.vague and (known is None or _rank(point) >= _rank(known)):
            by_day[point.day] = point
    said: list[Point[Kept]] = []
    for day in sorted(by_day):
        point = by_day[day]
        if point.is_exact or not said or not point.covers(said[-1].value):
            said.append(point)
    return said


def to_point(row: Row, what: Kept) -> Point[Kept]:
    """A point from a row with day, low, high, vague and headline."""
    return Point(
        day=row["day"],
        low=to_number(row["low"]),
        high=to_number(row["high"]),
        vague=bool(row["vague"]),
        headline=bool(row["headline"]),
        what=what,
    )


def _rank(point: Point[Kept]) -> tuple[bool, bool, bool]:
    return not point.stale, point.is_exact, not point.headline
