"""A thread's label, as people read it."""

from __future__ import annotations

from datetime import date

from monitor.claims import Figure, FiledFigure, Series, Status
from monitor.track.faces import own_event


def describe(claim: FiledFigure) -> str:
    """A thread's label: place or site with its day, counted and measure, status, series."""
    figure = claim.figure
    where = figure.place.name if figure.place else own_event(figure)
    if where and figure.series is Series.EVENT and figure.period and figure.period.start:
        where = f"{where}, {_day(figure.period.start)}"
    counted = figure.group or figure.counted
    if figure.nationality:
        counted = f"{counted} ({figure.nationality})"
    measure = None if figure.measure == "level" else figure.measure
    what = " ".join(word for word in (counted, measure) if word) or "figure"
    status = "" if figure.status is Status.REPORTED else figure.status.value
    unit = "" if figure.reporting_unit in ("persons", counted) else f"in {figure.reporting_unit}"
    parts = (what, status, unit, _series_words(figure))
    label = (f"{where}: " if where else "") + ", ".join(part for part in parts if part)
    return label[0].upper() + label[1:]


def _series_words(figure: Figure) -> str:
    period = figure.period
    if figure.series is Series.CUMULATIVE:
        return f"total since {_day(period.start)}" if period and period.start else "total"
    if figure.series is Series.PERIOD:
        if period is None or period.end is None:
            return "in one period"
        if period.start is None or period.start == period.end:
            return f"on {_day(period.end)}"
        return f"from {_day(period.start)} to {_day(period.end)}"
    words = {
        Series.PART: "one part of the count",
        Series.RATE: "rate",
        Series.FORECAST: "forecast",
        Series.PLAN: "planned",
    }
    return words.get(figure.series, "")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
