"""The traits by which figures and threads are compared: a thread's face, a claim's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from monitor.claims import Figure, FigureThread, FiledFigure, Period, Place, Series, Status

T = TypeVar("T")

_BARE_NOUN = re.compile(r"[a-z]+")

TWO_PLACES = frozenset({"held", "released"})
"""Measures told with where people were taken from or with where they are held."""

COUNTED_WITHIN = timedelta(days=7)
"""News tells counts of the last days; an older day in the sentence is the event's."""

STRAY_BELOW = 0.2
"""A place that fewer than this share of a thread's claims tell is no place of the thread."""

LONG_PAST = timedelta(days=2)
"""A count "on Saturday" told this long after tells what happened then, not a day's flow."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a thread's claims say about it together: for each trait the most frequent word."""

    series: Series
    place: Place | None
    places: frozenset[Place]
    nationality: str | None
    agents: frozenset[str]
    event: str | None  # by a name of its own
    sort_of_event: str | None  # by any noun
    statuses: frozenset[Status]
    reporting_unit: str
    since: date | None
    period: Period | None
    authorities: frozenset[str]
    last_day: date
    newest: FiledFigure
    latest: tuple[FiledFigure, ...]  # the claims of the newest report


_REMEMBERED = 4096

_faces: dict[str, tuple[tuple[FiledFigure, ...], Face]] = {}


def face_of(thread: FigureThread) -> Face:
    """A thread's traits, from all its claims.

    Remembered for the very tuple of claims that it was read from, since a report is compared with
    many threads that have not moved.
    """
    history, face = _faces.get(thread.id, (None, None))
    if face is None or history is not thread.history:
        face = _read_face(thread.history)
        while len(_faces) >= _REMEMBERED:
            _faces.pop(next(iter(_faces)))
        _faces[thread.id] = (thread.history, face)
    return face


def as_of_day(claim: FiledFigure) -> date:
    """The day the figure stands for: as stated, else the day of publication.

    A day long past, or the single day on which it all happened, is when the event was and not when
    it was counted.
    """
    stated, published = claim.figure.as_of, claim.published.date()
    if stated is None or stated.end is None:
        return published
    age = published - stated.end
    if age > COUNTED_WITHIN or (age >= LONG_PAST and _happened_on(claim.figure, stated.end)):
        return published
    return stated.end


def _happened_on(figure: Figure, day: date) -> bool:
    period = figure.period
    return period is not None and period.start == period.end == day


def since_day(figure: Figure) -> date | None:
    """The day from which a total counts, where the text says "since"."""
    period = figure.period
    return period.start if period and period.basis.startswith("since") else None


def own_event(figure: Figure) -> str | None:
    """The incident that a figure belongs to, where it has a name of its own.

    A bare "attack" or "war" tells no incident from another.
    """
    event = figure.event
    return None if event is None or _BARE_NOUN.fullmatch(event) else event


def sort_of_event(figure: Figure) -> str | None:
    """The sort of event, without its site: "stampede" of "stampede at the Lamira bridge"."""
    return figure.event.partition(" at ")[0] if figure.event else None


def series_of(claim: FiledFigure) -> Series:
    """A claim's type; the count of a day long past is that day's event, no flow."""
    figure = claim.figure
    ended = figure.period.end if figure.period else None
    if figure.series is Series.PERIOD and ended and claim.published.date() - ended >= LONG_PAST:
        return Series.EVENT
    return figure.series


def kind_of(series: Series) -> Series:
    """The type as far as it separates threads; totals are told apart by their event and dates."""
    return Series.CUMULATIVE if series in (Series.EVENT, Series.UNKNOWN) else series


def content_words(agent: str | None) -> frozenset[str]:
    """The words of an agent by which two wordings of it can be known as one."""
    return frozenset(word for word in (agent or "").casefold().split() if len(word) > 3)


def _read_face(history: tuple[FiledFigure, ...]) -> Face:
    figures = [claim.figure for claim in history]
    newest = history[-1]
    return Face(
        series=_series_of_all(history),
        place=_most(f.place for f in figures),
        places=_places_of(figures),
        nationality=_most(f.nationality for f in figures),
        agents=frozenset(word for f in figures for word in content_words(f.agent)),
        event=Counter(own_event(f) for f in figures).most_common(1)[0][0],
        sort_of_event=_most(sort_of_event(f) for f in figures),
        statuses=frozenset(f.status for f in figures),
        reporting_unit=_most(f.reporting_unit for f in figures) or "persons",
        since=_most(since_day(f) for f in figures),
        period=_most(f.period for f in figures),
        authorities=frozenset(f.authority for f in figures if f.authority),
        last_day=max(as_of_day(claim) for claim in history),
        newest=newest,
        latest=tuple(c for c in history if c.revision_id == newest.revision_id),
    )


def _places_of(figures: Sequence[Figure]) -> frozenset[Place]:
    """The places told of a thread, without those of a stray claim."""
    told = Counter(figure.place for figure in figures if figure.place)
    return frozenset(p for p, times in told.items() if times >= STRAY_BELOW * told.total())


def _series_of_all(claims: Iterable[FiledFigure]) -> Series:
    types = (series_of(claim) for claim in claims)
    return _most(told for told in types if told is not Series.UNKNOWN) or Series.UNKNOWN


def _most(words: Iterable[T | None]) -> T | None:
    """The most frequent word; of equals the earlier."""
    counted = Counter(word for word in words if word is not None)
    return counted.most_common(1)[0][0] if counted else None


def named_among(place: Place, places: frozenset[Place]) -> bool:
    """Whether a place of this name is among them."""
    return any(place.name == known.name for known in places)
