"""Which thread a figure belongs to: what must never mix, and what speaks for the same quantity.

A thread is one real-world quantity. Candidates share a blocking key; each is first tried against
the bars (another place, period, status, reporting unit, ...), then weighed. An uncertain figure
starts its own thread rather than joining the wrong one.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from monitor.claims import Figure, FigureThread, FiledFigure, Place, Series
from monitor.extract.gazetteer import Known, folded, gazetteer
from monitor.extract.lexicon import lexicon
from monitor.quantities import Relation, moved, relation, times
from monitor.track.bars import BARS, COMMON_EVENTS
from monitor.track.faces import (
    Face,
    as_of_day,
    content_words,
    face_of,
    named_among,
    own_event,
    series_of,
    since_day,
)
from monitor.track.plausibility import (
    RECENT,
    digits,
    growth_weight,
    is_implausible,
    is_of_another_size,
    repeats,
    reports_of,
    told_before,
)

JOIN_FROM = 1.5
"""The least weight of evidence with which a figure joins a known thread."""

IDENTIFYING = frozenset({"event", "place", "story", "nationality", "since", "authority", "number"})
"""Traits of which at least one must agree: a plausible size alone links nothing."""

LIVE = timedelta(days=4)
NEXT_TO = (0.7, 1.6)
"""A figure without a place is the next one of a thread of the last days if it is this near."""

REVISED = 1.0
"""What words of revision weigh for the one live thread that a figure can be of."""

SURE = 4.0
"""The weight of one report's own headline beside its body."""

NO_COINCIDENCE = 3
"""Equal numbers of so many digits in all, trailing zeros apart, are one quantity's."""

CLEAR_BY = 0.75
"""How far the best thread must be ahead of one that differs in a trait the claim leaves open."""

RESTATE_MEASURE = frozenset({("held", "captives"), ("displaced", "displaced people")})
"""Nouns that say no more of the counted than the measure does: captives are people held."""


@dataclass(frozen=True, slots=True)
class Link:
    """One thread with the weight of evidence that a figure belongs to it."""

    thread: FigureThread
    face: Face
    weight: float
    matched: tuple[str, ...]
    same: tuple[FigureThread, ...] = ()  # further threads that count the very same

    @property
    def confidence(self) -> float:
        """Between 0 and 1; 0.91 for the same place and series type with a plausible number."""
        return round(1 / (1 + math.exp(-(self.weight - 0.2))), 3)


def figure_key(figure: Figure) -> str:
    """The indexed blocking key: measure, what is counted (the group where there is one), unit."""
    unit = figure.quantity.unit
    # miners or passengers killed are the people killed there; parts of all people have a group
    everyone = "people" if unit == "person" else figure.counted
    counted = figure.group or everyone or "-"
    if (figure.measure, counted) in RESTATE_MEASURE:
        counted = "people"
    parts = [figure.measure or "-", counted]
    if unit not in (None, "person"):
        parts.append(str(unit))
    return "|".join(part.casefold() for part in parts)


def find_link(
    claim: FiledFigure,
    candidates: Iterable[FigureThread],
    text: str = "",
    data: Path | None = None,
) -> tuple[Link | None, str]:
    """The thread this claim belongs to, or None, and why in words.

    ``text`` is the claim's whole article: a thread whose place it never names is of another story.
    ``data`` is the folder of the user's own word lists.
    """
    story = _Story(text, _nouns_of_events(data))
    known = [(thread, face_of(thread)) for thread in candidates]
    body = _body_of(claim, known)
    if body is not None:
        return body, "the headline of the body's number"
    known = [(thread, face) for thread, face in known if not any(bar(claim, face) for bar in BARS)]
    if claim.figure.place is None:
        known = [(thread, face) for thread, face in known if not story.is_elsewhere(face)]
    links = sorted(_links(claim, known, story), key=lambda link: (-link.weight, link.thread.id))
    if is_of_another_size(claim, known):
        links = [link for link in links if _surely_one(claim, link)]
    if not links or links[0].weight < JOIN_FROM:
        only = _only_fit(claim, known, story)
        if only is not None:
            return only, "the one live thread that fits: same " + ", ".join(only.matched)
    if not links:
        return None, "no thread counts the same"
    best = links[0]
    if best.weight < JOIN_FROM:
        return None, f"not surely the same as {best.thread.label}"
    for other in links[1:]:
        if best.weight - other.weight < CLEAR_BY and _leaves_open(claim, best.face, other.face):
            return None, f"could be {best.thread.label} or {other.thread.label}"
    best = _main_of(links)
    same = tuple(x.thread for x in links if x is not best and _is_one_quantity(best, x))
    return replace(best, same=same), "same " + ", ".join(best.matched)


