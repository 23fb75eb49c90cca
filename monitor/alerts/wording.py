"""How values are said to people: numbers, days, stances, sources. One word for one thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from monitor.claims import (
    ChangeKind,
    Figure,
    FiledFigure,
    FiledPosition,
    Modifier,
    Movement,
    Number,
    Position,
    Quantity,
    Stance,
    Status,
    UnitKind,
    Venue,
)
from monitor.inert import one_line
from monitor.track.faces import as_of_day

SYMBOLS = {
    ChangeKind.FIRST: "●",
    ChangeKind.RESTATED: "=",
    ChangeKind.CORROBORATED: "✓",
    ChangeKind.REFINED: "◎",
    ChangeKind.RAISED: "▲",
    ChangeKind.LOWERED: "▼",
    ChangeKind.BASIS_CHANGED: "◆",
    ChangeKind.CONFLICT: "≠",
    ChangeKind.STALE: "·",
    ChangeKind.EDITED: "✎",
    ChangeKind.WITHDRAWN: "✕",
    ChangeKind.SOFTENED: "↘",
    ChangeKind.HARDENED: "↗",
    ChangeKind.REVERSED: "⇄",
    ChangeKind.CONTRADICTED: "⇄",
    ChangeKind.DENIED: "⇄",
}

UNMOVED = frozenset(
    {
        ChangeKind.FIRST,
        ChangeKind.RESTATED,
        ChangeKind.CORROBORATED,
        ChangeKind.REFINED,
        ChangeKind.STALE,
    }
)
"""Kinds that take a thread nowhere: never told as a way from one value to another."""

KINDS = {
    ChangeKind.FIRST: "first report",
    ChangeKind.RESTATED: "said again",
    ChangeKind.CORROBORATED: "confirmed by an independent origin",
    ChangeKind.REFINED: "more exact",
    ChangeKind.RAISED: "higher",
    ChangeKind.LOWERED: "lower",
    ChangeKind.BASIS_CHANGED: "counted in another way",
    ChangeKind.CONFLICT: "conflicting counts",
    ChangeKind.STALE: "older figure",
    ChangeKind.EDITED: "edited",
    ChangeKind.WITHDRAWN: "withdrawn",
    ChangeKind.SOFTENED: "softer",
    ChangeKind.HARDENED: "harder",
    ChangeKind.REVERSED: "turned round",
    ChangeKind.CONTRADICTED: "two voices",
    ChangeKind.DENIED: "denied",
}

# Each stance with the sign that it has by itself (0: none), to say when the content turns it.
STANCES = {
    Stance.SUPPORT: ("SUPPORTS", 1),
    Stance.OPPOSE: ("OPPOSES", -1),
    Stance.COMMIT: ("VOWS", 1),
    Stance.REFUSE: ("RULES OUT", -1),
    Stance.WILLING: ("WILLING", 1),
    Stance.DEMAND: ("DEMANDS", 1),
    Stance.URGE: ("URGES", 1),
    Stance.DENY: ("DENIES", -1),
    Stance.CONFIRM: ("CONFIRMS", 1),
    Stance.WARN: ("WARNS", 0),
    Stance.DOUBT: ("DOUBTS", -1),
    Stance.ASSESS: ("ASSESSES", 0),
}

VENUES = {
    Venue.ON_THE_RECORD: "on the record",
    Venue.ON_BACKGROUND: "on background",
    Venue.DOCUMENT: "in a document",
    Venue.THIRD_PARTY: "as another party reports it",
    Venue.COLUMNIST: "the paper's own columnist",
    Venue.REPORTER: "in the reporter's own words",
}

STATUSES = {
    Status.REPORTED: "reported, not independently verified",
    Status.CONFIRMED: "the source calls it confirmed",
    Status.VERIFIED: "the source calls it verified",
    Status.IDENTIFIED: "identified",
    Status.SUSPECTED: "suspected",
    Status.PROBABLE: "probable",
    Status.PRESUMED: "presumed",
    Status.FEARED: "feared",
}

_CURRENCIES = {"USD": "$", "EUR": "€", "GBP": "£"}
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def number_words(number: Number, step: Number = 1) -> str:
    """A number for reading: thousands set apart, round millions in words.

    ``step`` is the rounding step of the number as it was written.
    """
    for scale, word in _SCALES:
        if abs(number) >= scale and step >= scale / 1000:
            return f"{_plain(number / scale)} {word}"
    return _plain(number)


def _plain(number: Number) -> str:
    if float(number).is_integer():
        return f"{int(number):,}"
    return f"{round(number, 2):,}"


def quantity_words(quantity: Quantity) -> str:
    """A quantity with the words that bind it: "at least 500", "4.5 %", "+300"."""
    if quantity.vague and quantity.as_written:
        return one_line(quantity.as_written)
    low = None if quantity.low is None else _with_unit(quantity.low, quantity)
    high = None if quantity.high is None else _with_unit(quantity.high, quantity)
    if low is None:
        return f"{'fewer than' if quantity.exclusive else 'at most'} {high}"
    if high is None:
        return f"{'more than' if quantity.exclusive else 'at least'} {low}"
    if quantity.modifier is Modifier.APPROXIMATE:
        return f"about {low if low == high else f'{low}–{high}'}"
    said = low if low == high else f"{low}–{high}"
    return {Movement.UP: "+", Movement.DOWN: "−", None: ""}[quantity.movement] + said


def _with_unit(number: Number, quantity: Quantity) -> str:
    said = number_words(number, quantity.step)
    unit, per, below = (quantity.unit or "").partition("/")
    if quantity.unit_kind is UnitKind.CURRENCY:
        said = f"{_CURRENCIES.get(unit, f'{unit} ')}{said}"
    elif quantity.unit_kind is UnitKind.MEASURE:
        said = f"{said} {'%' if unit == 'percent' else unit}"
    return f"{said} per {below}" if per else said  # a counted noun is what the label says


def stance_words(position: Position) -> str:
    """The stance in capitals, with the direction where the word alone does not say it."""
    word, sign = STANCES[position.stance]
    if position.sign not in (0, sign):
        word += " (for it)" if position.sign > 0 else " (against it)"
    return f"{word} (by a deed)" if position.act else word


def claim_words(claim: FiledFigure | FiledPosition) -> str:
    """A claim's value in a few words."""
    if isinstance(claim, FiledFigure):
        return quantity_words(claim.figure.quantity)
    return stance_words(claim.position)


