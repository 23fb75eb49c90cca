"""What never shares a thread: another place, people, event, period, series type, status or unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from monitor.claims import FiledFigure, Quantity, Series, Status
from monitor.quantities import comparable, moved, times
from monitor.track.faces import (
    TWO_PLACES,
    Face,
    as_of_day,
    kind_of,
    named_among,
    own_event,
    series_of,
    since_day,
    sort_of_event,
)
from monitor.track.lives import alive_for
from monitor.track.plausibility import digits

SINCE_TOLERANCE = timedelta(days=3)
"""Two totals "since" days this near count from one beginning."""

HEADLINE_ROUNDS = 0.1
"""The share of a number by which its headline may round it."""

CLOSE = (0.5, 2.0)
"""A figure that names no incident may be of a thread's incident when its number is this near."""

ONE_DISASTER = timedelta(days=2)
"""Two reports of one sort of event this near in time, in a land and a place of it, are of one."""

COMMON_EVENTS = frozenset({"attack", "war"})
"""Sorts of event that a land may see several times within days."""


def _other_unit(claim: FiledFigure, face: Face) -> bool:
    known, told = face.newest.figure, claim.figure
    return not comparable(known.quantity, told.quantity)


def _other_basis(claim: FiledFigure, face: Face) -> bool:
    """Another status or reporting unit, unless the same authority says that it changed it.

    "Reported" is the unmarked status: a number that agrees may be told with or without its mark.
    """
    figure = claim.figure
    if figure.reporting_unit == face.reporting_unit:
        unmarked = figure.status is Status.REPORTED or Status.REPORTED in face.statuses
        if figure.status in face.statuses or (unmarked and _agrees_with_newest(claim, face)):
            return False
    return not (figure.revision_words and figure.authority in face.authorities)


def _agrees_with_newest(claim: FiledFigure, face: Face) -> bool:
    return not moved(face.newest.figure.quantity, claim.figure.quantity)


def _other_series(claim: FiledFigure, face: Face) -> bool:
    """Another type. Of one incident by name, the whole and "a part" are told apart by nothing."""
    told, known = kind_of(series_of(claim)), kind_of(face.series)
    if told is known:
        return False
    counts = {Series.CUMULATIVE, Series.PART}
    one_incident = face.event is not None and own_event(claim.figure) in (face.event, None)
    return not (one_incident and {told, known} == counts)


def _other_place(claim: FiledFigure, face: Face) -> bool:
    """Another place; one that holds the thread's own, or lies in it, is another one too.

    Unless both tell of one disaster, or the very same number is told of both or by the same
    authority: then the two are names of one quantity.
    """
    told = claim.figure.place
    if told is None or not face.places or named_among(told, face.places):
        return False
    if claim.figure.measure in TWO_PLACES:
        return False
    nested = [told.covers(known) or known.covers(told) for known in face.places]
    if all(nested) and _one_disaster(claim, face):
        return False
    same_counter = claim.figure.authority in face.authorities
    return not ((any(nested) or same_counter) and _tells_the_same(claim, face))


def _one_disaster(claim: FiledFigure, face: Face) -> bool:
    """Whether town and land tell of one disaster: the same sort of event within days."""
    sort = sort_of_event(claim.figure)
    if sort is None or sort != face.sort_of_event or sort in COMMON_EVENTS:
        return False
    return abs(as_of_day(claim) - face.last_day) <= ONE_DISASTER and _is_close(claim, face)


def _tells_the_same(claim: FiledFigure, face: Face) -> bool:
    """Whether the claim has the thread's newest number, in one report or to the last digit."""
    known, told = face.newest.figure.quantity, claim.figure.quantity
    if known.value != told.value:
        return False
    return _same_report(claim, face) or digits(told.value) >= 3 or told.value >= 1000


def _other_people(claim: FiledFigure, face: Face) -> bool:
    told, known = claim.figure.nationality, face.nationality
    return told is not None and known is not None and told != known


def _other_event(claim: FiledFigure, face: Face) -> bool:
    """Another incident. A running total is of none, whatever incident stands beside it.

    A figure that names no incident may be of the thread's, unless it is of a part; a thread without
    one takes an incident of its sort.
    """
    told, known = own_event(claim.figure), face.event
    incidents = {Series.EVENT, Series.PART}
    if told == known or not incidents & {claim.figure.series, face.series}:
        return False
    if told is None:
        return claim.figure.series is Series.PART or not _is_close(claim, face)
    if known is None:
        return sort_of_event(claim.figure) != face.sort_of_event or face.series not in incidents
    return True


def _other_sort_of_event(claim: FiledFigure, face: Face) -> bool:
    """Another sort of event in the same land: its floods, where the thread is of its protests."""
    told, known = sort_of_event(claim.figure), face.sort_of_event
    if told is None or known is None or told == known:
        return False
    return not {told, known} <= COMMON_EVENTS


def _is_close(claim: FiledFigure, face: Face) -> bool:
    low, high = CLOSE
    return low <= times(face.newest.figure.quantity, claim.figure.quantity) <= high


def _other_period(claim: FiledFigure, face: Face) -> bool:
    """Another stretch of time: of a flow or rate any other one, of a total another beginning."""
    period = claim.figure.period
    if face.series in (Series.PERIOD, Series.RATE):
        told = (period.start, period.end) if period else (None, None)
        known = face.period and (face.period.start, face.period.end)
        if told[1] is None or known is None:
            return face.series is Series.PERIOD and not _same_report(claim, face)
        return told != known
    since = since_day(claim.figure)
    if since is None or face.since is None:
        return False
    return abs(since - face.since) > SINCE_TOLERANCE


def _same_report(claim: FiledFigure, face: Face) -> bool:
    return face.newest.revision_id == claim.revision_id


def _other_headline(claim: FiledFigure, face: Face) -> bool:
    """A headline words a number of its body; one that no body number bears out is another."""
    body = [known for known in face.latest if known.revision_id == claim.revision_id]
    if not claim.figure.headline or not body:
        return False
    return not any(_near(claim.figure.quantity, known.figure.quantity) for known in body)


def _near(first: Quantity, second: Quantity) -> bool:
    if not moved(second, first) or not moved(first, second):
        return True
    return abs(first.value - second.value) <= HEADLINE_ROUNDS * abs(second.value)


def _closed(claim: FiledFigure, face: Face) -> bool:
    return abs(as_of_day(claim) - face.last_day) > alive_for(face.series)


BARS: tuple[Callable[[FiledFigure, Face], bool], ...] = (
    _other_unit,
    _other_basis,
    _other_series,
    _other_place,
    _other_people,
    _other_event,
    _other_sort_of_event,
    _other_period,
    _other_headline,
    _closed,
)
