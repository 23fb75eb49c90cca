"""Which thread a figure belongs to: what must never mix, and what speaks for the same quantity.

A thread is one real-world quantity. Candidates share a blocking key; each is first tried against
the bars (another place, period, status, reporting unit, ...), then weighed. An uncertain figure
starts its own thread rather than joining the wrong one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from monitor.claims import (
    Figure,
    FigureThread,
    FiledFigure,
    Number,
    Period,
    Place,
    Quantity,
    Series,
    Status,
)
from monitor.quantities import Relation, comparable, moved, relation, times

T = TypeVar("T")

_BARE_NOUN = re.compile(r"[a-z]+")

JOIN_FROM = 1.5
"""The least weight of evidence with which a figure joins a known thread."""

IDENTIFYING = frozenset({"event", "place", "story", "nationality", "since", "authority", "number"})
"""Traits of which at least one must agree: a plausible size alone links nothing."""

CLEAR_BY = 0.75
"""How far the best thread must be ahead of one that differs in a trait the claim leaves open."""

TWO_PLACES = frozenset({"held", "released"})
"""Measures told with where people were taken from or with where they are held."""

RESTATE_MEASURE = frozenset({("held", "captives"), ("displaced", "displaced people")})
"""Nouns that say no more of the counted than the measure does: captives are people held."""

SINCE_TOLERANCE = timedelta(days=3)
"""Two totals "since" days this near count from one beginning."""

LONG_PAST = timedelta(days=2)
"""A count "on Saturday" told this long after tells what happened then, not a day's flow."""

ALIVE = {
    Series.EVENT: timedelta(days=60),
    Series.PART: timedelta(days=3),
    Series.PERIOD: timedelta(days=3),
    Series.RATE: timedelta(days=200),
    Series.FORECAST: timedelta(days=200),
    Series.PLAN: timedelta(days=200),
}
"""How long after its last claim a thread of this type still takes new ones."""

ALIVE_ELSE = timedelta(days=90)

PLAUSIBLE_RISE = 5.0
"""A total this many times the last one needs the same place and authority to be the same total."""

PLAUSIBLE_FIRST_RISE = 20.0
"""No total grows more from one report to the next, not even in its first days."""

RECENT = 3
"""How many of a thread's last claims say where it stands, so that one outlier does not."""

HEADLINE_ROUNDS = 0.1
"""The share of a number by which its headline may round it."""

STALE_WITHIN = timedelta(days=7)
"""How long an overtaken number is still told again; later an equal one is a coincidence."""

ESTABLISHED = 3
"""From so many reports on, a total says what is far too little to be it."""

YOUNG = timedelta(days=4)
"""In its first days a total may multiply from one report to the next."""

PLAUSIBLE_FALL = 0.4
"""Below this share of the last value a total is rather a part of it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One thread with the weight of evidence that a figure belongs to it."""

    thread: FigureThread
    face: Face
    weight: float
    matched: tuple[str, ...]

    @property
    def confidence(self) -> float:
        """Between 0 and 1; 0.91 for the same place and series type with a plausible number."""
        return round(1 / (1 + math.exp(-(self.weight - 0.2))), 3)


@dataclass(frozen=True, slots=True)
class Face:
    """What a thread's claims say about it together: for each trait the most frequent word."""

    series: Series
    place: Place | None
    places: frozenset[Place]
    nationality: str | None
    agents: frozenset[str]
    event: str | None
    statuses: frozenset[Status]
    reporting_unit: str
    since: date | None
    period: Period | None
    authorities: frozenset[str]
    last_day: date
    newest: FiledFigure
    latest: tuple[FiledFigure, ...]  # the claims of the newest report


def figure_key(figure: Figure) -> str:
    """The indexed blocking key: measure, what is counted (the group where there is one), unit."""
    unit = figure.quantity.unit
    counted = figure.group or figure.counted or "-"
    if (figure.measure, counted) in RESTATE_MEASURE:
        counted = "people"
    parts = [figure.measure or "-", counted]
    if unit not in (None, "person"):
        parts.append(str(unit))
    return "|".join(part.casefold() for part in parts)


