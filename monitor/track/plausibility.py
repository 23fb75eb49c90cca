"""Whether a number can be the next one of a series, by its size alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from monitor.claims import FigureThread, FiledFigure, Number, Series
from monitor.quantities import comparable, times
from monitor.track.faces import (
    TWO_PLACES,
    Face,
    as_of_day,
    kind_of,
    named_among,
    series_of,
)

PLAUSIBLE_RISE = 5.0
"""A total this many times the last one needs the same place and authority to be the same total."""

PLAUSIBLE_FIRST_RISE = 20.0
"""No total grows more from one report to the next, not even in its first days."""

PLAUSIBLE_FALL = 0.4
"""Below this share of the last value a total is rather a part of it."""

DAILY_RISE, DAILY_SLACK = 1.5, 0.5
"""An established total is at most 1.5 times the last one, and 0.5 more for each day since."""

SMALL = 20
"""Below this value a count may multiply within hours, so no rise is implausible."""

DEEPEST_FALL = 0.2
"""Below this share of the last value no revision and no older state of the series reaches."""

RECENT = 3
"""How many of a thread's last claims say where it stands, so that one outlier does not."""

YOUNG = timedelta(days=4)
"""In its first days a total may multiply from one report to the next."""

ESTABLISHED = 3
"""From so many reports on, a total says what is far too little to be it."""

STALE_WITHIN = timedelta(days=7)
"""How long an overtaken number is still told again; later an equal one is a coincidence."""

_GROWTH = ((1.1, 1.2), (1.3, 0.9), (1.6, 0.5), (3.0, 0.0))
"""(at most this many times the last number, what that weighs); the steps of daily totals."""


def is_implausible(claim: FiledFigure, thread: FigureThread, face: Face) -> bool:
    """Too far above or below what the thread has held, with too little to say it is the same."""
    steps = _steps(claim, thread)
    if max(steps) < DEEPEST_FALL:
        return True
    if face.series in (Series.RATE, Series.FORECAST, Series.PLAN):
        return min(steps) > PLAUSIBLE_RISE
    if claim.figure.revision_words or told_before(claim, thread):
        return False
    return _far_below(claim, thread) or _far_above(claim, thread, face)


def is_of_another_size(claim: FiledFigure, known: Iterable[tuple[FigureThread, Face]]) -> bool:
    """Whether the claim is far from the total or level that several reports give of its place.

    Far below, it is rather of a part; far above, rather of another place than the one read.
    """
    there = [(reports_of(t), t.id, t, face) for t, face in known if _same_sort(claim, face)]
    if not there:
        return False
    reports, _, thread, face = max(there, key=lambda row: row[:2])
    if reports < ESTABLISHED:
        return False
    return _far_below(claim, thread) or _far_above(claim, thread, face)


def _same_sort(claim: FiledFigure, face: Face) -> bool:
    """Whether a thread counts a total or level of the claim's own place, in its unit."""
    place, kind = claim.figure.place, kind_of(series_of(claim))
    there = place is not None and face.place is not None and place.name == face.place.name
    if not there and claim.figure.measure not in TWO_PLACES:
        return False
    if kind is not kind_of(face.series) or kind not in (Series.CUMULATIVE, Series.STOCK):
        return False
    return comparable(face.newest.figure.quantity, claim.figure.quantity)


def reports_of(thread: FigureThread) -> int:
    """How many articles carry the thread."""
    return len({known.article_id for known in thread.history})


def _far_below(claim: FiledFigure, thread: FigureThread) -> bool:
    return max(_steps(claim, thread)) < PLAUSIBLE_FALL


def _far_above(claim: FiledFigure, thread: FigureThread, face: Face) -> bool:
    many = min(_steps(claim, thread))
    day, figure = as_of_day(claim), claim.figure
    if many > PLAUSIBLE_FIRST_RISE:
        return True
    young = day - as_of_day(thread.history[0]) <= YOUNG
    if reports_of(thread) >= ESTABLISHED and not young:
        days = max(1, (day - face.last_day).days)
        return many > DAILY_RISE + DAILY_SLACK * days
    if many > PLAUSIBLE_RISE and thread.history[-1].figure.quantity.value >= SMALL:
        same_place = figure.place is not None and named_among(figure.place, face.places)
        return not (young and same_place and figure.authority is not None)
    return False


def _steps(claim: FiledFigure, thread: FigureThread) -> list[float]:
    """How many times each of the thread's last numbers the claim's one is."""
    told = claim.figure.quantity
    return [times(known.figure.quantity, told) for known in thread.history[-RECENT:]]


def told_before(claim: FiledFigure, thread: FigureThread) -> bool:
    """Whether the thread has the claim's very number from some days before."""
    return any(repeats(claim, known) for known in thread.history)


def repeats(claim: FiledFigure, known: FiledFigure) -> bool:
    """Whether the claim tells a number again that was told some days before."""
    same = known.figure.quantity.value == claim.figure.quantity.value
    return same and abs(as_of_day(claim) - as_of_day(known)) <= STALE_WITHIN


def growth_weight(ratio: float) -> float:
    """What the step from the last number tells: totals mostly grow by little."""
    if ratio < 1:
        return 0.2 if ratio > 0.9 else -0.3
    return next((weight for at_most, weight in _GROWTH if ratio <= at_most), -1.0)


def digits(value: Number) -> int:
    """How many digits of a number are not its trailing zeros."""
    return len(str(abs(value)).replace(".", "").strip("0"))
