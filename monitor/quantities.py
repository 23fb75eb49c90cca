"""Value intervals: what a reader understands by a stated quantity, and how two of them compare.

Two questions stay apart. Whether a figure *moved* is decided on readings ("over 5,000" is read
5,000-5,250). Whether two figures *contradict* each other is decided on stated bounds alone ("over
200" beside 222 agrees). Both take the quantities as values; nothing here knows threads or time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from monitor.claims import Modifier, Number, Quantity

READ_FURTHER = 0.05
"""How far past its number an open bound or "about" is read at most, as a share of the number."""

ROUNDING_SLACK = 0.01
"""A bare round number may stand for one this near (and within half a step): 5,100 for 5,087."""

VAGUE_MOVES_AT = 10
"""A vague word (dozens) tells of a move only when the other number is this many times away."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed stretch of the number line; infinite where a bound is not stated."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """The length of the stretch."""
        return self.high - self.low

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share a number."""
        return self.low <= other.high and other.low <= self.high


class Relation(StrEnum):
    """How a later quantity stands to an earlier one of the same series."""

    SAME = "same"
    AGREES = "agrees"  # compatible, and not sharper
    SHARPER = "sharper"  # compatible, and narrower than what was known
    ABOVE = "above"
    BELOW = "below"
    INCOMPARABLE = "incomparable"  # another unit, or a change beside a level


def stated(quantity: Quantity) -> Interval:
    """The bounds that the words commit to. "About n" commits to its reading, not to n alone."""
    if quantity.modifier is Modifier.APPROXIMATE and not quantity.vague:
        return reading(quantity)
    low = -math.inf if quantity.low is None else float(quantity.low)
    high = math.inf if quantity.high is None else float(quantity.high)
    return Interval(low, high)


def reading(quantity: Quantity) -> Interval:
    """The implied interval: what a reader understands.

    An open bound is read one step of its rounding further, "about n" half a step each way, and
    neither more than `READ_FURTHER` of the number. Ranges and vague words keep their bounds.
    """
    low, high = quantity.low, quantity.high
    if quantity.vague or quantity.modifier is Modifier.RANGE:
        return Interval(
            -math.inf if low is None else float(low), math.inf if high is None else float(high)
        )
    if high is None:
        assert low is not None
        return Interval(float(low), low + _further(low, quantity.step))
    if low is None:
        return Interval(high - _further(high, quantity.step), float(high))
    if quantity.modifier is Modifier.APPROXIMATE:
        return Interval(
            low - _further(low, quantity.step / 2), high + _further(high, quantity.step / 2)
        )
    return Interval(float(low), float(high))


def agrees(first: Quantity, second: Quantity) -> bool:
    """Whether both can be true at the same time, on stated bounds alone."""
    return not contradicts(first, second)


def contradicts(first: Quantity, second: Quantity) -> bool:
    """Whether the two cannot both be true, on stated bounds alone.

    "More than n" contradicts only what ends below n, "up to n" only what begins above it.
    Quantities of different units contradict nothing.
    """
    if not comparable(first, second):
        return False
    if first.vague or second.vague:
        return _times_apart(stated(first), stated(second)) >= VAGUE_MOVES_AT
    return not stated(first).overlaps(stated(second)) and not _rounds(first, second)


def comparable(first: Quantity, second: Quantity) -> bool:
    """Whether both are levels, or changes one way, in one unit. A bare count has no unit."""
    return _unit(first) == _unit(second) and first.movement is second.movement


def moved(old: Quantity, new: Quantity) -> bool:
    """Whether the new quantity says that the series left the old value."""
    return relation(old, new) in (Relation.ABOVE, Relation.BELOW)


def relation(old: Quantity, new: Quantity) -> Relation:
    """How ``new`` stands to ``old``. Not symmetric: a round floor told later claims no fall."""
    if not comparable(old, new):
        return Relation.INCOMPARABLE
    known, told = reading(old), reading(new)
    if old.vague or new.vague:
        return _relation_to_vague(known, told)
    if known == told:
        return Relation.SAME if old.modifier is new.modifier else Relation.AGREES
    apart = not known.overlaps(told) or _at_the_next_step(old, known, told)
    if apart and not _rounds(old, new) and not _allows(new, known):
        return Relation.ABOVE if told.low >= known.high else Relation.BELOW
    if _sharper(known, told) and old.modifier is not Modifier.EXACT:
        return Relation.SHARPER
    if _rounds(old, new) and new.step < old.step:
        return Relation.SHARPER
    return Relation.AGREES


def times(old: Quantity, new: Quantity) -> float:
    """How many times the old value the new one is, on their readings' nearest bounds (0 or more).

    Infinite when the old value is zero and the new one is not.
    """
    known, told = reading(old), reading(new)
    if known.overlaps(told):
        return 1.0
    if told.low > known.high:
        return told.low / known.high if known.high > 0 else math.inf
    return max(0.0, told.high / known.low) if known.low > 0 else 1.0


def rise(old: Quantity, new: Quantity) -> tuple[Number, float]:
    """The difference of the two numbers, and the same in percent of the old one."""
    difference = new.value - old.value
    return difference, (100 * difference / abs(old.value) if old.value else math.inf)


def _further(number: Number, step: Number) -> float:
    return min(float(step), abs(number) * READ_FURTHER)


def _unit(quantity: Quantity) -> str | None:
    return None if quantity.unit == "person" else quantity.unit


def _rounds(first: Quantity, second: Quantity) -> bool:
    """Whether one bare round number may be a rounding of the other quantity."""
    return _may_round(first, second) or _may_round(second, first)


def _may_round(rounded: Quantity, other: Quantity) -> bool:
    if rounded.modifier is not Modifier.EXACT or rounded.low != rounded.high:
        return False
    if rounded.step <= other.step:
        return False
    value = rounded.value
    slack = min(rounded.step / 2, abs(value) * ROUNDING_SLACK)
    return Interval(value - slack, value + slack).overlaps(reading(other))


def _at_the_next_step(old: Quantity, known: Interval, told: Interval) -> bool:
    """Whether the new reading begins where an old floor ends: "over 3,400", "over 3,300"."""
    return old.high is None and told.low >= known.high


def _allows(new: Quantity, known: Interval) -> bool:
    """Whether an open bound told later leaves the known value standing.

    "More than 200" after 222 is a rounding down; "at least 471" after 500 is not. "Up to 250"
    after 199 claims no rise.
    """
    if new.high is None and new.low is not None:
        return new.low <= known.low < new.low + new.step
    if new.low is None and new.high is not None:
        return known.low <= new.high
    return False


def _sharper(known: Interval, told: Interval) -> bool:
    return told.width < known.width and known.overlaps(told)


def _relation_to_vague(known: Interval, told: Interval) -> Relation:
    if _times_apart(known, told) >= VAGUE_MOVES_AT:
        return Relation.ABOVE if told.low > known.high else Relation.BELOW
    return Relation.SHARPER if _sharper(known, told) else Relation.AGREES


def _times_apart(first: Interval, second: Interval) -> float:
    if first.overlaps(second):
        return 1.0
    lower, upper = (first, second) if first.high < second.low else (second, first)
    return upper.low / lower.high if lower.high > 0 else math.inf
