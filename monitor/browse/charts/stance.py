"""The stance chart of a timeline: for above, against below, one line for each kind of voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from monitor.alerts.wording import KINDS, STANCES, VENUES, day_of, day_words
from monitor.browse.charts.scales import Tick, day_scale, noon
from monitor.browse.charts.series import Size
from monitor.claims import ChangeKind, Venue
from monitor.store.pages.home import TURNS
from monitor.store.pages.stands import StandClaim

WIDE = Size(1080, 300, 90, bottom=46)
NARROW = Size(340, 260, 64, bottom=46, ticks_across=4)

VOICES = (
    ("on the record", (Venue.ON_THE_RECORD, Venue.DOCUMENT)),
    ("on background", (Venue.ON_BACKGROUND,)),
    ("as others tell it", (Venue.THIRD_PARTY, Venue.COLUMNIST, Venue.REPORTER)),
)
"""The voices that a holder speaks in, each with a line of its own."""

_FURTHEST = 3  # strengths of a stance


@dataclass(frozen=True, slots=True)
class StanceMark:
    """One position: hollow where its speaker is not named, square where it is a deed."""

    claim: str
    voice: int
    x: float
    y: float
    hollow: bool
    deed: bool
    turn: str  # the kind of change by which the position turned, or ""
    word: str
    day: str
    stand: int  # sign and strength in one number
    title: str


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """The line of one voice."""

    number: int
    name: str
    claims: int
    line: str


@dataclass(frozen=True, slots=True)
class StanceChart:
    """Everything that is drawn."""

    size: Size
    voices: list[VoiceLine]
    marks: list[StanceMark]
    levels: list[Tick]
    days: list[Tick]
    summary: str


def stance_chart(claims: Sequence[StandClaim], size: Size) -> StanceChart | None:
    """The chart of a timeline's claims; None where there are none."""
    if not claims:
        return None
    days = [day_of(each.filed) for each in claims]
    across, day_ticks = day_scale(
        min(days), max(days), size.left, size.width - size.right, ticks=size.ticks_across
    )
    beside: dict[tuple[date, int], int] = {}
    marks = []
    for each, day in zip(claims, days, strict=True):
        position = each.filed.position
        stand = position.sign * position.strength
        place = beside.get((day, stand), 0)
        beside[day, stand] = place + 1
        turns = [change.kind for change in each.changes if change.kind in TURNS]
        marks.append(
            StanceMark(
                claim=each.filed.id,
                voice=_voice(position.attribution.venue),
                x=round(across.at(noon(day)) + 9 * min(place, 5), 1),
                y=_level(stand, size),
                hollow=position.attribution.anonymous,
                deed=position.act,
                turn=turns[0] if turns else "",
                word=STANCES[position.stance][0],
                day=day.isoformat(),
                stand=stand,
                title=_title(each, day),
            )
        )
    return StanceChart(
        size=size,
        voices=_voices(marks),
        marks=marks,
        levels=[
            Tick(_level(_FURTHEST, size), "for"),
            Tick(_level(0, size), "neither"),
            Tick(_level(-_FURTHEST, size), "against"),
        ],
        days=day_ticks,
        summary=f"{len(claims)} statements; the last: {marks[-1].title}",
    )


def _voice(venue: Venue) -> int:
    return next(n for n, (_, venues) in enumerate(VOICES, start=1) if venue in venues)


def _level(stand: int, size: Size) -> float:
    middle = (size.top + size.height - size.bottom) / 2
    reach = (size.height - size.bottom - size.top) / 2 - 12
    return round(middle - stand / _FURTHEST * reach, 1)


def _voices(marks: Sequence[StanceMark]) -> list[VoiceLine]:
    lines = []
    for number, (name, _) in enumerate(VOICES, start=1):
        own = sorted((mark for mark in marks if mark.voice == number), key=lambda mark: mark.day)
        if own:
            path = "".join(f"M{one.x} {one.y}H{two.x}V{two.y}" for one, two in pairwise(own))
            lines.append(VoiceLine(number, name, len(own), path))
    return lines


def _title(each: StandClaim, day: date) -> str:
    position = each.filed.position
    attribution = position.attribution
    said = [
        STANCES[position.stance][0],
        attribution.speaker or "no speaker named",
        VENUES[attribution.venue] + (f", to {attribution.channel}" if attribution.channel else ""),
        day_words(day),
        each.filed.outlet,
        *(KINDS[ChangeKind(change.kind)] for change in each.changes),
    ]
    return " · ".join(said)
