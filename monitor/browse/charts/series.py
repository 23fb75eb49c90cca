"""The step chart of a series: a line for each source, a mark for each claim, gaps as gaps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from monitor.alerts.wording import KINDS, authority_words, day_of, day_words, quantity_words
from monitor.browse.charts.scales import (
    Scale,
    Tick,
    day_scale,
    moment,
    noon,
    number_scale,
    to_float,
)
from monitor.claims import ChangeKind, FiledFigure, Modifier
from monitor.quantities import stated
from monitor.store.pages.course import Point, course
from monitor.store.pages.series import Gap, SeriesClaim

LANES = 6
"""Sources with a colour of their own; the others share one."""

NO_SOURCE = "no source named"
OTHERS = "other sources"

_FLAGS = ("lowered", "edited", "conflict", "withdrawn", "basis_changed")
_OPEN = 18.0  # how far an open bound is drawn


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's size and margins in pixels, and how many ticks fit."""

    width: int
    height: int
    left: int
    right: int = 16
    top: int = 26
    bottom: int = 30
    ticks_across: int = 10
    ticks_up: int = 6


WIDE = Size(1080, 380, 70)
NARROW = Size(340, 300, 52, ticks_across=4, ticks_up=5)


@dataclass(frozen=True, slots=True)
class Mark:
    """One claim: a point with the bounds that were stated, None where they are open."""

    claim: str
    lane: int
    x: float
    y: float
    low: float | None  # where the bar ends below; None: no bar
    high: float | None
    open: str  # up, down or ""
    hollow: bool  # the bound itself is excluded
    vague: bool
    about: bool
    flags: tuple[str, ...]
    value: str
    day: str
    stated_low: str
    stated_high: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One source's line; ``broken`` is the part of it that crosses a gap."""

    number: int
    name: str
    claims: int
    line: str
    broken: str


@dataclass(frozen=True, slots=True)
class Blind:
    """A stretch without coverage."""

    x: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """Joins a claim to the one that it conflicts with."""

    x: float
    y: float
    other_x: float
    other_y: float


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """Everything that is drawn."""

    size: Size
    lanes: list[Lane]
    marks: list[Mark]
    blind: list[Blind]
    brackets: list[Bracket]
    days: list[Tick]
    numbers: list[Tick]
    summary: str


def source_of(claim: FiledFigure) -> str:
    """Who counted; a number that nobody is named for counts as no source."""
    figure = claim.figure
    return authority_words(claim) if figure.authority or figure.authority_as_written else NO_SOURCE


def lanes_of(claims: Iterable[SeriesClaim]) -> dict[str, int]:
    """The number of each source's lane, those with the most claims first; no source is lane 0."""
    count: dict[str, int] = {}
    for each in claims:
        name = source_of(each.filed)
        count[name] = count.get(name, 0) + 1
    named = sorted((name for name in count if name != NO_SOURCE), key=lambda each: -count[each])
    return {NO_SOURCE: 0} | {name: min(n, LANES + 1) for n, name in enumerate(named, start=1)}


def series_chart(
    claims: Sequence[SeriesClaim], gaps: Sequence[Gap], size: Size, *, log: bool = False
) -> SeriesChart | None:
    """The chart of some claims; None where there is nothing to draw."""
    if not claims:
        return None
    days = [day_of(each.filed) for each in claims]
    values = [bound for each in claims for bound in _finite(each.filed)]
    up, numbers = number_scale(
        values, size.height - size.bottom, size.top, ticks=size.ticks_up, log=log
    )
    across, day_ticks = day_scale(
        min(days), max(days), size.left, size.width - size.right, ticks=size.ticks_across
    )
    lanes = lanes_of(claims)
    marks = _marks(claims, lanes, across, up)
    blind = _blind(gaps, across)
    return SeriesChart(
        size=size,
        lanes=_lanes(claims, marks, lanes, blind),
        marks=marks,
        blind=blind,
        brackets=_brackets(claims, marks),
        days=day_ticks,
        numbers=numbers,
        summary=_summary(claims, days),
    )


def _finite(claim: FiledFigure) -> list[float]:
    quantity = claim.figure.quantity
    bounds = (quantity.value, quantity.low, quantity.high)
    return [to_float(bound) for bound in bounds if bound is not None]


