"""Threads, numbers and steps in the words that people read."""

from __future__ import annotations

from datetime import date

from monitor.claims import Figure, FiledFigure, Modifier, Series, Status
from monitor.quantities import rise
from monitor.track.faces import as_of_day, own_event


def describe(claim: FiledFigure) -> str:
    """A thread's label: place or site with its day, counted and measure, status, series."""
    figure = claim.figure
    where = figure.place.name if figure.place else own_event(figure)
    if where and figure.series is Series.EVENT and figure.period and figure.period.start:
        where = f"{where}, {_day(figure.period.start)}"
    counted = figure.group or figure.counted
    if figure.nationality:
        counted = f"{counted} ({figure.nationality})"
    measure = "" if figure.measure in (None, "level") else str(figure.measure)
    named = (counted, measure) if counted not in measure else (measure,)
    what = " ".join(word for word in named if word) or "figure"
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


def in_words(claim: FiledFigure) -> str:
    """A claim's number with its modifier, for people: "more than 5,000"."""
    quantity = claim.figure.quantity
    if quantity.vague:
        return quantity.as_written
    if quantity.modifier is Modifier.RANGE:
        return f"{quantity.low:,}-{quantity.high:,}"
    number = f"{quantity.value:,}"
    unit = f" {quantity.unit}" if quantity.unit not in (None, "person") else ""
    words = {
        Modifier.AT_LEAST: "more than " if quantity.exclusive else "at least ",
        Modifier.AT_MOST: "up to ",
        Modifier.APPROXIMATE: "about ",
    }
    return words.get(quantity.modifier, "") + number + unit


def difference(held: FiledFigure, claim: FiledFigure) -> str:
    """A step in words: both numbers, what lies between them, and how long it took."""
    absolute, percent = rise(held.figure.quantity, claim.figure.quantity)
    days = (as_of_day(claim) - as_of_day(held)).days
    when = "the same day" if days == 0 else f"{days} day{'s' if days != 1 else ''}"
    return f"{in_words(held)} -> {in_words(claim)} ({absolute:+,}, {percent:+.1f} %, {when})"