def find_link(
    claim: FiledFigure, candidates: Iterable[FigureThread], text: str = ""
) -> tuple[Link | None, str]:
    """The thread this claim belongs to, or None, and why in words.

    ``text`` is the claim's whole article: a thread whose place it never names is of another story.
    """
    known = [(thread, face_of(thread)) for thread in candidates]
    links = sorted(_links(claim, known, text), key=lambda link: (-link.weight, link.thread.id))
    if any(_is_part_of(claim, thread, face) for thread, face in known):
        links = [link for link in links if _surely_one(claim, link)]
    if not links:
        return None, "no thread counts the same"
    best = links[0]
    if best.weight < JOIN_FROM:
        return None, f"not surely the same as {best.thread.label}"
    for other in links[1:]:
        if best.weight - other.weight < CLEAR_BY and _leaves_open(claim, best.face, other.face):
            return None, f"could be {best.thread.label} or {other.thread.label}"
    return best, "same " + ", ".join(best.matched)


def as_of_day(claim: FiledFigure) -> date:
    """The day the figure stands for: as stated, else the day of publication."""
    stated = claim.figure.as_of
    if stated is not None and stated.end is not None:
        return stated.end
    return claim.published.date()


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


def _read_face(history: tuple[FiledFigure, ...]) -> Face:
    figures = [claim.figure for claim in history]
    newest = history[-1]
    return Face(
        series=_series_of_all(history),
        place=_most(f.place for f in figures),
        places=frozenset(f.place for f in figures if f.place),
        nationality=_most(f.nationality for f in figures),
        agents=frozenset(word for f in figures for word in _content_words(f.agent)),
        event=Counter(own_event(f) for f in figures).most_common(1)[0][0],
        statuses=frozenset(f.status for f in figures),
        reporting_unit=_most(f.reporting_unit for f in figures) or "persons",
        since=_most(since_day(f) for f in figures),
        period=_most(f.period for f in figures),
        authorities=frozenset(f.authority for f in figures if f.authority),
        last_day=max(as_of_day(claim) for claim in history),
        newest=newest,
        latest=tuple(c for c in history if c.revision_id == newest.revision_id),
    )


def _series_of_all(claims: Iterable[FiledFigure]) -> Series:
    types = (_series_of(claim) for claim in claims)
    return _most(told for told in types if told is not Series.UNKNOWN) or Series.UNKNOWN


def _links(claim: FiledFigure, known: Iterable[tuple[FigureThread, Face]], text: str) -> list[Link]:
    links = []
    for thread, face in known:
        if any(bar(claim, face) for bar in _BARS) or _implausible(claim, thread, face):
            continue
        weight, matched = _weigh(claim, thread, face, text)
        if IDENTIFYING & set(matched):
            links.append(Link(thread, face, weight, matched))
    return links


def _is_part_of(claim: FiledFigure, thread: FigureThread, face: Face) -> bool:
    """Whether the claim is far below the running total that several reports give of its place."""
    place = claim.figure.place
    if place is None or not _named_among(place, face.places):
        return False
    if _kind(face.series) is not Series.CUMULATIVE or _other_unit(claim, face):
        return False
    established = len({known.article_id for known in thread.history}) >= ESTABLISHED
    return established and _far_below(claim, thread)


def _far_below(claim: FiledFigure, thread: FigureThread) -> bool:
    recent = thread.history[-RECENT:]
    told = claim.figure.quantity
    return max(times(known.figure.quantity, told) for known in recent) < PLAUSIBLE_FALL


def _surely_one(claim: FiledFigure, link: Link) -> bool:
    """Whether a part of a total is the very part of this thread: by its incident or its number."""
    event = own_event(claim.figure)
    if event is not None and event == link.face.event:
        return True
    return _told_before(claim, link.thread)


def _leaves_open(claim: FiledFigure, first: Face, second: Face) -> bool:
    """Whether two threads differ in a trait of which the claim says nothing."""
    figure = claim.figure
    known = (
        (figure.place, first.place, second.place),
        (figure.nationality, first.nationality, second.nationality),
    )
    return any(mine is None and one and other and one != other for mine, one, other in known)