def _marks(
    claims: Sequence[SeriesClaim], lanes: dict[str, int], across: Scale, up: Scale
) -> list[Mark]:
    marks = []
    beside: dict[tuple[date, float], int] = {}
    for each in claims:
        quantity, day = each.filed.figure.quantity, day_of(each.filed)
        y = up.at(to_float(quantity.value))
        place = beside.get((day, y), 0)  # claims of one day and value stand side by side
        beside[day, y] = place + 1
        bounds = stated(quantity)
        is_open = "" if math.isfinite(bounds.high) else "up"
        is_open = is_open if math.isfinite(bounds.low) else "down"
        is_bar = not is_open and bounds.width > 0
        marks.append(
            Mark(
                claim=each.filed.id,
                lane=lanes[source_of(each.filed)],
                x=round(across.at(noon(day)) + 6 * min(place, 5), 1),
                y=y,
                low=up.at(bounds.low) if is_bar else y + _OPEN if is_open == "down" else None,
                high=up.at(bounds.high) if is_bar else y - _OPEN if is_open == "up" else None,
                open=is_open,
                hollow=quantity.exclusive,
                vague=quantity.vague,
                about=quantity.modifier is Modifier.APPROXIMATE,
                flags=tuple(c.kind for c in each.changes if c.kind in _FLAGS),
                value=str(quantity.value),
                day=day.isoformat(),
                stated_low="" if quantity.low is None else str(quantity.low),
                stated_high="" if quantity.high is None else str(quantity.high),
                title=_title(each, day),
            )
        )
    return marks


def _title(each: SeriesClaim, day: date) -> str:
    kinds = [KINDS[ChangeKind(change.kind)] for change in each.changes]
    words = [
        quantity_words(each.filed.figure.quantity),
        f"as of {day_words(day)}",
        source_of(each.filed),
        each.filed.outlet,
        *kinds,
    ]
    return " · ".join(words)


def _lanes(
    claims: Sequence[SeriesClaim],
    marks: Sequence[Mark],
    lanes: dict[str, int],
    blind: Sequence[Blind],
) -> list[Lane]:
    names = {number: name for name, number in lanes.items()} | {LANES + 1: OTHERS}
    at = {mark.claim: mark for mark in marks}
    drawn = []
    for number in sorted({mark.lane for mark in marks}):
        own = [(each, m) for each, m in zip(claims, marks, strict=True) if m.lane == number]
        said = course(points_of(each for each, _ in own))
        places = [(at[point.what.filed.id].x, at[point.what.filed.id].y) for point in said]
        line, broken = _steps(places, blind) if number else ("", "")
        drawn.append(Lane(number, names[number], len(own), line, broken))
    return drawn


def points_of(claims: Iterable[SeriesClaim]) -> list[Point[SeriesClaim]]:
    """Claims as the points that the course of a series is made of."""
    return [
        Point(
            day=day_of(each.filed).isoformat(),
            low=each.filed.figure.quantity.low,
            high=each.filed.figure.quantity.high,
            vague=each.filed.figure.quantity.vague,
            headline=each.filed.figure.headline,
            what=each,
            stale=any(change.kind == "stale" for change in each.changes),
        )
        for each in claims
    ]


def _steps(points: Sequence[tuple[float, float]], blind: Sequence[Blind]) -> tuple[str, str]:
    """A line that stays at a value until the next is known, as two SVG paths: seen and unseen."""
    seen: list[str] = []
    unseen: list[str] = []
    for (x, y), (next_x, next_y) in pairwise(points):
        at = x
        for gap in blind:
            start, end = max(gap.x, at), min(gap.x + gap.width, next_x)
            if start < end:
                seen.append(f"M{at} {y}H{start}")
                unseen.append(f"M{start} {y}H{end}")
                at = end
        seen.append(f"M{at} {y}H{next_x}V{next_y}")
    return "".join(seen), "".join(unseen)


def _blind(gaps: Sequence[Gap], across: Scale) -> list[Blind]:
    drawn = []
    for gap in gaps:
        start, end = across.at(moment(gap.start)), across.at(moment(gap.end))
        if end > start:
            hours = (gap.end - gap.start).total_seconds() / 3600
            stretch = f"{gap.start:%d %b %H:%M} to {gap.end:%d %b %H:%M}"
            title = f"not covered for {hours:.0f} hours: {stretch}"
            drawn.append(Blind(start, round(end - start, 1), title))
    return drawn


def _brackets(claims: Sequence[SeriesClaim], marks: Sequence[Mark]) -> list[Bracket]:
    at = {mark.claim: mark for mark in marks}
    return [
        Bracket(mark.x, mark.y, at[change.before].x, at[change.before].y)
        for each, mark in zip(claims, marks, strict=True)
        for change in each.changes
        if change.kind == "conflict" and change.before in at
    ]


def _summary(claims: Sequence[SeriesClaim], days: Sequence[date]) -> str:
    first = min(zip(days, range(len(days)), strict=True))[1]
    last = max(zip(days, range(len(days)), strict=True))[1]
    said = f"{len(claims)} claims. {_title(claims[first], days[first])}"
    return said if first == last else f"{said}; last {_title(claims[last], days[last])}."