def counted_words(figure: Figure) -> str:
    """What is counted and what happened to it: "people killed"."""
    counted = figure.group or figure.counted
    measure = None if figure.measure == "level" else figure.measure  # an indicator says it itself
    return " ".join(word for word in (counted, measure) if word)


def authority_words(claim: FiledFigure) -> str:
    """Who counted."""
    figure = claim.figure
    if figure.authority:
        return one_line(figure.authority)
    if figure.authority_as_written:
        return one_line(figure.authority_as_written)
    return "unattributed"


def speaker_words(claim: FiledPosition) -> str:
    """Who speaks and how it reached the reader."""
    attribution = claim.position.attribution
    speaker = attribution.speaker or "no speaker named"
    said = f"{stance_words(claim.position)}, {VENUES[attribution.venue]}, {speaker}"
    channel = attribution.channel
    if channel and channel != claim.outlet:
        if attribution.venue is Venue.ON_BACKGROUND or channel[:1].isupper():
            return one_line(f"{said} to {channel}, read through {claim.outlet}")
        return one_line(f"{said}, {channel}, in {claim.outlet}")
    return one_line(f"{said}, in {claim.outlet}")


def day_of(claim: FiledFigure | FiledPosition) -> date:
    """The day a claim speaks of: its as-of day, else the day it was said or published."""
    if isinstance(claim, FiledFigure):
        return as_of_day(claim)
    return claim.position.said_on or claim.published.date()


def day_words(day: date, beside: date | None = None) -> str:
    """ "23 Oct", with the year unless it is that of ``beside``."""
    said = f"{day.day} {day:%b}"
    return said if beside is not None and day.year == beside.year else f"{said} {day.year}"


def time_words(at: datetime) -> str:
    """ "23 Oct 14:10 UTC"."""
    return f"{at.day} {at:%b} {at:%H:%M} UTC"


def days_apart(old: date, new: date) -> str:
    """ "1 day", or "same day"."""
    days = abs((new - old).days)
    return "same day" if days == 0 else f"{days} day{'s' if days > 1 else ''}"


def difference_words(old: Quantity, new: Quantity) -> str:
    """ "+436, +9.4 %": between the stated values."""
    change = new.value - old.value
    sign = "+" if change >= 0 else "−"
    said = f"{sign}{number_words(abs(change))}"
    if old.unit == "percent":
        return f"{said} points"
    if old.value:
        said += f", {sign}{abs(change / old.value * 100):.1f} %"
    return said


def joined(words: Sequence[str]) -> str:
    """ "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def counted_noun(count: int, noun: str) -> str:
    """ "1 report", "2 reports", "2 authorities"."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {plural}"


def cut(text: str, around: tuple[int, int], width: int) -> tuple[str, int]:
    """At most ``width`` characters of a text around a stretch of it, and where they begin."""
    if len(text) <= width:
        return text, 0
    start, end = around
    middle = (start + min(end, start + width)) // 2
    begin = max(0, min(middle - width // 2, len(text) - width))
    return text[begin : begin + width], begin