def own_event(figure: Figure) -> str | None:
    """The incident that a figure belongs to, where it has a name of its own.

    A bare "attack" or "war" tells no incident from another.
    """
    event = figure.event
    return None if event is None or _BARE_NOUN.fullmatch(event) else event


# ---------------------------------------------------------------- bars: what never mixes


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
    return _kind(_series_of(claim)) is not _kind(face.series)


def _series_of(claim: FiledFigure) -> Series:
    """A claim's type; the count of a day long past is that day's event, no flow."""
    figure = claim.figure
    ended = figure.period.end if figure.period else None
    if figure.series is Series.PERIOD and ended and claim.published.date() - ended >= LONG_PAST:
        return Series.EVENT
    return figure.series


def _kind(series: Series) -> Series:
    """The type as far as it separates threads; totals are told apart by their event and dates."""
    return Series.CUMULATIVE if series in (Series.EVENT, Series.UNKNOWN) else series


def _other_place(claim: FiledFigure, face: Face) -> bool:
    """Another place; one that holds the thread's own, or lies in it, is another one too.

    Unless the very same number is told of both, or by the same authority: then the two are names
    of one quantity.
    """
    told = claim.figure.place
    if told is None or not face.places or _named_among(told, face.places):
        return False
    if claim.figure.measure in TWO_PLACES:
        return False
    nested = any(told.covers(known) or known.covers(told) for known in face.places)
    same_counter = claim.figure.authority in face.authorities
    return not ((nested or same_counter) and _tells_the_same(claim, face))


def _named_among(place: Place, places: frozenset[Place]) -> bool:
    return any(place.name == known.name for known in places)


def _tells_the_same(claim: FiledFigure, face: Face) -> bool:
    """Whether the claim has the thread's newest number, in one report or to the last digit."""
    known, told = face.newest.figure.quantity, claim.figure.quantity
    if known.value != told.value:
        return False
    return _same_report(claim, face) or _digits(told.value) >= 3 or told.value >= 1000


def _other_people(claim: FiledFigure, face: Face) -> bool:
    told, known = claim.figure.nationality, face.nationality
    return told is not None and known is not None and told != known


def _other_event(claim: FiledFigure, face: Face) -> bool:
    """Another incident. A running total is of none, whatever incident stands beside it."""
    told, known = own_event(claim.figure), face.event
    if {Series.EVENT, Series.PART} & {claim.figure.series, face.series}:
        return told != known
    return False


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


def since_day(figure: Figure) -> date | None:
    """The day from which a total counts, where the text says "since"."""
    period = figure.period
    return period.start if period and period.basis.startswith("since") else None


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


def _dormant(claim: FiledFigure, face: Face) -> bool:
    alive = ALIVE.get(face.series, ALIVE_ELSE)
    return abs(as_of_day(claim) - face.last_day) > alive


_BARS: tuple[Callable[[FiledFigure, Face], bool], ...] = (
    _other_unit,
    _other_basis,
    _other_series,
    _other_place,
    _other_people,
    _other_event,
    _other_period,
    _other_headline,
    _dormant,
)


def _implausible(claim: FiledFigure, thread: FigureThread, face: Face) -> bool:
    """Too far above or below what the thread has held, with too little to say it is the same."""
    if face.series in (Series.RATE, Series.FORECAST, Series.PLAN):
        return False
    figure = claim.figure
    if figure.revision_words or _told_before(claim, thread):
        return False
    recent = [times(known.figure.quantity, figure.quantity) for known in thread.history[-RECENT:]]
    if min(recent) > PLAUSIBLE_FIRST_RISE:
        return True
    if min(recent) > PLAUSIBLE_RISE and thread.history[-1].figure.quantity.value >= 20:
        young = as_of_day(claim) - as_of_day(thread.history[0]) <= YOUNG
        same_place = figure.place is not None and _named_among(figure.place, face.places)
        return not (young and same_place and figure.authority is not None)
    return _far_below(claim, thread)


def _repeats(claim: FiledFigure, known: FiledFigure) -> bool:
    """Whether the claim tells a number again that was told some days before."""
    same = known.figure.quantity.value == claim.figure.quantity.value
    return same and abs(as_of_day(claim) - as_of_day(known)) <= STALE_WITHIN


