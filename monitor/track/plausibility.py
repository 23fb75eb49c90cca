"""Whether a number can be the next one of a series, by its size alone."""

from __future__ import annotations

from datetime import timedelta

from monitor.claims import FigureThread, FiledFigure, Number, Series
from monitor.quantities import comparable, times
from monitor.track.faces import Face, as_of_day, kind_of, named_among

PLAUSIBLE_RISE = 5.0
"""A total this many times the last one needs the same place and authority to be the same total."""

PLAUSIBLE_FIRST_RISE = 20.0
"""No total grows more from one report to the next, not even in its first days."""

PLAUSIBLE_FALL = 0.4
"""Below this share of the last value a total is rather a part of it."""

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
    if face.series in (Series.RATE, Series.FORECAST, Series.PLAN):
        return False
    figure = claim.figure
    if figure.revision_words or told_before(claim, thread):
        return False
    recent = [times(known.figure.quantity, figure.quantity) for known in thread.history[-RECENT:]]
    if min(recent) > PLAUSIBLE_FIRST_RISE:
        return True
    if min(recent) > PLAUSIBLE_RISE and thread.history[-1].figure.quantity.value >= 20:
        young = as_of_day(claim) - as_of_day(thread.history[0]) <= YOUNG
        same_place = figure.place is not None and named_among(figure.place, face.places)
        return not (young and same_place and figure.authority is not None)
    return _far_below(claim, thread)


def is_part_of(claim: FiledFigure, thread: FigureThread, face: Face) -> bool:
    """Whether the claim is far below the running total that several reports give of its place."""
    place = claim.figure.place
    if place is None or not named_among(place, face.places):
        return False
    if kind_of(face.series) is not Series.CUMULATIVE:
        return False
    if not comparable(face.newest.figure.quantity, claim.figure.quantity):
        return False
    established = len({known.article_id for known in thread.history}) >= ESTABLISHED
    return established and _far_below(claim, thread)


def _far_below(claim: FiledFigure, thread: FigureThread) -> bool:
    recent = thread.history[-RECENT:]
    told = claim.figure.quantity
    return max(times(known.figure.quantity, told) for known in recent) < PLAUSIBLE_FALL


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