def _links(
    claim: FiledFigure, known: Iterable[tuple[FigureThread, Face]], story: _Story
) -> list[Link]:
    links = []
    for thread, face in known:
        if is_implausible(claim, thread, face):
            continue
        weight, matched = _weigh(claim, thread, face, story)
        if IDENTIFYING & set(matched):
            links.append(Link(thread, face, weight, matched))
    return links


def _body_of(claim: FiledFigure, known: Iterable[tuple[FigureThread, Face]]) -> Link | None:
    """For a headline: the thread that its report's body gives the very same number of."""
    if not claim.figure.headline:
        return None
    value = claim.figure.quantity.value
    for thread, face in known:
        told = [c for c in face.latest if c.revision_id == claim.revision_id]
        if any(c.figure.quantity.value == value for c in told):
            return Link(thread, face, SURE, ("number",))
    return None


def _only_fit(
    claim: FiledFigure, known: Iterable[tuple[FigureThread, Face]], story: _Story
) -> Link | None:
    """For a figure without a place: the one thread of the last days that the article is about."""
    if claim.figure.place is not None or claim.figure.quantity.vague:
        return None
    weight = JOIN_FROM + (REVISED if claim.figure.revision_words else 0.0)
    fits = [
        Link(thread, face, weight, ("story", "size"))
        for thread, face in known
        if abs(as_of_day(claim) - face.last_day) <= LIVE
        and _is_next_to(claim, face)
        and story.is_of(face)
    ]
    return fits[0] if len(fits) == 1 else None


def _is_next_to(claim: FiledFigure, face: Face) -> bool:
    low, high = NEXT_TO
    return low <= times(face.newest.figure.quantity, claim.figure.quantity) <= high


@dataclass(frozen=True, slots=True)
class _Story:
    """The claim's article, and the nouns for each sort of event."""

    text: str
    nouns: Mapping[str, frozenset[str]]

    def is_of(self, face: Face) -> bool:
        """Whether it names a thread's place, or its sort of event by any noun for it."""
        if _names_any(self.text, face.places):
            return True
        nouns = self.nouns.get(face.sort_of_event or "", frozenset())
        return not nouns.isdisjoint(re.findall(r"[a-z]+", self.text.casefold()))

    def is_elsewhere(self, face: Face) -> bool:
        """Whether the headline names another land and the article nothing of the thread's own."""
        homes = {place.iso3 for place in face.places}
        if not homes or None in homes:
            return False
        return bool(_lands(self.text.partition("\n")[0])) and homes.isdisjoint(_homes(self.text))


def _lands(words: str) -> frozenset[str]:
    """The lands that these words name outright, by their codes."""
    return frozenset(k.place.iso3 or "" for k in _known_in(words) if k.kind == "country")


@functools.lru_cache(maxsize=64)
def _homes(text: str) -> frozenset[str]:
    """The lands in which anything lies that the text names, by their codes."""
    return frozenset(known.place.iso3 for known in _known_in(text) if known.place.iso3)