# ---------------------------------------------------------------- weights: what speaks for it


def _weigh(
    claim: FiledFigure, thread: FigureThread, face: Face, text: str
) -> tuple[float, tuple[str, ...]]:
    figure = claim.figure
    traits: list[tuple[str, float]] = [
        ("event", _agreement(own_event(figure), face.event, 3.0, 0.0)),
        ("place", _place_weight(figure.place, face)),
        ("story", 0.2 if _names_any(text, face.places) else 0.0),
        ("nationality", _agreement(figure.nationality, face.nationality, 1.0, -0.4)),
        ("agent", _agent_weight(figure.agent, face)),
        ("since", _agreement(since_day(figure), face.since, 0.5, 0.0)),
        ("authority", 0.7 if figure.authority in face.authorities else 0.0),
        ("series type", 0.5 if _series_of(claim) is face.series else 0.0),
        ("number" if _told_before(claim, thread) else "size", _number_weight(claim, thread)),
        ("reports", _size_weight(thread)),
    ]
    weight = sum(value for _, value in traits)
    return weight, tuple(name for name, value in traits if value > 0)


def _agreement(told: object, known: object, both: float, one: float) -> float:
    if told is None and known is None:
        return 0.0
    if told is None or known is None:
        return one
    return both if told == known else -1.0


def _told_before(claim: FiledFigure, thread: FigureThread) -> bool:
    return any(_repeats(claim, known) for known in thread.history)


def _place_weight(told: Place | None, face: Face) -> float:
    if told is None or not face.places:
        return -0.5 if told or face.places else 0.0
    if _named_among(told, face.places):
        return 2.0
    return 1.0 if any(told.covers(p) or p.covers(told) for p in face.places) else 0.0


def _names_any(text: str, places: frozenset[Place]) -> bool:
    """Whether the text names one of the places, by any longer word of its name."""
    return any(word in text for place in places for word in place.name.split() if len(word) > 3)


def _agent_weight(told: str | None, face: Face) -> float:
    """Whoever did it is worded freely: one word in common is enough, none speaks against it."""
    words = _content_words(told)
    if not words or not face.agents:
        return 0.0
    return 0.5 if words & face.agents else -1.5


def _content_words(agent: str | None) -> frozenset[str]:
    return frozenset(word for word in (agent or "").casefold().split() if len(word) > 3)


def _digits(value: Number) -> int:
    """How many digits of a number are not its trailing zeros."""
    return len(str(abs(value)).replace(".", "").strip("0"))


def _number_weight(claim: FiledFigure, thread: FigureThread) -> float:
    """An equal number that is not round tells almost surely; a near one tells a little."""
    quantity = claim.figure.quantity
    if quantity.vague:
        return 0.0
    best = 0.0
    for known in thread.history:
        how = relation(known.figure.quantity, quantity)
        if _repeats(claim, known) and quantity.value:
            best = max(best, 0.5 + 0.7 * min(_digits(quantity.value), 4))
        elif how in (Relation.AGREES, Relation.SHARPER, Relation.SAME):
            best = max(best, 0.8)
    if best:
        return best
    recent = thread.history[-RECENT:]
    return max(_growth_weight(times(known.figure.quantity, quantity)) for known in recent)


def _growth_weight(ratio: float) -> float:
    """What the step from the last number tells: totals mostly grow by little."""
    if ratio < 1:
        return 0.2 if ratio > 0.9 else -0.3
    return next((weight for at_most, weight in _GROWTH if ratio <= at_most), -1.0)


_GROWTH = ((1.1, 1.2), (1.3, 0.9), (1.6, 0.5), (3.0, 0.0))
"""(at most this many times the last number, what that weighs); the steps of daily totals."""


def _size_weight(thread: FigureThread) -> float:
    """A series that many reports carry is likelier meant than one that a single report opened."""
    reports = len({claim.article_id for claim in thread.history})
    return min(1.0, 0.3 * math.log2(reports)) if reports else 0.0


def _most(words: Iterable[T | None]) -> T | None:
    """The most frequent word; of equals the earlier."""
    counted = Counter(word for word in words if word is not None)
    return counted.most_common(1)[0][0] if counted else None


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