def _known_in(text: str) -> Iterator[Known]:
    """Every place of the gazetteer of one to three words that may be named here."""
    names = gazetteer().names
    words = re.findall(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*", text)
    for start in range(len(words)):
        if words[start][0].isupper():
            for stop in range(start + 1, min(start + 3, len(words)) + 1):
                yield from names.get(
                    folded(" ".join(words[start:stop]).replace("’s", "'s").removesuffix("'s")), ()
                )


@functools.cache
def _nouns_of_events(data: Path | None) -> dict[str, frozenset[str]]:
    """Every noun for a sort of event that a land does not see several times within days."""
    return {
        sort: frozenset(row["nouns"])
        for sort, row in lexicon("events", data).items()
        if sort not in COMMON_EVENTS and "as" not in row
    }


def _main_of(links: list[Link]) -> Link:
    """Of the best thread and those that nothing tells from it, the one that most reports carry.

    An uncertain figure may have opened a second thread of one quantity; it takes no more.
    """
    best = links[0]
    same = [x for x in links if x.weight >= JOIN_FROM and not _told_apart(best.face, x.face)]
    return max(same, key=lambda link: (reports_of(link.thread), link.weight))


def _is_one_quantity(main: Link, other: Link) -> bool:
    """Whether a second thread that the claim fits as well is the main one under another id.

    Every number of it stands in the main one, told within days by the same authority or by
    nobody, with more digits in all than a coincidence has; and no trait that both have differs.
    """
    if other.weight < JOIN_FROM or _differ(main.face, other.face):
        return False
    told = set()
    for claim in other.thread.history:
        if not any(_has(known, claim) for known in main.thread.history):
            return False
        told.add(claim.figure.quantity.value)
    return sum(map(digits, told)) >= NO_COINCIDENCE


def _differ(first: Face, second: Face) -> bool:
    """Whether a trait that both threads have is another one."""
    traits = (
        (first.place and first.place.name, second.place and second.place.name),
        (first.event, second.event),
        (first.nationality, second.nationality),
        (first.since, second.since),
    )
    return any(one and other and one != other for one, other in traits)


def _has(known: FiledFigure, claim: FiledFigure) -> bool:
    counted = {known.figure.authority, claim.figure.authority} - {None}
    return repeats(claim, known) and len(counted) <= 1


def _told_apart(first: Face, second: Face) -> bool:
    traits = (
        (first.place and first.place.name, second.place and second.place.name),
        (first.event, second.event),
    )
    if any(one != other for one, other in traits):
        return True
    differing = ((first.nationality, second.nationality), (first.since, second.since))
    if any(one and other and one != other for one, other in differing):
        return True
    return _counted_apart(first, second)


def _counted_apart(first: Face, second: Face) -> bool:
    """Whether two authorities count, and come to different numbers."""
    if not first.authorities or not second.authorities:
        return False
    if first.authorities & second.authorities:
        return False
    return moved(first.newest.figure.quantity, second.newest.figure.quantity)


def _surely_one(claim: FiledFigure, link: Link) -> bool:
    """Whether a part of a total is the very part of this thread: by its incident or its number."""
    event = own_event(claim.figure)
    if event is not None and event == link.face.event:
        return True
    return told_before(claim, link.thread)


def _leaves_open(claim: FiledFigure, first: Face, second: Face) -> bool:
    """Whether two threads differ in a trait of which the claim says nothing."""
    figure = claim.figure
    known = (
        (figure.place, first.place, second.place),
        (figure.nationality, first.nationality, second.nationality),
    )
    return any(mine is None and one and other and one != other for mine, one, other in known)


def _weigh(
    claim: FiledFigure, thread: FigureThread, face: Face, story: _Story
) -> tuple[float, tuple[str, ...]]:
    figure = claim.figure
    traits: list[tuple[str, float]] = [
        ("event", _agreement(own_event(figure), face.event, 3.0, 0.0)),
        ("place", _place_weight(figure.place, face)),
        ("story", 0.2 if story.is_of(face) else 0.0),
        ("nationality", _agreement(figure.nationality, face.nationality, 1.0, -0.4)),
        ("agent", _agent_weight(figure.agent, face)),
        ("since", _agreement(since_day(figure), face.since, 0.5, 0.0)),
        ("authority", 0.7 if figure.authority in face.authorities else 0.0),
        ("series type", _series_weight(series_of(claim), face.series)),
        ("number" if told_before(claim, thread) else "size", _number_weight(claim, thread)),
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


def _series_weight(told: Series, known: Series) -> float:
    return 0.5 if told is known and told is not Series.UNKNOWN else 0.0


def _place_weight(told: Place | None, face: Face) -> float:
    if told is None or not face.places:
        return -0.5 if told or face.places else 0.0
    if named_among(told, face.places):
        return 2.0
    return 1.0 if any(told.covers(p) or p.covers(told) for p in face.places) else 0.0


def _names_any(text: str, places: frozenset[Place]) -> bool:
    """Whether the text names one of the places, by any longer word of its name."""
    return any(word in text for place in places for word in place.name.split() if len(word) > 3)


def _agent_weight(told: str | None, face: Face) -> float:
    """Whoever did it is worded freely: one word in common is enough, none speaks against it."""
    words = content_words(told)
    if not words or not face.agents:
        return 0.0
    return 0.5 if words & face.agents else -1.5


def _number_weight(claim: FiledFigure, thread: FigureThread) -> float:
    """An equal number that is not round tells almost surely; a near one tells a little."""
    quantity = claim.figure.quantity
    if quantity.vague:
        return 0.0
    best = 0.0
    for known in thread.history:
        how = relation(known.figure.quantity, quantity)
        if repeats(claim, known) and quantity.value:
            best = max(best, 0.5 + 0.7 * min(digits(quantity.value), 4))
        elif how in (Relation.AGREES, Relation.SHARPER, Relation.SAME):
            best = max(best, 0.8)
    if best:
        return best
    steps = [times(known.figure.quantity, quantity) for known in thread.history[-RECENT:]]
    falls = claim.figure.series is Series.STOCK  # the missing are found, captives come home
    return max(max(growth_weight(step), 0.0 if falls and step < 1 else -1.0) for step in steps)


def _size_weight(thread: FigureThread) -> float:
    """A series that many reports carry is likelier meant than one that a single report opened."""
    return min(1.0, 0.3 * math.log2(reports_of(thread)))
